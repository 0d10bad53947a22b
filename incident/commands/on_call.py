"""`seventytwo oncall`: teams that answer pages, whose turn it is, who stands in, whom a page goes to."""

from typing import TYPE_CHECKING, Annotated

import typer

from incident.commands.opened import Opened
from incident.commands.prompting import typed

if TYPE_CHECKING:
    from incident.queries.teams import TeamPage

group = typer.Typer(help="Teams that answer pages, and whose turn it is.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The team's name.")]
SHOWN = "%Y-%m-%d %H:%M"


@group.command()
def add(
    name: Name,
    default: Annotated[bool, typer.Option("--default", help="It takes whatever names no other team.")] = False,
) -> None:
    """Make a team with the usual steps; the first one is the default one."""
    from incident.verbs.teams import add_team

    with Opened() as opened:
        made = opened.write(lambda act: add_team(act, name, default=default).is_default)
    print(f"Team {name} made{', the default one' if made else ''}. Give it a layer: seventytwo oncall layer --help")


@group.command("default")
def make_default(name: Name) -> None:
    """Let a team take whatever names no other one."""
    from incident.verbs.teams import set_default_team

    with Opened() as opened:
        opened.write(lambda act: set_default_team(act, name))
    print(f"Team {name} takes what names no other team.")


@group.command()
def retire(name: Name) -> None:
    """Give a team up; pages under way go on."""
    from incident.verbs.teams import retire_team

    with Opened() as opened:
        opened.write(lambda act: retire_team(act, name))
    print(f"Team {name} given up.")


@group.command()
def layer(
    name: Name,
    layer: Annotated[str, typer.Argument(help="Name of the layer; one that is there is said anew.")],
    person: Annotated[list[str], typer.Option(help="Address somebody signs in with; repeat, in the order of turns.")],
    begins: Annotated[str, typer.Option(help="The first handover, such as 2026-11-23T09:00; later ones alike.")],
    zone: Annotated[str, typer.Option(help="IANA zone of that time; by default the organisation's.")] = "",
    weeks: Annotated[int, typer.Option(min=1, max=8, help="Weeks a turn.")] = 1,
) -> None:
    """Say who takes turns, from when, handed over at what time."""
    from incident.verbs.teams import NewLayer, put_layer

    with Opened() as opened:
        day, _, at = begins.partition("T")
        new = NewLayer(layer, tuple(person), day, at or "09:00", zone or opened.installation.settings.zone, weeks)
        opened.write(lambda act: put_layer(act, name, new))
    print(f"Layer {layer} of team {name} kept.")


@group.command()
def drop(name: Name, layer: Annotated[str, typer.Argument(help="Name of the layer.")]) -> None:
    """Drop a layer and who stands in there."""
    from incident.verbs.teams import drop_layer

    with Opened() as opened:
        opened.write(lambda act: drop_layer(act, name, layer))
    print(f"Layer {layer} of team {name} dropped.")


@group.command()
def steps(
    name: Name,
    step: Annotated[
        list[str] | None, typer.Option(help='Such as "on-call, endpoint:pager wait 10 via mail, texts"; repeat.')
    ] = None,
) -> None:
    """Say whom a page goes to, step by step; without any the usual ones."""
    from incident.verbs.teams import set_steps

    with Opened() as opened:
        chosen = opened.write(lambda act: set_steps(act, name, step or []))
    for number, one in enumerate(chosen, 1):
        print(f"{number}. {one}")


@group.command("override")
def stand_in(
    name: Name,
    person: Annotated[str, typer.Argument(help="The address somebody signs in with.")],
    begins: Annotated[str, typer.Option("--from", help="Such as 2026-11-24T09:00, in the organisation's zone.")],
    ends: Annotated[str, typer.Option("--to", help="Until before when.")],
    layer: Annotated[str, typer.Option(help="In which layer; by default the first.")] = "",
) -> None:
    """Let somebody stand in for a time."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from incident.errors import Fault, Invalid
    from incident.verbs.rota import add_override

    with Opened() as opened:
        zone = ZoneInfo(opened.installation.settings.zone)
        try:
            first, last = (datetime.fromisoformat(text) for text in (begins, ends))
        except ValueError:
            raise Invalid(Fault("from", "or to names no moment", "such as 2026-11-24T09:00")) from None
        since, until = (moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (first, last))
        row = opened.write(lambda act: add_override(act, name, person, since, until, layer).id)
    print(f"{person} stands in: {row}")


@group.command("revoke")
def end_stand_in(name: Name, number: Annotated[str, typer.Argument(help="As `show` prints it.")]) -> None:
    """End it at once."""
    from uuid import UUID

    from incident.errors import NotFound
    from incident.verbs.rota import revoke_override

    try:
        identity = UUID(number)
    except ValueError:
        raise NotFound("There is no such override.") from None
    with Opened() as opened:
        opened.write(lambda act: revoke_override(act, name, identity))
    print("Ended.")


@group.command()
def show(name: Annotated[str, typer.Argument(help="A team's name; without one, all in short.")] = "") -> None:
    """Who is on call, and the turns to come."""
    from incident.queries.teams import read_team, read_teams

    with Opened() as opened, opened.installation.store.read() as session:
        now = opened.now()
        if name:
            _show_whole(read_team(session, opened.actor, name, now))
            return
        found = read_teams(session, opened.actor, now)
    for page in found:
        print(_in_short(page))
    if not found:
        print("No team yet: every responder is paged. seventytwo oncall add --help")


@group.command()
def calendar(name: Name) -> None:
    """Make the address of a team's calendar, printed once; an earlier one opens nothing any more."""
    from incident.verbs.teams import make_feed

    with Opened() as opened:
        token = opened.write(lambda act: make_feed(act, name))
        print(f"{opened.installation.settings.base_url}/on-call-calendars/{token}.ics")


@group.command()
def number(
    email: Annotated[str, typer.Argument(help="The address somebody signs in with.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
) -> None:
    """Keep the telephone number somebody is paged at, asked for or read from a line of the input."""
    from incident.verbs.people import find_by_email
    from incident.verbs.rota import set_number

    asked = "" if remove else typed("Number")
    with Opened() as opened:
        opened.write(lambda act: set_number(act, asked, find_by_email(act, email).id))
    print(f"The number of {email} is {'kept' if asked else 'taken away'}.")


def _in_short(page: "TeamPage") -> str:
    said = [
        f"{page.names.get(turn.person, '?')} ({turn.layer}{', stands in' if turn.stands_in else ''})"
        for turn in page.now
    ]
    default = ", default" if page.rota.team.is_default else ""
    return f"{page.rota.team.name}{default}: {', '.join(said) or 'NOBODY is on call: pages go to every responder'}"


def _show_whole(page: "TeamPage") -> None:
    print(_in_short(page))
    for turn in page.ahead:
        stands_in = ", stands in" if turn.stands_in else ""
        who = page.names.get(turn.person, "?")
        print(f"  {turn.begins:{SHOWN}} to {turn.ends:{SHOWN}} UTC  {who} ({turn.layer}{stands_in})")
    for one in page.overrides:
        print(f"  override {one.id}: {page.names.get(one.person, '?')} in {one.layer} until {one.ends_at:{SHOWN}} UTC")
    for place, step in enumerate(page.rota.steps, 1):
        print(f"  step {place}: {step}")
