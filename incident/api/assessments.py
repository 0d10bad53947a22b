"""The assessment for programs, without an incident: what `seventytwo assess` answers. Nothing is stored."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from incident.api.shapes import In, Out
from incident.auth.dependencies import acting
from incident.inquiries.assessments import answer
from incident.roles import Action, Actor

router = APIRouter(prefix="/api/assessments", tags=["law"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]


class FactsIn(In):
    """A fact sheet; `regime` asks under one law alone, `jurisdiction` says where."""

    facts: dict[str, Any]
    regime: str | None = None
    jurisdiction: str | None = None


class ReasonOut(Out):
    """A criterion that holds, which raises or lowers the risk, with its source."""

    criterion: str
    direction: str
    text: str
    source: str


class SeverityOut(Out):
    """The score of ENISA's method, beside the law and never instead: dpc x ei + cb."""

    dpc: int
    ei: float
    cb: float
    score: float
    band: str
    flags: list[str]


class TestOut(Out):
    """The test of another law, answered."""

    name: str
    answer: str
    reasons: list[ReasonOut]
    missing: list[str]


class LimbsOut(Out):
    """Both limbs with their reasons. `missing`: the facts that would decide, or overturn what is presumed."""

    document: bool
    notify_authority: str
    notify_subjects: str
    risk: str
    reasons: list[ReasonOut]
    missing: list[str]
    severity: SeverityOut
    tests: list[TestOut]


class DataSetOut(LimbsOut):
    """The same of one data set."""

    id: str


class AssessmentOut(LimbsOut):
    """The strongest answer among the data sets we are controller of, and each by itself."""

    datasets: list[DataSetOut]


@router.post("")
def assess_facts(_by: Reader, body: FactsIn) -> AssessmentOut:
    """Assess a fact sheet."""
    return AssessmentOut(**answer(body.model_dump(exclude_none=True)))
