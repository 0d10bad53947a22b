"""How fast are deliveries taken, each on disk before its 202? Beside peers in one run; writes bench/out/intake.json.

python -m bench.intake [--seconds 3] [--connections 32] [--rounds 3]; QUICK=1 takes less than 50 s.

Our application also reads every delivery after it has answered (opens or joins an incident, writes the timeline). While
others are measured it stands still; what it reads when nothing comes in is a number of its own.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select

from bench.measuring import goals, sink
from bench.measuring.goals import Goal, middle
from bench.measuring.machine import introduce
from bench.measuring.posting import SOURCE, Load, alert, alerts_request, hook_request, post_for
from bench.measuring.rounds import interleaved, ratio, spread, table
from bench.measuring.sending_beside import Beside, beside
from bench.measuring.web_server import Server, serving
from bench.measuring.workplace import DURABILITY, folder, installation
from incident.models.intake import Intake, IntakeState
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.sources import add_source
from notifications.store import Store
from tests.alertmanager import NoAlertmanager, obtain
from tests.faults.monitor import Alertmanager

OURS = "ours: POST /hooks/{source}, kept"
BESIDE = "ours, while mails are sent from the same file"
FASTAPI = "FastAPI route that does nothing"
STARLETTE = "Starlette route that does nothing"
COMMIT = "one commit a request"
SESSION = "one ORM session a request"
ALERTMANAGER = "Alertmanager of Debian, in memory"
APPS = {FASTAPI: "fastapi", STARLETTE: "starlette", COMMIT: "commit", SESSION: "session"}
DISTRIBUTIONS = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "sqlalchemy", "cryptography")
QUIET = "route: {receiver: none}\nreceivers: [{name: none}]\n"
WARM_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate in one round; `cpu`: seconds of processor of the server while it was posted to, 0: not known."""

    load: Load
    cpu: float = 0.0
    mails: float = 0.0  # sent a second meanwhile

    @property
    def cpu_us(self) -> float:
        return self.cpu / max(1, self.load.taken) * 1e6


Found = Mapping[str, Sequence[Run]]


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.8 if quick else 3.0, help="how long each is posted to")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reading", type=float, default=2.0 if quick else 10.0, help="seconds of reading, apart")
    given = parser.parse_args()
    with folder("intake") as home, ExitStack() as stack:
        secret = _prepared(home)
        _introduce(home, given)
        store = Store(f"sqlite:///{home / 'seventytwo.db'}")
        stack.callback(store.close)
        mailing = _mailing(stack, home, given)
        ours = stack.enter_context(serving("ours", home))
        posting = partial(_posted, given, secret)
        before = _warm(ours, posting, store)
        candidates: dict[str, Callable[[], Run]] = {
            OURS: lambda: _awake(ours, posting),
            BESIDE: lambda: _beside(ours, posting, mailing),
        }
        for name, app in APPS.items():
            server = stack.enter_context(serving(app, home, secret))
            post_for(server.port, hook_request(server.port, secret), WARM_SECONDS, given.connections)
            candidates[name] = partial(posting, server)
        candidates |= _alertmanager(stack, home, given)
        found = interleaved(candidates, given.rounds)
        _report(found)
        _prove(found, store, before)
        _reading(ours, store, given.reading)
    goals.write("intake", _goals(found))


def _prepared(home: Path) -> str:
    """An installation with one source. Returns the source's secret."""
    with installation(home) as opened:
        act = partial(Act, keys=opened.keys, actor=operator("bench"), now=opened.clock.now())
        return opened.store.write(
            lambda session: add_source(act(session), SOURCE, "alertmanager", "bearer", kind="public_bucket")
        ).secret


def _introduce(home: Path, given: argparse.Namespace) -> None:
    introduce("Intake: POST /hooks/{source} with a bearer token, on disk before the answer", home, *DISTRIBUTIONS)
    print(f"  database  {DURABILITY}; body and headers sealed")
    print(
        "  server    uvicorn as `seventytwo web` sets it, one process each, access lines to a file; no worker beside it"
    )
    print(f"  client    raw streams on uvloop, {given.connections} connections kept open, in this process")
    print(f"  body      {len(alert(0)):,} bytes, Alertmanager v4, one firing alert, no two alike, one group")
    print(f"  rounds    {given.rounds} of {given.seconds:g} s, interleaved; median [least to most]\n")


def _mailing(stack: ExitStack, home: Path, given: argparse.Namespace) -> Beside:
    """The product's sender over the same file, with enough to send for every round."""
    relay = stack.enter_context(sink.running())
    return stack.enter_context(beside(home, relay.port, (given.seconds + WARM_SECONDS) * given.rounds, 8))


def _alertmanager(stack: ExitStack, home: Path, given: argparse.Namespace) -> dict[str, Callable[[], Run]]:
    try:
        program = Alertmanager(obtain(), home)
    except NoAlertmanager:
        print(f"  {ALERTMANAGER} cannot be had on this machine: left out")
        return {}
    stack.callback(program.kill)
    program.start(QUIET)
    port = program.port
    post = partial(post_for, port, alerts_request(port), connections=given.connections)
    post(seconds=WARM_SECONDS)
    return {ALERTMANAGER: lambda: Run(post(seconds=given.seconds))}


def _posted(given: argparse.Namespace, secret: str, server: Server, seconds: float = 0.0) -> Run:
    cpu = server.cpu()
    load = post_for(server.port, hook_request(server.port, secret), seconds or given.seconds, given.connections)
    return Run(load, server.cpu() - cpu)


def _warm(ours: Server, posting: Callable[..., Run], store: Store) -> int:
    """Imports, packs of law, the incident, statements: before the time runs. Returns how many rows that made."""
    posting(ours, WARM_SECONDS)
    while _rows(store, IntakeState.OPEN):
        time.sleep(0.05)
    ours.halt()
    return _rows(store)


def _awake(ours: Server, posting: Callable[..., Run]) -> Run:
    """Posted to, and halted again. What it began to read when it was let go on is over by then."""
    ours.go_on()
    posting(ours, WARM_SECONDS)
    run = posting(ours)
    ours.halt()
    return run


def _beside(ours: Server, posting: Callable[..., Run], mailing: Beside) -> Run:
    ours.go_on()
    with mailing.sending() as rates:
        posting(ours, WARM_SECONDS)
        run = posting(ours)
    ours.halt()
    return Run(run.load, run.cpu, rates[0])


def _rows(store: Store, state: IntakeState | None = None) -> int:
    query = select(func.count()).select_from(Intake)
    with store.read() as session:
        return session.exec(query if state is None else query.where(col(Intake.state) == state)).one()


def _report(found: Found) -> None:
    nothing = [run.load.rate for run in found[FASTAPI]]
    lines = [
        (
            name,
            spread([run.load.rate for run in runs]),
            ratio([run.load.rate for run in runs], nothing),
            spread([run.load.latency_ms(0.5) for run in runs], 1),
            spread([run.load.latency_ms(0.99) for run in runs], 1),
            spread([run.cpu_us for run in runs]) if runs[0].cpu else "-",
            f"{sum(run.load.statuses.total() - run.load.taken for run in runs):,}",
            f"{max(run.load.cpu / run.load.seconds for run in runs):.0%}",
        )
        for name, runs in found.items()
    ]
    table(("", "taken/s", "x FastAPI", "p50 ms", "p99 ms", "server CPU us", "refused", "client busy"), lines)
    print(f"\n  mails sent a second meanwhile  {spread([run.mails for run in found[BESIDE]])}")


def _prove(found: Found, store: Store, before: int) -> None:
    """Every delivery of ours that was answered 202 is a row."""
    runs = [*found[OURS], *found[BESIDE]]
    answered = {json.loads(body)["intake"] for run in runs for body in run.load.said}
    with store.read() as session:
        kept = {str(one) for one in session.exec(select(Intake.id)).all()}
    taken = sum(run.load.statuses[202] for run in runs)
    assert len(answered) == taken, f"{taken} answers name {len(answered)} deliveries"
    assert answered <= kept, f"{len(answered - kept)} deliveries answered 202 are no rows"
    print(f"  held: {taken:,} answers of 202 are {taken:,} rows, of {len(kept):,} in all ({before:,} from warming up)")


def _reading(ours: Server, store: Store, seconds: float) -> None:
    """Say how many deliveries of one alert are read and applied a second while none comes in."""
    before, began = _rows(store, IntakeState.APPLIED), time.perf_counter()
    ours.go_on()
    while time.perf_counter() - began < seconds and _rows(store, IntakeState.OPEN):
        time.sleep(0.05)
    rate = (_rows(store, IntakeState.APPLIED) - before) / (time.perf_counter() - began)
    print(f"  read afterwards: {rate:,.0f} alerts a second applied to their incident")


def _goals(found: Found) -> list[Goal]:
    rates = {name: [run.load.rate for run in runs] for name, runs in found.items()}
    late = {name: [run.load.latency_ms(0.99) for run in found[name]] for name in (OURS, BESIDE)}

    def times(other: str) -> float:
        return middle(rates[OURS], rates[other])

    return [
        Goal("I1", "times a FastAPI route that does nothing", times(FASTAPI), 0.5),
        Goal("I2a", "times one commit a request", times(COMMIT), 2),
        Goal("I2b", "times one ORM session a request", times(SESSION), 6),
        Goal(
            "I4a",
            "share of the rate alone, while mails are sent at full rate",
            middle(rates[BESIDE], rates[OURS]),
            0.65,
        ),
        Goal(
            "I4b", "times the p99 alone, while mails are sent at full rate", middle(late[BESIDE], late[OURS]), 4, "<="
        ),
    ]


if __name__ == "__main__":
    main()
