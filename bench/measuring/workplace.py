"""A folder for one run, and a whole installation in it."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measuring.machine import OUT
from incident.installation import Installation, open_installation
from incident.settings import Settings
from notifications.clock import Clock, SystemClock

DURABILITY = "SQLite, WAL, synchronous=FULL, one file, the product's own store"


@contextlib.contextmanager
def folder(name: str) -> Iterator[Path]:
    """An empty folder on the disk of this checkout, gone afterwards."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=OUT) as made:
        yield Path(made)


@contextlib.contextmanager
def installation(home: Path, clock: Clock | None = None) -> Iterator[Installation]:
    """A new installation with the whole schema, on the embedded database."""
    opened = open_installation(settings_in(home), clock or SystemClock())
    try:
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def copy_of(template: Path) -> Iterator[Installation]:
    """A copy of a closed installation with its key, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=template.parent) as made:
        shutil.copytree(template, made, dirs_exist_ok=True)
        with installation(Path(made)) as opened:
            yield opened


def settings_in(home: Path) -> Settings:
    """The product's settings for one folder, whatever the environment says."""
    url = f"sqlite:///{home / 'seventytwo.db'}"
    return Settings(home=home, database_url=url, kek=None, kek_file=None, smtp_security="clear")
