"""Modules of ours as processes beside the measuring one; they end with the block that started them."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def program(
    module: str, *arguments: str, keep: Sequence[int] = (), output: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A module of ours as a process, ended with this block.

    `keep` are descriptors it inherits. What it says goes to `output`; without one its standard output is a pipe.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=output or subprocess.PIPE,
        stderr=output,
        pass_fds=tuple(keep),
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()
