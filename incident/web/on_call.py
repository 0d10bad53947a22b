"""The pages of people on call: whose turn it is, who stands in, and, for administrators, layers and steps of a team."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from pydantic import Field

from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.errors import Fault, Invalid, NotFound
from incident.models.people import UserAccount
from incident.queries.pages import read_pages
from incident.queries.teams import TeamPage, has_number, read_callable, read_team, read_teams, team_of_feed
from incident.roles import Action, Actor
from incident.rota import Layer, Turn, calendar, step_in_words
from incident.verbs.rota import add_override, revoke_override, set_number
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
from incident.web.forms import Line, Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.moment_view import local_input
from incident.web.paged import page_row
from incident.web.subscribed import subscribed
from incident.web.times import read_local
from incident.web.views import Choice
from incident.web.views.on_call import LayerRow, OnCallView, StandInLine, TeamRow, TeamView, TurnLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/on-call"
FEEDS = "/on-call-calendars"
LAST = 8  # pages of a team
WEEKDAYS = (
    worded("Monday"),
    worded("Tuesday"),
    worded("Wednesday"),
    worded("Thursday"),
    worded("Friday"),
    worded("Saturday"),
    worded("Sunday"),
)
Reader = Annotated[Actor, Depends(acting(Action.ON_CALL, programs=False))]
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
Token = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class TeamForm(Sent):
    name: Line


class NumberForm(Sent):
    number: Line = ""


class StandInForm(Sent):
    """Moments are local to the reader."""

    person: Line
    layer: Line = ""
    begins: Line
    ends: Line


class LayerForm(Sent):
    """`people`: addresses, one a line, in the order of their turns."""

    layer: Line
    people: Text = ""
    begins: Line
    at: Line
    zone: Line
    weeks: Annotated[int, Field(ge=1, le=8)] = 1


class StepsForm(Sent):
    """One step a line; none takes the usual ones."""

    steps: Text = ""


@router.get(PAGE)
def show_teams(desk: Seated, by: Reader) -> Response:
    """Every team, and who is on call in each now."""
    now = desk.edge.clock.now()
    with desk.edge.read() as session:
        rows = tuple(_row(page) for page in read_teams(session, by, now))
        waiting = tuple(page_row(line) for line in read_pages(session, by, waiting=True))
        view = OnCallView(rows, has_number(session, by), waiting)
        return desk.page("on_call.html", session, {"view": view})


@router.post(PAGE)
def add(desk: Seated, by: Keeper, form: Annotated[TeamForm, Form()]) -> Response:
    """Make a team."""
    name = form.name.strip()
    desk.edge.write(by, lambda act: add_team(act, name))
    return see(f"{PAGE}/{name}")


@router.post(f"{PAGE}/number")
def keep_number(desk: Seated, by: Reader, form: Annotated[NumberForm, Form()]) -> Response:
    """Keep the number the reader is paged at, or take it away."""
    desk.edge.write(by, lambda act: set_number(act, form.number))
    return see(PAGE)


@router.get(f"{PAGE}/{{name}}")
def show_team(desk: Seated, by: Reader, name: Name) -> Response:
    """One team: turns, who stands in, layers, steps."""
    return _page(desk, by, name)


@router.post(f"{PAGE}/{{name}}/default")
def make_default(desk: Seated, by: Keeper, name: Name) -> Response:
    """Let it take what names no team."""
    desk.edge.write(by, lambda act: set_default_team(act, name))
    return see(f"{PAGE}/{name}")


@router.post(f"{PAGE}/{{name}}/retirement")
def retire(desk: Seated, by: Keeper, name: Name) -> Response:
    """Give it up."""
    desk.edge.write(by, lambda act: retire_team(act, name))
    return see(PAGE)


@router.post(f"{PAGE}/{{name}}/layers")
def keep_layer(desk: Seated, by: Keeper, name: Name, form: Annotated[LayerForm, Form()]) -> Response:
    """Add a layer, or say one anew."""
    people = tuple(form.people.split())
    new = NewLayer(form.layer.strip(), people, form.begins, form.at[:5], form.zone.strip(), form.weeks)
    desk.edge.write(by, lambda act: put_layer(act, name, new))
    return see(f"{PAGE}/{name}#layers")


@router.post(f"{PAGE}/{{name}}/layers/{{layer}}/removal")
def remove_layer(desk: Seated, by: Keeper, name: Name, layer: Name) -> Response:
    """Drop a layer."""
    desk.edge.write(by, lambda act: drop_layer(act, name, layer))
    return see(f"{PAGE}/{name}#layers")


@router.post(f"{PAGE}/{{name}}/steps")
def keep_steps(desk: Seated, by: Keeper, name: Name, form: Annotated[StepsForm, Form()]) -> Response:
    """Say whom a page goes to."""
    desk.edge.write(by, lambda act: set_steps(act, name, form.steps.splitlines()))
    return see(f"{PAGE}/{name}#steps")


@router.post(f"{PAGE}/{{name}}/stand-ins")
def stand_in(desk: Seated, by: Reader, name: Name, form: Annotated[StandInForm, Form()]) -> Response:
    """Let somebody stand in for a time."""
    begins, ends = (_moment(desk, field, getattr(form, field)) for field in ("begins", "ends"))
    desk.edge.write(by, lambda act: add_override(act, name, form.person, begins, ends, form.layer.strip()))
    return see(f"{PAGE}/{name}#stand-ins")


@router.post(f"{PAGE}/{{name}}/stand-ins/{{override_id}}/revocation")
def end_stand_in(desk: Seated, by: Reader, name: Name, override_id: UUID) -> Response:
    """End it at once."""
    desk.edge.write(by, lambda act: revoke_override(act, name, override_id))
    return see(f"{PAGE}/{name}#stand-ins")


@router.post(f"{PAGE}/{{name}}/calendars")
def new_feed(desk: Seated, by: Keeper, name: Name) -> Response:
    """Make the address of its calendar, which is shown this once."""
    token = desk.edge.write(by, lambda act: make_feed(act, name))
    response = _page(desk, by, name, f"{desk.edge.settings.base_url}{FEEDS}/{token}.ics")
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get(f"{FEEDS}/{{token}}.ics")
def show_feed(request: Request, token: Token) -> Response:
    """The calendar behind an address that only its readers know."""
    edge = Edge.of(request)
    with edge.read() as session:
        page = team_of_feed(session, token, edge.clock.now())
    if page is None:
        raise NotFound(worded("There is no such calendar."))
    return subscribed(request, partial(calendar, page.rota.team.name, page.ahead, page.names), 900)


def _page(desk: Desk, by: Actor, name: str, feed: str = "") -> Response:
    now = desk.edge.clock.now()
    with desk.edge.read() as session:
        page = read_team(session, by, name, now)
        people = read_callable(session, by)
        view = TeamView(
            row=_row(page),
            ahead=tuple(_turn(turn, page.names, turn in page.now) for turn in page.ahead),
            stand_ins=tuple(
                StandInLine(str(one.id), one.layer, page.names.get(one.person, "?"), one.begins_at, one.ends_at)
                for one in page.overrides
            ),
            layers=tuple(_layer(layer, people) for layer in page.rota.layers),
            steps=tuple(map(str, page.rota.steps)),
            said=tuple(map(step_in_words, page.rota.steps)),
            people=tuple(Choice(one.email, one.name) for one in people),
            has_feed=bool(page.rota.team.feed_digest),
            begins=local_input(now, desk.zone),
            ends=local_input(now + timedelta(days=1), desk.zone),
            first_day=_monday(now, desk.zone),
            zone=desk.zone,
            feed=feed,
            pages=tuple(page_row(line) for line in read_pages(session, by, team=name)[:LAST]),
        )
        return desk.page("team.html", session, {"view": view})


def _row(page: TeamPage) -> TeamRow:
    team = page.rota.team
    now = tuple(_turn(turn, page.names, runs=True) for turn in page.now)
    return TeamRow(team.name, f"{PAGE}/{team.name}", team.is_default, now, len(page.rota.layers))


def _turn(turn: Turn, names: Mapping[UUID, str], runs: bool) -> TurnLine:
    return TurnLine(turn.layer, names.get(turn.person, "?"), turn.begins, turn.ends, turn.stands_in, runs)


def _layer(layer: Layer, people: list[UserAccount]) -> LayerRow:
    known = {one.id: (one.name, one.email) for one in people}
    return LayerRow(
        name=layer.name,
        people=tuple(known.get(person, (worded("somebody who cannot be called"), "")) for person in layer.people),
        handover=_handover(layer),
        begins=layer.begins.isoformat(),
        at=f"{layer.at:%H:%M}",
        zone=layer.zone,
        weeks=layer.weeks,
    )


def _handover(layer: Layer) -> str:
    day, at, zone = WEEKDAYS[layer.begins.weekday()], f"{layer.at:%H:%M}", layer.zone.replace("_", " ")
    if layer.weeks == 1:
        return worded("{day} at {at}, {zone}, every week", day=day, at=at, zone=zone)
    return worded("{day} at {at}, {zone}, every {number} weeks", day=day, at=at, zone=zone, number=layer.weeks)


def _monday(now: datetime, zone: str) -> str:
    """The Monday of this week: the turn of a layer that begins then runs already."""
    here = now.astimezone(ZoneInfo(zone)).date()
    return (here - timedelta(days=here.weekday())).isoformat()


def _moment(desk: Desk, field: str, text: str) -> datetime:
    try:
        return read_local(text, desk.zone)
    except ValueError:
        raise Invalid(Fault(field, worded("names no moment"), worded("such as 2026-11-24T09:00"))) from None
