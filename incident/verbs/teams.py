"""Teams that answer pages: made, given up, their layers and steps said, their calendar's address. On the record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from incident.calendars import address_digest, new_address
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.paging import RotaLayer, RotaOverride, Team
from incident.models.people import UserAccount
from incident.queries.teams import layers_of, may_be_called, steps_of
from incident.roles import Action
from incident.rota import MOST_STEPS, USUAL_STEPS, BadLayer, BadStep, Layer, Step, Target, read_step
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.endpoints import Endpoint
from notifications.ids import new_id
from notifications.wording import worded

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_LAYERS = 10


@dataclass(frozen=True, slots=True)
class NewLayer:
    """A layer to keep under its name. `people` are e-mail addresses in the order of their turns."""

    name: str
    people: tuple[str, ...]
    begins: str  # the day of the first handover: 2026-11-23
    at: str = "09:00"
    zone: str = "UTC"
    weeks: int = 1


def add_team(act: Act, name: str, *, default: bool = False) -> Team:
    """Make a team with the usual steps and no layer yet. The first team is the default one. Raises Conflict."""
    act.require(Action.ADMINISTER)
    if not NAME.fullmatch(name):
        raise Invalid(Fault("name", worded("is no name"), worded("1 to 64 of a-z, 0-9 and -: platform")))
    first = act.session.exec(select(Team.id).where(col(Team.retired_at).is_(None)).limit(1)).first() is None
    team = Team(id=new_id(), name=name, steps=[step.document() for step in USUAL_STEPS], created_at=act.now)
    try:
        with act.session.begin_nested():
            act.session.add(team)
    except IntegrityError:
        raise Conflict(worded("There is or was a team {name} already.", name=name)) from None
    if default or first:
        _make_default(act, team)
    _write_down(act, team, "team.added", f"Team {name} made{', the default one' if team.is_default else ''}.")
    return team


def set_default_team(act: Act, name: str) -> Team:
    """Let this team take whatever names no other one."""
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    _make_default(act, team)
    _write_down(act, team, "team.default", f"Team {name} takes what names no other team.")
    return team


def retire_team(act: Act, name: str) -> None:
    """Give a team up: nobody is paged through it any more. Pages under way go on as they began."""
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    team.retired_at, team.is_default, team.feed_digest = act.now, False, ""
    act.session.add(team)
    _write_down(act, team, "team.retired", f"Team {name} given up.")


def set_steps(act: Act, name: str, lines: Sequence[str]) -> tuple[Step, ...]:
    """Say whom a page goes to, step by step, as `read_step` reads them; none takes the usual ones.

    Raises Invalid for a step that cannot be read, or that names a layer, person or endpoint that is not there.
    """
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    wanted = [line for line in lines if line.strip()]
    if len(wanted) > MOST_STEPS:
        raise Invalid(
            Fault(
                "steps",
                worded("are more than {most_steps}", most_steps=MOST_STEPS),
                worded("the last ones are repeated anyway"),
            )
        )
    steps, faults = [], []
    for number, line in enumerate(wanted, 1):
        try:
            steps.append(read_step(line))
        except BadStep as error:
            faults.append(Fault("steps", worded("number {number} {error}", number=number, error=error.args[0])))
    faults += [fault for number, step in enumerate(steps, 1) for fault in _step_faults(act, team, number, step)]
    if faults:
        raise Invalid(*faults)
    chosen = tuple(steps) or USUAL_STEPS
    team.steps = [step.document() for step in chosen]
    act.session.add(team)
    _write_down(act, team, "team.steps", f"Pages to team {name} go: {'; '.join(map(str, chosen))}.")
    return chosen


def put_layer(act: Act, name: str, new: NewLayer) -> RotaLayer:
    """Keep a layer, replacing the one of its name. Raises Invalid, naming each field."""
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    people, faults = _people(act, new.people)
    layer, more = _layer(new, people)
    if layer is None or faults:
        raise Invalid(*faults, *more)
    rows = list(act.session.exec(layers_of(team.id)).all())
    row = next((one for one in rows if one.name == new.name), None)
    if row is None and len(rows) >= MOST_LAYERS:
        raise Conflict(
            worded("Team {name} has {most_layers} layers: drop one first.", name=name, most_layers=MOST_LAYERS)
        )
    if row is None:
        after = max((one.position for one in rows), default=0)
        row = RotaLayer(id=new_id(), team_id=team.id, name=new.name, position=after + 1, begins="", at="", zone="")
    row.people, row.begins, row.at = [str(one.id) for one in people], new.begins, new.at
    row.zone, row.weeks = new.zone, new.weeks
    act.session.add(row)
    act.session.flush()
    weeks = "a week" if new.weeks == 1 else f"{new.weeks} weeks"
    said = f"{', '.join(one.name for one in people) or 'nobody'}, {weeks} each, handed over on {layer.begins:%A}s"
    text = f"Layer {new.name} of team {name}: {said} at {new.at} ({new.zone}), first on {new.begins}."
    _write_down(act, team, "team.layer", text)
    return row


def drop_layer(act: Act, name: str, layer: str) -> None:
    """Take a layer away, with its overrides. Raises NotFound, and Conflict while a step names it."""
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    row = next((one for one in act.session.exec(layers_of(team.id)).all() if one.name == layer), None)
    if row is None:
        raise NotFound(worded("There is no such layer."))
    if any(f"{Target.ON_CALL}:{layer}" in step.to for step in steps_of(team.steps)):
        raise Conflict(
            worded("A step of team {name} names the layer {layer}: change the steps first.", name=name, layer=layer)
        )
    mine = (col(RotaOverride.team_id) == team.id, col(RotaOverride.layer) == layer)
    act.session.execute(delete(RotaOverride).where(*mine))
    act.session.delete(row)
    act.session.flush()
    _write_down(act, team, "team.layer_dropped", f"Layer {layer} of team {name} dropped.")


def make_feed(act: Act, name: str) -> str:
    """Make the address of the team's calendar and return its token, once; an earlier one opens nothing any more."""
    act.require(Action.ADMINISTER)
    team = find_team(act, name)
    token = new_address()
    team.feed_digest = address_digest(token)
    act.session.add(team)
    _write_down(act, team, "team.feed", f"A new address of the calendar of team {name} was made.")
    return token


def find_team(act: Act, name: str) -> Team:
    """The team, held until the end of the transaction. Raises NotFound."""
    mine = (col(Team.name) == name, col(Team.retired_at).is_(None))
    team = act.session.exec(select(Team).where(*mine).with_for_update()).first()
    if team is None:
        raise NotFound(worded("There is no such team."))
    return team


def _make_default(act: Act, team: Team) -> None:
    act.session.execute(update(Team).where(col(Team.is_default).is_(True)).values(is_default=False))
    act.session.execute(update(Team).where(col(Team.id) == team.id).values(is_default=True))
    act.session.refresh(team)


def _people(act: Act, addresses: Sequence[str]) -> tuple[list[UserAccount], list[Fault]]:
    able = {one.email: one for one in may_be_called(act.session)}
    wanted = [address.strip().lower() for address in addresses if address.strip()]
    mend = worded("people with a role that works on incidents, by the address they sign in with")
    faults = [
        Fault("people", worded("{address} cannot be put on call", address=address), mend)
        for address in wanted
        if address not in able
    ]
    return [able[address] for address in wanted if address in able], faults


def _layer(new: NewLayer, people: Sequence[UserAccount]) -> tuple[Layer | None, list[Fault]]:
    faults = (
        []
        if NAME.fullmatch(new.name)
        else [Fault("name", worded("is no name"), worded("1 to 64 of a-z, 0-9 and -: first"))]
    )
    if not CLOCK.fullmatch(new.at):
        faults.append(Fault("at", worded("is no time of day"), "09:00"))
    try:
        begins = date.fromisoformat(new.begins)
    except ValueError:
        faults.append(Fault("begins", worded("is no day"), "2026-11-23"))
    if faults:
        return None, faults
    try:
        who = tuple(one.id for one in people)
        return Layer(new.name, who, begins, time.fromisoformat(new.at), new.zone, new.weeks), []
    except BadLayer as error:
        return None, [Fault(error.field, error.args[0])]


def _step_faults(act: Act, team: Team, number: int, step: Step) -> list[Fault]:
    layers = {row.name for row in act.session.exec(layers_of(team.id)).all()}
    people = {one.email for one in may_be_called(act.session)}
    endpoints = {row.name: row.kind for row in act.session.exec(select(Endpoint)).all()}
    faults = []
    for target in step.to:
        kind, _, name = target.partition(":")
        known = {Target.ON_CALL: {"", *layers}, Target.PERSON: people, Target.ENDPOINT: set(endpoints)}
        if name not in known.get(Target(kind), {""}):
            faults.append(
                Fault(
                    "steps", worded("number {number} names {target}, which is not there", number=number, target=target)
                )
            )
    return faults


def _write_down(act: Act, team: Team, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(team.id)})
