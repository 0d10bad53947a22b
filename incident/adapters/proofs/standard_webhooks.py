"""Standard Webhooks, symmetric: id, time and body are signed.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from incident.adapters.proofs.presented import (
    MALFORMED,
    MAX_SIGNATURES,
    MISSING,
    STALE,
    Presented,
    Refused,
    UnusableSecret,
    first_equal,
    is_stale,
    is_timestamp,
)

ID_HEADER = "webhook-id"
MAX_ID_LENGTH = 256
LEAST_BYTES = 16


def standard_webhooks(secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """One of the `v1,` signatures is the base64 HMAC of id.timestamp.body, made lately."""
    delivery_id = presented.headers.get(ID_HEADER, "")
    timestamp = presented.headers.get("webhook-timestamp", "")
    signatures = presented.headers.get("webhook-signature", "")
    if not (delivery_id and timestamp and signatures):
        return MISSING
    if not (is_delivery_id(delivery_id) and is_timestamp(timestamp)):
        return MALFORMED
    given = [part.encode() for part in signatures.split()[:MAX_SIGNATURES] if part.startswith("v1,")]
    if not given:
        return MALFORMED
    if is_stale(datetime.fromtimestamp(int(timestamp), UTC), now):
        return STALE
    return first_equal([signature(one, delivery_id, int(timestamp), presented.body).encode() for one in secrets], given)


def signature(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 of id.timestamp.body. Raises UnusableSecret."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(signing_key(secret), signed, "sha256")).decode()


def signing_key(secret: str) -> bytes:
    """The bytes of a whsec_ secret. Raises UnusableSecret."""
    encoded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnusableSecret("The signing secret must be whsec_ followed by base64.") from error


def is_delivery_id(text: str) -> bool:
    """Whether it can stand as the id of a delivery."""
    return 0 < len(text) <= MAX_ID_LENGTH and text.isascii() and text.isprintable() and " " not in text
