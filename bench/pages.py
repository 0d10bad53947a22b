"""How fast are the pages of an incident? The product's own application, a real session, sealed bodies, one run.

python -m bench.pages [--seconds 3] [--connections 16] [--rounds 5]; QUICK=1 takes less than 50 s.

Everything is measured beside an empty page of the same application behind the same session and permission: the evidence
of an incident that holds none. A FastAPI route that does nothing is printed beside it. Writes bench/out/pages.json.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from sqlmodel import Session

from bench.measuring import goals
from bench.measuring.goals import Goal, middle
from bench.measuring.machine import introduce
from bench.measuring.posting import Load, post_for
from bench.measuring.rounds import interleaved, ratio, spread, table
from bench.measuring.web_server import Server, serving
from bench.measuring.workplace import DURABILITY, folder, installation
from incident.auth.passwords import hash_password
from incident.installation import Installation
from incident.models.incidents import Severity
from incident.roles import Actor, Role, operator
from incident.verbs.act import Act
from incident.verbs.entries import note
from incident.verbs.incidents import Report, open_incident
from incident.verbs.people import NewUser, add_user
from notifications.ids import new_id

EMPTY = "an empty page: evidence, none kept"
FIFTY = "timeline of 50 entries"
SAME = "the same, not changed: 304"
OVERVIEW = "overview of that incident"
THOUSAND = "timeline of 1,000 entries, first page"
LAST = "the same, its last page"
NOTHING = "FastAPI route that does nothing"
WARM_SECONDS = 0.5
WHO, PASSWORD = "bench@example.org", "a long phrase nobody guesses 4711"
WORDS = "The object store's access list was narrowed and an anonymous request is answered 403; entry {number}."


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate in one round; `cpu`: seconds of processor of the server meanwhile, 0: not known."""

    load: Load
    cpu: float

    @property
    def cpu_us(self) -> float:
        return self.cpu / max(1, self.load.taken) * 1e6


Found = Mapping[str, Sequence[Run]]


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0 if quick else 3.0, help="how long each is asked for")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3 if quick else 5)
    given = parser.parse_args()
    with folder("pages") as home, ExitStack() as stack:
        short, long = _prepared(home)
        introduce("Pages of an incident, as a signed-in person reads them", home, "fastapi", "uvicorn", "jinja2")
        print(f"  database  {DURABILITY}; titles and lines of the timeline sealed")
        print(f"  client    raw streams on uvloop, {given.connections} connections kept open, in this process\n")
        ours, nothing = stack.enter_context(serving("ours", home)), stack.enter_context(serving("fastapi", home))
        cookie, zero = _signed_in(ours.port), {NOTHING: partial(_asked, given, nothing, _request("/nothing", ""))}
        pages = _pages(ours.port, cookie, short, long)
        found = interleaved(
            {name: partial(_asked, given, ours, what) for name, what in pages.items()} | zero, given.rounds
        )
    _report(found)
    goals.write("pages", _goals(found))


def _prepared(home: Path) -> tuple[str, str]:
    """An installation with a person and two incidents. Returns their codenames: of 50 entries, and of 1,000."""
    with installation(home) as opened:
        admin, actor = operator("bench"), Actor(new_id(), "bench", frozenset({Role.COMMANDER}))
        person = NewUser(WHO, "Bench", (Role.COMMANDER.value,), hash_password(PASSWORD), "Europe/Berlin")
        opened.store.write(lambda session: add_user(Act(session, opened.keys, admin, opened.clock.now()), person))
        return _incident(opened, actor, 50), _incident(opened, actor, 1000)


def _incident(opened: Installation, actor: Actor, entries: int) -> str:
    def told(session: Session) -> str:
        act = Act(session, opened.keys, actor, opened.clock.now())
        incident = open_incident(act, Report("Export bucket readable by anyone", "other", Severity.HIGH))
        for number in range(2, entries + 1):
            note(act, incident.id, WORDS.format(number=number))
        return incident.codename

    return opened.store.write(told)


def _signed_in(port: int) -> str:
    """The cookie of a session, as a browser gets it by signing in."""
    base = f"http://127.0.0.1:{port}"
    answer = httpx.post(f"{base}/login", data={"email": WHO, "password": PASSWORD}, headers={"Origin": base})
    assert answer.status_code == 303, answer.text
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


def _pages(port: int, cookie: str, short: str, long: str) -> dict[str, Callable[[], bytes]]:
    """What is asked for, by name."""
    paths = {
        EMPTY: f"/incidents/{short}/evidence",
        FIFTY: f"/incidents/{short}/timeline",
        OVERVIEW: f"/incidents/{short}",
        THOUSAND: f"/incidents/{long}/timeline",
        LAST: f"/incidents/{long}/timeline?before=51",
    }
    asked = {name: _request(path, cookie) for name, path in paths.items()}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Cookie": cookie}) as reading:
        answers = {name: reading.get(path) for name, path in paths.items()}
        assert all(answer.status_code == 200 for answer in answers.values()), answers
        assert answers[FIFTY].text.count("entry ") >= 49, "the page does not hold its fifty entries"
    return asked | {SAME: _unchanged(port, paths[FIFTY], cookie)}


def _request(path: str, cookie: str, tag: str = "") -> Callable[[], bytes]:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nCookie: {cookie}\r\n"
    whole = f"{head}If-None-Match: {tag}\r\n\r\n".encode() if tag else f"{head}\r\n".encode()
    return lambda: whole


def _unchanged(port: int, path: str, cookie: str) -> Callable[[], bytes]:
    """Asks as a browser that holds the page: with the tag of the last answer, asked for anew now and then."""
    held, left = "", 0

    def request() -> bytes:
        nonlocal held, left
        if not left:
            answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
            held, left = answer.headers["etag"], 200
        left -= 1
        return _request(path, cookie, held)()

    return request


def _asked(given: argparse.Namespace, server: Server, request: Callable[[], bytes]) -> Run:
    server.go_on()
    post_for(server.port, request, WARM_SECONDS, given.connections)
    cpu = server.cpu()
    load = post_for(server.port, request, given.seconds, given.connections)
    run = Run(load, server.cpu() - cpu)
    server.halt()
    return run


def _report(found: Found) -> None:
    empty, nothing = ([run.load.rate for run in found[name]] for name in (EMPTY, NOTHING))
    lines = [
        (
            name,
            spread([run.load.rate for run in runs]),
            ratio([run.load.rate for run in runs], empty),
            ratio([run.load.rate for run in runs], nothing),
            spread([run.load.latency_ms(0.5) for run in runs], 1),
            spread([run.load.latency_ms(0.99) for run in runs], 1),
            spread([run.cpu_us for run in runs]),
            ", ".join(f"{status}" for status in sorted({status for run in runs for status in run.load.statuses})),
        )
        for name, runs in found.items()
    ]
    table(("", "pages/s", "x empty", "x FastAPI", "p50 ms", "p99 ms", "server CPU us", "answers"), lines)


def _goals(found: Found) -> list[Goal]:
    rates = {name: [run.load.rate for run in runs] for name, runs in found.items()}
    assert {status for run in found[SAME] for status in run.load.statuses} <= {200, 304}
    return [
        Goal("P1a", "timeline of 50 entries, times an empty page", middle(rates[FIFTY], rates[EMPTY]), 0.25),
        Goal("P1b", "unchanged page (304), times an empty page", middle(rates[SAME], rates[EMPTY]), 0.8),
        Goal(
            "P1c",
            "time of a page with 1,000 entries, times an empty one",
            middle(rates[EMPTY], rates[THOUSAND]),
            3,
            "<=",
        ),
    ]


if __name__ == "__main__":
    main()
