"""Send the reminders of one incident that have come: one message for all of them, one line on the timeline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col, select

from incident.endpoint_events import EndpointEvent, EventType
from incident.law.counting import stamp
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership
from incident.models.law import Obligation, Reminder
from incident.models.people import UserAccount
from incident.outreach import InternalMessage
from incident.queries.case import open_obligation
from incident.roles import Action, Role, Visibility
from incident.verbs.act import Act
from incident.verbs.endpoint_posts import post_event
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from incident.verbs.obligation_changes import said
from incident.verbs.reminders import fire
from incident.verbs.versions import lock_incident
from incident.zones import own_zone

REMINDED = frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER, Role.DECIDER})
NAMED = 20  # obligations a message names; the rest are counted


@dataclass(frozen=True, slots=True)
class Firing:
    """One reminder that goes now, with its obligation."""

    obligation: Obligation
    reminder: Reminder


def remind(act: Act, incident_id: UUID, domain: str, zone: str = "UTC", only: UUID | None = None) -> int:
    """Send what has come of an incident's reminders, or of one obligation's; returns how many reminders went.

    They are taken, written on the timeline and put into the outgoing ledger in one transaction, so each goes once
    however often this runs. The message goes to those who command, advise and decide, with its times in the zone of
    each, `zone` for who has none.
    """
    act.require(Action.NOTE, incident_id)
    lock_incident(act, incident_id)
    rows = _with_come(act, incident_id, only)
    fired = fire(act.session, rows, act.now)
    firings = sorted((Firing(row, fired[row.id]) for row in rows if row.id in fired), key=_weight)
    if not firings:
        return 0
    incident = act.session.get_one(Incident, incident_id)
    people = _people(act, incident)
    occasion = f"reminder:{firings[0].reminder.id}"  # a deadline that moved has the same thresholds once more
    subject, text = _subject(incident, firings), _text(incident, firings)
    message = InternalMessage(occasion, REMINDED, subject, text, event=_event(firings))
    post_event(act, incident_id, message)
    for one, readers in _in_zones(message, people, zone):
        put_under(act, incident_subject(incident_id), one, readers, domain)
    record(act, incident_subject(incident_id), "reminded", _body(firings, people))
    return len(firings)


def _in_zones(
    message: InternalMessage, people: Sequence[UserAccount], usual: str
) -> Iterator[tuple[InternalMessage, list[UserAccount]]]:
    """The message once for each zone somebody reads times in, with who does; the usual zone's keeps its occasion."""
    readers: dict[str, list[UserAccount]] = {} if people else {usual: []}
    for account in people:
        readers.setdefault(own_zone(account.zone, usual), []).append(account)
    for zone, theirs in readers.items():
        occasion = message.occasion if zone == usual else f"{message.occasion}:{zone}"
        yield replace(message.in_zone(zone), occasion=occasion), theirs


def _with_come(act: Act, incident_id: UUID, only: UUID | None) -> Sequence[Obligation]:
    """Open obligations of which a reminder has come. A numbered one always has its next waiting, also when late."""
    waits = (col(Reminder.sent_at).is_(None), col(Reminder.superseded_at).is_(None))
    come = select(Reminder.obligation_id).where(*waits, col(Reminder.fires_at) <= act.now)
    mine = (col(Obligation.incident_id) == incident_id, col(Obligation.id).in_(come))
    query = select(Obligation).where(*mine, *open_obligation())  # type: ignore[arg-type]
    return act.session.exec(query if only is None else query.where(col(Obligation.id) == only)).all()


def _weight(firing: Firing) -> tuple[bool, bool, float, str, str]:
    """The hardest first: a numbered deadline before an own target, statute before undertakings, the earliest moment."""
    row = firing.obligation
    return (row.due_at is None, row.kind != "statute", firing.reminder.due_at.timestamp(), row.duty, row.addressee)


def _people(act: Act, incident: Incident) -> list[UserAccount]:
    """Who is reminded: the commander, and privacy officers and deciders who may see the incident."""
    accounts = act.session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    inside = incident.visibility is Visibility.OPEN
    members = set(act.session.exec(select(Membership.user_id).where(col(Membership.incident_id) == incident.id)).all())
    return [
        account
        for account in sorted(accounts, key=lambda account: account.email)
        if account.id == incident.commander_id
        or ((inside or account.id in members) and not REMINDED.isdisjoint(account.roles) and _called(account, incident))
    ]


def _called(account: UserAccount, incident: Incident) -> bool:
    """Every commander hears while nobody commands; afterwards only the one who does."""
    advises = not {Role.PRIVACY_OFFICER, Role.DECIDER}.isdisjoint(account.roles)
    return advises or incident.commander_id is None


def _event(firings: Sequence[Firing]) -> EndpointEvent:
    """The hardest by its time, and by its name where that is public law: an undertaking may name a customer."""
    first, more = firings[0], f" and {len(firings) - 1} more" if len(firings) > 1 else ""
    duty = {"duty": str(first.obligation.rule["title"])} if first.obligation.kind == "statute" else {}
    return EndpointEvent(EventType.DEADLINE_REMINDER, f"Deadline: {_when(first)}{more}", duty)


def _subject(incident: Incident, firings: Sequence[Firing]) -> str:
    first = firings[0]
    more = f" and {len(firings) - 1} more" if len(firings) > 1 else ""
    return f"[{incident.codename}] {first.obligation.rule['title']}: {_when(first)}{more}"


def _text(incident: Incident, firings: Sequence[Firing]) -> str:
    lines = [f"- {_when(firing)}: {said(firing.obligation)}." for firing in firings[:NAMED]]
    if len(firings) > NAMED:
        lines.append(f"- and {len(firings) - NAMED} more")
    provisional = any(firing.obligation.provisional for firing in firings)
    hint = "\nAwareness is not decided: these moments are provisional and run from the earliest arguable candidate.\n"
    return f"Incident {incident.codename}\n\n" + "\n".join(lines) + "\n" + (hint if provisional else "")


def _body(firings: Sequence[Firing], people: Iterable[UserAccount]) -> dict[str, object]:
    names = ", ".join(account.name for account in people)
    to = f" To {names}." if names else " Nobody is there to be reminded: name a commander and a privacy officer."
    lines = [f"{_when(firing)}: {said(firing.obligation)}" for firing in firings[:NAMED]]
    more = f"; and {len(firings) - NAMED} more" if len(firings) > NAMED else ""
    reminders = [f"{firing.obligation.id}:{firing.reminder.threshold}" for firing in firings]
    return {"text": f"Reminder. {'; '.join(lines)}{more}.{to}", "reminders": reminders}


def _when(firing: Firing) -> str:
    name, due = firing.reminder.threshold, stamp(firing.reminder.due_at)
    if name.startswith("late+"):
        return f"late by more than {name.removeprefix('late+').removesuffix('h')} hours"
    return f"due since {due}" if name == "due" else f"less than {name.removesuffix('h')} hours left"
