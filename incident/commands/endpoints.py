"""`seventytwo endpoint`: where webhooks and chat messages go, what each is told of, and what came of the last."""

import sys
from typing import Annotated

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="Webhooks and chat that internal messages go to.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Its name here.")]
Events = Annotated[list[str], typer.Option("--event", help="What it is told of; repeat for several.")]


@group.command()
def add(
    name: Name,
    kind: Annotated[str, typer.Option(help="webhook, slack, teams or mattermost.")],
    event: Events,
) -> None:
    """Add one. Its address, which is a secret, is asked for or read from a line of the input."""
    from incident.verbs.endpoints import NewEndpoint, add_endpoint

    new = NewEndpoint(name, kind, _address(), tuple(event))
    with Opened() as opened:
        allowed = opened.installation.settings.posting_allowed
        secret = opened.write(lambda act: add_endpoint(act, new, allowed)).secret
    print(f"{name} is told of {', '.join(event)}.")
    if secret:
        print(f"Secret, shown once: {secret}")


@group.command("list")
def list_all() -> None:
    """Every endpoint: its host, what it is told of, and how it took the messages of seven days."""
    from incident.queries.endpoints import read_endpoints

    with Opened() as opened, opened.installation.store.read() as session:
        now = opened.now()
        found = read_endpoints(session, opened.actor, now)
    for line in found:
        print(line.told(now))
    if not found:
        print("No endpoint is told of anything yet: seventytwo endpoint add --help")


@group.command()
def events() -> None:
    """What an endpoint can be told of."""
    from incident.endpoint_events import FOR_ROOMS, WANTED, WORDS

    for event in WANTED:
        print(f"{event}: {WORDS[event]}{'' if event in FOR_ROOMS else ' (kind webhook only)'}")


@group.command()
def change(
    name: Name,
    event: Events,
    address: Annotated[bool, typer.Option("--address", help="Ask for another address, or read one.")] = False,
) -> None:
    """Tell it of these events and no others."""
    from incident.verbs.endpoints import change_endpoint

    url = _address() if address else ""
    with Opened() as opened:
        allowed = opened.installation.settings.posting_allowed
        opened.write(lambda act: change_endpoint(act, name, event, allowed, url))
    print(f"{name} is told of {', '.join(event)}.")


@group.command()
def rotate(name: Name) -> None:
    """Give it a second live secret, printed once; both sign until you retire the older one."""
    from incident.verbs.endpoints import rotate_endpoint_secret

    with Opened() as opened:
        print(f"Secret, shown once: {opened.write(lambda act: rotate_endpoint_secret(act, name))}")


@group.command()
def retire(name: Name) -> None:
    """End the older of two live secrets."""
    from incident.verbs.endpoints import retire_endpoint_secret

    with Opened() as opened:
        opened.write(lambda act: retire_endpoint_secret(act, name))
    print(f"{name}: the newer secret alone signs now.")


@group.command()
def test(name: Name) -> None:
    """Send a test; `log` shows what came of it once the worker has posted it."""
    from incident.verbs.endpoints import post_test

    with Opened() as opened:
        opened.write(lambda act: post_test(act, name))
    print(f"A test waits for the worker: seventytwo endpoint log {name}")


@group.command()
def log(name: Name, limit: Annotated[int, typer.Option(min=1, max=200)] = 20) -> None:
    """The last messages to it, the newest first."""
    from incident.queries.endpoints import read_posts

    with Opened() as opened, opened.installation.store.read() as session:
        for line in read_posts(session, opened.actor, name, limit):
            answer = f"{line.code or ''} {line.said}".strip()
            again = ", possibly twice" if line.possible_duplicate else ""
            print(f"{line.created_at:%Y-%m-%d %H:%M:%S} UTC  {line.event}  {line.state}{again}  {answer}".rstrip())


@group.command()
def disable(name: Name) -> None:
    """Tell it of nothing any more; what waits for it is cancelled."""
    _set_active(name, active=False)


@group.command()
def enable(name: Name) -> None:
    """Tell it of events again."""
    _set_active(name, active=True)


def _set_active(name: str, *, active: bool) -> None:
    from incident.verbs.endpoints import set_endpoint_active

    with Opened() as opened:
        opened.write(lambda act: set_endpoint_active(act, name, active=active))
    print(f"{name} is {'on' if active else 'off'}.")


def _address() -> str:
    """Never an argument: those can be read by everybody on the machine."""
    if sys.stdin.isatty():
        return str(typer.prompt("Address", hide_input=True))
    return sys.stdin.readline().strip()
