"""`seventytwo source`: monitors that may post, their secrets and their rules."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident.commands.opened import Opened
from incident.commands.prompting import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from incident.adapters.rule_trials import Fate
    from incident.verbs.source_trials import RulesTrial

group = typer.Typer(help="Monitors that may post.", no_args_is_help=True)
OwnSecret = Annotated[bool, typer.Option(help="Read the secret, or what stands for it, from a line of the input.")]
KIND = (
    "Runbook of the incidents it opens: public_bucket, leaked_credentials, misdirected_email, ransomware, "
    "external_report, or a file of your own. Not said: the rules of the monitor choose."
)
Slug = Annotated[str, typer.Argument(help="Its address: it posts to /hooks/SLUG.")]


@group.command()
def add(
    slug: Slug,
    adapter: Annotated[str, typer.Option(help="Who sends, such as alertmanager: seventytwo source adapters.")],
    scheme: Annotated[str, typer.Option(help="How it proves itself, such as bearer.")],
    kind: Annotated[str, typer.Option(help=KIND)] = "",
    own_secret: OwnSecret = False,
) -> None:
    """Let a monitor post; the secret that is made is printed once."""
    from incident.verbs.sources import add_source

    given = typed("Secret", hidden=True) if own_secret else ""
    with Opened() as opened:
        secret = opened.write(lambda act: add_source(act, slug, adapter, scheme, kind=kind, secret=given)).secret
        print(f"POST {opened.installation.settings.base_url}/hooks/{slug}")
    if not given:
        print(f"Secret, shown once: {secret}")
    print(f"What to paste into it, and a test: Monitors > {slug} in the console, or seventytwo source snippet {slug}")


@group.command()
def adapters() -> None:
    """Every monitor that can be read, with the ways it can prove itself."""
    from incident.adapters.registry import all_adapters

    for name, adapter in all_adapters().items():
        print(f"{name}: {adapter.label}; {', '.join(adapter.schemes)}")


@group.command("list")
def list_all() -> None:
    """Every monitor: how it proves itself, its live secrets, what came of it and what was refused."""
    from incident.queries.refusals import read_strays
    from incident.queries.sources import read_sources

    with Opened() as opened, opened.installation.store.read() as session:
        found, strays = read_sources(session, opened.actor), read_strays(session, opened.actor)
        now = opened.now()
    for line in found:
        print(line.told(now))
    for stray in strays:
        print(stray.told)
    if not found:
        print("No monitor may post yet: seventytwo source add --help")


@group.command()
def snippet(slug: Slug) -> None:
    """What is pasted into the monitor so that it posts here."""
    from incident.adapters.registry import adapter_named
    from incident.errors import NotFound
    from incident.queries.sources import read_sources

    with Opened() as opened, opened.installation.store.read() as session:
        found = next((line for line in read_sources(session, opened.actor) if line.slug == slug), None)
        base = opened.installation.settings.base_url
    if found is None:
        raise NotFound(f"There is no source {slug}.")
    url = f"{base}/hooks/{slug}"
    print(adapter_named(found.adapter).pasted(url, slug) or f"POST {url}")


@group.command("test")
def send_one(
    slug: Slug,
    command: Annotated[
        bool, typer.Option("--command", help="Send nothing: print what sends one from where the monitor runs.")
    ] = False,
) -> None:
    """Send a made-up alert in the monitor's own format, marked as a test, and print each step. It opens nothing.

    Status 1: it was not taken, not proven or not read.
    """
    from incident.organisation import reception_of
    from incident.queries.source_page import read_source
    from incident.verbs.test_deliveries import send_test
    from incident.web.source_tests import sent_view
    from incident.web.sources import command_for

    with Opened() as opened:
        settings = opened.installation.settings
        if command:
            with opened.installation.store.read() as session:
                line = read_source(session, opened.actor, slug).line
            print(command_for(line, settings.base_url, opened.now()))
            return
        reception = reception_of(settings)
        sent = opened.write(lambda act: send_test(act, slug, reception))
    view = sent_view(sent)
    for step in view.steps:
        print(f"{step.title}: {step.text}")
    for alert in view.alerts:
        print(f"{alert.title} ({alert.severity or 'no severity'}, {alert.state}, key {alert.key})")
        more = " · ".join(filter(None, (alert.rule, alert.opens, alert.joins, alert.pages and f"pages {alert.pages}")))
        print(f"{alert.would}: {more}")
    if view.counted:
        print(f"{view.counted.title}: {view.counted.text}")
    if not sent.good:
        raise typer.Exit(1)


@group.command()
def rotate(slug: Slug, own_secret: OwnSecret = False) -> None:
    """Give a monitor a second live secret, printed once; the older one is good until you retire it."""
    from incident.verbs.sources import rotate_secret

    given = typed("Secret", hidden=True) if own_secret else ""
    with Opened() as opened:
        secret = opened.write(lambda act: rotate_secret(act, slug, given))
    print("It is good now." if given else f"Secret, shown once: {secret}")


@group.command()
def retire(slug: Slug) -> None:
    """End the older of a monitor's two live secrets."""
    from incident.verbs.sources import retire_secret

    with Opened() as opened:
        opened.write(lambda act: retire_secret(act, slug))
    print(f"{slug}: the newer secret alone is good now.")


@group.command()
def admit(
    slug: Slug,
    network: Annotated[
        list[str] | None, typer.Option(help="Who may send, such as 192.0.2.0/24; again for more.")
    ] = None,
    certificate: Annotated[str, typer.Option(help="Client certificate, as the proxy names it in its header.")] = "",
) -> None:
    """Take a monitor's deliveries from these networks and with this client certificate alone; neither: from all."""
    from incident.adapters.admission import admission_in
    from incident.verbs.admission import set_admission

    with Opened() as opened:
        said = opened.write(lambda act: admission_in(set_admission(act, slug, network or (), certificate).admission))
    print(f"{slug} takes deliveries {said} alone." if str(said) else f"{slug} takes deliveries from all.")


@group.command()
def disable(slug: Slug) -> None:
    """Answer a monitor as if it did not exist."""
    _set_enabled(slug, enabled=False)


@group.command()
def enable(slug: Slug) -> None:
    """Let a disabled monitor post again."""
    _set_enabled(slug, enabled=True)


@group.command()
def expect(slug: Slug, minutes: Annotated[int, typer.Argument(help="0: nothing is expected any more.", min=0)]) -> None:
    """Page when nothing was heard of a monitor for so many minutes."""
    from incident.verbs.silence import watch_source

    with Opened() as opened:
        opened.write(lambda act: watch_source(act, slug, minutes))
    print(f"{slug} is expected {f'every {minutes} minutes' if minutes else 'at no particular time'}.")


@group.command()
def show(slug: Slug) -> None:
    """What became of a monitor's alerts, by each of its rules."""
    from incident.queries.source_page import read_source

    with Opened() as opened, opened.installation.store.read() as session:
        page = read_source(session, opened.actor, slug)
        now = opened.now()
    print(page.line.told(now))
    for refused in page.refusals:
        print(refused.told)
    for came in page.came:
        by = f"by “{came.rule}”" if came.rule else "by no rule"
        number, times = _count(came.alerts, "alert"), _count(came.heard, "time")
        said = f"{number} heard {times}, the last {came.last_at:%Y-%m-%d %H:%M} UTC"
        print(f"{came.outcome} {by}: {said}")


@group.command()
def rules(
    slug: Slug,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="TOML; left out: print them.")
    ] = None,
    try_: Annotated[
        bool, typer.Option("--try", help="Show what they would do with stored alerts; save nothing.")
    ] = False,
) -> None:
    """Print a monitor's rules, try others on its stored alerts, or replace them for what comes from now on."""
    from incident.adapters.rule_documents import rules_to_toml
    from incident.errors import Fault, Invalid
    from incident.queries.source_page import read_source
    from incident.verbs.source_trials import try_rules
    from incident.verbs.sources import set_rules

    if file is None and try_:
        raise Invalid(Fault("file", "is missing", "name the file with the rules to try"))
    document = _rules_of(file) if file else {}
    with Opened() as opened:
        if file is None:
            with opened.installation.store.read() as session:
                print(rules_to_toml(read_source(session, opened.actor, slug).rules), end="")
            return
        if try_:
            _print_trial(opened.write(lambda act: try_rules(act, slug, document)))
            return
        opened.write(lambda act: set_rules(act, slug, document))
    print(f"{slug}: its rules are those of {file}.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _rules_of(file: Path) -> "Mapping[str, object]":
    from incident.adapters.rule_documents import BadRules, rules_from_toml
    from incident.errors import Fault, Invalid

    try:
        return rules_from_toml(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Invalid(Fault(str(file), "is no text in UTF-8", "docs/intake.md shows one")) from error
    except BadRules as error:
        raise Invalid(Fault(f"{file}: {error.field}", error.message, "docs/intake.md shows one")) from error


def _print_trial(trial: "RulesTrial") -> None:
    print(f"{trial.tried:,} of {trial.stored:,} stored alerts tried, as if they came now; {trial.changed:,} change.")
    if trial.erased:
        print(f"What {trial.erased:,} said is erased.")
    for course, (before, after) in trial.counts().items():
        print(f"{course}: {before:,} → {after:,}")
    for line in trial.lines:
        if line.changed:
            what = f"“{line.title}”" if line.title else "alerts you may not read"
            alike = f"{line.number:,} like {what}" if line.number > 1 else what
            print(f"{alike} ({line.state}): {_fate(line.before)} → {_fate(line.after)}")


def _fate(fate: "Fate") -> str:
    more = [f"by “{fate.rule}”"] if fate.rule else []
    more += [word for word in (fate.kind, fate.severity, "restricted" if fate.restricted else "") if word]
    more += [f"pages {', '.join(fate.page)}"] if fate.page else []
    return f"{fate.course}{' (' + ', '.join(more) + ')' if more else ''}"


def _set_enabled(slug: str, *, enabled: bool) -> None:
    from incident.verbs.sources import set_enabled

    with Opened() as opened:
        opened.write(lambda act: set_enabled(act, slug, enabled=enabled))
    print(f"{slug} may {'post again' if enabled else 'no longer post'}.")
