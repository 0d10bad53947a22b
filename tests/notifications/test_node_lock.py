"""One process at a time holds a node's lock, its end frees it however it came, and no two workers share a name."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from notifications.ledger import Worker
from notifications.node_lock import NodeLock

HOLD = """
import sys
from pathlib import Path
from notifications.node_lock import NodeLock
lock = NodeLock(Path(sys.argv[1]))
assert lock.try_acquire()
print(lock.worker_name(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "worker.lock"


def held_by_another_process(path: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-c", HOLD, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def ended(process: "subprocess.Popen[str]") -> int:
    with process:
        return process.wait(timeout=60)


def test_one_holds_it_until_it_lets_go(path: Path) -> None:
    first, second = NodeLock(path), NodeLock(path)
    assert first.try_acquire()
    assert not second.try_acquire()
    assert not first.try_acquire()  # nor twice
    first.release()
    first.release()
    assert second.try_acquire()
    second.release()


def test_the_file_is_its_owners_alone(path: Path) -> None:
    lock = NodeLock(path)
    assert lock.try_acquire()
    assert path.stat().st_mode & 0o777 == 0o600
    lock.release()


def test_a_process_killed_outright_frees_it(path: Path) -> None:
    process, _ = held_by_another_process(path)
    mine = NodeLock(path)
    assert not mine.try_acquire()
    process.kill()
    assert ended(process) == -signal.SIGKILL
    assert mine.try_acquire()
    mine.release()


def test_who_waits_gets_it_when_the_holder_ends(path: Path) -> None:
    process, _ = held_by_another_process(path)
    mine, got = NodeLock(path), []
    waiting = threading.Thread(target=lambda: got.append(mine.acquire(threading.Event(), look_seconds=0.01)))
    waiting.start()
    process.kill()
    ended(process)
    waiting.join(60)
    assert got == [True]
    mine.release()


def test_who_is_told_to_end_stops_waiting(path: Path) -> None:
    holder, mine, stopping = NodeLock(path), NodeLock(path), threading.Event()
    assert holder.try_acquire()
    stopping.set()
    assert not mine.acquire(stopping)
    holder.release()


def test_workers_of_a_node_share_its_name_and_never_their_own(path: Path) -> None:
    names = []
    for _ in range(3):
        lock = NodeLock(path)
        assert lock.try_acquire()
        names += [lock.worker_name(), lock.worker_name()]
        lock.release()
    process, other = held_by_another_process(path)
    process.kill()
    ended(process)
    names.append(other)
    assert len(set(names)) == 7
    assert len({Worker(name).node for name in names}) == 1
    assert all(len(name) <= 64 for name in names)  # the ledger's column


def test_nodes_differ_in_name(tmp_path: Path) -> None:
    nodes = set()
    for number in range(3):
        lock = NodeLock(tmp_path / f"{number}.lock")
        assert lock.try_acquire()
        nodes.add(Worker(lock.worker_name()).node)
        lock.release()
    assert len(nodes) == 3


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 32, b"a" * 16 + b" " * 16 + b"more"])
def test_a_file_without_a_name_gets_a_new_one(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    lock = NodeLock(path)
    assert lock.try_acquire()
    node = Worker(lock.worker_name()).node
    assert path.read_bytes() == node.encode()
    assert Worker(lock.worker_name()).node == node
    lock.release()


def test_a_file_system_without_locks_is_an_error_and_leaves_no_file_open(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    def refuse(handle: int, _how: int) -> None:
        opened.append(handle)
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    lock = NodeLock(path)
    with pytest.raises(OSError, match="No locks"):
        lock.try_acquire()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        NodeLock(tmp_path / "file" / "worker.lock").try_acquire()
