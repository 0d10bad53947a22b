"""The command `seventytwo`: every program of the product, each importing only what it needs."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident.commands import (
    announcements,
    assets,
    audience,
    case_file,
    chat,
    crew,
    endpoints,
    finders,
    notices,
    on_call,
    pages,
    people,
    release,
    releasing,
    replies,
    retention,
    sources,
    support,
    templates,
    trying,
)
from incident.commands.asking import ASKING, ask
from incident.commands.opened import Opened, settings_now

if TYPE_CHECKING:
    from incident.verbs.register import RegisterReport

app = typer.Typer(help="Security incidents and breach notification.", no_args_is_help=True, add_completion=False)
db = typer.Typer(help="The database schema.", no_args_is_help=True)
customers = typer.Typer(help="The register of customers.", no_args_is_help=True)
persons = typer.Typer(help="The register of persons.", no_args_is_help=True)
token = typer.Typer(help="Bearer tokens of the host platform.", no_args_is_help=True)
audit = typer.Typer(help="The timeline's proof.", no_args_is_help=True)
runbooks = typer.Typer(help="Runbooks.", no_args_is_help=True)
for name, group in {
    "db": db,
    "user": people.group,
    "customers": customers,
    "persons": persons,
    "assets": assets.group,
    "audience": audience.group,
    "announcements": announcements.group,
    "notice": notices.group,
    "release": release.group,
    "replies": replies.group,
    "finders": finders.group,
    "support": support.group,
    "retention": retention.group,
    "source": sources.group,
    "intake": trying.group,
    "endpoint": endpoints.group,
    "oncall": on_call.group,
    "page": pages.group,
    "chat": chat.group,
    "token": token,
    "audit": audit,
    "runbooks": runbooks,
    "templates": templates.group,
}.items():
    app.add_typer(group, name=name)
assert releasing  # its commands stand in the group of `release`


def main() -> None:
    """Run the command. What the operator got wrong ends with one line on stderr and status 2, no traceback."""
    os.umask(0o077)  # whatever a program of ours writes is for its own account alone
    try:
        app()
    except Exception as error:
        if not _is_for_the_operator(error):
            raise
        print(f"seventytwo: {error}", file=sys.stderr)
        sys.exit(2)


def _is_for_the_operator(error: Exception) -> bool:
    """Imported only now: the commands that ask the law alone start without a database."""
    from incident.errors import IncidentError
    from incident.installation import NotReady
    from incident.keys import KeyTrouble
    from incident.law.packs import BadPack
    from incident.settings import BadSettings
    from notifications.store import StoreUnavailable, UnsafeStore

    known = (IncidentError, NotReady, KeyTrouble, BadPack, UnsafeStore, StoreUnavailable, BadSettings)
    return isinstance(error, known)


@app.command()
def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the story; status 0 only if every step held.")
    ] = False,
    people: Annotated[int, typer.Option(help="How many fictitious people are written to.")] = 2400,
    port: Annotated[int, typer.Option(help="Port of the console; 0 takes a free one.")] = 8072,
    home: Annotated[
        Path | None, typer.Option(help="Folder for the demo's data; a fresh temporary one by default.")
    ] = None,
) -> None:
    """Walk one breach from the alert to the proof, on real parts, then stay up with the console."""
    from incident.demo.program import run

    sys.exit(run(people=people, port=port, home=home, stay=not leave))


@app.command()
def serve() -> None:
    """The web process and one worker child, for a single machine."""
    from incident.serving import serve as run

    sys.exit(run(settings_now()))


@app.command()
def web() -> None:
    """The web process alone."""
    from incident.serving import run_web

    sys.exit(run_web(settings_now()))


@app.command()
def worker(
    status: Annotated[
        bool, typer.Option("--status", help="Say which workers live, and end with 1 if none does.")
    ] = False,
) -> None:
    """The sweep and the sender alone; on PostgreSQL as many as wanted, on any machines."""
    if status:
        sys.exit(crew.show_crew())
    from incident.worker import run_worker

    sys.exit(run_worker(settings_now()))


@app.command()
def edge() -> None:
    """Released in-app notices alone, for the pages of the host, also while seventytwo is down."""
    from incident.edge_serving import run_edge

    sys.exit(run_edge(settings_now()))


def _ask_the_law(command: str) -> Callable[[typer.Context], None]:
    """A command that `incident.entry` runs by itself; here it has its place in the help."""

    def run(context: typer.Context) -> None:
        sys.exit(ask(command, context.args))

    return run


FORWARDED = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
for name, text in ASKING.items():
    app.command(name, help=text, context_settings=FORWARDED)(_ask_the_law(name))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date; an embedded database is copied aside first."""
    from incident.installation import find_kek, open_store
    from incident.migrations import upgrade_schema

    settings = settings_now()
    store = open_store(settings)
    store.check()
    find_kek(settings, store)
    print(f"Schema is at {upgrade_schema(store)}.")


@customers.command("import")
def customers_import(file: Path) -> None:
    """Read customers from a CSV file; broken lines are named and stop nothing.

    Columns: host_id, legal_name (both must be there), role, country, contract_hours, contract_clause, channel, locale;
    contact_kind, contact_person, contact_name, contact_address (docs/api.md).
    """
    from incident.verbs.customers import import_csv

    with Opened() as opened, file.open("rb") as stream:
        report = import_csv(opened.installation.store, opened.installation.keys, opened.actor, stream, opened.now())
    _print_report(report, "customers")


@customers.command("shares")
def customers_shares(
    incident: Annotated[str, typer.Argument(help="Codename or id.")],
    file: Path,
    dataset: Annotated[str, typer.Option(help="Id of the data set, where we process several for customers.")] = "",
) -> None:
    """Read each customer's own figures of an incident from a CSV file; broken lines are named and stop nothing."""
    from incident.queries.access import find_incident
    from incident.verbs.shares import ShareImporter

    with Opened() as opened, file.open("rb") as stream:
        parts = opened.installation
        with parts.store.read() as session:
            found = find_incident(session, opened.actor, incident)
        importer = ShareImporter(parts.store, parts.keys, opened.actor, parts.clock)
        report = importer.run(found.id, stream, parts.settings.zone, dataset)
    _print_report(report, "shares")


@persons.command("import")
def persons_import(file: Path) -> None:
    """Read persons from a CSV or JSON Lines file (.jsonl; columns: docs/api.md); broken lines stop nothing."""
    from incident.verbs.persons import import_csv, import_jsonl

    read = import_jsonl if file.suffix.lower() in (".jsonl", ".ndjson") else import_csv
    with Opened() as opened, file.open("rb") as stream:
        report = read(opened.installation.store, opened.installation.keys, opened.actor, stream, opened.now())
    _print_report(report, "persons")


@token.command("add")
def token_add(name: str, role: Annotated[list[str], typer.Option(help="Repeat for several.")]) -> None:
    """Make a bearer token for the host platform; it is printed once."""
    from incident.verbs.people import add_api_token

    with Opened() as opened:
        print(opened.write(lambda act: add_api_token(act, name, tuple(role))))


@token.command("revoke")
def token_revoke(name: str) -> None:
    """End a bearer token at once, by the name it was made under."""
    from incident.verbs.people import revoke_api_token

    with Opened() as opened:
        opened.write(lambda act: revoke_api_token(act, name))
    print(f"{name} may not come in any more.")


@app.command()
def note(
    incident: Annotated[str, typer.Argument(help="Codename or id.")],
    text: Annotated[str, typer.Argument(help='A leading time such as "18:14" is the line\'s true time.')],
) -> None:
    """Put one line on an incident's timeline."""
    from incident.note_times import split_time
    from incident.queries.access import find_incident
    from incident.verbs.entries import note as write_note

    with Opened() as opened:
        at, said = split_time(text, opened.now(), opened.installation.settings.zone)
        with opened.installation.store.read() as session:
            found = find_incident(session, opened.actor, incident)
        entry = opened.write(lambda act: write_note(act, found.id, said, at=at))
    print(f"{found.codename} line {entry.seq}, {entry.hash[:12]}")


@audit.command("verify")
def audit_verify() -> None:
    """Check every chain against its hashes and the checkpoints kept outside the database; status 1 if one is broken."""
    from incident.queries.audit import verify

    with Opened() as opened, opened.installation.store.read() as session:
        report = verify(session, opened.installation.keys, opened.installation.settings.checkpoints)
    print(report.text())
    raise typer.Exit(0 if report.holds else 1)


audit.command("case")(case_file.take)


@runbooks.command("check")
def runbooks_check(
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER|FILE]...", help="By default your own folder, then the shipped one."),
    ] = None,
) -> None:
    """Check runbooks file by file; each fault names file, key and mend. Status 1 unless at least one and all hold."""
    from incident.runbooks import check, told

    found = check(places or settings_now().runbook_folders)
    for line in told(found):
        print(line)
    holds = any(checked.runbook for checked in found) and not any(checked.faults for checked in found)
    raise typer.Exit(0 if holds else 1)


def _print_report(report: "RegisterReport", noun: str) -> None:
    """What an import came to; status 1 when a line was refused."""
    for fault in report.faults:
        print(fault, file=sys.stderr)
    refused = f"{report.refused} line{'s' * (report.refused != 1)} refused"
    print(f"{report.stored} {noun} stored, {report.unchanged} unchanged, {refused}.")
    raise typer.Exit(1 if report.refused else 0)
