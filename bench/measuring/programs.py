"""Modules of ours as processes beside the measuring one; they end with the block that started them."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def program(module: str, *arguments: str, keep: Sequence[int] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """A module of ours as a process with pipes, ended with this block; `keep` are descriptors it inherits."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=tuple(keep),
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()
