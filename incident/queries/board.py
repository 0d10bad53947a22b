"""The board: every incident one may see with its title, commander, next deadline, and customers told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.deadlines import Deadline, Standing, standing
from incident.law.derivation import CONTROLLERS
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Severity
from incident.models.law import FactVersion, Obligation
from incident.models.people import Customer, Telling
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.case import open_obligation
from incident.queries.people import people_named
from incident.roles import Actor
from notifications.sealing import Keys, Place

GRAVE = (Severity.CRITICAL, Severity.HIGH)
PRESSING = (Standing.LATE, Standing.SOON)
COUNTED = (Standing.LATE, Standing.SOON, Standing.AHEAD, Standing.BLOCKED)


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of an incident that is next, with the rule's title and article."""

    at: datetime
    standing: Standing
    provisional: bool
    title: str
    law: str
    article: str
    may_apply: bool = False  # nobody knows yet whether it applies


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One incident with what the board shows beside it. `told` and `affected` count customers.

    `known`: false while facts are missing, or a data set that we process for others names no customer.
    """

    incident: Incident
    title: str
    commander: str
    due: Due | None
    told: int
    affected: int
    known: bool = True

    @property
    def is_over(self) -> bool:
        return self.incident.phase in FINAL


@dataclass(frozen=True, slots=True)
class Board:
    """Open incidents first, the most urgent first; how many open obligations stand where."""

    rows: tuple[BoardRow, ...]
    counts: tuple[tuple[Standing, int], ...]


def title_place(incident_id: UUID) -> Place:
    """Where the title of an incident is sealed for."""
    return Place("incident", "title_sealed", str(incident_id), incident_subject(incident_id))


def read_board(session: Session, keys: Keys, actor: Actor, now: datetime) -> Board:
    """Everything the board shows, in seven reads however many incidents there are."""
    incidents = session.exec(select(Incident).where(visible_incidents(actor))).all()
    ids = [incident.id for incident in incidents]
    due, counts = _deadlines(session, ids, now)
    told, affected, known = _told(session, ids), _affected(session, ids), _known(session, ids)
    wanted = {incident.commander_id for incident in incidents if incident.commander_id}
    names = people_named(session, wanted)
    rows = [
        BoardRow(
            incident,
            keys.open(session, incident.title_sealed, title_place(incident.id)),
            names.get(incident.commander_id, "") if incident.commander_id else "",
            due.get(incident.id),
            len(told[incident.id] & affected[incident.id]),
            len(affected[incident.id]),
            incident.id in known,
        )
        for incident in incidents
    ]
    return Board(tuple(sorted(rows, key=_urgency)), tuple((name, counts[name]) for name in COUNTED))


def _deadlines(session: Session, ids: Sequence[UUID], now: datetime) -> tuple[dict[UUID, Due], dict[Standing, int]]:
    mine = (col(Obligation.incident_id).in_(ids), *open_obligation())
    found: dict[UUID, Due] = {}
    counts: dict[Standing, int] = defaultdict(int)
    for row in session.exec(select(Obligation).where(*mine)).all():  # type: ignore[arg-type]
        deadline = Deadline(
            row.starts_at, row.due_at, row.target_at, blocked=bool(row.blocked), provisional=row.provisional
        )
        stands, moment = standing(deadline, now), deadline.moment
        counts[stands] += 1
        if moment is None or stands is Standing.BLOCKED:
            continue
        title, law, article = (str(row.rule[name]) for name in ("title", "law", "article"))
        due = Due(moment, stands, row.provisional, title, law, article, row.applies == "unknown")
        if row.incident_id not in found or moment < found[row.incident_id].at:
            found[row.incident_id] = due
    return found, counts


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


def _urgency(row: BoardRow) -> tuple[bool, int, int, float, float]:
    """What is grave and has no commander, then decided deadlines that press, then the gravest; the next deadline first.

    A provisional clock does not press: of two incidents of one night the graver one comes first.
    """
    due = row.due.at.timestamp() if row.due else float("inf")
    gravity = list(Severity).index(row.incident.severity)
    if row.incident.severity in GRAVE and row.incident.commander_id is None:
        first = 0
    elif row.due and not row.due.provisional and row.due.standing in PRESSING:
        first, gravity = 1, 0
    else:
        first = 2
    return (row.is_over, first, gravity, due, -row.incident.opened_at.timestamp())
