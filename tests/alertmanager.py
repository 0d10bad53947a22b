"""A real Alertmanager for the tests of intake: the machine's own, else the one in Debian's package, never installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.debian import unpack

VARIABLE = "SEVENTYTWO_ALERTMANAGER"
NAMES = ("prometheus-alertmanager", "alertmanager")
PACKAGE = NAMES[0]
ROOT = Path(__file__).parents[1]
COPY = ROOT / ".var" / "alertmanager"
BUILT_IN, BESIDE_IT = b"/usr/share/prometheus/alertmanager", b"usr/share/prometheus//alertmanager"
"""Debian's build reads its default template from there; in the copy the path, as long as before, is a relative one."""
ADVICE = (
    "The tests of intake need Prometheus Alertmanager 0.25 or newer. Install it (Debian, Ubuntu: apt-get install "
    f"{PACKAGE}; elsewhere a release of the Prometheus project), or name a program in {VARIABLE}."
)


class NoAlertmanager(Exception):
    """There is no program and none could be had; the text says what to install."""


@dataclass(frozen=True, slots=True)
class Found:
    """A program that starts, and the folder it must be started in."""

    program: Path
    folder: Path

    def version(self) -> str:
        """Its version, such as 0.25.0. Raises OSError and CalledProcessError when it does not start."""
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True)
        return (said.stdout or said.stderr).partition("version ")[2].partition(" ")[0]


def find() -> Found | None:
    """An Alertmanager of this machine, or the copy an earlier run made; None without one."""
    return next((found for found in _candidates() if _starts(found)), None)


def obtain() -> Found:
    """An Alertmanager, fetched if need be: Debian's package is unpacked into `.var/`, and nothing is installed or run.

    Raises NoAlertmanager.
    """
    found = find()
    if found:
        return found
    try:
        unpack(PACKAGE, COPY, _relocated)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoAlertmanager(f"{ADVICE}\n{error}") from error
    found = find()
    if not found:
        raise NoAlertmanager(ADVICE)
    return found


def _candidates() -> Iterator[Found]:
    named = os.environ.get(VARIABLE)
    for place in (named, *map(shutil.which, NAMES)):
        if place:
            yield Found(Path(place), Path.cwd())
    yield Found(COPY / "usr" / "bin" / PACKAGE, COPY)


def _starts(found: Found) -> bool:
    try:
        return bool(found.version())
    except (OSError, subprocess.CalledProcessError):
        return False


def _relocated(unpacked: Path) -> None:
    program = unpacked / "usr" / "bin" / PACKAGE
    program.write_bytes(program.read_bytes().replace(BUILT_IN, BESIDE_IT))
