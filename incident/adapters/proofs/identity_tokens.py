"""OpenID Connect tokens that a cloud sends along: a JWT (RFC 7519), RS256, by keys the cloud publishes (RFC 7517).

What stands for the secret says whose token is good: words `name=value`, such as `audience=… email=…`. Such a token
proves the sender, not the body.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from incident.adapters.documents import Json, read_object
from incident.adapters.proofs.presented import (
    MALFORMED,
    MISSING,
    REPLAY_WINDOW,
    STALE,
    WRONG,
    Presented,
    Refused,
    UnusableSecret,
)
from incident.adapters.signals import Unreadable

LONGEST = 16 * 1024
LEAST_BITS = 2048
GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
GOOGLE_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
TENANT = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ACTION_GROUPS = "461e8683-5575-4561-ac7f-899cc907d62a"
"""Azure Monitor's own application: the caller of a secure webhook of an action group."""

Claims = Mapping[str, Json]
Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Token:
    """A JWT taken apart; nothing of it is proven."""

    head: Claims
    claims: Claims
    signed: bytes
    signature: bytes


def google_settings(secret: str) -> Settings:
    """`audience=<of the push subscription> email=<its service account>`. Raises UnusableSecret."""
    return _settings(secret, ("audience", "email"))


def entra_settings(secret: str) -> Settings:
    """`tenant=<id> audience=<application id or its URI>`, and `app=<id of the caller>`. Raises UnusableSecret."""
    found = {"app": ACTION_GROUPS} | _settings(secret, ("tenant", "audience"), ("app",))
    if not TENANT.fullmatch(found["tenant"]):
        raise UnusableSecret("tenant must be the id of the directory, in lower case.")
    return found


def google_wanted(_secrets: Sequence[str], presented: Presented, _now: datetime) -> str | Refused:
    """Where Google publishes its keys; it is fetched for what looks like a token only."""
    token = _opened(presented)
    return token if isinstance(token, Refused) else GOOGLE_KEYS


def google_oidc(secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """A push of Pub/Sub, by its service account for our audience.

    https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
    """
    claims = _proven(presented, now)
    if isinstance(claims, Refused):
        return claims
    for number, said in enumerate(map(google_settings, secrets)):
        mine = claims.get("email") == said["email"] and claims.get("email_verified") is True
        if claims.get("iss") in GOOGLE_ISSUERS and claims.get("aud") == said["audience"] and mine:
            return number
    return WRONG


def entra_wanted(secrets: Sequence[str], presented: Presented, _now: datetime) -> str | Refused:
    """Where the keys of our tenant lie, by the source's setting and not by the token's word."""
    token = _opened(presented)
    if isinstance(token, Refused):
        return token
    if not secrets:
        return WRONG
    return f"https://login.microsoftonline.com/{entra_settings(secrets[-1])['tenant']}/discovery/v2.0/keys"


def entra_oidc(secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """A secure webhook of an action group of Azure Monitor, by the tenant's keys; tokens of version 1 and 2.

    https://learn.microsoft.com/en-us/azure/azure-monitor/alerts/action-groups#configure-authentication-for-secure-webhook
    https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
    """
    claims = _proven(presented, now)
    if isinstance(claims, Refused):
        return claims
    for number, said in enumerate(map(entra_settings, secrets)):
        tenant, caller = said["tenant"], claims.get("appid") or claims.get("azp")
        issuers = (f"https://sts.windows.net/{tenant}/", f"https://login.microsoftonline.com/{tenant}/v2.0")
        mine = claims.get("iss") in issuers and claims.get("tid", tenant) == tenant
        if mine and claims.get("aud") == said["audience"] and caller == said["app"]:
            return number
    return WRONG


def _proven(presented: Presented, now: datetime) -> Claims | Refused:
    """The claims of a token that one of the fetched keys signed, within its time."""
    token = _opened(presented)
    if isinstance(token, Refused):
        return token
    if presented.fetched is None:
        return MISSING
    key = _key_named(presented.fetched, token.head.get("kid"))
    if key is None:
        return WRONG
    try:
        key.public_key().verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return WRONG
    at, leeway = now.timestamp(), REPLAY_WINDOW.total_seconds()
    ends, begins = token.claims.get("exp"), token.claims.get("nbf", token.claims.get("iat", 0))
    if not _is_number(ends) or not _is_number(begins):
        return MALFORMED
    return token.claims if float(str(begins)) - leeway <= at <= float(str(ends)) + leeway else STALE


def _opened(presented: Presented) -> _Token | Refused:
    word, _, text = presented.headers.get("authorization", "").partition(" ")
    if not word:
        return MISSING
    parts = text.strip().split(".")
    if word.lower() != "bearer" or len(text) > LONGEST or len(parts) != 3 or not text.isascii():
        return MALFORMED
    try:
        head, claims = read_object(_bytes(parts[0])), read_object(_bytes(parts[1]))
        signature = _bytes(parts[2])
    except (Unreadable, binascii.Error, ValueError):
        return MALFORMED
    if head.get("alg") != "RS256" or "crit" in head:
        return MALFORMED
    return _Token(head, claims, f"{parts[0]}.{parts[1]}".encode(), signature)


def _key_named(fetched: bytes, name: Json) -> RSAPublicNumbers | None:
    """The RSA key of this id in a set of keys; None where there is none that can be used."""
    try:
        keys = read_object(fetched).get("keys")
        for key in keys if isinstance(keys, list) else ():
            if isinstance(key, dict) and isinstance(name, str) and (key.get("kid"), key.get("kty")) == (name, "RSA"):
                modulus, exponent = (int.from_bytes(_bytes(str(key.get(part, "")))) for part in ("n", "e"))
                return RSAPublicNumbers(exponent, modulus) if modulus.bit_length() >= LEAST_BITS else None
    except (Unreadable, binascii.Error, ValueError):
        return None
    return None


def _bytes(text: str) -> bytes:
    """base64url without padding (RFC 7515 §2)."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _settings(secret: str, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> dict[str, str]:
    words = [word.partition("=") for word in secret.split()]
    found = {name: value for name, _, value in words if value}
    if len(found) != len(words) or not set(needed) <= set(found) <= {*needed, *more}:
        raise UnusableSecret("It must be " + " ".join(f"{name}=…" for name in needed) + ".")
    return found
