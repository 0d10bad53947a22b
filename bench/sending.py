"""How fast is mail sent, with every row's fate on disk? Against aiosmtplib without state, and the tutorial's way.

python -m bench.sending [--mails 4000] [--naive 250] [--settled 20000] [--connections 8] [--rounds 3]
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.measuring import mail_peers, mailing, sink
from bench.measuring.machine import introduce
from bench.measuring.mailing import Took
from bench.measuring.rounds import interleaved, ratio, spread, table
from bench.measuring.workplace import DURABILITY, copy_of, folder, installation

OURS = "ours: ledger, composing, SMTP"
NOWHERE = "ours without a relay"
LATER = "ours without a relay, ledger in use"
SMTP = "our SMTP alone, finished mails"
POOLED = "aiosmtplib pooled, finished mails"
NAIVE = "row + Jinja2 + EmailMessage + send + commit"
DISTRIBUTIONS = ("aiosmtplib", "jinja2", "sqlalchemy", "sqlmodel", "uvloop")


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate in one round. `sink_busy`: the share of the time that the sink's process computed."""

    took: Took
    sink_busy: float
    connections: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=4000, help="mails a run")
    parser.add_argument("--naive", type=int, default=250, help="mails a run of the tutorial's way")
    parser.add_argument("--connections", type=int, default=8, help="connections to the relay at once")
    parser.add_argument("--settled", type=int, default=20_000, help="older rows of the ledger in use")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with folder("sending") as home, sink.running() as server:
        mails = mailing.prebuilt(given.mails)
        _introduce(home, given, len(mails[0].message))
        new, used = home / "new", home / "used"
        with installation(new), installation(used) as opened:
            mailing.add_settled(opened, given.settled)
        ours, later = (
            mailing.OurSender(partial(copy_of, template), given.mails, given.connections) for template in (new, used)
        )
        naive = mail_peers.Naive(home, given.naive, given.connections)
        candidates: dict[str, Callable[[], Took]] = {
            OURS: partial(ours.to, server.port),
            NOWHERE: ours.to_nowhere,
            LATER: later.to_nowhere,
            SMTP: partial(mailing.our_smtp_alone, mails, server.port, given.connections),
            POOLED: partial(mail_peers.pooled, mails, server.port, given.connections),
            NAIVE: partial(naive.to, server.port),
        }
        found = interleaved({name: partial(_watched, work, server) for name, work in candidates.items()}, given.rounds)
        naive.close()
        _report(found)


def _introduce(home: Path, given: argparse.Namespace, octets: int) -> None:
    introduce("Sending: from an approved release to the last row recorded", home, *DISTRIBUTIONS)
    print(f"  database  {DURABILITY}; the tutorial's: the same settings, a file of its own")
    print(f"  mail      {octets:,} bytes, text and HTML, quoted-printable, five values in nine places")
    print("  sink      bench.measuring.sink: another process, uvloop, keeps nothing, clear text on loopback")
    print(f"  ledger    empty before each run; the one in use holds {given.settled:,} rows of earlier occasions")
    print(f"  each run  {given.mails:,} mails ({given.naive:,} the tutorial's way), {given.connections} connections")
    print(f"  rounds    {given.rounds}, interleaved; median [least to most]\n")


def _watched(work: Callable[[], Took], server: sink.Sink) -> Run:
    """Run it and look at the sink: it took every mail, and how busy it was."""
    before = server.counted()
    took = work()
    after = server.counted()
    arrived = after.mails - before.mails
    assert arrived in (0, took.mails), f"{arrived} of {took.mails} mails arrived"
    return Run(took, (after.cpu - before.cpu) / took.wall, after.connections - before.connections)


def _report(found: Mapping[str, Sequence[Run]]) -> None:
    pooled = [run.took.rate for run in found[POOLED]]
    pooled_cpu = [run.took.cpu_us for run in found[POOLED]]
    lines = []
    for name, runs in found.items():
        rates, cpu = [run.took.rate for run in runs], [run.took.cpu_us for run in runs]
        lines.append(
            (
                name,
                spread(rates),
                ratio(rates, pooled),
                spread(cpu),
                ratio(cpu, pooled_cpu),
                f"{max(run.sink_busy for run in runs):.0%}",
                f"{max(run.connections for run in runs):,}",
            )
        )
    table(("", "mails/s", "x pooled", "CPU us/mail", "x pooled", "sink busy", "connections"), lines)
    ours, naive = ([run.took.rate for run in found[name]] for name in (OURS, NAIVE))
    print(f"\n  ours over aiosmtplib pooled  {ratio(ours, pooled)}")
    print(f"  ours over the tutorial's way {ratio(ours, naive)}")


if __name__ == "__main__":
    main()
