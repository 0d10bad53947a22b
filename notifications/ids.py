"""Identifiers made by us and known before the insert: UUIDv7 (RFC 9562 §5.7) inside, random public ids outside."""

import os
import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A UUIDv7 whose value rises within this process: 48 bits of Unix milliseconds, 12 of counter, 62 random.

    The counter is RFC 9562 §6.2 method 1: ids of one millisecond keep their order, and a clock that steps back never
    makes an id smaller than the last. The millisecond is for locality in indexes only; no rule reads time from an id.
    """
    global _last
    with _lock:
        ticks = max((time.time_ns() // 1_000_000) << 12, _last + 1)
        _last = ticks
    value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=value)


def public_id() -> str:
    """A random id of 128 bits for addresses that outsiders see; tells nothing of order, number or time."""
    return secrets.token_urlsafe(16)
