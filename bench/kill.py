"""Three ways to send under the same random kills: lost and doubled by each (bench/out/kill.json).

python -m bench.kill [--people 900] [--kills 6] [--seed N]; about a minute. Status 1 when a goal is missed.
"""

import argparse
import random
import sys
from pathlib import Path

from bench.measuring import goals, killing, witness
from bench.measuring.goals import Goal
from bench.measuring.killing import Outcome
from bench.measuring.machine import introduce
from bench.measuring.rounds import table
from bench.measuring.workplace import DURABILITY, folder
from notifications.ledger import WINDOW

OURS = "our ledger: a row a person, doubt declared"
MARKED = "marked, then sent (Healthchecks, GoAlert)"
CURSOR = "a cursor moved when fetched (listmonk), batch 50"
DELAY_MS = 5


def main() -> int:
    """Returns the status for the shell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=900, help="people to be told, by each design")
    parser.add_argument("--kills", type=int, default=6, help="kill -9 while it sends, of each design")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--name", default="kill", help="of the file in bench/out")
    given = parser.parse_args()
    with folder("kill") as home:
        introduce("Killed at random while sending, and started again", home, "aiosmtplib", "sqlalchemy")
        print(f"  database  {DURABILITY}, triggers and sealing on; the peers' file is as durable")
        print(f"  each      {given.people:,} people, {given.kills} kills at most, {killing.CONNECTIONS} connections")
        print(f"  seed      {given.seed}: the same for each (--seed {given.seed})\n")
        found = {
            name: _under_kills(name, home / str(number), given) for number, name in enumerate((OURS, MARKED, CURSOR))
        }
    lines = [
        (name, str(one.kills), str(one.lost), str(one.twice), str(one.admitted), one.said)
        for name, one in found.items()
    ]
    table(("", "kills", "lost", "twice", "declared", "its own ledger says"), lines)
    reached = _goals(found[OURS], found[MARKED], found[CURSOR])
    goals.write(given.name, reached)
    return 0 if all(goal.met for goal in reached) else 1


def _under_kills(name: str, home: Path, given: argparse.Namespace) -> Outcome:
    chance = random.Random(given.seed)  # noqa: S311 (moments to kill at)
    with witness.running(home.with_suffix(".mails"), DELAY_MS) as relay:
        numbers = (home, relay, given.people, given.kills, chance)
        if name == OURS:
            return killing.our_ledger(*numbers)
        return killing.peer("mark_then_send" if name == MARKED else "moved_cursor", *numbers)


def _goals(ours: Outcome, marked: Outcome, cursor: Outcome) -> list[Goal]:
    return [
        Goal("K1", "people whom our ledger lost", ours.lost, 0, "<="),
        Goal("K2", f"second mails of ours, a window of {WINDOW} a kill at most", ours.twice, ours.kills * WINDOW, "<="),
        Goal("K3", "second mails of ours that were not declared", ours.twice - ours.admitted, 0, "<="),
        Goal("K4", "kills that ours was sending at", ours.kills, 1),
        Goal("K5", "people lost by marking first: the kills bite", marked.lost, 1),
        Goal("K6", "people lost by a moved cursor: the kills bite", cursor.lost, 1),
    ]


if __name__ == "__main__":
    sys.exit(main())
