"""`seventytwo assets`: what buckets, mailboxes and hosts are declared to hold, and what alerts then suggest."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident.commands.opened import Opened

if TYPE_CHECKING:
    from incident.hints import Suggestion, Why

group = typer.Typer(help="What assets are declared to hold: hints for incidents.", no_args_is_help=True)
Kind = Annotated[str, typer.Argument(help="A kind of asset, such as bucket, mailbox or host; or any.")]
Name = Annotated[str, typer.Argument(help="A pattern of its name; * and ? stand for others, as in 'exports-*'.")]
DAY = "%Y-%m-%d"


@group.command()
def declare(
    kind: Kind,
    name: Name,
    holds: Annotated[
        list[str],
        typer.Option(help="Such as categories=name,contact; also people, regions, role, customers, entity. Repeat."),
    ],
) -> None:
    """Declare what such assets hold, in place of what was declared of exactly these; unchanged, it is confirmed."""
    from incident.verbs.asset_lines import declared_by_words
    from incident.verbs.assets import declare_asset

    new = declared_by_words(kind, name, holds)
    with Opened() as opened:
        outcome = opened.write(lambda act: declare_asset(act, new))
    print(f"{new}: {'confirmed' if outcome == 'unchanged' else outcome}.")


@group.command()
def withdraw(kind: Kind, name: Name) -> None:
    """Take a declaration back, by its kind and the pattern as it was declared."""
    from incident.verbs.assets import withdraw_asset

    with Opened() as opened:
        opened.write(lambda act: withdraw_asset(act, kind.strip().lower(), name))
    print(f"{kind} {name}: taken back.")


@group.command("list")
def list_all() -> None:
    """Everything that is declared, when and by whom."""
    from incident.organisation import declarations_good_for
    from incident.queries.assets import read_assets

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_assets(session, opened.installation.keys, opened.actor)
        now, good_for = opened.now(), declarations_good_for(opened.installation.settings)
    for one in found:
        facts = "; ".join(f"{fact}: {_said(value)}" for fact, value in one.declaration.facts())
        old = ", OUTDATED" if one.outdated(now, good_for) else ""
        print(f"{one.declaration}: {facts} ({one.declared_at:{DAY}} by {one.declared_by}{old})")
    if not found:
        print("Nothing is declared yet: seventytwo assets declare --help")


@group.command("import")
def import_file(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV; docs/assets.md")]) -> None:
    """Declare by a CSV file; broken lines are named and stop nothing."""
    from incident.verbs.assets import import_assets

    with Opened() as opened, file.open("rb") as stream:
        parts = opened.installation
        report = import_assets(parts.store, parts.keys, opened.actor, stream, opened.now())
    for fault in report.faults:
        print(fault, file=sys.stderr)
    print(f"{report.stored} assets stored, {report.unchanged} confirmed, {report.refused} lines refused.")
    raise typer.Exit(1 if report.refused else 0)


@group.command()
def hints(incident: Annotated[str, typer.Argument(help="Codename or id.")]) -> None:
    """What the alerts of an incident suggest for its facts; none of it is one. That it was read is a line."""
    from incident.organisation import declarations_good_for
    from incident.queries.access import find_incident
    from incident.queries.facts import read_facts
    from incident.queries.hints import places_of
    from incident.verbs.hints import read_hints

    with Opened() as opened:
        parts = opened.installation
        with parts.store.read() as session:
            found = find_incident(session, opened.actor, incident)
        told = opened.write(lambda act: read_hints(act, found.id, declarations_good_for(parts.settings)))
        with parts.store.read() as session:
            sheet = read_facts(session, parts.keys, opened.actor, found.id).sheet
    for one in told.suggestions:
        places = ", ".join(f"{place.dataset or 'all data sets'} {place.stance}" for place in places_of(one, sheet))
        print(_line(one) + f" [{places}]")
    print(f"{len(told.suggestions)} hints, no facts, from {told.read} of {told.alerts} alerts.")


def _line(one: "Suggestion") -> str:
    whys = "; ".join(f"{_why(why)} ({why.alerts})" for why in one.whys)
    return f"{one.fact} = {_said(one.value)}: {whys}"


def _why(why: "Why") -> str:
    if why.declared is None:
        return why.text
    old = ", OUTDATED" if why.declared.outdated else ""
    return f"as declared for {why.declared.asset} on {why.declared.at:{DAY}} by {why.declared.by}{old}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple | dict) else str(value)
