"""`seventytwo replies`: what people wrote back, counted, and the bank of answers."""

from typing import Annotated

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="What people write back, and the bank of approved answers.", no_args_is_help=True)
Incident = Annotated[str, typer.Argument(help="Codename or id of the incident.")]


@group.command("count")
def count(incident: Incident) -> None:
    """How many replies of each class there are, and how many wait for a person. No word of them is shown."""
    from incident.reply_rules import WORDS

    with Opened() as opened, opened.installation.store.read() as session:
        from incident.queries.access import find_incident
        from incident.queries.replies import Wanted, list_replies
        from incident.roles import Role

        incident_id = find_incident(session, opened.actor, incident).id
        found = list_replies(session, opened.acting_as(Role.PRIVACY_OFFICER), incident_id, Wanted())
    for kind, (one, several) in WORDS.items():
        left, number = found.counts.get(kind, (0, 0))
        print(f"{number:,} {one if number == 1 else several}, {left:,} open")


@group.command("bank")
def bank(
    incident: Annotated[str, typer.Argument(help="Codename or id; left out: the answers for all incidents.")] = "",
) -> None:
    """Every answer of the bank, its approved version, and what waits for a second person."""
    with Opened() as opened, opened.installation.store.read() as session:
        from incident.queries.access import find_incident
        from incident.queries.answers import read_bank
        from incident.roles import Role

        incident_id = find_incident(session, opened.actor, incident).id if incident else None
        reader = opened.acting_as(Role.PRIVACY_OFFICER)
        found = read_bank(session, opened.installation.keys, reader, incident_id)
    for one in found:
        current = one.current
        said = f"version {current.row.number} approved" if current else "nothing approved"
        stale = ", a fact has changed: approve it anew" if current and current.stale else ""
        waits = f", version {one.draft.row.number} waits for a second person" if one.draft else ""
        print(f"{one.row.key}: {said}{stale}{waits}")
    if not found:
        print("The bank is empty: draft an answer in the console.")
