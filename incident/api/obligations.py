"""What is owed on an incident, for programs: each obligation with its deadline, its standing and why."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from incident.api.shapes import AtEdge, Codename, Out
from incident.auth.dependencies import acting
from incident.deadlines import Standing
from incident.queries.access import find_incident
from incident.queries.duties import DutyLine, duties_of
from incident.queries.to_follow import ToFollow, to_follow
from incident.roles import Action, Actor

router = APIRouter(prefix="/api/incidents/{codename}/obligations", tags=["obligations"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
ROW = (
    "id",
    "entity",
    "addressee",
    "addressee_kind",
    "stage",
    "kind",
    "applies",
    "why",
    "missing",
    "datasets",
    "starts_at",
    "due_at",
    "target_at",
    "provisional",
    "blocked",
    "trace",
    "met_at",
    "waived_at",
    "not_due_at",
    "withdrawn_at",
)


class ToFollowOut(Out):
    """A point that a submitted filing said is to follow, and no later one has told: `to` whom it was said, and when."""

    point: str
    to: str
    since: datetime


class ObligationOut(Out):
    """One obligation with its frozen rule. `kind`: statute, contract or promise; `applies`: yes, no or unknown.

    `due_at` is the moment of the law or the contract, `target_at` the organisation's own where the law sets no number.
    `trace` is the arithmetic, `missing` the facts whose answer could change `applies`. `to_follow` is owed even where
    it is met: without undue further delay (Art. 33(4) GDPR).
    """

    id: UUID
    entity: str
    duty: str
    title: str
    law: str
    article: str
    addressee: str
    addressee_kind: str
    stage: str
    kind: str
    applies: str
    why: list[str]
    missing: list[str]
    datasets: list[str]
    standing: Standing
    starts_at: datetime | None
    due_at: datetime | None
    target_at: datetime | None
    provisional: bool
    blocked: str
    trace: list[str]
    met_at: datetime | None
    waived_at: datetime | None
    not_due_at: datetime | None
    withdrawn_at: datetime | None
    to_follow: list[ToFollowOut]


class ObligationsOut(Out):
    """Open ones first, in the order they fall due."""

    obligations: list[ObligationOut]


@router.get("", response_model=ObligationsOut)
def list_obligations(by: Reader, edge: AtEdge, codename: Codename) -> ObligationsOut:
    """Everything owed on the incident, settled ones too."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
        lines = duties_of(session, by, incident_id, edge.clock.now())
        later = {one.duty: one for one in to_follow(session, [line.obligation for line in lines])}
    return ObligationsOut(obligations=[_out(line, later.get(line.obligation.id)) for line in lines])


def _out(line: DutyLine, later: ToFollow | None) -> ObligationOut:
    duty, row = line.duty, line.obligation
    rule = {"duty": row.duty, "title": duty.title, "law": duty.law, "article": duty.article}
    points = [ToFollowOut(point=point, to=later.to, since=at) for point, at in later.points.items()] if later else []
    values = {name: getattr(row, name) for name in ROW}
    return ObligationOut(**values, **rule, standing=line.standing, to_follow=points)
