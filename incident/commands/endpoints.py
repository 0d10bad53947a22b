"""`seventytwo endpoint`: where webhooks and chat messages go, what each is told of, and what came of the last."""

from pathlib import Path
from typing import Annotated

import typer

from incident.commands.opened import Opened
from incident.commands.prompting import typed

group = typer.Typer(help="Webhooks and chat that internal messages go to.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Its name here.")]
Events = Annotated[list[str], typer.Option("--event", help="What it is told of; repeat for several.")]


@group.command()
def add(
    name: Name,
    kind: Annotated[str, typer.Option(help="webhook, slack, teams, mattermost, pagerduty, opsgenie or provider.")],
    event: Annotated[list[str] | None, typer.Option(help="What it is told of; repeat for several.")] = None,
    template: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="How a provider is asked: a JSON file.")
    ] = None,
    elsewhere: Annotated[bool, typer.Option("--elsewhere", help="Not at the service's usual address.")] = False,
) -> None:
    """Add one. Its address, which is a secret, is asked for or read from a line of the input.

    PagerDuty and Opsgenie have a usual one. What calls people is asked for its key, in the next line.
    """
    from incident.verbs.endpoint_kinds import USUAL_URLS
    from incident.verbs.endpoints import NewEndpoint, add_endpoint
    from notifications.endpoints import CALLERS

    events = tuple(event or ())
    url = typed("Address", hidden=True) if elsewhere or kind not in USUAL_URLS else ""
    key = typed("Key", hidden=True) if kind in CALLERS else ""
    new = NewEndpoint(name, kind, url, events, key, template.read_text(encoding="utf-8") if template else "")
    with Opened() as opened:
        allowed = opened.installation.settings.posting_allowed
        secret = opened.write(lambda act: add_endpoint(act, new, allowed)).secret
    print(f"{name} is told of {', '.join(events) or 'the pages whose steps name it'}.")
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

    url = typed("Address", hidden=True) if address else ""
    with Opened() as opened:
        allowed = opened.installation.settings.posting_allowed
        opened.write(lambda act: change_endpoint(act, name, event, allowed, url))
    print(f"{name} is told of {', '.join(event)}.")


@group.command()
def rotate(
    name: Name,
    own_secret: Annotated[bool, typer.Option(help="Read the service's next key from a line of the input.")] = False,
) -> None:
    """Give it a second live secret, printed once; both sign until you retire the older one."""
    from incident.verbs.endpoints import rotate_endpoint_secret

    given = typed("Key", hidden=True) if own_secret else ""
    with Opened() as opened:
        made = opened.write(lambda act: rotate_endpoint_secret(act, name, given))
    print("It is used from now on." if given else f"Secret, shown once: {made}")


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
