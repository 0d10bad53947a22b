"""The order of system calls as strace saw it: is the log on disk before something is said that rests on it?"""

import re
import shutil
from collections.abc import Iterable

STRACE = shutil.which("strace")
CALLS = "fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg"
OPTIONS = ("-f", "--seccomp-bpf", "-yy", "-s", "80", "-e", f"trace={CALLS}", "-e", "signal=none")
LINE = re.compile(r"^(?P<thread>\d+) +(?:<\.\.\. )?(?P<call>\w+)(?P<rest>.*)$")
LOG = re.compile(r"\d+<[^>]*-wal>")
SYNC = ("fdatasync", "fsync")
WRITE = ("write", "writev", "sendto", "sendmsg")
SOCKET = re.compile(r"\d+<(?:TCP|socket)")


def unsynchronised(trace: Iterable[str], words: str) -> list[str] | None:
    """Commits that were not synchronised when these words first went to a socket; None: they never did.

    A thread's writes to the log are a commit when it goes on to write anything else (it wakes the loop that waits
    for it), or when another thread writes to the log, for which it must have let go of the lock. Until then they
    are a transaction under way, of which nobody has been told: no words rest on it.

    A call that another thread interrupts stands in two lines: a write has begun when the first one comes, a
    synchronisation is over when the second one does.
    """
    behind: dict[str, str] = {}  # thread → its last write to the log
    committed: set[str] = set()  # those of them that are over
    pending: dict[str, str] = {}
    for line in trace:
        found = LINE.match(line)
        if found is None:
            continue
        thread, call, rest = found["thread"], found["call"], found["rest"]
        if rest.endswith("<unfinished ...>"):
            pending[thread] = rest
        elif "resumed>" in rest:
            rest = pending.pop(thread, "")
        if call == "pwrite64" and LOG.search(rest):
            committed |= behind.keys() - {thread}
            behind[thread] = line
        elif call in SYNC and LOG.search(rest) and thread not in pending:
            behind.pop(thread, None)
            committed.discard(thread)
        elif call in WRITE:
            committed |= behind.keys() & {thread}
            if SOCKET.search(rest) and words in rest:
                return [behind[one] for one in sorted(committed)]
    return None
