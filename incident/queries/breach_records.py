"""The rows the breach register is written from, of every incident one may see, in a fixed number of reads."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Task
from incident.models.law import Filing, Obligation
from incident.models.people import Customer, Notice, Telling
from incident.phases import Phase
from incident.queries.access import visible_incidents
from incident.queries.breach_entry import Done, PeopleTold
from incident.queries.case import open_obligation
from incident.roles import Actor
from notifications.models import Announcement, Edition, Release, ReleaseState
from notifications.wording import listed

Ids = SelectOfScalar[UUID]
PIECE = 5000  # values in one list of a statement
REMEDIAL = (Phase.CONTAINMENT, Phase.RECOVERY)
TELLS = ("tell ", "notify ", "warn ", "inform ")  # in the title of a step of another phase: it is one of notification
OWED = (
    *("id", "incident_id", "entity", "duty", "addressee", "addressee_kind", "stage", "kind", "applies", "starts_at"),
    *("due_at", "provisional", "met_at", "waived_at", "not_due_at", "withdrawn_at"),
)
DOCUMENTS = ("datasets", "missing", "rule")


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation as the register needs it, with its frozen rule. The columns stand as `OWED` and `DOCUMENTS` do."""

    id: UUID
    incident_id: UUID
    entity: str
    duty: str
    addressee: str
    addressee_kind: str
    stage: str
    kind: str
    applies: str
    starts_at: datetime | None
    due_at: datetime | None
    provisional: bool
    met_at: datetime | None
    waived_at: datetime | None
    not_due_at: datetime | None
    withdrawn_at: datetime | None
    datasets: Sequence[str]
    missing: Sequence[str]
    rule: Mapping[str, Any]

    def concerns(self, entity: str, dataset: str) -> bool:
        return self.entity == entity and (not self.datasets or dataset in self.datasets)

    @property
    def stands(self) -> bool:
        """Neither taken back nor answered no before it was met."""
        return self.withdrawn_at is None and (self.applies != "no" or self.met_at is not None)


@dataclass(frozen=True, slots=True)
class Towards:
    """Duties towards business customers that rest on the same data sets: under which law, and whether one is open."""

    entity: str
    datasets: tuple[str, ...]
    regime: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that was sent to the end, or published. `dataset` "": it does not speak of one alone."""

    dataset: str
    told: PeopleTold


def recorded_incidents(session: Session, actor: Actor) -> tuple[Ids, list[Incident]]:
    """The incidents a register speaks of, as a subquery and as rows. Drills are none."""
    mine = (visible_incidents(actor), col(Incident.drill).is_(False))
    return select(Incident.id).where(*mine), list(session.exec(select(Incident).where(*mine)).all())


def owed_in(session: Session, ids: Ids) -> dict[UUID, list[Owed]]:
    """Duties of statutes, without those towards each customer; and whatever a decision was taken on."""
    named = [col(getattr(Obligation, name)) for name in OWED]
    written = [cast(col(getattr(Obligation, name)), Text) for name in DOCUMENTS]
    to_others = and_(col(Obligation.kind) == "statute", col(Obligation.addressee_kind) != "controller")
    standing = and_(to_others, col(Obligation.withdrawn_at).is_(None))
    query = (
        select_columns(*named, *written)
        .where(col(Obligation.incident_id).in_(ids), or_(standing, col(Obligation.decision_id).is_not(None)))
        .order_by(col(Obligation.due_at), col(Obligation.duty), col(Obligation.addressee))
    )
    read: dict[str, Any] = {}  # thousands of rows share a few frozen rules and lists
    found: dict[UUID, list[Owed]] = defaultdict(list)
    for values in session.execute(query).all():
        texts = values[len(OWED) :]
        read |= {text: json.loads(text) for text in texts if text not in read}
        owed = Owed(*values[: len(OWED)], *(read[text] for text in texts))
        found[owed.incident_id].append(owed)
    return found


def towards_customers(session: Session, ids: Ids) -> dict[UUID, list[Towards]]:
    """What is owed to business customers, counted together: there can be hundreds in one incident."""
    conditions: tuple[ColumnElement[bool], ...] = open_obligation()  # type: ignore[assignment]
    still_open = func.count(case((and_(*conditions), 1)))
    regime = case((col(Obligation.kind) == "statute", col(Obligation.rule)["regime"].as_string()), else_="")
    groups = (col(Obligation.incident_id), col(Obligation.entity), cast(col(Obligation.datasets), Text), regime)
    stands = (col(Obligation.withdrawn_at).is_(None), col(Obligation.applies) != "no")
    query = (
        select_columns(*groups, still_open)
        .where(col(Obligation.incident_id).in_(ids), col(Obligation.addressee_kind) == "controller", *stands)
        .group_by(*groups)
    )
    found: dict[UUID, list[Towards]] = defaultdict(list)
    for incident_id, entity, datasets, named, number in session.execute(query).all():
        found[incident_id].append(Towards(entity, tuple(json.loads(datasets)), named or "", number > 0))
    return found


def customers_told(session: Session, ids: Ids) -> dict[UUID, dict[str, datetime]]:
    """The host's id of each customer that was told → when first, by incident."""
    query = (
        select(Telling.incident_id, Customer.host_id, func.min(Telling.told_at))
        .join(Customer, col(Customer.id) == col(Telling.customer_id))
        .where(col(Telling.incident_id).in_(ids))
        .group_by(col(Telling.incident_id), col(Customer.host_id))
    )
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for incident_id, host_id, at in session.exec(query).all():
        found[incident_id][host_id] = at
    return found


def submitted_filings(session: Session, ids: Ids) -> dict[UUID, list[Filing]]:
    """Filings that were submitted, the first one first, by obligation."""
    made = (col(Filing.incident_id).in_(ids), col(Filing.submitted_at).is_not(None))
    found: dict[UUID, list[Filing]] = defaultdict(list)
    for row in session.exec(select(Filing).where(*made).order_by(col(Filing.submitted_at), col(Filing.id))).all():
        found[row.obligation_id].append(row)
    return found


def remedial_steps(session: Session, ids: Ids) -> dict[UUID, list[Done]]:
    """Finished steps of containment and recovery, and those of other phases that tell somebody."""
    title = col(Task.step)["title"].as_string()
    remedial = or_(col(Task.phase).in_(REMEDIAL), *(func.lower(title).contains(word) for word in TELLS))
    query = (
        select(Task.incident_id, title, Task.key, Task.settled_at)
        .where(col(Task.incident_id).in_(ids), col(Task.state) == "done", remedial)
        .order_by(col(Task.settled_at), col(Task.position))
    )
    found: dict[UUID, list[Done]] = defaultdict(list)
    for incident_id, said, key, at in session.exec(query).all():
        found[incident_id].append(Done(listed(said or key), at))
    return found


def notices_sent(session: Session, ids: Ids, incidents: Iterable[Incident]) -> dict[UUID, list[Sent]]:
    """Notices to people and in the product that went out to the end, and public announcements that stand."""
    when = func.coalesce(col(Release.closed_at), col(Release.approved_at))
    query = (
        select_columns(col(Notice.incident_id), col(Notice.kind), col(Notice.dataset), when, col(Release.recipients))
        .join(Edition, col(Edition.notice_id) == col(Notice.id))
        .join(Release, col(Release.edition_id) == col(Edition.id))
        .where(
            col(Notice.incident_id).in_(ids),
            col(Notice.kind).in_(("people", "in_app")),
            col(Release.state) == ReleaseState.FINISHED,
        )
    )
    found: dict[UUID, list[Sent]] = defaultdict(list)
    for incident_id, kind, dataset, at, recipients in session.execute(query).all():
        found[incident_id].append(Sent(dataset, PeopleTold(kind, at, recipients)))
    by_subject = {incident_subject(row.id): row.id for row in incidents}
    for subject, at in _announced(session, list(by_subject)):
        found[by_subject[subject]].append(Sent("", PeopleTold("announcement", at, None)))
    return found


def _announced(session: Session, subjects: Sequence[str]) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for piece in pieces(subjects):
        standing = (col(Announcement.subject).in_(piece), col(Announcement.withdrawn_at).is_(None))
        query = select(Announcement.subject, Announcement.published_at).where(*standing)
        found.extend(session.exec(query.order_by(col(Announcement.published_at))).all())
    return found


def pieces(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """Lists short enough for one statement."""
    return (values[at : at + PIECE] for at in range(0, len(values), PIECE))
