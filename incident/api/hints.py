"""What the alerts of an incident and the assets declared for them suggest for its facts; that it is read is a line."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from incident.api.shapes import AtEdge, Codename, Out
from incident.auth.dependencies import acting
from incident.facts import FactSheet
from incident.hints import Stance, Suggestion, Why
from incident.organisation import declarations_good_for
from incident.queries.access import find_incident
from incident.queries.facts import read_facts
from incident.queries.hints import places_of
from incident.roles import Action, Actor
from incident.verbs.hints import read_hints

router = APIRouter(prefix="/api/incidents/{codename}/hints", tags=["incidents"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Value = bool | int | float | str | list[str] | dict[str, int | None]


class DeclaredOut(Out):
    """The declared asset a reason comes from. `outdated`: it was said longer ago than the setting allows."""

    asset: str
    declared_at: datetime
    declared_by: str
    outdated: bool


class ReasonOut(Out):
    """Why, and how many alerts say so."""

    why: str
    alerts: int
    declared: DeclaredOut | None

    @classmethod
    def of(cls, why: Why) -> "ReasonOut":
        said = why.declared
        named = said and DeclaredOut(asset=said.asset, declared_at=said.at, declared_by=said.by, outdated=said.outdated)
        return cls(why=why.text, alerts=why.alerts, declared=named)


class AlertOut(Out):
    """An alert that says so."""

    source: str
    title: str
    heard_at: datetime


class PlaceOut(Out):
    """How it stands to the saved facts: of a data set, or "" where all share the answer. What is saved always wins."""

    dataset: str
    stance: Stance


class HintOut(Out):
    """A suggested value for a fact, by its path; the first alerts that say so. It is no fact and counts for nothing."""

    key: str
    fact: str
    value: Value
    reasons: list[ReasonOut]
    alerts: int
    said_by: list[AlertOut]
    places: list[PlaceOut]

    @classmethod
    def of(cls, one: Suggestion, sheet: FactSheet) -> "HintOut":
        value = list(one.value) if isinstance(one.value, tuple) else one.value
        return cls(
            key=one.key,
            fact=one.fact,
            value=value,
            reasons=[ReasonOut.of(why) for why in one.whys],
            alerts=one.alerts,
            said_by=[AlertOut.from_row(teller) for teller in one.tellers],
            places=[PlaceOut.from_row(place) for place in places_of(one, sheet)],
        )


class HintsOut(Out):
    """Suggestions by fact, from `read` of the incident's `alerts`; what `erased` of them said is gone."""

    hints: list[HintOut]
    alerts: int
    read: int
    erased: int


@router.get("", response_model=HintsOut)
def list_hints(by: Reader, edge: AtEdge, codename: Codename) -> HintsOut:
    """What alerts suggest. Nothing changes by it but a line that says who read it, once a day for each reader."""
    good_for = declarations_good_for(edge.settings)
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    found = edge.write(by, lambda act: read_hints(act, incident_id, good_for))
    with edge.read() as session:
        sheet = read_facts(session, edge.keys, by, incident_id).sheet
    hints = [HintOut.of(one, sheet) for one in found.suggestions]
    return HintsOut(hints=hints, alerts=found.alerts, read=found.read, erased=found.erased)
