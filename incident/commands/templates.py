"""The command `seventytwo templates check`: the operator's templates over the shipped ones; no database."""

from pathlib import Path
from typing import Annotated

import typer

from incident.commands.opened import settings_now

group = typer.Typer(help="Templates of notices and filings.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Templates of notices and filings."""


@group.command("check")
def check(
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER]...", help="By default your own folder; the shipped one lies under it."),
    ] = None,
) -> None:
    """Write every kind and form in every language from sample facts, and without each; status 1 unless all hold.

    One line for each; under it each fault with file, line and mend. The digest is the templates' own.
    """
    from incident.settings import shipped
    from incident.template_checks import check_templates

    below = shipped("templates")
    own = places or settings_now().template_folders
    texts = faults = 0
    for checked in check_templates([place for place in own if place != below], below):
        verdict = f"{_many(len(checked.faults), 'fault')}" if checked.faults else "holds"
        print(f"{checked.folder:<44} {verdict:<10} {checked.digest[:12]}".rstrip())
        for fault in checked.faults:
            print(f"    {fault}")
        texts, faults = texts + checked.texts, faults + len(checked.faults)
    print(f"{_many(texts, 'text')} written, {_many(faults, 'fault')}.")
    raise typer.Exit(1 if faults else 0)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
