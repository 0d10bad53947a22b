"""`seventytwo audit case`: take the file of a case, which an outsider can check."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from incident.commands.opened import Opened


def take(
    incident: Annotated[str, typer.Argument(help="Code name or id.")],
    to: Annotated[Path, typer.Argument(help="File to write, such as case.zip; it must not be there yet.")],
) -> None:
    """Take everything an outsider needs to check one incident, in clear; the timeline says that it was taken.

    Timeline, checkpoints, evidence, approved texts, filings, and a program of a page that checks all of it.
    """
    from incident.case_file import zipped
    from incident.queries.access import find_incident
    from incident.roles import Role
    from incident.verbs.case_files import take_case_file

    with Opened() as opened:
        parts, opened.actor = opened.installation, opened.acting_as(Role.PRIVACY_OFFICER)
        with parts.store.read() as session:
            incident_id = find_incident(session, opened.actor, incident).id
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            checkpoints = parts.settings.checkpoints
            pieces = take_case_file(parts.store, parts.keys, opened.actor, incident_id, opened.now(), checkpoints)
            for piece in zipped(pieces):
                file.write(piece)
    sys.stdout.write(
        f"{to}: {len(pieces)} files. SHA-256 of the manifest, which the timeline holds:\n{pieces[0].sha256}\n"
    )
    sys.stdout.write("Whoever gets it unpacks it and runs: python3 check.py\n")
