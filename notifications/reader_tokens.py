"""Who reads in the host's product, and the signed token of minutes that says so: a JWT (RFC 7519) with HMAC-SHA256."""

import base64
import binascii
import hashlib
import hmac
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AUDIENCE = "seventytwo"
LONGEST_LIFE = timedelta(hours=1)
SKEW = timedelta(seconds=60)  # how far the host's clock may be from ours
LONGEST_TOKEN = 8192  # characters
SHORTEST_SECRET = 32  # bytes: RFC 7518 §3.2 wants a key as long as the hash
MOST = 20  # accounts, and roles in each
HEAD = {"alg": "HS256", "typ": "JWT"}


class TokenRefused(Exception):
    """The token is forged, expired or no token. Says which, and nothing of whose it was."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the host's id of the person, and the accounts they belong to with their roles in each.

    `impersonated`: a support session on the person's behalf, which leaves no receipts.
    """

    person: str
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    impersonated: bool = False


def issue_token(secret: bytes, reader: Reader, now: datetime, life: timedelta = timedelta(minutes=15)) -> str:
    """A short-lived token that the host hands to the reader's browser. Raises ValueError over 1 hour."""
    if not timedelta() < life <= LONGEST_LIFE:
        raise ValueError(f"a token lives for more than nothing and at most {LONGEST_LIFE}")
    claims = {
        "aud": AUDIENCE,
        "sub": reader.person,
        "acc": {account: list(roles) for account, roles in reader.accounts.items()},
        "imp": reader.impersonated,
        "exp": int((now + life).timestamp()),
    }
    signed = f"{_encoded(_json(HEAD))}.{_encoded(_json(claims))}"
    return f"{signed}.{_mac(secret, signed)}"


def verify_token(secrets: Sequence[bytes], token: str, now: datetime) -> Reader:
    """Who the token says is reading, signed with one of the live secrets. Raises TokenRefused."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST_TOKEN or not token.isascii():
        raise TokenRefused("the token is not ours")
    head, body, mac = parts
    if not any(hmac.compare_digest(_mac(secret, f"{head}.{body}"), mac) for secret in secrets):
        raise TokenRefused("the token is not ours")
    told = _object(head)
    if told.get("alg") != HEAD["alg"] or "crit" in told:  # RFC 7515 §4.1.11: what must be understood and is not
        raise TokenRefused("the token is of a kind we do not take")
    claims = _object(body)
    _check_times(claims, now)
    audience = claims.get("aud")
    if audience != AUDIENCE and not (isinstance(audience, list) and AUDIENCE in audience):
        raise TokenRefused("the token is meant for somebody else")
    return _reader(claims)


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    end, begin, at = claims.get("exp"), claims.get("nbf", 0), now.timestamp()
    if not _is_number(end) or not _is_number(begin):
        raise TokenRefused("the token does not say when it ends")
    if end <= at:  # type: ignore[operator]
        raise TokenRefused("the token has expired: ask the host for a new one")
    if end > at + (LONGEST_LIFE + SKEW).total_seconds():  # type: ignore[operator]
        raise TokenRefused("the token lives for longer than an hour")
    if begin > at + SKEW.total_seconds():  # type: ignore[operator]
        raise TokenRefused("the token does not hold yet")


def _reader(claims: Mapping[str, object]) -> Reader:
    person, accounts, impersonated = claims.get("sub"), claims.get("acc", {}), claims.get("imp", False)
    if not _is_id(person) or not isinstance(accounts, dict) or not isinstance(impersonated, bool):
        raise TokenRefused("the token does not say who reads")
    if len(accounts) > MOST or not all(_is_id(name) and _are_roles(roles) for name, roles in accounts.items()):
        raise TokenRefused("the token names accounts or roles that cannot be")
    return Reader(str(person), {name: tuple(roles) for name, roles in accounts.items()}, impersonated)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _are_roles(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST and all(_is_id(role) for role in value)


def _object(part: str) -> Mapping[str, object]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise TokenRefused("the token cannot be read") from None
    if not isinstance(found, dict):
        raise TokenRefused("the token cannot be read")
    return found


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _mac(secret: bytes, signed: str) -> str:
    return _encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
