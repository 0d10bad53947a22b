"""The breach register as a CSV file (RFC 4180, UTF-8): one line for each entry, moments in ISO 8601, no formulas."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from incident.queries.breach_entry import (
    AUTHORITIES,
    PEOPLE,
    Entry,
    Judged,
    Moment,
    Notification,
    PeopleTold,
    Record,
    Refusal,
    Step,
)
from incident.web.breach_words import cited
from notifications.spreadsheets import harmless

YES, NO = "yes", "no"
Cell = Callable[[Entry], object]


def register_csv(entries: Iterable[Entry]) -> str:
    """The file, its first line the names of the columns."""
    out = io.StringIO()
    writer = csv.writer(out)  # its default dialect is that of RFC 4180
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(value(entry)) for value in COLUMNS.values()])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Iterable):
        return harmless("; ".join(map(str, value)))
    raise TypeError(f"no cell for {value!r}")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _at(moment: Moment | None) -> datetime | None:
    return moment.at if moment else None


def _provisional(entry: Entry) -> list[str]:
    facts = entry.facts
    named = (("began", facts.began), ("ended", facts.ended), ("discovered", facts.discovered), ("aware", facts.aware))
    return [name for name, moment in named if moment and moment.provisional]


def _reach(reach: Mapping[str, int | None] | None) -> list[str] | None:
    return None if reach is None else [f"{code} {'?' if n is None else n}" for code, n in reach.items()]


def _judged(entry: Entry, name: str, part: str) -> object:
    judged: Judged | None = getattr(entry.effects, name)
    return getattr(judged, part) if judged else None


def _towards(kinds: Sequence[str], *, others: bool = False) -> Cell:
    """What became of the duties to tell addressees of these kinds, or of every other kind."""
    return lambda entry: [_told(one) for one in entry.notifications if (one.addressee_kind in kinds) is not others]


def _told(one: Notification) -> str:
    whom = one.submissions[0].to if one.submissions else one.addressee.replace("_", " ")
    said = f"{cited(one.law, one.article)}, {one.stage.replace('_', ' ')}, {whom}: {_standing(one)}"
    for number, made in enumerate(one.submissions):
        again = f", supplemented {_iso(made.at)}" if number else ""
        said += f"{again}, by {made.channel}, reference {made.reference or 'none'}"
    return f"{said} (late, it was due {_iso(one.due_at)})" if one.late and one.due_at else said


def _standing(one: Notification) -> str:
    if one.told_at:
        return f"told {_iso(one.told_at)}"
    due = f", due {_iso(one.due_at)}{' (provisional)' if one.provisional else ''}" if one.due_at else ""
    words = {Step.OPEN: f"open{due}", Step.UNDECIDED: f"not known whether it applies{due}"}
    return words.get(one.step, one.step.value.replace("_", " "))


def _notice(one: PeopleTold) -> str:
    counted = f" to {one.recipients}" if one.recipients is not None else ""
    return f"{one.how.replace('_', '-')} notice{counted} {_iso(one.at)}"


def _refusal(one: Refusal) -> str:
    of = ", ".join(cited(rule.law, rule.article) for rule in one.rules) or one.subject
    again = f", to look at again {_iso(one.look_again_at)}" if one.look_again_at else ""
    opened = f", reopened {_iso(one.reopened_at)}" if one.reopened_at else ""
    return f"{of}: {one.outcome.replace('_', ' ')}, {one.who} {_iso(one.at)}: {one.reason}{again}{opened}"


def _record(one: Record) -> str:
    kept = f", keep {one.retention}{f' until {one.keep_until}' if one.keep_until else ''}" if one.retention else ""
    return f"{cited(one.law, one.article)} ({one.applies}){kept}"


COLUMNS: Mapping[str, Cell] = {
    "incident": lambda entry: entry.incident,
    "title": lambda entry: entry.title,
    "incident_kind": lambda entry: entry.kind,
    "phase": lambda entry: entry.phase,
    "incident_opened_at": lambda entry: entry.opened_at,
    "legal_entity": lambda entry: entry.entity,
    "data_set": lambda entry: entry.dataset,
    "data_set_title": lambda entry: entry.facts.title,
    "our_role": lambda entry: entry.facts.role,
    "facts_version": lambda entry: entry.facts.version,
    "breach_kinds": lambda entry: entry.facts.kinds,
    "suspected_only": lambda entry: entry.facts.suspected,
    "cause": lambda entry: entry.facts.cause,
    "began_at": lambda entry: _at(entry.facts.began),
    "ended_at": lambda entry: _at(entry.facts.ended),
    "discovered_at": lambda entry: _at(entry.facts.discovered),
    "aware_at": lambda entry: _at(entry.facts.aware),
    "provisional_moments": _provisional,
    "data_categories": lambda entry: entry.facts.categories,
    "people": lambda entry: entry.facts.people.count,
    "people_at_least": lambda entry: entry.facts.people.at_least,
    "people_at_most": lambda entry: entry.facts.people.at_most,
    "people_kinds": lambda entry: entry.facts.people.kinds,
    "people_live_in": lambda entry: _reach(entry.facts.people.reach),
    "customers": lambda entry: entry.facts.customers,
    "customers_told": lambda entry: entry.customers.told if entry.customers else None,
    "customers_first_told_at": lambda entry: entry.customers.first_told_at if entry.customers else None,
    "customers_last_told_at": lambda entry: entry.customers.last_told_at if entry.customers else None,
    "risk_assessed": lambda entry: entry.effects.assessed,
    "risk_advised": lambda entry: _judged(entry, "advised", "risk"),
    "risk_advised_by": lambda entry: _judged(entry, "advised", "who"),
    "risk_advised_at": lambda entry: _judged(entry, "advised", "at"),
    "risk_advice": lambda entry: _judged(entry, "advised", "reason"),
    "risk_decided": lambda entry: _judged(entry, "decided", "risk"),
    "risk_decided_by": lambda entry: _judged(entry, "decided", "who"),
    "risk_decided_at": lambda entry: _judged(entry, "decided", "at"),
    "risk_decision_reason": lambda entry: _judged(entry, "decided", "reason"),
    "risk_decision_stands": lambda entry: _judged(entry, "decided", "stands"),
    "misuse_seen": lambda entry: entry.effects.misuse_seen,
    "exfiltration": lambda entry: entry.effects.exfiltration,
    "recipients": lambda entry: entry.effects.recipients,
    "unavailable_hours": lambda entry: entry.effects.unavailable_hours,
    "remedial_action": lambda entry: [one.title for one in entry.done],
    "response": lambda entry: [f"{key}: {YES if value else NO}" for key, value in entry.response.items()],
    "state": lambda entry: entry.state.value,
    "open_duties": lambda entry: entry.open_duties,
    "authorities": _towards(AUTHORITIES),
    "people_concerned": _towards(PEOPLE),
    "others": _towards((*AUTHORITIES, *PEOPLE), others=True),
    "notices_sent": lambda entry: [_notice(one) for one in entry.people_told],
    "late": lambda entry: any(one.late for one in entry.notifications),
    "reasons_for_delay": lambda entry: dict.fromkeys(one.delay_reasons for one in entry.notifications if one.late),
    "decisions_not_to_notify": lambda entry: [_refusal(one) for one in entry.refusals],
    "register_duties": lambda entry: [_record(one) for one in entry.records],
    "still_unknown": lambda entry: entry.unknown,
}
