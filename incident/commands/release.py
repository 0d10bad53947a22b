"""`seventytwo release`: close one out, take the file of its report, check such a file, ask what one person was told."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened

if TYPE_CHECKING:
    from notifications.ledger_file import Examined
    from notifications.proofs import CloseOut

group = typer.Typer(help="A release while it is sent, and what became of it.", no_args_is_help=True)
AT_ONCE = 40  # parts written between two looks at how far it is
Which = Annotated[str, typer.Argument(help="Id of the release.")]
DIFFERS = 1


@group.command()
def close(release: Which) -> None:
    """Write a close-out report as of now and chain its digest; one that was begun is gone on with."""
    from incident.roles import Role
    from incident.verbs.closing_out import Closer, ask_close_out

    with Opened() as opened:
        parts, opened.actor = opened.installation, opened.acting_as(Role.PRIVACY_OFFICER)
        report = opened.write(lambda act: ask_close_out(act, read_id(release)))
        closer = Closer(parts.store, parts.keys, opened.actor)
        while report.finished_at is None:
            report = closer.go_on(report.id, opened.now(), AT_ONCE)
            print(f"{report.rows:,} of {report.expected:,} rows", file=sys.stderr)
    _print_report(report)


@group.command()
def proof(
    release: Which,
    to: Annotated[Path, typer.Argument(help="File to write, such as proof.jsonl.gz; it must not be there yet.")],
    number: Annotated[int, typer.Option(help="Which report; the latest by default.")] = 0,
) -> None:
    """Take the file of a close-out report, a line a person, in clear; the timeline says that it was taken."""
    from incident.queries.close_outs import close_outs_of, report_file
    from incident.roles import Role
    from incident.verbs.closing_out import record_file_taken

    with Opened() as opened:
        parts, opened.actor, release_id = opened.installation, opened.acting_as(Role.PRIVACY_OFFICER), read_id(release)
        with parts.store.read() as session:
            latest = close_outs_of(session, opened.actor, release_id).latest
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            wanted = number or (latest.number if latest else 1)
            report = opened.write(lambda act: record_file_taken(act, release_id, wanted))
            for piece in report_file(parts.store, parts.keys, report):
                file.write(piece)
    print(f"{to}: {report.rows:,} rows, report {report.number}. Verify it with: seventytwo release verify {to}")


@group.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="As it was downloaded, packed or not.")],
    against: Annotated[
        str, typer.Option(help="The digest as it was printed: nothing else is needed then, no database and no key.")
    ] = "",
) -> None:
    """Compute the digest and the counts of a report's file anew and compare them with the chain. Status 1 if unlike."""
    from incident.errors import Fault, Invalid
    from notifications.ledger_file import BadFile, examine, lines_in

    try:
        with file.open("rb") as stream:
            examined = examine(lines_in(stream))
    except BadFile as error:
        raise Invalid(Fault("file", str(error), "take the file of the report again")) from None
    head, counts = examined.head, examined.counts
    print(f"Report {head.number} of release {head.release}, begun {head.begun_at}: {counts.rows:,} rows.")
    print(f"SHA-256 {examined.digest}")
    if against:
        faults = [] if against.strip().lower() == examined.digest else ["The digest is another: the file was changed."]
    else:
        faults = _against_chain(examined)
    for fault in faults:
        print(fault)
    print("The file is not what was chained." if faults else "The file is exactly what was closed out.")
    raise typer.Exit(DIFFERS if faults else 0)


@group.command()
def told(
    incident: Annotated[str, typer.Argument(help="Codename or id.")],
    person: Annotated[str, typer.Argument(help="The host's id of the person.")],
) -> None:
    """What one person was told, also once the audience was purged; the timeline says that it was looked up."""
    from incident.queries.access import find_incident
    from incident.roles import Role
    from incident.verbs.closing_out import look_up_person

    with Opened() as opened:
        opened.actor = opened.acting_as(Role.PRIVACY_OFFICER)
        with opened.installation.store.read() as session:
            found = find_incident(session, opened.actor, incident)
        rows = opened.write(lambda act: look_up_person(act, found.id, person))
    for row in rows:
        answer = f"{row.reply_code or ''} {row.reply_enhanced}".strip()
        when = f"{row.settled_at:%Y-%m-%d %H:%M:%S} UTC" if row.settled_at else "not settled"
        print(f"release {row.release_id}: {row.channel}, {row.state}, {when}{', ' + answer if answer else ''}")
    if not rows:
        print("No row of this incident is this person's.")


def _against_chain(examined: "Examined") -> list[str]:
    """What the chain of the ledger says otherwise; printed is where it says the same."""
    from incident.queries.close_outs import chained_report

    with Opened() as opened, opened.installation.store.read() as session:
        folder = opened.installation.settings.checkpoints
        chained = chained_report(session, opened.installation.keys, examined, folder)
    if chained is None:
        return ["The chain of this release's ledger has no entry about this report."]
    covered = f", under the checkpoint of {chained.checkpoint:%Y-%m-%d %H:%M:%S} UTC" if chained.checkpoint else ""
    print(f"Entry {chained.seq} of the ledger's chain, {chained.at:%Y-%m-%d %H:%M:%S} UTC{covered}.")
    if not chained.checkpoint:
        print("No checkpoint covers the entry yet.")
    faults = [f"The chain does not hold: {fault}." for fault in chained.faults]
    if chained.body.get("digest") != examined.digest:
        faults.append(f"The chain holds another digest: {chained.body.get('digest')}.")
    if chained.body.get("counts") != examined.counts.document():
        faults.append("The chain holds other counts.")
    return faults


def read_id(text: str) -> UUID:
    """The id of a release as it was typed. Raises Invalid."""
    from incident.errors import Fault, Invalid

    try:
        return UUID(text)
    except ValueError:
        raise Invalid(Fault("release", "is no id of a release", "take it from the address of its page")) from None


def _print_report(report: "CloseOut") -> None:
    print(f"Close-out report {report.number}: {report.rows:,} rows, {report.size:,} bytes, as of {report.finished_at}")
    print(f"SHA-256 {report.digest}")
    states = report.counts.get("states")
    for state, number in (states if isinstance(states, dict) else {}).items():
        print(f"  {state:<12} {number:>12,}")
