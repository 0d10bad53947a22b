"""What a proof looks at, what it says, and comparing in constant time."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

REPLAY_WINDOW = timedelta(minutes=5)
"""Both ways, as Standard Webhooks recommends."""
MAX_SIGNATURES = 16


class Reason(StrEnum):
    """Why a delivery was refused; counted and shown to people, never told to the sender."""

    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not authentic, and why."""

    reason: Reason


MISSING, MALFORMED, STALE, WRONG = map(Refused, (Reason.MISSING, Reason.MALFORMED, Reason.STALE, Reason.WRONG))


class UnusableSecret(ValueError):
    """A secret that this scheme cannot use; the text says what it must look like."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A delivery as a proof sees it: headers with lower-case names, raw bytes.

    `token_header` is where the scheme `header_token` looks, "" for any header. `fetched` is what stands at the address
    the scheme wants: a certificate or a set of keys; None: nothing was fetched.
    """

    headers: Mapping[str, str]
    body: bytes
    token_header: str = ""
    fetched: bytes | None = None


Proof: TypeAlias = Callable[[Sequence[str], Presented, datetime], "int | Refused"]
"""Which of the live secrets proves it, counted from 0, or why none does."""


def first_equal(expected: Sequence[bytes], given: Sequence[bytes]) -> int | Refused:
    """Which of the expected values was given; every pair is compared, so that time tells nothing."""
    fitting: int | None = None
    for index, value in enumerate(expected):
        equal = False
        for candidate in given:
            equal |= hmac.compare_digest(hashlib.sha256(value).digest(), hashlib.sha256(candidate).digest())
        if equal and fitting is None:
            fitting = index
    return WRONG if fitting is None else fitting


def signed_by(secrets: Sequence[str], signed: bytes) -> list[bytes]:
    """The HMAC-SHA256 of these bytes under each secret, in hexadecimal."""
    return [hmac.digest(secret.encode(), signed, "sha256").hex().encode() for secret in secrets]


def is_stale(at: datetime, now: datetime) -> bool:
    """Whether a signed moment is outside the replay window."""
    return abs(at - now) > REPLAY_WINDOW


def is_timestamp(text: str) -> bool:
    """Whether it is a number of seconds since 1970."""
    return 0 < len(text) <= 11 and text.isascii() and text.isdigit()
