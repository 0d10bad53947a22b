"""Secrets that are sent as they are: bearer, basic, a header, a key in the body. They prove nothing of the body."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from incident.adapters.documents import read_object
from incident.adapters.proofs.presented import MALFORMED, MISSING, Presented, Refused, first_equal
from incident.adapters.signals import Unreadable


def bearer(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """`Authorization: Bearer <secret>` (RFC 6750)."""
    credentials = _credentials("bearer", presented)
    return credentials if isinstance(credentials, Refused) else first_equal(_bytes(secrets), [credentials.encode()])


def basic(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """`Authorization: Basic <base64 of user:password>` (RFC 7617); the secret is user:password."""
    credentials = _credentials("basic", presented)
    if isinstance(credentials, Refused):
        return credentials
    try:
        return first_equal(_bytes(secrets), [base64.b64decode(credentials, validate=True)])
    except binascii.Error:
        return MALFORMED


def header_token(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """The secret is the whole of one header; where the adapter names none, any may hold it."""
    name, headers = presented.token_header, presented.headers
    given = [headers[name]] if name and name in headers else [] if name else list(headers.values())
    if not any(given):
        return MISSING
    return first_equal(_bytes(secrets), [text.strip().encode("utf-8", "surrogateescape") for text in given])


def routing_key(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """The member `routing_key` of the body (PagerDuty Events API v2), which is parsed under limits."""
    try:
        given = read_object(presented.body, to_keep=False).get("routing_key")
    except Unreadable:
        return MALFORMED
    if given is None:
        return MISSING
    if not isinstance(given, str):
        return MALFORMED
    return first_equal(_bytes(secrets), [given.encode("utf-8", "surrogatepass")])


def none(_secrets: Sequence[str], _presented: Presented, _now: datetime) -> int | Refused:
    """Nothing is asked for: what we fetched ourselves. Only where the adapter allows it."""
    return 0


def _credentials(word: str, presented: Presented) -> str | Refused:
    authorization = presented.headers.get("authorization", "")
    if not authorization:
        return MISSING
    scheme, _, credentials = authorization.partition(" ")
    credentials = credentials.strip()
    return credentials if scheme.lower() == word and credentials and credentials.isascii() else MALFORMED


def _bytes(secrets: Sequence[str]) -> list[bytes]:
    return [secret.encode() for secret in secrets]
