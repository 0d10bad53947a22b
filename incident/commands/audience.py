"""`seventytwo audience`: who a notice goes to, from a file as it streams in, and what was wrong with its lines."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened

if TYPE_CHECKING:
    from notifications.audience import ImportReport
    from notifications.models import Channel

group = typer.Typer(help="Who a notice goes to.", no_args_is_help=True)
LINES = (".jsonl", ".ndjson")
Incident = Annotated[str, typer.Argument(help="Codename or id.")]
Which = Annotated[str, typer.Argument(help="Id of the audience.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, or JSON Lines when it ends in .jsonl.")]
Name = Annotated[str, typer.Option(help="What the audience is called.")]
Sent = Annotated[str, typer.Option(help="email or in_app.")]
Mapping = Annotated[list[str] | None, typer.Option("--map", help="column=name; repeat; column= leaves one out.")]
Base = Annotated[str, typer.Option(help="Id of the frozen audience whose notice these get too.")]


@group.command("import")
def import_file(
    incident: Incident,
    file: File,
    name: Name,
    channel: Sent = "email",
    mapping: Mapping = None,
    adds_to: Base = "",
) -> None:
    """Make an audience from a file of any length; broken lines are named and stop nothing. Status 1 if there is one."""
    wanted = _mapping(mapping)
    with Opened() as opened:
        report = _filled(opened, _made(opened, incident, _New(name, channel, adds_to)), file, wanted)
    _print(report)


@group.command("open")
def open_empty(
    incident: Incident,
    name: Name,
    channel: Sent = "email",
    adds_to: Base = "",
    controller: Annotated[str, typer.Option(help="Host id of the party whose people these are; else your own.")] = "",
) -> None:
    """Make an empty audience and print its id, for `seventytwo audience fill`."""
    with Opened() as opened:
        _made(opened, incident, _New(name, channel, adds_to, controller))


@group.command()
def fill(audience: Which, file: File, mapping: Mapping = None) -> None:
    """Add the people of a file to an audience; again: nobody is stored twice, a changed line corrects."""
    wanted = _mapping(mapping)
    with Opened() as opened:
        report = _filled(opened, _id("audience", audience), file, wanted)
    _print(report)


@group.command()
def faults(audience: Which) -> None:
    """Write every fault of the last import to standard output as CSV; the timeline says that it was taken."""
    from incident.queries.audiences import faults_file
    from incident.roles import Role
    from incident.verbs.audiences import record_faults_read

    audience_id = _id("audience", audience)
    with Opened() as opened:
        parts, opened.actor = opened.installation, opened.acting_as(Role.RESPONDER)
        opened.write(lambda act: record_faults_read(act, audience_id))
        for piece in faults_file(parts.store, parts.keys, opened.actor, audience_id):
            sys.stdout.write(piece)


@dataclass(frozen=True, slots=True)
class _New:
    """An audience to be made, as it was typed."""

    name: str
    channel: str
    adds_to: str = ""
    controller: str = ""


def _made(opened: Opened, incident: str, new: _New) -> UUID:
    from incident.queries.access import find_incident
    from incident.roles import Role
    from incident.verbs.audiences import open_audience

    opened.actor = opened.acting_as(Role.RESPONDER)
    channel, base = _channel(new.channel), _id("adds-to", new.adds_to) if new.adds_to else None
    with opened.installation.store.read() as session:
        found = find_incident(session, opened.actor, incident).id
    made = opened.write(lambda act: open_audience(act, found, new.name, channel, base, new.controller))
    print(f"Audience {made.id}", flush=True)
    return made.id


def _filled(opened: Opened, audience_id: UUID, file: Path, mapping: dict[str, str]) -> "ImportReport":
    from incident.roles import Role
    from incident.verbs.audiences import Form, Importer

    parts, opened.actor = opened.installation, opened.acting_as(Role.RESPONDER)
    importer = Importer(parts.store, parts.keys, opened.actor, parts.clock)
    form = Form.JSON_LINES if file.suffix.lower() in LINES else Form.CSV
    with file.open("rb") as stream:
        return importer.read(audience_id, stream, form, mapping)


def _mapping(said: list[str] | None) -> dict[str, str]:
    from incident.verbs.audiences import read_mapping

    return read_mapping(said or ())


def _id(option: str, text: str) -> UUID:
    from incident.errors import Fault, Invalid

    try:
        return UUID(text)
    except ValueError:
        raise Invalid(Fault(option, "is no id of an audience", "take it from where it was printed")) from None


def _channel(text: str) -> "Channel":
    from incident.errors import Fault, Invalid
    from incident.verbs.audiences import TO_PEOPLE
    from notifications.models import Channel

    if text not in TO_PEOPLE:
        raise Invalid(Fault("channel", "is no channel", ", ".join(TO_PEOPLE)))
    return Channel(text)


def _print(report: "ImportReport") -> None:
    """What an import came to; status 1 when a line was refused."""
    for fault in report.faults:
        print(fault, file=sys.stderr)
    more = report.refused + report.warned + report.repeated + report.corrected - len(report.faults)
    if more:
        print(f"… and {more:,} more: seventytwo audience faults AUDIENCE", file=sys.stderr)
    counts = [
        _many(report.stored, "member", "members") + " stored",
        _many(report.refused, "line", "lines") + " refused",
    ]
    counts += [_many(report.repeated, "person", "people") + " there already"] if report.repeated else []
    counts += [_many(report.corrected, "person", "people") + " corrected"] if report.corrected else []
    print(f"{', '.join(counts)}, {_many(report.warned, 'address', 'addresses')} shared.")
    raise typer.Exit(1 if report.refused else 0)


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
