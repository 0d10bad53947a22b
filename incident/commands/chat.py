"""`seventytwo chat`: who may give commands from Slack and Teams, by their id there."""

from typing import Annotated

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="Who is who in Slack and Teams.", no_args_is_help=True)
Chat = Annotated[str, typer.Argument(help="slack or teams.")]
ChatId = Annotated[str, typer.Argument(help="The member's id there, as the answer to a command names it.")]


@group.command()
def add(chat: Chat, chat_id: ChatId, email: Annotated[str, typer.Argument(help="As they sign in here.")]) -> None:
    """Take commands of a member of a chat as this person's."""
    from incident.verbs.chat import record_identity

    with Opened() as opened:
        opened.write(lambda act: record_identity(act, chat, chat_id, email))
    print(f"{email} may give commands from {chat}.")


@group.command("list")
def list_all() -> None:
    """Everybody who may give commands."""
    from incident.queries.chat import read_identities

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_identities(session, opened.actor)
    for line in found:
        print(f"{line.chat} {line.chat_id}: {line.name} <{line.email}>")
    if not found:
        print("Nobody may give commands from a chat yet: seventytwo chat add --help")


@group.command()
def remove(chat: Chat, chat_id: ChatId) -> None:
    """Take no commands of a member of a chat any more."""
    from incident.errors import NotFound
    from incident.queries.chat import read_identities
    from incident.verbs.chat import forget_identity

    with Opened() as opened:
        with opened.installation.store.read() as session:
            known = read_identities(session, opened.actor)
        found = next((line.id for line in known if (line.chat, line.chat_id) == (chat, chat_id)), None)
        if found is None:
            raise NotFound("There is no such member of a chat.")
        opened.write(lambda act: forget_identity(act, found))
    print("Removed.")
