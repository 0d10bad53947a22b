"""The lock of a node: one process at a time sweeps and sends for a folder, and its successor knows that it is dead.

`flock` ends with the process, however that ends. The file holds the node's name, which is in the name of each of its
workers: who holds the lock may take their rows over without waiting for a lease.
"""

import errno
import fcntl
import os
import secrets
import threading
from pathlib import Path


class NodeLock:
    """The lock file, held while `acquire` has returned True and `release` was not called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it. Raises OSError when the file cannot be made."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return False
            raise
        self._handle = handle
        return True

    def acquire(self, stopping: threading.Event, look_seconds: float = 0.2) -> bool:
        """Wait for the lock; False when `stopping` was set first."""
        while not self.try_acquire():
            if stopping.wait(look_seconds):
                return False
        return True

    def worker_name(self) -> str:
        """A name no process ever had, under this node. Only for who holds the lock."""
        return f"{self.node()}.{secrets.token_hex(8)}"

    def node(self) -> str:
        """The node's own name, made by the first who holds the lock. Only for who holds it."""
        assert self._handle is not None
        node = os.pread(self._handle, 32, 0).decode("ascii", "ignore")
        if len(node) != 32 or not node.isalnum():
            node = secrets.token_hex(16)
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, node.encode(), 0)
            os.fsync(self._handle)
        return node

    def release(self) -> None:
        """Let the next one have it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
