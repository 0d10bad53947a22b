"""A folder for one run, a whole installation in it, and an incident with an audience that is still empty."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from bench.measuring.machine import OUT
from incident.installation import Installation, open_installation
from incident.models.incidents import Severity
from incident.roles import Actor, Role
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.audiences import open_audience
from incident.verbs.incidents import Report, open_incident
from notifications.clock import Clock, SystemClock
from notifications.ids import new_id
from notifications.models import Channel

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


def begun(opened: Installation) -> tuple[Actor, UUID, UUID]:
    """Whoever may fill the audience of an incident, the incident, and that audience."""
    actor = Actor(new_id(), "bench", frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER}))

    def made(session: Session) -> tuple[UUID, UUID]:
        act = Act(session, opened.keys, actor, opened.clock.now())
        incident = open_incident(act, Report("Measured", "other", Severity.LOW))
        return incident.id, open_audience(act, incident.id, "everybody", Channel.EMAIL).id

    return (actor, *opened.store.write(made))


def settings_in(home: Path, database: str = "") -> Settings:
    """The product's settings for one folder, whatever the environment says; embedded unless a database is named."""
    url = database or f"sqlite:///{home / 'seventytwo.db'}"
    return Settings(home=home, database_url=url, kek=None, kek_file=None, smtp_security="clear")
