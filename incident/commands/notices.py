"""`seventytwo notice`: the notices of an incident, and a draft thrown away that nobody needs."""

from typing import Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="Notices and their drafts.", no_args_is_help=True)


@group.command("list")
def show(incident: Annotated[str, typer.Argument(help="Codename or id.")]) -> None:
    """The notices of an incident with their ids and versions, the oldest first."""
    from incident.queries.access import find_incident
    from incident.queries.notices import is_released, notices_of

    with Opened() as opened, opened.installation.store.read() as session:
        found = find_incident(session, opened.actor, incident)
        for row in notices_of(session, opened.actor, found.id):
            state = "discarded" if row.discarded_at else "asked for" if is_released(session, row.id) else "draft"
            print(f"{row.id}  {row.kind:<18} {state:<10} version {row.version}")


@group.command()
def discard(
    notice: Annotated[str, typer.Argument(help="Id of the notice.")],
    reason: Annotated[str, typer.Option(help="Why it is not needed; it stands on the timeline.")],
) -> None:
    """Throw a draft away. Refused once its release was asked for, or it is published."""
    from incident.queries.notices import read_notice
    from incident.roles import Role
    from incident.verbs.notices import discard_notice

    with Opened() as opened:
        opened.actor = opened.acting_as(Role.PRIVACY_OFFICER)
        parts, notice_id = opened.installation, _id(notice)
        with parts.store.read() as session:
            version = read_notice(session, parts.keys, opened.actor, notice_id).notice.version
        row = opened.write(lambda act: discard_notice(act, notice_id, version, reason))
    print(f"The draft {row.id} ({row.kind}) is discarded.")


def _id(text: str) -> UUID:
    from incident.errors import Fault, Invalid

    try:
        return UUID(text)
    except ValueError:
        raise Invalid(Fault("notice", "is no id of a notice", "take it from: seventytwo notice list")) from None
