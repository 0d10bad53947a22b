"""Teams that answer pages: whose turn it is, who stands in, layers and steps, the address of the calendar."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from incident.api.shapes import ONE_LINE, AtEdge, In, Instant, Out
from incident.auth.dependencies import acting
from incident.queries.teams import TeamPage, read_team, read_teams
from incident.roles import Action, Actor
from incident.rota import Turn
from incident.verbs.rota import add_override, revoke_override
from incident.verbs.teams import (
    NewLayer,
    add_team,
    drop_layer,
    make_feed,
    put_layer,
    retire_team,
    set_default_team,
    set_steps,
)

router = APIRouter(prefix="/api/teams", tags=["on call"])
Reader = Annotated[Actor, Depends(acting(Action.ON_CALL))]
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
Word = Annotated[str, Field(max_length=64, pattern=ONE_LINE)]
Address = Annotated[str, Field(max_length=320, pattern=ONE_LINE)]


class TeamIn(In):
    """A new team. The first one takes whatever names no team; `default` says so of a later one."""

    name: Word
    default: bool = False


class LayerIn(In):
    """People who take weeks in their order, by the addresses they sign in with; `begins`: the first handover's day."""

    people: Annotated[list[Address], Field(max_length=50)]
    begins: Annotated[str, Field(max_length=10, pattern=ONE_LINE)]
    at: Annotated[str, Field(max_length=5, pattern=ONE_LINE)] = "09:00"
    zone: Word = "UTC"
    weeks: Annotated[int, Field(ge=1, le=8)] = 1


class StepsIn(In):
    """Steps as they are written, such as "on-call, endpoint:pager wait 10 via mail, texts"; none: the usual ones."""

    steps: Annotated[list[Annotated[str, Field(max_length=2000, pattern=ONE_LINE)]], Field(max_length=10)]


class OverrideIn(In):
    """Somebody stands in from a moment to before another; `layer` left out: in the first one."""

    person: Address
    begins_at: Instant
    ends_at: Instant
    layer: Word = ""


class TurnOut(Out):
    """Somebody's turn in a layer. `stands_in`: by an override."""

    layer: str
    person: str
    begins_at: datetime
    ends_at: datetime
    stands_in: bool


class LayerOut(Out):
    """A layer. `people`: ids in the order of their turns."""

    name: str
    people: list[UUID]
    begins: str
    at: str
    zone: str
    weeks: int


class OverrideOut(Out):
    """An override that is not over."""

    id: UUID
    layer: str
    person: str
    begins_at: datetime
    ends_at: datetime


class TeamMadeOut(Out):
    """What a new team is called."""

    name: str


class OverrideMadeOut(Out):
    """The id of an override."""

    id: UUID


class TeamOut(Out):
    """A team: who is on call now, the turns of six weeks, layers, overrides and steps."""

    name: str
    default: bool
    on_call: list[TurnOut]
    turns: list[TurnOut]
    layers: list[LayerOut]
    overrides: list[OverrideOut]
    steps: list[str]

    @classmethod
    def of(cls, page: TeamPage) -> "TeamOut":
        def told(turn: Turn) -> TurnOut:
            name = page.names.get(turn.person, "")
            return TurnOut(
                layer=turn.layer, person=name, begins_at=turn.begins, ends_at=turn.ends, stands_in=turn.stands_in
            )

        layers = [
            LayerOut(
                name=one.name,
                people=list(one.people),
                begins=one.begins.isoformat(),
                at=f"{one.at:%H:%M}",
                zone=one.zone,
                weeks=one.weeks,
            )
            for one in page.rota.layers
        ]
        overrides = [
            OverrideOut(
                id=one.id,
                layer=one.layer,
                person=page.names.get(one.person, ""),
                begins_at=one.begins_at,
                ends_at=one.ends_at,
            )
            for one in page.overrides
        ]
        return cls(
            name=page.rota.team.name,
            default=page.rota.team.is_default,
            on_call=[told(turn) for turn in page.now],
            turns=[told(turn) for turn in page.ahead],
            layers=layers,
            overrides=overrides,
            steps=[str(step) for step in page.rota.steps],
        )


class TeamsOut(Out):
    """Every team, the default one first."""

    teams: list[TeamOut]


class CalendarOut(Out):
    """The address of a team's calendar, in this answer and in no later one."""

    url: str


@router.get("", response_model=TeamsOut)
def list_teams(by: Reader, edge: AtEdge) -> TeamsOut:
    """Every team, with who is on call now."""
    with edge.read() as session:
        return TeamsOut(teams=[TeamOut.of(page) for page in read_teams(session, by, edge.clock.now())])


@router.post("", status_code=201, response_model=TeamMadeOut)
def make_team(by: Keeper, edge: AtEdge, body: TeamIn, response: Response) -> TeamMadeOut:
    """Make a team with the usual steps and no layer."""
    edge.write(by, lambda act: add_team(act, body.name, default=body.default))
    response.headers["Location"] = f"/api/teams/{body.name}"
    return TeamMadeOut(name=body.name)


@router.get("/{name}", response_model=TeamOut)
def get_team(by: Reader, edge: AtEdge, name: Name) -> TeamOut:
    """One team."""
    with edge.read() as session:
        return TeamOut.of(read_team(session, by, name, edge.clock.now()))


@router.delete("/{name}", status_code=204, response_model=None)
def delete_team(by: Keeper, edge: AtEdge, name: Name) -> None:
    """Give a team up; pages under way go on."""
    edge.write(by, lambda act: retire_team(act, name))


@router.put("/{name}/default", status_code=204, response_model=None)
def put_default(by: Keeper, edge: AtEdge, name: Name) -> None:
    """Let it take whatever names no other team."""
    edge.write(by, lambda act: set_default_team(act, name))


@router.put("/{name}/layers/{layer}", status_code=204, response_model=None)
def keep_layer(by: Keeper, edge: AtEdge, name: Name, layer: Name, body: LayerIn) -> None:
    """Add a layer or say it anew."""
    new = NewLayer(layer, tuple(body.people), body.begins, body.at, body.zone, body.weeks)
    edge.write(by, lambda act: put_layer(act, name, new))


@router.delete("/{name}/layers/{layer}", status_code=204, response_model=None)
def delete_layer(by: Keeper, edge: AtEdge, name: Name, layer: Name) -> None:
    """Drop a layer and who stands in there."""
    edge.write(by, lambda act: drop_layer(act, name, layer))


@router.put("/{name}/steps", status_code=204, response_model=None)
def put_steps(by: Keeper, edge: AtEdge, name: Name, body: StepsIn) -> None:
    """Say whom a page goes to, step by step."""
    edge.write(by, lambda act: set_steps(act, name, body.steps))


@router.post("/{name}/overrides", status_code=201, response_model=OverrideMadeOut)
def make_override(by: Reader, edge: AtEdge, name: Name, body: OverrideIn) -> OverrideMadeOut:
    """Let somebody stand in for a time."""
    row = edge.write(by, lambda act: add_override(act, name, body.person, body.begins_at, body.ends_at, body.layer).id)
    return OverrideMadeOut(id=row)


@router.delete("/{name}/overrides/{override_id}", status_code=204, response_model=None)
def end_override(by: Reader, edge: AtEdge, name: Name, override_id: UUID) -> None:
    """End an override at once."""
    edge.write(by, lambda act: revoke_override(act, name, override_id))


@router.post("/{name}/calendars", status_code=201, response_model=CalendarOut)
def make_calendar(by: Keeper, edge: AtEdge, name: Name) -> CalendarOut:
    """Make the address of its calendar; an earlier one opens nothing any more."""
    token = edge.write(by, lambda act: make_feed(act, name))
    return CalendarOut(url=f"{edge.settings.base_url}/on-call-calendars/{token}.ics")
