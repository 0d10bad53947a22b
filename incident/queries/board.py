"""The board: every incident one may see with its commander, next deadline and customers told; titles on demand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.deadlines import Standing
from incident.law.derivation import CONTROLLERS
from incident.law.duties import named
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Severity
from incident.models.law import FactVersion, Obligation
from incident.models.people import Customer, Telling
from incident.phases import FINAL
from incident.queries.access import incidents_seen
from incident.queries.case import open_obligation
from incident.queries.duties import counted_once, open_duties
from incident.queries.people import people_named
from incident.roles import Actor
from notifications.sealing import Keys, Place

GRAVE = (Severity.CRITICAL, Severity.HIGH)
COUNTED = (Standing.LATE, Standing.SOON, Standing.AHEAD, Standing.BLOCKED)


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of an incident that is next, with the rule's title and article once it is opened."""

    at: datetime
    standing: Standing
    provisional: bool
    obligation_id: UUID
    may_apply: bool = False  # nobody knows yet whether it applies
    title: str = ""
    law: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One incident with what the board shows beside it. `told` and `affected` count customers.

    `title` is "" until it is opened. `known`: false while facts are missing, or a data set that we process for others
    names no customer. `undated`: open duties of which no clock runs.
    """

    incident: Incident
    commander: str
    due: Due | None
    told: int
    affected: int
    known: bool = True
    undated: int = 0
    title: str = ""

    @property
    def is_over(self) -> bool:
        return self.incident.phase in FINAL


@dataclass(frozen=True, slots=True)
class Board:
    """Open incidents first, the most urgent first; how many open duties stand where, one owed to many counted once."""

    rows: tuple[BoardRow, ...]
    counts: tuple[tuple[Standing, int], ...]


def title_place(incident_id: UUID) -> Place:
    """Where the title of an incident is sealed for."""
    return Place("incident", "title_sealed", str(incident_id), incident_subject(incident_id))


def read_board(session: Session, actor: Actor, now: datetime) -> Board:
    """Everything the board counts and sorts by, in seven reads however many incidents there are; no text is opened."""
    incidents = incidents_seen(session, actor)
    ids = [incident.id for incident in incidents]
    due, counts, undated = _deadlines(session, ids, now)
    told, affected, known = _told(session, ids), _affected(session, ids), _known(session, ids)
    wanted = {incident.commander_id for incident in incidents if incident.commander_id}
    names = people_named(session, wanted)
    rows = [
        BoardRow(
            incident,
            names.get(incident.commander_id, "") if incident.commander_id else "",
            due.get(incident.id),
            len(told[incident.id] & affected[incident.id]),
            len(affected[incident.id]),
            incident.id in known,
            undated[incident.id],
        )
        for incident in incidents
    ]
    return Board(tuple(sorted(rows, key=urgency)), tuple((name, counts[name]) for name in COUNTED))


def with_titles(session: Session, keys: Keys, rows: Iterable[BoardRow]) -> list[BoardRow]:
    """The same rows with their titles opened; one that is open already stays."""

    def title(incident: Incident) -> str:
        return keys.open(session, incident.title_sealed, title_place(incident.id))

    return [row if row.title else replace(row, title=title(row.incident)) for row in rows]


def with_rules(session: Session, rows: Iterable[BoardRow]) -> list[BoardRow]:
    """The same rows, each next deadline with its rule's title and article."""
    rows = list(rows)
    wanted = [row.due.obligation_id for row in rows if row.due]
    found = session.exec(select(Obligation.id, Obligation.rule).where(col(Obligation.id).in_(wanted))).all()
    rules = {identity: (*named(rule), str(rule["article"])) for identity, rule in found}
    return [replace(row, due=_ruled(row.due, *rules[row.due.obligation_id])) if row.due else row for row in rows]


def _ruled(due: Due, title: str, law: str, article: str) -> Due:
    return replace(due, title=title, law=law, article=article)


def _deadlines(
    session: Session, ids: Sequence[UUID], now: datetime
) -> tuple[dict[UUID, Due], Counter[Standing], Counter[UUID]]:
    """By incident what is due next; how many open duties stand where; by incident those of which no clock runs."""
    found: dict[UUID, Due] = {}
    counted: dict[tuple[object, ...], tuple[UUID, Standing, datetime | None]] = {}
    for one in open_duties(session, ids):
        stands, moment = one.stands(now), one.moment
        counted[one.incident_id, *counted_once(one, stands)] = (one.incident_id, stands, moment)
        if moment is None or stands is Standing.BLOCKED:
            continue
        if one.incident_id not in found or moment < found[one.incident_id].at:
            found[one.incident_id] = Due(moment, stands, one.provisional, one.id, one.applies == "unknown")
    counts = Counter(stands for _, stands, _ in counted.values())
    undated = Counter(here for here, stands, moment in counted.values() if moment is None or stands is Standing.BLOCKED)
    return found, counts, undated


def _told(session: Session, ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    query = select(Telling.incident_id, Customer.host_id).join(Customer, col(Customer.id) == col(Telling.customer_id))
    return _sets(session.exec(query.where(col(Telling.incident_id).in_(ids))).all())


def _affected(session: Session, ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    owed = (
        col(Obligation.incident_id).in_(ids),
        col(Obligation.addressee_kind) == "controller",
        col(Obligation.applies) != "no",
        col(Obligation.withdrawn_at).is_(None),
        col(Obligation.addressee) != CONTROLLERS,
    )
    return _sets(session.exec(select(Obligation.incident_id, Obligation.addressee).where(*owed)).all())


def _known(session: Session, ids: Iterable[UUID]) -> set[UUID]:
    """Incidents of which the facts say whose data it is: with a saved version, and no duty to customers unnamed."""
    unnamed = (
        col(Obligation.incident_id).in_(ids),
        col(Obligation.addressee) == CONTROLLERS,
        *open_obligation(),
    )
    saved = session.exec(select(FactVersion.incident_id).where(col(FactVersion.incident_id).in_(ids)).distinct()).all()
    return set(saved) - set(session.exec(select(Obligation.incident_id).where(*unnamed)).all())  # type: ignore[arg-type]


def _sets(rows: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for incident_id, name in rows:
        found[incident_id].add(name)
    return found


def urgency(row: BoardRow) -> tuple[bool, int, int, float, float]:
    """What is late, then what is grave and has no commander, then what is due soon: of each the next deadline first.

    Then the gravest. A provisional deadline is one: what it rests on may still be decided, and time runs meanwhile.
    """
    due = row.due.at.timestamp() if row.due else float("inf")
    stands, gravity = row.due.standing if row.due else None, 0
    if stands is Standing.LATE:
        first = 0
    elif row.incident.severity in GRAVE and row.incident.commander_id is None:
        first = 1
    elif stands is Standing.SOON:
        first = 2
    else:
        first, gravity = 3, list(Severity).index(row.incident.severity)
    return (row.is_over, first, gravity, due, -row.incident.opened_at.timestamp())
