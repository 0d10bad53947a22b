"""The key ring: the key-encryption key from settings or a 0600 file, data keys per scope wrapped by it."""

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from notifications.clock import Clock
from notifications.ids import new_id
from notifications.models import DataKey
from notifications.prepared import Prepared
from notifications.sealing import KEY_BYTES, NONCE_BYTES, DataKeyring, Place, Unsealable, data_key_of
from notifications.store import erasing

DESTROYED = b""  # what stands in place of a wrapped key that is gone for good
KEYS: Table = SQLModel.metadata.tables["data_key"]
IS_DESTROYED = (KEYS.c.wrapped == DESTROYED).label("destroyed")
KNOWN = Prepared(select(KEYS.c.id, IS_DESTROYED).where(KEYS.c.scope == bindparam("scope")), KEYS.c.id, IS_DESTROYED)


class KeyTrouble(Exception):
    """The key-encryption key is missing, unreadable, or not the one this database was sealed with."""


class KeyRing:
    """Seals and opens for places. Holds the key-encryption key in memory and unwraps data keys when asked."""

    def __init__(self, kek: bytes, clock: Clock) -> None:
        if len(kek) != KEY_BYTES:
            raise KeyTrouble(f"The key-encryption key has {len(kek)} bytes, it needs {KEY_BYTES}.")
        self._kek = AESGCM(kek)
        self.kek_id = UUID(bytes=hashlib.sha256(b"seventytwo kek id\n" + kek).digest()[:16])
        self._clock = clock
        self._opened: dict[UUID, DataKeyring] = {}

    def for_scope(self, session: Session, scope: str) -> DataKeyring:
        """The scope's data key; made and stored on first use, which needs a writing session.

        Raises KeyTrouble, and Unsealable for one that was destroyed: it is never made anew.
        """
        session.flush()
        for identity, destroyed in KNOWN.run(session.connection(), scope=scope):
            if identity in self._opened and not destroyed:
                return self._opened[identity]
            return self._unwrap(session.get_one(DataKey, identity))
        return self._unwrap(self._make(session, scope))

    def shred(self, session: Session, scope: str) -> bool:
        """Destroy the scope's data key, here and in the database; another process forgets it when it ends.

        The row stays without its key, so that nobody makes another for the scope.
        """
        row = session.exec(select(DataKey).where(col(DataKey.scope) == scope)).first()
        if row is None or row.wrapped == DESTROYED:
            return False
        row.wrapped = DESTROYED
        with erasing(session):
            session.flush()
        self._opened.pop(row.id, None)
        return True

    def seal(self, session: Session, value: str, place: Place) -> bytes:
        return self.for_scope(session, place.scope).seal(value.encode(), place.table, place.column, place.row)

    def open(self, session: Session, blob: bytes, place: Place) -> str:
        """The value sealed for this place. Raises Unsealable when the place or the bytes are not the sealed ones."""
        dek = data_key_of(blob)
        keyring = self._opened.get(dek)
        if keyring is None:
            row = session.get(DataKey, dek)
            if row is None:
                raise Unsealable(f"{place}: its data key is gone (erased on schedule, or another database)")
            keyring = self._unwrap(row)
        if keyring.scope != place.scope:
            raise Unsealable(f"{place}: sealed for the scope {keyring.scope}")
        return keyring.open(blob, place.table, place.column, place.row).decode()

    def check(self, session: Session) -> None:
        """Refuse to work on a database sealed under another key, before anything is touched. Raises KeyTrouble."""
        row = session.exec(select(DataKey).where(col(DataKey.wrapped) != DESTROYED).limit(1)).first()
        if row is not None:
            self._unwrap(row)

    def _make(self, session: Session, scope: str) -> DataKey:
        row = DataKey(id=new_id(), scope=scope, kek=self.kek_id, wrapped=b"", created_at=self._clock.now())
        nonce = os.urandom(NONCE_BYTES)
        row.wrapped = nonce + self._kek.encrypt(nonce, os.urandom(KEY_BYTES), _associated(row))
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process made it first
            return session.exec(select(DataKey).where(col(DataKey.scope) == scope)).one()
        return row

    def _unwrap(self, row: DataKey) -> DataKeyring:
        if row.wrapped == DESTROYED:
            self._opened.pop(row.id, None)
            raise Unsealable(f"the data key of {row.scope} was destroyed")
        if row.id in self._opened:
            return self._opened[row.id]
        try:
            key = self._kek.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], _associated(row))
        except InvalidTag:
            raise KeyTrouble(
                f"The key-encryption key {self.kek_id} does not open this database's data keys, which were wrapped "
                f"by {row.kek}. Nothing was touched. Put the right key back (SEVENTYTWO_KEK or the key file)."
            ) from None
        keyring = DataKeyring(row.scope, row.kek, row.id, key)
        self._opened[row.id] = keyring
        return keyring


def load_kek(value: str | None, path: Path, *, database_has_keys: bool) -> bytes:
    """The key-encryption key from settings, else from a 0600 file that is made on first run.

    Raises KeyTrouble when the file is missing although the database is sealed, is readable by others, or is no key.
    """
    if value is not None:
        return _decoded(value, "SEVENTYTWO_KEK")
    if path.exists():
        return read_key_file(path)
    if database_has_keys:
        raise KeyTrouble(
            f"The key-encryption key is lost: {path} does not exist, but this database is sealed. Nothing was touched. "
            f"Put the key file back from its backup, or set SEVENTYTWO_KEK."
        )
    return make_key_file(path)


def read_key_file(path: Path) -> bytes:
    """The key in a file. Raises KeyTrouble when others can read it or it is no key."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyTrouble(f"{path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    return _decoded(path.read_text(), str(path))


def make_key_file(path: Path) -> bytes:
    """A new random key in a new file of mode 0600, on disk when this returns. Never overwrites one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = os.urandom(KEY_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyTrouble(f"{where} is not base64. It holds 32 random bytes: head -c 32 /dev/urandom | base64") from None


def _associated(row: DataKey) -> bytes:
    return b"\n".join((b"data key", row.id.bytes, row.scope.encode(), row.kek.bytes))
