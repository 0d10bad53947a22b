"""From an entry of the breach register to what its page shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from incident.phases import FINAL, Phase
from incident.queries.breach_entry import (
    AUTHORITIES,
    PEOPLE,
    Entry,
    Judged,
    Moment,
    Notification,
    People,
    Record,
    Refusal,
    Step,
    Submission,
)
from incident.web import breach_words as said
from incident.web import words
from incident.web.duty_questions import question_href
from incident.web.fact_questions import ASKED, word_label
from incident.web.views.breach_register import BreachLine, RecordLine, RefusalLine, Stated, TellingLine
from notifications.wording import Counted, Country, worded, worded_list, worded_number

RISKS = said.DECIDED_RISKS
UNKNOWN_RISK = worded("Not known yet")
NOT_ASSESSED = worded("Not assessed before it was closed")
YES, NO = worded("Yes"), worded("No")
CHANNELS = {
    "portal": worded("portal"),
    "mail": worded("mail"),
    "post": worded("post"),
    "telephone": worded("telephone"),
    "in_person": worded("in person"),
}
UNNAMED: Mapping[str, str] = MappingProxyType({})
FIRST = 3  # questions shown beside a duty


def breach_line(entry: Entry, called: Mapping[str, str] = UNNAMED) -> BreachLine:
    """Everything the page shows of one entry; `called`: legal entities by their short id."""
    facts, effects = entry.facts, entry.effects
    return BreachLine(
        id=f"{entry.incident}-{entry.entity}-{entry.dataset}",
        href=f"/incidents/{entry.incident}",
        codename=entry.incident,
        title=entry.title,
        dataset=facts.title,
        entity=called.get(entry.entity, entry.entity),
        role=said.ROLES.get(facts.role or "", ""),
        phase=words.PHASES[Phase(entry.phase)],
        over=Phase(entry.phase) in FINAL,
        visibility=entry.visibility,
        at=entry.at,
        provisional=facts.aware is None or facts.aware.provisional,
        people=people_in(facts.people),
        risk=effects.risk,
        decided=effects.decided is not None and effects.decided.stands,
        state=entry.state.value,
        state_label=said.STATES[entry.state],
        open_duties=entry.open_duties,
        late=any(one.late for one in entry.notifications),
        facts=tuple(_facts(entry, called)),
        effects=tuple(_effects(entry)),
        done=tuple((one.title, one.at) for one in entry.done),
        response=tuple(_answered(key, yes=value) for key, value in entry.response.items()),
        authorities=_towards(entry, AUTHORITIES),
        concerned=tuple(replace(one, short=_short(entry, one)) for one in _towards(entry, PEOPLE)),
        others=tuple(_telling(one) for one in entry.notifications if one.addressee_kind not in AUTHORITIES + PEOPLE),
        notices=tuple((said.NOTICES.get(one.how, one.how), one.at, one.recipients) for one in entry.people_told),
        customers=_customers(entry),
        refusals=tuple(_refusal(one) for one in entry.refusals),
        records=tuple(_record(one) for one in entry.records),
        unknown=tuple((_mended_at(entry, path), said.asked(path)) for path in entry.unknown),
    )


def _mended_at(entry: Entry, path: str) -> str:
    """Where the answer goes, "" for an incident that is over."""
    case, moment = f"/incidents/{entry.incident}", path.removeprefix(said.ANCHOR)
    if Phase(entry.phase) in FINAL:
        return ""
    if moment != path:
        return f"{case}/duties#{'awareness' if moment == 'aware' else f'moment-{moment}'}"
    return question_href(case, path, entry.dataset) if path in ASKED else f"{case}/facts#dataset-{entry.dataset}"


def people_in(people: People) -> str:
    """A number or a range as people read it, "" while nobody knows."""
    if people.count is not None:
        return worded_list([Counted(people.count)])
    least, most = people.at_least, people.at_most
    if least is not None and most is not None:
        return worded("{least} to {most}", least=Counted(least), most=Counted(most))
    if least is not None:
        return worded("at least {number}", number=Counted(least))
    return worded("at most {number}", number=Counted(most)) if most is not None else ""


def _facts(entry: Entry, called: Mapping[str, str]) -> Iterator[Stated]:
    facts, people = entry.facts, entry.facts.people
    yield Stated(
        worded("What was hurt"),
        _listed("breach.kinds", facts.kinds),
        hint=worded("suspected, not established") if facts.suspected else "",
    )
    yield Stated(worded("Cause"), word_label(facts.cause, "breach.cause") if facts.cause else "")
    yield _moment(worded("Began"), facts.began)
    yield _moment(worded("Ended"), facts.ended)
    yield _moment(worded("Discovered"), facts.discovered)
    yield _moment(worded("Aware"), facts.aware)
    yield Stated(worded("Kinds of data"), _listed("data.categories", facts.categories))
    yield Stated(worded("People"), people_in(people), hint=_listed("people.kinds", people.kinds))
    yield Stated(worded("Where they live"), _reach(people.reach))
    yield Stated(worded("Our role"), said.ROLES.get(facts.role or "", ""))
    if entry.customers is not None:
        affected = entry.customers.affected
        yield Stated(
            worded("Customers' data"),
            "" if affected is None else worded_number("of {number} customer", "of {number} customers", affected),
        )
    yield Stated(worded("Legal entity"), called.get(entry.entity, entry.entity))


def _effects(entry: Entry) -> Iterator[Stated]:
    effects, over = entry.effects, Phase(entry.phase) in FINAL
    yield Stated(worded("Risk, as assessed"), RISKS.get(effects.assessed, NOT_ASSESSED if over else UNKNOWN_RISK))
    yield _judged(worded("As advised"), effects.advised, worded("Nobody has advised"))
    yield _judged(worded("As decided"), effects.decided, worded("Nobody has decided"))
    yield Stated(worded("Misuse seen"), {True: YES, False: NO, None: ""}[effects.misuse_seen])
    yield Stated(worded("Did the data get out"), _word("exposure.exfiltration", effects.exfiltration))
    yield Stated(worded("Who may have seen them"), _word("exposure.recipients", effects.recipients))
    if effects.unavailable_hours is not None:
        yield Stated(worded("Hours without them"), effects.unavailable_hours)


def _judged(label: str, judged: Judged | None, nobody: str) -> Stated:
    if judged is None:
        return Stated(label, nobody)
    risk = RISKS.get(judged.risk, judged.risk)
    text = worded_list((risk, judged.reason), ": ") if judged.reason else risk
    hint = judged.who if judged.stands else worded("{who}; the facts have changed since", who=judged.who)
    return Stated(label, text, at=judged.at, hint=hint)


def _moment(label: str, moment: Moment | None) -> Stated:
    return Stated(label, at=moment.at, provisional=moment.provisional) if moment else Stated(label)


def _customers(entry: Entry) -> Stated | None:
    found = entry.customers
    if found is None:
        return None
    told = Counted(found.told)
    text = worded("{told} of an unknown number", told=told)
    if found.affected is not None:
        text = worded("{told} of {number}", told=told, number=Counted(found.affected))
    hint = worded("open") if found.is_open else ""
    return Stated(worded("Customers told"), text, at=found.last_told_at, hint=hint)


def _towards(entry: Entry, kinds: Sequence[str]) -> tuple[TellingLine, ...]:
    return tuple(_telling(one) for one in entry.notifications if one.addressee_kind in kinds)


def _short(entry: Entry, one: TellingLine) -> str:
    """That the notices of a met duty had fewer recipients, all together, than the facts count people; else ""."""
    told, people = [sent.recipients for sent in entry.people_told], entry.facts.people
    least = people.count if people.count is not None else people.at_least
    if one.step != Step.TOLD.value or not told or None in told or least is None:
        return ""
    reached = sum(number or 0 for number in told)
    return worded("{told} of {number}", told=Counted(reached), number=Counted(least)) if reached < least else ""


def _telling(one: Notification) -> TellingLine:
    return TellingLine(
        rule=said.cited(one.law, one.article),
        title=one.title,
        whom=one.submissions[0].to if one.submissions else said.addressee_in_words(one.addressee),
        step=one.step.value,
        label=said.STEPS[one.step],
        at=one.told_at,
        due_at=one.due_at,
        provisional=one.provisional and one.is_open,
        late=one.late,
        delay_reasons=one.delay_reasons,
        made=tuple((made.at, _made(made)) for made in one.submissions),
        questions=_questions(one),
    )


def _questions(one: Notification) -> tuple[str, ...]:
    """The first of what would decide a duty; all of it stands under what is still unknown."""
    if one.step is not Step.UNDECIDED:
        return ()
    rest = len(one.missing) - FIRST
    more = (worded("and {number} more, below", number=rest),) if rest > 0 else ()
    return (*(said.asked(path) for path in one.missing[:FIRST]), *more)


def _made(made: Submission) -> str:
    channel = CHANNELS.get(made.channel, made.channel.replace("_", " "))
    if made.reference:
        return worded("by {channel}, reference {reference}", channel=channel, reference=made.reference)
    return worded("by {channel}, no reference", channel=channel)


def _refusal(one: Refusal) -> RefusalLine:
    named = worded_list(said.cited(rule.law, rule.article) for rule in one.rules)
    group = one.subject.partition(":")[2] if one.subject.startswith("group:") else ""
    what = worded_list((group, named), ": ") if group else named or worded("Risk to the people")
    outcome = said.OUTCOMES.get(one.outcome, one.outcome)
    return RefusalLine(what, outcome, one.reason, one.who, one.at, one.look_again_at, one.reopened_at)


def _record(one: Record) -> RecordLine:
    return RecordLine(said.cited(one.law, one.article), one.applies, one.retention, one.keep_until)


def _answered(key: str, *, yes: bool) -> str:
    return worded_list((said.RESPONSES.get(key) or said.asked(key), YES if yes else NO), ": ")


def _reach(reach: Mapping[str, int | None] | None) -> str:
    if reach is None:
        return ""
    places = (
        worded_list((Country(code), "?" if count is None else Counted(count)), " ") for code, count in reach.items()
    )
    return worded_list(places) or worded("Nowhere")


def _listed(path: str, found: Iterable[str] | None) -> str:
    if found is None:
        return ""
    return worded_list(word_label(word, path) for word in found) or worded("None")


def _word(path: str, word: str | None) -> str:
    return "" if word in (None, "unknown") else word_label(str(word), path)
