"""`seventytwo source`: monitors that may post, their secrets and their rules."""

from pathlib import Path
from typing import Annotated

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="Monitors that may post.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(help="Its address: it posts to /hooks/SLUG.")]


@group.command()
def add(
    slug: Slug,
    adapter: Annotated[str, typer.Option(help="alertmanager or standard_webhooks.")],
    scheme: Annotated[str, typer.Option(help="bearer, basic or standard_webhooks.")],
    kind: Annotated[str, typer.Option(help="Runbook of the incidents it opens.")] = "",
) -> None:
    """Let a monitor post; its secret is printed once."""
    from incident.verbs.sources import add_source

    with Opened() as opened:
        secret = opened.write(lambda act: add_source(act, slug, adapter, scheme, kind=kind)).secret
        print(f"POST {opened.installation.settings.base_url}/hooks/{slug}\nSecret, shown once: {secret}")


@group.command("list")
def list_all() -> None:
    """Every monitor: how it proves itself, its live secrets, what came of it and what was refused."""
    from incident.queries.sources import read_sources

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_sources(session, opened.actor)
        now = opened.now()
    for line in found:
        print(line.told(now))
    if not found:
        print("No monitor may post yet: seventytwo source add --help")


@group.command()
def rotate(slug: Slug) -> None:
    """Give a monitor a second live secret, printed once; the older one is good until you retire it."""
    from incident.verbs.sources import rotate_secret

    with Opened() as opened:
        print(f"Secret, shown once: {opened.write(lambda act: rotate_secret(act, slug))}")


@group.command()
def retire(slug: Slug) -> None:
    """End the older of a monitor's two live secrets."""
    from incident.verbs.sources import retire_secret

    with Opened() as opened:
        opened.write(lambda act: retire_secret(act, slug))
    print(f"{slug}: the newer secret alone is good now.")


@group.command()
def disable(slug: Slug) -> None:
    """Answer a monitor as if it did not exist."""
    _set_enabled(slug, enabled=False)


@group.command()
def enable(slug: Slug) -> None:
    """Let a disabled monitor post again."""
    _set_enabled(slug, enabled=True)


@group.command()
def rules(slug: Slug, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="TOML.")]) -> None:
    """Replace what a monitor's alerts open and join."""
    import tomllib

    from incident.errors import Fault, Invalid
    from incident.verbs.sources import set_rules

    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(Fault(str(file), f"is no TOML: {error}", "docs/intake.md shows one")) from error
    with Opened() as opened:
        opened.write(lambda act: set_rules(act, slug, document))
    print(f"{slug}: its rules are those of {file}.")


def _set_enabled(slug: str, *, enabled: bool) -> None:
    from incident.verbs.sources import set_enabled

    with Opened() as opened:
        opened.write(lambda act: set_enabled(act, slug, enabled=enabled))
    print(f"{slug} may {'post again' if enabled else 'no longer post'}.")
