"""Words of the breach register: rules as they are cited, roles, outcomes, moments and questions still open."""

from functools import lru_cache

from incident.anchors import Arguable, Clue
from incident.queries.breach_entry import State, Step
from incident.web.citations import of_the_union
from incident.web.fact_questions import question
from incident.web.words import moment_title, rule_name
from notifications.wording import Country, listed, worded, worded_list

STATES = {State.NOTIFIED: worded("Notified"), State.NOT_NOTIFIED: worded("Not notified"), State.OPEN: worded("Open")}
FILTERS = {**STATES, State.OPEN: worded("Still open")}  # what was notified can have something open as well
STEPS = {
    Step.TOLD: worded("Told"),
    Step.OPEN: worded("Open"),
    Step.UNDECIDED: worded("Not known whether it applies"),
    Step.NOT_DUE: worded("Decided not due"),
    Step.WAIVED: worded("Waived"),
}
OUTCOMES = {
    "unlikely": worded("A risk to people is unlikely"),
    "not_due": worded("Not due"),
    "waived": worded("Waived"),
}
ROLES = {
    "controller": worded("controller"),
    "joint": worded("joint controller"),
    "processor": worded("processor"),
    "sub_processor": worded("sub-processor"),
}
NOTICES = {
    "people": worded("Mail to the people"),
    "in_app": worded("Notice in the product"),
    "announcement": worded("Public announcement"),
}
MOMENTS = {
    "occurred_from": worded("When did it begin?"),
    "discovered": worded("When was it discovered?"),
    "aware": worded("When did we become aware? Nobody has decided"),
}
RESPONSES = {
    "response.remedied": worded("The measures taken make harm no longer likely"),
    "response.harm_excluded": worded("An investigation found harm not reasonably likely"),
    "response.disproportionate_effort": worded("Telling each person would take disproportionate effort"),
    "response.protection_needed": worded("People must act to protect themselves"),
    "response.authority_requires": worded("An authority asked for it"),
    "response.initial_incomplete": worded("The first report was incomplete"),
    "response.new_information": worded("What a filing called unknown is known now"),
}
ANCHOR = "anchor."
AWARE = worded("When did we become aware?")
STAGES = {
    "early_warning": worded("early warning"),
    "preliminary": worded("preliminary"),
    "notification": worded("notification"),
    "second": worded("second"),
    "intermediate": worded("intermediate"),
    "supplement": worded("supplement"),
    "update": worded("update"),
    "detailed": worded("detailed"),
    "full_report": worded("full report"),
    "final": worded("final"),
    "amendment": worded("amendment"),
    "annual": worded("annual"),
    "action_plan": worded("action plan"),
    "ransom_payment": worded("ransom payment"),
    "ransom_explanation": worded("ransom explanation"),
    "assessment": worded("assessment"),
    "record": worded("record"),
}
ADDRESSEES = {
    "supervisory_authority": worded("supervisory authority"),
    "regulator": worded("regulator"),
    "competent_authority": worded("competent authority"),
    "csirt": worded("computer security incident response team (CSIRT)"),
    "law_enforcement": worded("law enforcement"),
    "data_subjects": worded("people affected"),
    "subscribers": worded("subscribers"),
    "users": worded("users"),
    "recipients_of_services": worded("recipients of the services"),
    "clients": worded("clients"),
    "customers": worded("customers"),
    "controller": worded("controllers"),
    "controllers": worded("controllers"),
    "credit_bureaus": worded("credit bureaus"),
    "media": worded("media"),
    "market": worded("the market"),
    "other_organisations": worded("other organisations"),
    "internal_register": worded("internal register"),
    "internal_assessment": worded("internal assessment"),
}
DECIDED_RISKS = {
    "high": worded("A high risk is likely"),
    "risk": worded("A risk, not a high one"),
    "unlikely": worded("A risk is unlikely"),
}
ARGUABLE = {
    Arguable.CLEAR: worded("clear"),
    Arguable.ARGUABLE: worded("arguable"),
    Arguable.HARDLY: worded("hardly"),
}
CLUES = {
    Clue.VERIFIED: worded("Somebody checked that personal data are compromised"),
    Clue.TOLD: worded("A processor, a customer, the press or an attacker told us"),
    Clue.RECEIVED: worded("An alert or a report reached us"),
    Clue.OPENED: worded("Somebody opened an incident or read the alert"),
    Clue.IGNORED_SIGNAL: worded("An earlier signal nobody followed up"),
    Clue.OTHER: worded("Another reason"),
}


@lru_cache(maxsize=4096)
def cited(law: str, article: str) -> str:
    """A rule with the name of its law: by its short name where it has one, else in full."""
    short = rule_name(law, article)
    if short != article or article.startswith(law):
        return short
    return listed(f"{law}, {article}") if of_the_union(law) else worded_list((listed(law), listed(article)))


def addressee_in_words(name: str) -> str:
    """Whom a duty is owed to: a kind of addressee, with the country that stands behind it, or one the law names."""
    kind, _, place = name.partition(":")
    if kind not in ADDRESSEES:
        return listed(name)
    return worded_list((ADDRESSEES[kind], Country(place))) if place else ADDRESSEES[kind]


def regime_name(regime: str) -> str:
    """How a regime is called in a list."""
    return regime.replace("_", " ").upper()


@lru_cache(maxsize=4096)
def asked(path: str) -> str:
    """What nobody has answered yet, as a question; a key of no question in short words."""
    if path.startswith(ANCHOR):
        name = path.removeprefix(ANCHOR)
        return MOMENTS.get(name) or worded("Moment: {moment}", moment=moment_title(name))
    return question(path)


def sought(path: str) -> str:
    """What a step is to find out, as a question that says nothing of whether it is answered."""
    return AWARE if path == f"{ANCHOR}aware" else asked(path)
