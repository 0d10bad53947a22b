"""Open one installation: database checked, keys found, both handed on. Used by every program and by no rule."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect
from sqlmodel import select

from incident.keys import KeyRing, load_kek
from incident.settings import Settings
from notifications.clock import Clock
from notifications.models import DataKey
from notifications.store import Store


class NotReady(Exception):
    """The installation cannot be opened as it is; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What a program works with: settings, the clock, the database and the keys that open it."""

    settings: Settings
    clock: Clock
    store: Store
    keys: KeyRing

    def close(self) -> None:
        self.store.close()


def open_installation(settings: Settings, clock: Clock, *, upgrade: bool | None = None) -> Installation:
    """Open the database and its keys.

    `upgrade` brings the schema up to date first; None does so for the embedded database only. Raises NotReady when the
    schema is behind, UnsafeStore when the database could lose writes, and KeyTrouble when the key-encryption key is
    lost or is another one; in all three cases nothing was touched.
    """
    from incident.migrations import is_current, upgrade_schema

    store = open_store(settings)
    try:
        store.check()
        kek = find_kek(settings, store)
        if upgrade or (upgrade is None and store.is_sqlite):
            upgrade_schema(store)
        elif not is_current(store):
            raise NotReady("The database schema is not up to date. Run: seventytwo db upgrade")
        keys = KeyRing(kek, clock)
        with store.read() as session:
            keys.check(session)
    except BaseException:
        store.close()
        raise
    return Installation(settings, clock, store, keys)


def open_store(settings: Settings) -> Store:
    """The database of the settings; the folder of an embedded one is made."""
    store = Store(settings.store_url)
    if store.is_sqlite and store.url.database:
        Path(store.url.database).parent.mkdir(parents=True, exist_ok=True)
    return store


def find_kek(settings: Settings, store: Store) -> bytes:
    """The key-encryption key; made on first run, never when the database is already sealed. Raises KeyTrouble."""
    value = settings.kek.get_secret_value() if settings.kek else None
    return load_kek(value, settings.kek_path, database_has_keys=_is_sealed(store))


def _is_sealed(store: Store) -> bool:
    with store.read() as session:
        if not inspect(session.connection()).has_table(DataKey.__tablename__):
            return False
        return session.exec(select(DataKey.id).limit(1)).first() is not None
