"""Passwords: the rule they keep, argon2id hashes of them, and how many are hashed at once."""

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from incident.errors import Fault, Invalid
from notifications.wording import worded

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5
AT_ONCE = 2  # each takes 64 MiB and a core: a storm of sign-ins must not starve the webhooks
WAIT_SECONDS = 5.0

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)  # RFC 9106 §4, second recommendation
_turns = threading.BoundedSemaphore(AT_ONCE)


class HashingBusy(Exception):
    """Too many passwords are being hashed at this moment; try again in a few seconds."""


def hash_password(password: str) -> str:
    """The argon2id hash to store. Call it outside of any transaction: it takes a tenth of a second and 64 MiB.

    Raises Invalid for a password that breaks the rule and HashingBusy when the queue is too long.
    """
    usable = _normal(password)
    faults = _faults(usable)
    if faults:
        raise Invalid(*(Fault("password", fault, mend) for fault, mend in faults))
    with _Turn():
        return _hasher.hash(usable)


def verify_password(password: str, hashed: str | None) -> bool:
    """Whether this is the password. With `hashed` None (no such account) it takes as long and says no.

    Raises HashingBusy when the queue is too long.
    """
    with _Turn():
        try:
            same = _hasher.verify(hashed or _nobody(), _normal(password)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return same and hashed is not None


def new_password() -> str:
    """A password of 120 random bits in groups that can be read out."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(6)) for _ in range(4))


def _normal(password: str) -> str:
    """One form for what looks alike on different keyboards (NIST SP 800-63B §5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _faults(password: str) -> list[tuple[str, str]]:
    length = len(password)
    if length < SHORTEST:
        mend = worded("at least {number}; four unrelated words do well", number=SHORTEST)
        return [(worded("has {number} characters", number=length), mend)]
    if length > LONGEST:
        return [(worded("is longer than {number} characters", number=LONGEST), worded("shorten it"))]
    if len(set(password)) < FEWEST_DIFFERENT:
        mend = worded("use at least {number} different ones", number=FEWEST_DIFFERENT)
        return [(worded("repeats the same few characters"), mend)]
    return []


@cache
def _nobody() -> str:
    """A hash nobody knows the password of, so that an unknown account costs the same time as a known one."""
    return _hasher.hash(secrets.token_hex(32))


class _Turn:
    def __enter__(self) -> None:
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise HashingBusy(worded("Too many people sign in at this moment. Try again in a few seconds."))

    def __exit__(self, *_: object) -> None:
        _turns.release()
