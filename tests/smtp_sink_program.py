"""The mail server of `tests.smtp_sink` as a program: what it took is in a file, whatever is killed.

It announces its port on standard output and appends one line per accepted mail to a file, opened with O_APPEND. Told to
hold, it keeps so many mails, then answers for none until a line comes on standard input.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
from pathlib import Path

from tests.smtp_sink import Gate, Script, Sink, Taken


def read_log(path: Path) -> list[Taken]:
    """The mails that a sink run as a program took."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [Taken(found["recipient"], found["message_id"]) for found in map(json.loads, lines)]


async def _run(path: Path, slow: float, hold: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    script, gate, kept = Script(slow=slow), Gate(), itertools.count(1)

    def keep(mail: Taken) -> None:
        line = json.dumps({"recipient": mail.recipient, "message_id": mail.message_id})
        os.write(handle, line.encode() + b"\n")
        if next(kept) == hold:
            script.gates["dot"] = gate

    async with Sink(keep) as sink:
        sink.scripts["*"] = script
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.buffer.readline)
        gate.open.set()
        await asyncio.to_thread(sys.stdin.buffer.read)  # until whoever started it is gone


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--hold", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(_run(given.log, given.slow, given.hold))
