"""How fast are deliveries of a monitor taken, each on disk before its 202? Against routes that do nothing.

    python -m bench.intake [--seconds 3] [--connections 16] [--rounds 3]

Our application also reads every delivery after it has answered (opens or joins an incident, writes the timeline), in
the same process and at the same time; how long that goes on after the last answer is a number of its own.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select

from bench.measuring.machine import introduce
from bench.measuring.posting import SOURCE, Load, alert, post_for
from bench.measuring.rounds import interleaved, ratio, spread, table
from bench.measuring.web_server import Server, serving
from bench.measuring.workplace import DURABILITY, folder, installation
from incident.models.intake import Intake, IntakeState, SignalRow
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.sources import add_source
from notifications.store import Store

OURS = "ours: POST /hooks/{source}, kept"
FASTAPI = "FastAPI route that does nothing"
STARLETTE = "Starlette route that does nothing"
DISTRIBUTIONS = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "sqlalchemy", "cryptography")
PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate in one round. `reading`: seconds until the last delivery was read, after the last answer.

    `cpu`: seconds of processor of the server, reading included.
    """

    load: Load
    cpu: float
    reading: float

    @property
    def cpu_us(self) -> float:
        return self.cpu / sum(self.load.statuses.values()) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each candidate is posted to in a round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with folder("intake") as home, ExitStack() as stack:
        secret = _prepared(home)
        _introduce(home, given)
        ours, fastapi, starlette = (
            stack.enter_context(serving(name, home)) for name in ("ours", "fastapi", "starlette")
        )
        store = Store(f"sqlite:///{home / 'seventytwo.db'}")
        stack.callback(store.close)
        posting = partial(post_for, secret=secret, seconds=given.seconds, connections=given.connections)
        for server in (ours, fastapi, starlette):  # imports, compiled statements, threads: before the time runs
            post_for(server.port, secret, 0.5, given.connections)
        before = _rows(store)
        candidates: dict[str, Callable[[], Run]] = {
            OURS: lambda: _watched(ours, posting, store),
            FASTAPI: lambda: _watched(fastapi, posting, store),
            STARLETTE: lambda: _watched(starlette, posting, store),
        }
        found = interleaved(candidates, given.rounds)
        _report(found)
        _prove(found[OURS], store, before)


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


def _watched(server: Server, posting: Callable[[int], Load], store: Store) -> Run:
    """Post, then wait until what was taken is read, so that it does not disturb the next candidate."""
    cpu = server.cpu()
    load = posting(server.port)
    began = time.perf_counter()
    while _rows(store, IntakeState.OPEN):
        assert time.perf_counter() - began < PATIENCE_SECONDS, "deliveries stay unread"
        time.sleep(LOOK_SECONDS)
    reading = time.perf_counter() - began
    return Run(load, server.cpu() - cpu, reading)


def _rows(store: Store, state: IntakeState | None = None) -> int:
    query = select(func.count()).select_from(Intake)
    with store.read() as session:
        return session.exec(query if state is None else query.where(col(Intake.state) == state)).one()


def _report(found: Mapping[str, Sequence[Run]]) -> None:
    nothing = [run.load.rate for run in found[FASTAPI]]
    nothing_cpu = [run.cpu_us for run in found[FASTAPI]]
    lines = []
    for name, runs in found.items():
        loads = [run.load for run in runs]
        rates, cpu = [load.rate for load in loads], [run.cpu_us for run in runs]
        lines.append(
            (
                name,
                spread(rates),
                ratio(rates, nothing),
                spread([load.latency_ms(0.5) for load in loads], 1),
                spread([load.latency_ms(0.99) for load in loads], 1),
                spread(cpu),
                ratio(cpu, nothing_cpu),
                f"{sum(sum(load.statuses.values()) - load.statuses[202] for load in loads):,}",
                f"{max(load.cpu / load.seconds for load in loads):.0%}",
            )
        )
    table(("", "202/s", "x FastAPI", "p50 ms", "p99 ms", "server CPU us", "x FastAPI", "not 202", "client busy"), lines)
    ours, starlette = ([run.load.rate for run in found[name]] for name in (OURS, STARLETTE))
    whole = [run.load.statuses[202] / (run.load.seconds + run.reading) for run in found[OURS]]
    print(f"\n  ours over the FastAPI route    {ratio(ours, nothing)}")
    print(f"  ours over the Starlette route  {ratio(ours, starlette)}")
    print(f"  read after the last answer     {spread([run.reading for run in found[OURS]], 2)} s")
    print(f"  taken and read, a second       {spread(whole)}")


def _prove(runs: Sequence[Run], store: Store, before: int) -> None:
    """Every delivery that was answered 202 is a row, and each row was read."""
    answered = {json.loads(body)["intake"] for run in runs for body in run.load.said}
    with store.read() as session:
        kept = {str(found) for found in session.exec(select(Intake.id)).all()}
        signals = session.exec(select(func.count()).select_from(SignalRow)).one()
    taken = sum(run.load.statuses[202] for run in runs)
    assert len(answered) == taken, f"{taken} answers name {len(answered)} deliveries"
    assert answered <= kept, f"{len(answered - kept)} deliveries answered 202 are no rows"
    read = _rows(store, IntakeState.APPLIED)
    print(f"  held: {taken:,} answers of 202 are {taken:,} rows, of {len(kept):,} in all ({before:,} from warming up)")
    print(
        f"  held: {read:,} are read, {signals:,} alerts in incidents, {_rows(store, IntakeState.QUARANTINED)} set aside"
    )


if __name__ == "__main__":
    main()
