"""Signatures of outgoing webhooks: HMAC-SHA256 over id, timestamp and body (Standard Webhooks, symmetric, `v1`)."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret, as the specification wants them
MADE = 32


class UnusableSecret(ValueError):
    """The secret is none of this scheme; the text says what it must look like."""


def new_secret() -> str:
    """A random secret, as it is shown to whoever sets up the receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(MADE)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises UnusableSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise UnusableSecret(f"A secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64.")
    return key


def signed_headers(live: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt. Every live secret signs, so that a rotation loses nothing.

    `message_id` is the same at each attempt: by it a receiver knows a repeat. Raises UnusableSecret.
    """
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    marks = ["v1," + base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode() for secret in live]
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": " ".join(marks)}
