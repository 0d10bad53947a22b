"""Is this delivery from the monitor it claims to be from? On the raw bytes, in constant time."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incident.adapters.proofs import aws_sns, identity_tokens, standard_webhooks, tokens, vendor_signatures
from incident.adapters.proofs.presented import REPLAY_WINDOW, Presented, Proof, Reason, Refused, UnusableSecret

__all__ = ["REPLAY_WINDOW", "Presented", "Reason", "Refused", "UnusableSecret"]
standard_webhooks_signature = standard_webhooks.signature


class Scheme(StrEnum):
    """How a source proves itself; fixed by the source's configuration, never by a header."""

    STANDARD_WEBHOOKS = "standard_webhooks"
    BEARER = "bearer"
    BASIC = "basic"
    HEADER_TOKEN = "header_token"  # noqa: S105  no secret: a scheme
    ROUTING_KEY = "routing_key"
    GITHUB = "github"
    GRAFANA = "grafana"
    PAGERDUTY = "pagerduty"
    SENTRY = "sentry"
    SNYK = "snyk"
    CROWDSTRIKE = "crowdstrike"
    AWS_SNS = "aws_sns"
    GOOGLE_OIDC = "google_oidc"
    ENTRA_OIDC = "entra_oidc"
    NONE = "none"


PROOFS: Mapping[Scheme, Proof] = {
    Scheme.STANDARD_WEBHOOKS: standard_webhooks.standard_webhooks,
    Scheme.BEARER: tokens.bearer,
    Scheme.BASIC: tokens.basic,
    Scheme.HEADER_TOKEN: tokens.header_token,
    Scheme.ROUTING_KEY: tokens.routing_key,
    Scheme.GITHUB: vendor_signatures.github,
    Scheme.GRAFANA: vendor_signatures.grafana,
    Scheme.PAGERDUTY: vendor_signatures.pagerduty,
    Scheme.SENTRY: vendor_signatures.sentry,
    Scheme.SNYK: vendor_signatures.snyk,
    Scheme.CROWDSTRIKE: vendor_signatures.crowdstrike,
    Scheme.AWS_SNS: aws_sns.aws_sns,
    Scheme.GOOGLE_OIDC: identity_tokens.google_oidc,
    Scheme.ENTRA_OIDC: identity_tokens.entra_oidc,
    Scheme.NONE: tokens.none,
}
WANTED: Mapping[Scheme, Callable[[Sequence[str], Presented, datetime], str | Refused]] = {
    Scheme.AWS_SNS: aws_sns.wanted,
    Scheme.GOOGLE_OIDC: identity_tokens.google_wanted,
    Scheme.ENTRA_OIDC: identity_tokens.entra_wanted,
}
GIVEN = (*WANTED, Scheme.PAGERDUTY, Scheme.SENTRY)
"""Schemes whose secret is the monitor's own or names it: none can be made here."""

NOT_KEPT = "[the secret, not kept]"


@dataclass(frozen=True, slots=True)
class Authentic:
    """Authentic. `intake_key` is the monitor's delivery id, else the SHA-256 of the bytes; `secret` counts from 0."""

    intake_key: str
    secret: int


def intake_key(headers: Mapping[str, str], body: bytes, delivery_header: str | None = None) -> str:
    """The monitor's delivery id where a header carries one, else `sha256:` and the hash of the bytes."""
    given = headers.get(delivery_header, "").strip() if delivery_header else ""
    return delivery_key(given, body)


def delivery_key(given: str, body: bytes) -> str:
    """The id of a delivery; `sha256:` and the hash of the bytes where it cannot be one."""
    return given if standard_webhooks.is_delivery_id(given) else f"sha256:{hashlib.sha256(body).hexdigest()}"


def wanted(scheme: Scheme, secrets: Sequence[str], presented: Presented, now: datetime) -> str | Refused | None:
    """The address of the certificate or the keys that prove it, to be fetched before; None where none is needed.

    The address is the vendor's own, by https, whatever the delivery says.
    """
    asks = WANTED.get(scheme)
    return asks(secrets, presented, now) if asks else None


def prove(scheme: Scheme, secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """Which of the live secrets proves it, counted from 0, or why none does; `now` is aware.

    The time taken does not depend on which secret fits or where a wrong value differs.
    """
    return PROOFS[scheme](secrets, presented, now)


def verify(
    scheme: Scheme,
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    delivery_header: str | None = None,
) -> Authentic | Refused:
    """Authentic if any of the live secrets proves it; headers have lower-case names, `now` is aware."""
    found = prove(scheme, secrets, Presented(headers, body), now)
    if isinstance(found, Refused):
        return found
    own = standard_webhooks.ID_HEADER if scheme is Scheme.STANDARD_WEBHOOKS else delivery_header
    return Authentic(intake_key(headers, body, own), found)


def without_token(scheme: Scheme, secrets: Collection[str], headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers as they may be kept: the user chose where a token stands, whose name need not tell it is secret."""
    if scheme is not Scheme.HEADER_TOKEN:
        return headers
    return {name: NOT_KEPT if text.strip() in secrets else text for name, text in headers.items()}


def check_secret(scheme: Scheme, secret: str) -> None:
    """Raises UnusableSecret when the scheme cannot use this secret."""
    if scheme is Scheme.STANDARD_WEBHOOKS:
        if len(standard_webhooks.signing_key(secret)) < standard_webhooks.LEAST_BYTES:
            raise UnusableSecret("The signing secret must be whsec_ and at least 16 bytes in base64.")
    elif scheme is Scheme.AWS_SNS:
        if not aws_sns.TOPIC.fullmatch(secret):
            raise UnusableSecret(
                "It must be the ARN of the topic, such as arn:aws:sns:eu-central-1:123456789012:alarms."
            )
    elif scheme is Scheme.GOOGLE_OIDC:
        identity_tokens.google_settings(secret)
    elif scheme is Scheme.ENTRA_OIDC:
        identity_tokens.entra_settings(secret)
    elif not re.fullmatch("[!-~]{16,}", secret):
        raise UnusableSecret("The secret must be at least 16 printable ASCII characters without spaces.")
    elif scheme is Scheme.BASIC and ":" not in secret:
        raise UnusableSecret("The secret for basic authentication must be user:password.")
