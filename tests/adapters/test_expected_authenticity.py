"""What the expected files say of proof is true: recomputed by each vendor's algorithm, apart from the product."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.expected_signals import ALL, CORPUS, PAYLOADS, PRESENT, Expectation

Headers = Mapping[str, str]
SECRETS: dict[str, str] = json.loads((PAYLOADS / "TEST_SECRETS.json").read_bytes())
TOKEN_HEADERS = {
    "auth0": "authorization",
    "cloudflare": "cf-webhook-auth",
    "gitlab": "x-gitlab-token",
    "okta": "authorization",
    "opsgenie": "x-desk-token",
}
CERTIFICATES = {"own": PAYLOADS / "aws_sns/signing_cert.pem", "shared": CORPUS / "aws_sns/signing_cert_2022.pem"}
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def hexadecimal(secret: str, data: bytes) -> str:
    return hmac.digest(secret.encode(), data, "sha256").hex()


def bearer(secret: str, headers: Headers, body: bytes) -> bool:
    return headers.get("authorization") == f"Bearer {secret}"


def basic(secret: str, headers: Headers, body: bytes) -> bool:
    return headers.get("authorization") == "Basic " + base64.b64encode(secret.encode()).decode()


def github(secret: str, headers: Headers, body: bytes) -> bool:
    return headers.get("x-hub-signature-256") == "sha256=" + hexadecimal(secret, body)


def snyk(secret: str, headers: Headers, body: bytes) -> bool:
    return headers.get("x-hub-signature") == "sha256=" + hexadecimal(secret, body)


def sentry(secret: str, headers: Headers, body: bytes) -> bool:
    return headers.get("sentry-hook-signature") == hexadecimal(secret, body)


def pagerduty(secret: str, headers: Headers, body: bytes) -> bool:
    return "v1=" + hexadecimal(secret, body) in headers.get("x-pagerduty-signature", "").split(",")


def routing_key(secret: str, headers: Headers, body: bytes) -> bool:
    return bool(json.loads(body)["routing_key"] == secret)


def grafana(secret: str, headers: Headers, body: bytes) -> bool:
    timestamp = headers.get("x-grafana-alerting-timestamp")
    signed = f"{timestamp}:".encode() + body if timestamp else body
    return headers.get("x-grafana-alerting-signature") == hexadecimal(secret, signed)


def crowdstrike(secret: str, headers: Headers, body: bytes) -> bool:
    signed = body + headers.get("x-cs-delivery-timestamp", "").encode()
    expected = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
    return headers.get("x-cs-primary-signature") == expected


def standard_webhooks(secret: str, headers: Headers, body: bytes) -> bool:
    signed = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return expected in headers.get("webhook-signature", "").split()


SCHEMES: dict[str, Callable[[str, Headers, bytes], bool]] = {
    scheme.__name__: scheme
    for scheme in (
        basic,
        bearer,
        crowdstrike,
        github,
        grafana,
        pagerduty,
        routing_key,
        sentry,
        snyk,
        standard_webhooks,
    )
}


def signed_by_sns(body: bytes, certificate: Path) -> bool:
    document: dict[str, Any] = json.loads(body)
    names = NOTIFICATION if document["Type"] == "Notification" else CONFIRMATION
    text = "".join(f"{name}\n{document[name]}\n" for name in names if name in document)
    digest = hashes.SHA256() if document["SignatureVersion"] == "2" else hashes.SHA1()
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(base64.b64decode(document["Signature"]), text.encode(), padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


def holds(one: Expectation, body: bytes) -> bool:
    proof, headers = one.document["authentic"], one.headers
    scheme, secret = proof["scheme"], SECRETS.get(proof["secret"] or "", "")
    if scheme == "aws_sns":
        return signed_by_sns(body, CERTIFICATES[one.document["origin"]])
    if scheme == "header_token":
        return headers.get(TOKEN_HEADERS[one.document["source"]]) == secret
    if scheme in ("google_oidc", "entra_oidc"):
        return headers.get("authorization", "").count(".") == 2  # no payload holds a token
    return scheme == "none" or SCHEMES[scheme](secret, headers, body)


def place(one: Expectation) -> str:
    return one.place


@pytest.mark.parametrize("one", PRESENT, ids=place)
def test_the_verdict_is_what_the_algorithm_says(one: Expectation) -> None:
    body = one.body.read_bytes()
    assert hashlib.sha256(body).hexdigest() == one.document["sha256"]
    assert holds(one, body) is one.document["authentic"]["verdict"]


SIGNED = [
    one
    for one in PRESENT
    if one.document["authentic"]["verdict"]
    and one.document["authentic"]["scheme"]
    in ("aws_sns", "crowdstrike", "github", "grafana", "pagerduty", "sentry", "snyk", "standard_webhooks")
]


@pytest.mark.parametrize("one", SIGNED, ids=place)
def test_one_flipped_bit_of_what_is_signed_ends_it(one: Expectation) -> None:
    body = bytearray(one.body.read_bytes())
    of_sns = one.document["authentic"]["scheme"] == "aws_sns"
    position = body.index(b'"Message"') + len(b'"Message": "') if of_sns else 10
    body[position] ^= 1
    assert not holds(one, bytes(body))


def test_a_scheme_that_signs_a_time_says_when_to_look() -> None:
    for one in ALL:
        proof = one.document["authentic"]
        if proof["scheme"] in ("aws_sns", "crowdstrike", "standard_webhooks") and proof["verdict"]:
            assert datetime.fromisoformat(proof["at"]).tzinfo is not None, one.place
