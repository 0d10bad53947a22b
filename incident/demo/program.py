"""`seventytwo demo`: a real installation in a folder of its own, the story walked on it, then the console stays."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
from rich.console import Console

from incident.demo import cast, ending, judging, opening, telling
from incident.demo.narrator import DoesNotHold, Narrator, Step
from incident.demo.setting import LOG, free_port, fresh_folder, mailbox, server, settings_in
from incident.demo.theatre import Theatre
from incident.demo.troupe import Troupe
from incident.installation import open_installation
from incident.settings import Settings
from notifications.clock import SystemClock

PREFIX = "SEVENTYTWO_"

STORY: tuple[tuple[str, Callable[[Theatre, Step], None]], ...] = (
    ("A monitor posts an alert", opening.receive_alert),
    ("Somebody takes charge", opening.take_charge),
    ("Evidence first, then containment", opening.contain),
    ("The monitor says resolved", opening.note_resolve),
    ("What is known, by data set", judging.save_first_facts),
    ("When did we know?", judging.decide_when_we_knew),
    ("The numbers come in", judging.complete_facts),
    ("Advice and decision", judging.advise_and_decide),
    ("What is owed to whom, by when", judging.list_duties),
    ("131 customers are told", telling.tell_customers),
    ("The authority is notified", telling.file_with_authority),
    ("The people are told", telling.tell_people),
    ("…and in the product", telling.show_in_app),
    ("…and in public", telling.announce),
    ("Recovery", ending.recover),
    ("Review, and closed", ending.close),
    ("The proof", ending.prove),
)


def run(*, people: int, port: int, home: Path | None, stay: bool) -> int:
    """Walk the story; with `stay` keep the console up afterwards. Returns 0 only if every step held."""
    console = Console(soft_wrap=True)
    signal.signal(signal.SIGTERM, _leave)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # the demo must never touch an installation that the environment points at
    with ExitStack() as stack:
        folder = (
            fresh_folder(home)
            if home
            else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="72-", ignore_cleanup_errors=True)))
        )
        console.print(f"[bold]seventytwo demo[/]: {cast.ENTITY_NAME} (fictitious), in {folder}", highlight=False)
        console.print("Real parts on this machine; nothing leaves it.\n")
        narrator = Narrator(console)
        settings = settings_in(folder, port or free_port(), stack.enter_context(mailbox(folder)))
        installation = open_installation(settings, SystemClock())
        stack.callback(installation.close)
        stack.enter_context(server(installation))
        web = stack.enter_context(httpx.Client(base_url=settings.base_url, timeout=30, trust_env=False))
        troupe = Troupe(installation, narrator, web, people)
        held = _walk(narrator, troupe.enter)
        console.print(f"\n[bold]{narrator.summary()}[/]")
        if held and stay:
            _stay(console, settings, troupe)
        elif not held:
            console.print((folder / LOG).read_text()[-4000:], markup=False, highlight=False)
    return 0 if held else 1


def _walk(narrator: Narrator, set_up: Callable[[], Theatre]) -> bool:
    try:
        theatre = set_up()
        for title, act in STORY:
            with narrator.step(title) as step:
                act(theatre, step)
    except DoesNotHold as failure:
        narrator.console.print(f"    Expected: {failure}", style="red", markup=False)
        return False
    except Exception:  # noqa: BLE001 (shown whole: a demo that breaks has to say where)
        narrator.console.print_exception()
        return False
    return True


def _leave(*_: object) -> None:
    raise SystemExit(1)


def _stay(console: Console, settings: Settings, troupe: Troupe) -> None:
    console.print(f"\nThe console stays up at [cyan]{settings.base_url}[/]. Sign in:")
    for line in troupe.sign_ins():
        console.print(f"    {line}", markup=False, highlight=False)
    console.print("Also: /mailbox (captured mails) · /in-app-demo (the host's page) · /announcements (public)")
    console.print("From another shell, the same installation:")
    for command in ("audit verify", f'note {troupe.codename} "18:14 ACL removed"'):
        console.print(f"    SEVENTYTWO_HOME={settings.home} {sys.argv[0]} {command}", markup=False, highlight=False)
    console.print("End it with Ctrl+C; its data go with it unless you gave it a folder (--home).")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("\nEnded.")
