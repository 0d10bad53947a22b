"""`seventytwo page`: which pages wait for an answer, who was told; acknowledge one, try a team."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened

if TYPE_CHECKING:
    from incident.queries.pages import PageLine

group = typer.Typer(help="Pages: who was told, and the answer.", no_args_is_help=True)
Page = Annotated[str, typer.Argument(help="Its id, or the codename of its incident.")]
SHOWN = "%Y-%m-%d %H:%M"


@group.command("list")
def list_all(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for an answer.")] = False,
) -> None:
    """The last pages, the newest first."""
    from incident.queries.pages import read_pages

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_pages(session, opened.actor, waiting=waiting)
    for line in found:
        print(f"{line.id}  {line.begun_at:{SHOWN}} UTC  {line.kind} {line.subject}  {_state(line)}")
    if not found:
        print("No page waits for an answer." if waiting else "Nobody was paged yet: seventytwo page test --help")


@group.command()
def show(page: Page) -> None:
    """One page with everybody it told."""
    from incident.queries.pages import read_page

    with Opened() as opened:
        page_id = _found(opened, page)
        with opened.installation.store.read() as session:
            line, calls = read_page(session, opened.actor, page_id)
    print(f"{line.kind} {line.subject}, begun {line.begun_at:{SHOWN}} UTC: {_state(line)}")
    for call in calls:
        answered = f", answered {call.answered_at:{SHOWN}} UTC" if call.answered_at else ""
        print(f"  {call.at:{SHOWN}} UTC  {call.whom} by {call.way}: {call.state} {call.said}".rstrip() + answered)


@group.command()
def ack(page: Page) -> None:
    """Acknowledge a page: it goes on to nobody else."""
    from incident.verbs.page_answers import acknowledge

    with Opened() as opened:
        page_id = _found(opened, page)
        opened.write(lambda act: acknowledge(act, page_id, "command line"))
    print("Acknowledged.")


@group.command()
def test(team: Annotated[str, typer.Argument(help="The team's name.")]) -> None:
    """Page a team as if something had happened, marked as a test, by its real steps."""
    from incident.verbs.page_events import Roads
    from incident.verbs.pages import send_test_page
    from notifications.addresses import domain_of

    with Opened() as opened:
        settings = opened.installation.settings
        roads = Roads(domain_of(settings.mail_from), settings.base_url)
        page_id = opened.write(lambda act: send_test_page(act, team, roads).id)
    print(f"A test page goes out: seventytwo page show {page_id}")


def _found(opened: Opened, text: str) -> UUID:
    """The page of this id, or the one of this incident that waits for an answer. Raises NotFound."""
    from incident.errors import NotFound
    from incident.queries.access import find_incident
    from incident.queries.pages import waiting_of

    try:
        return UUID(text)
    except ValueError:
        pass
    with opened.installation.store.read() as session:
        line = waiting_of(session, find_incident(session, opened.actor, text).id)
    if line is None:
        raise NotFound(f"No page of {text} waits for an answer.")
    return line.id


def _state(line: "PageLine") -> str:
    if line.acknowledged_at is not None:
        who = line.acknowledged_by or "somebody"
        return f"acknowledged by {who} ({line.way}) {line.acknowledged_at:{SHOWN}} UTC"
    if line.ended_at is not None:
        return f"over without an answer: {line.ended_because}"
    goes_on = f", goes on {line.next_at:{SHOWN}} UTC" if line.next_at else ""
    return f"WAITS for an answer, step {line.step} of {line.steps}{goes_on}"
