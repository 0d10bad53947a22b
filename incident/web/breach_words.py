"""Words of the breach register: rules as they are cited, roles, outcomes, moments and questions still open."""

from functools import lru_cache

from incident.queries.breach_entry import State, Step
from incident.web.fact_questions import facts_named, question
from incident.web.words import rule_name

STATES = {State.NOTIFIED: "Notified", State.NOT_NOTIFIED: "Not notified", State.OPEN: "Open"}
FILTERS = {**STATES, State.OPEN: "Still open"}  # what was notified can have something open as well
STEPS = {
    Step.TOLD: "Told",
    Step.OPEN: "Open",
    Step.UNDECIDED: "Not known whether it applies",
    Step.NOT_DUE: "Decided not due",
    Step.WAIVED: "Waived",
}
OUTCOMES = {
    "unlikely": "A risk to people is unlikely",
    "not_due": "Not due",
    "waived": "Waived",
}
ROLES = {
    "controller": "controller",
    "joint": "joint controller",
    "processor": "processor",
    "sub_processor": "sub-processor",
}
NOTICES = {"people": "Mail to the people", "in_app": "Notice in the product", "announcement": "Public announcement"}
MOMENTS = {
    "occurred_from": "When did it begin?",
    "discovered": "When was it discovered?",
    "aware": "When did we become aware? Nobody has decided",
}
RESPONSES = {
    "response.remedied": "The measures taken make harm no longer likely",
    "response.harm_excluded": "An investigation found harm not reasonably likely",
    "response.disproportionate_effort": "Telling each person would take disproportionate effort",
    "response.protection_needed": "People must act to protect themselves",
    "response.authority_requires": "An authority asked for it",
    "response.initial_incomplete": "The first report was incomplete",
    "response.new_information": "What a filing called unknown is known now",
}
ANCHOR = "anchor."


@lru_cache(maxsize=4096)
def cited(law: str, article: str) -> str:
    """A rule with the name of its law: by its short name where it has one, else in full."""
    short = rule_name(law, article)
    return f"{law}, {article}" if short == article and not article.startswith(law) else short


def regime_name(regime: str) -> str:
    """How a regime is called in a list."""
    return regime.replace("_", " ").upper()


@lru_cache(maxsize=4096)
def asked(path: str) -> str:
    """What nobody has answered yet, as a question; a key of no question in short words."""
    if path.startswith(ANCHOR):
        name = path.removeprefix(ANCHOR)
        return MOMENTS.get(name) or f"Moment: {name.replace('_', ' ')}"
    said = question(path) or ", ".join(facts_named([path]))
    return said[:1].upper() + said[1:]
