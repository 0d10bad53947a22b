"""Delivery side by side with its peers in one run: rates, ratios, and what was to be reached (bench/out/delivery.json).

python -m bench.delivery [--mails 4000] [--peers 400] [--rounds 3] [--connections 8]; QUICK=1 takes less than 50 s.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench.measuring import foreign, goals, mail_peers, mailing, postfix, server_database, sink
from bench.measuring.goals import Goal, middle
from bench.measuring.machine import introduce
from bench.measuring.mailing import Took
from bench.measuring.rounds import interleaved, ratio, spread, table
from bench.measuring.server_database import ServerDatabase
from bench.measuring.workplace import DURABILITY, copy_of, folder, installation
from notifications.smtp import Mail

OURS = "ours: claim, personalise, send, record"
ON_SERVER = "ours on PostgreSQL"
STATELESS = "ours without state: personalise, send"
POOLED = "aiosmtplib pooled, finished bytes"
NODEMAILER = "nodemailer pool"
POST_OFFICE = "django-post-office, threads"
SOURCE = "smtp-source (C)"
FAR, FAR_CHUNKED, FAR_POOLED = "ours, 20 ms away", "ours with CHUNKING, 20 ms away", "aiosmtplib, 20 ms away"
DELAY_MS = 20
Found = Mapping[str, Sequence[Took]]


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1000 if quick else 4000, help="mails a run")
    parser.add_argument("--peers", type=int, default=200 if quick else 400, help="mails a run of slow peers")
    parser.add_argument("--far", type=int, default=200 if quick else 800, help="mails a run to a relay far away")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    given = parser.parse_args()
    with folder("delivery") as home:
        with installation(home / "new"):
            pass
        near = _near(home, given)
        far = _far(home, given)
    goals.write("delivery", _goals(near, far))


def _near(home: Path, given: argparse.Namespace) -> Found:
    """Everybody against a sink beside them: Postfix's own, or ours where it cannot be had."""
    with server_database.running(home / "server") as database:
        return _beside(home, given, database)


def _beside(home: Path, given: argparse.Namespace, database: ServerDatabase | None) -> Found:
    programs = postfix.obtain()
    introduce("Delivery: from an approved release to the last row recorded", home, "aiosmtplib", "sqlalchemy", "uvloop")
    print(f"  database  {DURABILITY}, triggers and sealing on")
    print(f"  sink      {'smtp-sink of Postfix, one C process' if programs else 'bench.measuring.sink, uvloop'}")
    print(f"  each run  {given.mails:,} mails ({given.peers:,} of slow peers), {given.connections} connections\n")
    mails = mailing.prebuilt(given.mails)
    octets = len(mails[0].message)
    if programs is None:
        with sink.running() as server:
            counted = lambda expected: server.counted().mails  # noqa: E731, ARG005
            candidates = _candidates(home, given, server.port, mails) | _on_server(database, given, server.port)
            return _measured(candidates, counted, given.rounds)
    with postfix.sink(programs, home / "smtp-sink.log") as c_sink:
        candidates = _candidates(home, given, c_sink.port, mails) | _on_server(database, given, c_sink.port)
        candidates[SOURCE] = partial(postfix.source, programs, c_sink, given.mails, given.connections, octets)
        return _measured(candidates, c_sink.settled, given.rounds)


def _candidates(home: Path, given: argparse.Namespace, port: int, mails: list[Mail]) -> dict[str, Callable[[], Took]]:
    ours = mailing.OurSender(partial(copy_of, home / "new"), given.mails, given.connections)
    found: dict[str, Callable[[], Took]] = {
        OURS: partial(ours.to, port),
        STATELESS: partial(mailing.our_stateless, given.mails, port, given.connections),
        POOLED: partial(mail_peers.pooled, mails, port, given.connections),
    }
    for name, obtain in ((NODEMAILER, foreign.nodemailer), (POST_OFFICE, foreign.post_office)):
        send = obtain()
        if send is None:
            print(f"  {name} cannot be had on this machine: left out")
        else:
            found[name] = partial(send, port, given.peers, given.connections)
    return found


def _on_server(database: ServerDatabase | None, given: argparse.Namespace, port: int) -> dict[str, Callable[[], Took]]:
    if database is None:
        print(f"  {ON_SERVER} cannot be had on this machine: left out")
        return {}
    return {ON_SERVER: partial(mailing.OurSender(database.copy, given.mails, given.connections).to, port)}


def _measured(candidates: Mapping[str, Callable[[], Took]], counted: Callable[[int], int], rounds: int) -> Found:
    """Each round of each, with the sink's own count held against what was said to be sent."""
    seen = counted(0)

    def watched(work: Callable[[], Took]) -> Took:
        nonlocal seen
        took = work()
        arrived = counted(seen + took.mails) - seen
        assert arrived == took.mails, f"{arrived} of {took.mails} mails arrived"
        seen += arrived
        return took

    found = interleaved({name: partial(watched, work) for name, work in candidates.items()}, rounds)
    _print(found, POOLED)
    return found


def _far(home: Path, given: argparse.Namespace) -> Found:
    """A relay that answers 20 ms late, which is where round trips are counted."""
    mails = mailing.prebuilt(given.far)
    ours = mailing.OurSender(partial(copy_of, home / "new"), given.far, given.connections)
    print(f"\n  A relay that answers {DELAY_MS} ms late: {given.far:,} mails a run")
    with sink.running(DELAY_MS) as server:
        candidates: dict[str, Callable[[], Took]] = {
            FAR: partial(ours.to, server.port),
            FAR_CHUNKED: partial(ours.to, server.port, chunking=True),
            FAR_POOLED: partial(mail_peers.pooled, mails[: given.far // 4], server.port, given.connections),
        }
        found = interleaved(candidates, given.rounds)
    _print(found, FAR_POOLED)
    return found


def _print(found: Found, against: str) -> None:
    peer = [took.rate for took in found[against]]
    lines = [
        (name, spread([took.rate for took in runs]), ratio([took.rate for took in runs], peer), _cpu(runs))
        for name, runs in found.items()
    ]
    table(("", "mails/s", "x aiosmtplib", "CPU us/mail"), lines)


def _cpu(runs: Sequence[Took]) -> str:
    return spread([took.cpu_us for took in runs]) if any(took.cpu for took in runs) else "-"


def _goals(near: Found, far: Found) -> list[Goal]:
    def times(found: Found, ours: str, theirs: str) -> float | None:
        if not {ours, theirs} <= set(found):
            return None
        return middle([took.rate for took in found[ours]], [took.rate for took in found[theirs]])

    lost = median(1 - ours.rate / free.rate for ours, free in zip(near[OURS], near[STATELESS], strict=True))
    absent = "the peer cannot be had here"
    return [
        Goal("D1", "times raw pooled aiosmtplib", times(near, OURS, POOLED), 4),
        Goal("D2a", "times nodemailer's pool", times(near, OURS, NODEMAILER), 20, why=absent),
        Goal("D2b", "times django-post-office", times(near, OURS, POST_OFFICE), 20, why=absent),
        Goal("D2c", "times smtp-source", times(near, OURS, SOURCE), 1, why=absent),
        Goal("D3", "share of the stateless rate that durable state costs", lost, 0.4, "<="),
        Goal("D8", "times raw pooled aiosmtplib, on PostgreSQL", times(near, ON_SERVER, POOLED), 3.5, why=absent),
        Goal("D5", "times aiosmtplib, answers 20 ms late", times(far, FAR, FAR_POOLED), 3.5),
        Goal("D5c", "times aiosmtplib, answers 20 ms late, CHUNKING", times(far, FAR_CHUNKED, FAR_POOLED), 10),
    ]


if __name__ == "__main__":
    main()
