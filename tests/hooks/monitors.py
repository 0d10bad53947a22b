"""One monitor of every kind at the real route, each with the proof its vendor would send."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from incident.adapters.authenticity import GIVEN, Scheme
from incident.adapters.proofs.aws_sns import SIGNED
from incident.adapters.registry import Adapter, all_adapters
from incident.hooks.guarded_fetch import Certificates
from incident.verbs.sources import add_source, set_rules
from notifications.ids import new_id
from tests.certificates import FROM, UNTIL
from tests.hooks.gate import Gate

TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"
SIGNED_BY = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a.pem"
OWN = "a-secret-of-the-monitors-own"
FETCHED = (Scheme.GOOGLE_OIDC, Scheme.ENTRA_OIDC, Scheme.AWS_SNS, Scheme.ROUTING_KEY)
"""Taken only where a monitor has no other way: what is looked at here is the body."""
OPENING = [{"state": ["firing", "informational"], "kind": "unclassified"}]
OF_THIS_REQUEST = ("authorization", "content-length", "host", "x-grafana-alerting-timestamp")
MAPPING = {"title": "title", "key": "key", "labels": {"asset": "asset"}}


class Monitors:
    """A source for every adapter, made when it first sends; it opens incidents by whatever is not over.

    What they send is proven, and nothing but the certificate of SNS is ever fetched.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate, self.key = gate, sns_key()
        self.secrets: dict[str, str] = {}
        self.schemes = {name: scheme_of(adapter) for name, adapter in all_adapters().items()}
        gate.app.state.certificates = Certificates(self._fetch)

    def add(self, name: str) -> str:
        """The address of this monitor."""
        slug, scheme, act = f"every-{name.replace('_', '-')}", self.schemes[name], self.gate.stage.act
        if name not in self.secrets:
            given = "" if scheme not in GIVEN else TOPIC if scheme is Scheme.AWS_SNS else OWN
            self.secrets[name] = act("operator", add_source, slug, name, scheme, secret=given).secret
            mapping = {"mapping": MAPPING} if name == "generic" else {}
            act("operator", set_rules, slug, {"matches": OPENING, **mapping})
        return f"/hooks/{slug}"

    def _fetch(self, url: str) -> bytes:
        assert url == SIGNED_BY, f"fetched: {url}"
        return certificate_of(self.key)

    def post(self, name: str, body: bytes, headers: Mapping[str, str] | None = None) -> Any:
        """Post a body as this monitor; of SNS it is the message within the envelope it signs."""
        address, scheme = self.add(name), self.schemes[name]
        if scheme is Scheme.AWS_SNS:
            body = self.envelope({"Message": body.decode("utf-8", "replace")})
        proof = PROOFS[scheme](self, name, body)
        own = {key: text for key, text in (headers or {}).items() if key.lower() not in OF_THIS_REQUEST}
        return self.gate.client.post(address, content=body, headers={"content-type": "application/json", **own} | proof)

    def envelope(self, said: Mapping[str, object]) -> bytes:
        """A notification of SNS that says this, signed over its canonical text."""
        at = self.gate.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        usual = {"Message": "x", "MessageId": str(new_id()), "Timestamp": at, "TopicArn": TOPIC, "Type": "Notification"}
        all_of_it = usual | dict(said)
        names = [name for name in SIGNED["Notification"] if name in all_of_it]
        raw = "".join(f"{name}\n{all_of_it[name]}\n" for name in names).encode("utf-8", "surrogatepass")
        signature = base64.b64encode(self.key.sign(raw, padding.PKCS1v15(), hashes.SHA256())).decode()
        more = {"SignatureVersion": "2", "Signature": signature, "SigningCertURL": SIGNED_BY}
        return json.dumps(all_of_it | more).encode()


@cache
def sns_key() -> rsa.RSAPrivateKey:
    """What SNS signs with here."""
    return rsa.generate_private_key(65537, 2048)


def scheme_of(adapter: Adapter) -> Scheme:
    """The first scheme that proves a body by headers alone, else the first."""
    return next((one for one in adapter.schemes if one not in FETCHED), adapter.schemes[0])


def certificate_of(key: rsa.RSAPrivateKey) -> bytes:
    """A certificate of SNS for this key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(FROM).not_valid_after(UNTIL)
    return dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def hexadecimal(monitors: Monitors, name: str, signed: bytes) -> str:
    return hmac.digest(monitors.secrets[name].encode(), signed, "sha256").hex()


def _bearer(monitors: Monitors, name: str, _body: bytes) -> dict[str, str]:
    return {"authorization": f"Bearer {monitors.secrets[name]}"}


def _basic(monitors: Monitors, name: str, _body: bytes) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(monitors.secrets[name].encode()).decode()}


def _header(monitors: Monitors, name: str, _body: bytes) -> dict[str, str]:
    return {all_adapters()[name].token_header or "x-desk-token": monitors.secrets[name]}


def _crowdstrike(monitors: Monitors, name: str, body: bytes) -> dict[str, str]:
    at = monitors.gate.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.digest(monitors.secrets[name].encode(), body + at.encode(), "sha256")
    return {"x-cs-delivery-timestamp": at, "x-cs-primary-signature": base64.b64encode(digest).decode()}


def _standard(monitors: Monitors, name: str, body: bytes) -> dict[str, str]:
    at, delivery = str(int(monitors.gate.clock.now().timestamp())), str(new_id())
    key = base64.b64decode(monitors.secrets[name].removeprefix("whsec_") + "==")
    digest = hmac.digest(key, f"{delivery}.{at}.".encode() + body, "sha256")
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": delivery, "webhook-timestamp": at, "webhook-signature": signature}


PROOFS: Mapping[Scheme, Callable[[Monitors, str, bytes], dict[str, str]]] = {
    Scheme.BEARER: _bearer,
    Scheme.BASIC: _basic,
    Scheme.HEADER_TOKEN: _header,
    Scheme.GITHUB: lambda every, name, body: {"x-hub-signature-256": "sha256=" + hexadecimal(every, name, body)},
    Scheme.SNYK: lambda every, name, body: {"x-hub-signature": "sha256=" + hexadecimal(every, name, body)},
    Scheme.SENTRY: lambda every, name, body: {"sentry-hook-signature": hexadecimal(every, name, body)},
    Scheme.PAGERDUTY: lambda every, name, body: {"x-pagerduty-signature": "v1=" + hexadecimal(every, name, body)},
    Scheme.GRAFANA: lambda every, name, body: {"x-grafana-alerting-signature": hexadecimal(every, name, body)},
    Scheme.CROWDSTRIKE: _crowdstrike,
    Scheme.STANDARD_WEBHOOKS: _standard,
    Scheme.AWS_SNS: lambda _every, _name, _body: {},
}
