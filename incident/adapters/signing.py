"""A delivery signed as its monitor would sign it, for the schemes whose secret we hold; pure.

What the vendor's own key signs cannot be made here: SNS by a certificate of Amazon's, tokens of Google and Entra.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from incident.adapters.authenticity import WANTED, Scheme, standard_webhooks_signature
from incident.adapters.proofs.presented import signed_by
from incident.adapters.sample_deliveries import SECRET, Sample

ANY_HEADER = "x-webhook-token"
"""Where the secret stands when neither vendor nor scheme names a header."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What a signature is made of."""

    secret: str
    body: bytes
    at: datetime
    header: str

    @property
    def hexadecimal(self) -> str:
        return self.mac(self.body)

    def mac(self, signed: bytes) -> str:
        """The HMAC-SHA256 under the secret, in hexadecimal."""
        return signed_by([self.secret], signed)[0].decode()


def can_sign(scheme: Scheme) -> bool:
    """Whether the proof can be made here, by a secret that we hold."""
    return scheme in SIGNING


def signed(scheme: Scheme, secret: str, sample: Sample, now: datetime, token_header: str = "") -> Sample:
    """The sample with the proof that this secret gives it at this moment (aware).

    Raises KeyError where it cannot be made here, UnusableSecret for a secret that this scheme cannot use.
    """
    body = sample.body.replace(SECRET.encode(), json.dumps(secret)[1:-1].encode())
    work = _Work(secret, body, now.astimezone(UTC), token_header or ANY_HEADER)
    return Sample({**sample.headers, **SIGNING[scheme](work)}, body)


def _standard_webhooks(work: _Work) -> Mapping[str, str]:
    seconds = int(work.at.timestamp())
    delivery_id = f"msg_test_{int(work.at.timestamp() * 1_000_000)}"
    signature = standard_webhooks_signature(work.secret, delivery_id, seconds, work.body)
    return {"webhook-id": delivery_id, "webhook-timestamp": str(seconds), "webhook-signature": signature}


def _basic(work: _Work) -> Mapping[str, str]:
    return {"authorization": f"Basic {base64.b64encode(work.secret.encode()).decode()}"}


def _grafana(work: _Work) -> Mapping[str, str]:
    seconds = str(int(work.at.timestamp()))
    signature = work.mac(f"{seconds}:".encode() + work.body)
    return {"x-grafana-alerting-timestamp": seconds, "x-grafana-alerting-signature": signature}


def _crowdstrike(work: _Work) -> Mapping[str, str]:
    at = work.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    mac = hmac.digest(work.secret.encode(), work.body + at.encode(), "sha256")
    return {"x-cs-delivery-timestamp": at, "x-cs-primary-signature": base64.b64encode(mac).decode()}


SIGNING: Mapping[Scheme, Callable[[_Work], Mapping[str, str]]] = {
    Scheme.STANDARD_WEBHOOKS: _standard_webhooks,
    Scheme.BEARER: lambda work: {"authorization": f"Bearer {work.secret}"},
    Scheme.BASIC: _basic,
    Scheme.HEADER_TOKEN: lambda work: {work.header: work.secret},
    Scheme.ROUTING_KEY: lambda _work: {},
    Scheme.GITHUB: lambda work: {"x-hub-signature-256": f"sha256={work.hexadecimal}"},
    Scheme.GRAFANA: _grafana,
    Scheme.PAGERDUTY: lambda work: {"x-pagerduty-signature": f"v1={work.hexadecimal}"},
    Scheme.SENTRY: lambda work: {"sentry-hook-signature": work.hexadecimal},
    Scheme.SNYK: lambda work: {"x-hub-signature": f"sha256={work.hexadecimal}"},
    Scheme.CROWDSTRIKE: _crowdstrike,
}
VENDORS_OWN = tuple(WANTED)
"""Schemes whose proof only the vendor can make."""
