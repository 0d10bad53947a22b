"""Is this delivery from the monitor it claims to be from? On the raw bytes, in constant time, nothing parsed."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

REPLAY_WINDOW = timedelta(minutes=5)
"""Both ways, as Standard Webhooks recommends."""

MAX_SIGNATURES = 16
MAX_ID_LENGTH = 256


class Scheme(StrEnum):
    """How a source proves itself; fixed by the source's configuration, never by a header."""

    STANDARD_WEBHOOKS = "standard_webhooks"
    BEARER = "bearer"
    BASIC = "basic"


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


@dataclass(frozen=True, slots=True)
class Authentic:
    """Authentic. `intake_key` is the monitor's delivery id, else the SHA-256 of the bytes; `secret` counts from 0."""

    intake_key: str
    secret: int


class UnusableSecret(ValueError):
    """A secret that this scheme cannot use; the text says what it must look like."""


def intake_key(headers: Mapping[str, str], body: bytes, delivery_header: str | None = None) -> str:
    """The monitor's delivery id where a header carries one, else `sha256:` and the hash of the bytes."""
    given = headers.get(delivery_header, "").strip() if delivery_header else ""
    return given if _is_delivery_id(given) else f"sha256:{hashlib.sha256(body).hexdigest()}"


def check_secret(scheme: Scheme, secret: str) -> None:
    """Raises UnusableSecret when the scheme cannot use this secret."""
    if scheme is Scheme.STANDARD_WEBHOOKS:
        if len(_signing_key(secret)) < 16:
            raise UnusableSecret("The signing secret must be whsec_ and at least 16 bytes in base64.")
    elif not secret.isascii() or not secret.isprintable() or " " in secret or len(secret) < 16:
        raise UnusableSecret("The secret must be at least 16 printable ASCII characters without spaces.")
    elif scheme is Scheme.BASIC and ":" not in secret:
        raise UnusableSecret("The secret for basic authentication must be user:password.")


def verify(
    scheme: Scheme,
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    delivery_header: str | None = None,
) -> Authentic | Refused:
    """Authentic if any of the live secrets proves it; headers have lower-case names, `now` is aware.

    The time taken does not depend on which secret fits or where a wrong value differs.
    """
    if scheme is Scheme.STANDARD_WEBHOOKS:
        return _signed(secrets, headers, body, now)
    presented = _presented(scheme, headers)
    if isinstance(presented, Refused):
        return presented
    fitting = _first_equal([secret.encode() for secret in secrets], [presented])
    if fitting is None:
        return Refused(Reason.WRONG)
    return Authentic(intake_key(headers, body, delivery_header), fitting)


def standard_webhooks_signature(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 of id.timestamp.body (Standard Webhooks, symmetric). Raises UnusableSecret."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_signing_key(secret), signed, "sha256")).decode()


def _signed(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> Authentic | Refused:
    delivery_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not (delivery_id and timestamp and signatures):
        return Refused(Reason.MISSING)
    if not (_is_delivery_id(delivery_id) and _is_timestamp(timestamp)):
        return Refused(Reason.MALFORMED)
    given = [part.encode() for part in signatures.split()[:MAX_SIGNATURES] if part.startswith("v1,")]
    if not given:
        return Refused(Reason.MALFORMED)
    if abs(datetime.fromtimestamp(int(timestamp), UTC) - now) > REPLAY_WINDOW:
        return Refused(Reason.STALE)
    expected = [standard_webhooks_signature(secret, delivery_id, int(timestamp), body).encode() for secret in secrets]
    fitting = _first_equal(expected, given)
    return Refused(Reason.WRONG) if fitting is None else Authentic(delivery_id, fitting)


def _presented(scheme: Scheme, headers: Mapping[str, str]) -> bytes | Refused:
    authorization = headers.get("authorization", "")
    if not authorization:
        return Refused(Reason.MISSING)
    word, _, credentials = authorization.partition(" ")
    credentials = credentials.strip()
    if word.lower() != scheme.value or not credentials or not credentials.isascii():
        return Refused(Reason.MALFORMED)
    if scheme is Scheme.BEARER:
        return credentials.encode()
    try:
        return base64.b64decode(credentials, validate=True)
    except binascii.Error:
        return Refused(Reason.MALFORMED)


def _first_equal(expected: Sequence[bytes], given: Sequence[bytes]) -> int | None:
    """Which of the expected values was given; every pair is compared, so that time tells nothing."""
    fitting: int | None = None
    for index, value in enumerate(expected):
        equal = False
        for candidate in given:
            equal |= hmac.compare_digest(hashlib.sha256(value).digest(), hashlib.sha256(candidate).digest())
        if equal and fitting is None:
            fitting = index
    return fitting


def _signing_key(secret: str) -> bytes:
    encoded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnusableSecret("The signing secret must be whsec_ followed by base64.") from error


def _is_delivery_id(text: str) -> bool:
    return 0 < len(text) <= MAX_ID_LENGTH and text.isascii() and text.isprintable() and " " not in text


def _is_timestamp(text: str) -> bool:
    return 0 < len(text) <= 11 and text.isascii() and text.isdigit()
