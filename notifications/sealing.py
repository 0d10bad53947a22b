"""Sealing: a value encrypted for one place and no other (AES-256-GCM, NIST SP 800-38D)."""

import hmac
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session

VERSION = b"v1"
NONCE_BYTES = 12
KEY_BYTES = 32
HEAD_BYTES = len(VERSION) + 16 + 16 + NONCE_BYTES
SHORTEST = HEAD_BYTES + 16  # an empty value and its tag


class Unsealable(Exception):
    """The bytes do not open here: another place, another key, or changed. Never overwrite what does not open."""


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


@lru_cache(maxsize=256)
def _framed_names(table: str, column: str) -> bytes:
    return _framed(table.encode()) + _framed(column.encode())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives. It is authenticated with the value, so a blob moved elsewhere does not open."""

    table: str
    column: str
    row: str
    scope: str  # whose data key: "incident:<id>", "audience:<id>", "intake:<date>", "register"

    def associated(self, data_key: UUID) -> bytes:
        parts = [part.encode() for part in (self.table, self.column, self.row, self.scope)] + [data_key.bytes]
        return b"".join(map(_framed, parts))


@dataclass(frozen=True, slots=True)
class DataKeyring:
    """One scope's data key, unwrapped: what bulk work holds instead of asking for the key once per value."""

    scope: str
    kek: UUID
    dek: UUID
    key: bytes
    _cipher: AESGCM = field(init=False, repr=False, compare=False)
    _head: bytes = field(init=False, repr=False, compare=False)
    _tail: bytes = field(init=False, repr=False, compare=False)  # of what is authenticated: scope and data key
    _blind: "hmac.HMAC" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = {
            "_cipher": AESGCM(self.key),
            "_head": VERSION + self.kek.bytes + self.dek.bytes,
            "_tail": _framed(self.scope.encode()) + _framed(self.dek.bytes),
            "_blind": hmac.new(hmac.digest(self.key, b"blind index", "sha256"), digestmod="sha256"),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def seal(self, value: bytes, table: str, column: str, row: object) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, value, self._associated(table, column, row))

    def open(self, blob: bytes, table: str, column: str, row: object) -> bytes:
        """The value sealed for this place. Raises Unsealable."""
        if len(blob) < SHORTEST or not blob.startswith(self._head):
            place = Place(table, column, str(row), self.scope)
            raise Unsealable(f"{place}: sealed under another key or version")
        try:
            nonce, body = blob[HEAD_BYTES - NONCE_BYTES : HEAD_BYTES], blob[HEAD_BYTES:]
            return self._cipher.decrypt(nonce, body, self._associated(table, column, row))
        except InvalidTag:
            place = Place(table, column, str(row), self.scope)
            raise Unsealable(f"{place}: the bytes were changed or belong to another place") from None

    def blind(self, value: str) -> str:
        """A keyed fingerprint for look-up within this scope (HMAC-SHA256): equal values meet, scopes never do."""
        begun = self._blind.copy()
        begun.update(value.encode())
        return begun.hexdigest()

    def _associated(self, table: str, column: str, row: object) -> bytes:
        """The same bytes as `Place.associated`."""
        return _framed_names(table, column) + _framed(str(row).encode()) + self._tail


class Keys(Protocol):
    """What seals and opens. Implemented by the key ring, which holds the key-encryption key."""

    def for_scope(self, session: Session, scope: str) -> DataKeyring:
        """The scope's data key; made, wrapped and stored on first use (needs a writing session then).

        Raises Unsealable for a key that was destroyed.
        """

    def shred(self, session: Session, scope: str) -> bool:
        """Destroy the scope's data key: nothing sealed under it opens any more. False when there was none."""

    def seal(self, session: Session, value: str, place: Place) -> bytes: ...

    def open(self, session: Session, blob: bytes, place: Place) -> str: ...


def data_key_of(blob: bytes) -> UUID:
    """Which data key a sealed value names. Raises Unsealable when the bytes are no sealed value."""
    if len(blob) < SHORTEST or blob[: len(VERSION)] != VERSION:
        raise Unsealable("these bytes are not a sealed value of version 1")
    return UUID(bytes=blob[18:34])
