"""Tokens of Google and Entra: RS256 by a published key, for us, from whom we expect, within their time."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from incident.adapters.authenticity import Presented, Reason, Refused, Scheme, prove, wanted
from incident.adapters.proofs.identity_tokens import ACTION_GROUPS, GOOGLE_KEYS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY, OTHER, SHORT = (generate_private_key(65537, bits) for bits in (2048, 2048, 1024))
AUDIENCE, EMAIL = "https://incident.example.org/hooks/scc", "push@verein.iam.gserviceaccount.com"
TENANT = "0a0a0a0a-1111-4111-8111-0a0a0a0a0a0a"
GOOGLE = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "email": EMAIL, "email_verified": True}
ENTRA = {"iss": f"https://sts.windows.net/{TENANT}/", "aud": "api://breach", "appid": ACTION_GROUPS, "tid": TENANT}
CASES: dict[Scheme, tuple[str, dict[str, Any]]] = {
    Scheme.GOOGLE_OIDC: (f"audience={AUDIENCE} email={EMAIL}", GOOGLE),
    Scheme.ENTRA_OIDC: (f"tenant={TENANT} audience=api://breach", ENTRA),
}
TIMES = {"iat": AT - 60, "exp": AT + 3600}


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(claims: object, key: RSAPrivateKey = KEY, **head: object) -> str:
    first = {"alg": "RS256", "kid": "k1", "typ": "JWT"} | head
    signed = f"{coded(json.dumps(first).encode())}.{coded(json.dumps(claims).encode())}"
    return f"{signed}.{coded(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def keys(key: RSAPrivateKey = KEY, name: str = "k1") -> bytes:
    numbers = key.public_key().public_numbers()
    parts = {part: coded(n.to_bytes((n.bit_length() + 7) // 8)) for part, n in (("n", numbers.n), ("e", numbers.e))}
    return json.dumps({"keys": [{"kid": "k0", "kty": "EC"}, {"kid": name, "kty": "RSA", **parts}]}).encode()


def found(scheme: Scheme, text: str, fetched: bytes | None = None) -> int | Refused:
    presented = Presented({"authorization": f"Bearer {text}"}, b"{}", fetched=keys() if fetched is None else fetched)
    return prove(scheme, [CASES[scheme][0]], presented, NOW)


@pytest.mark.parametrize("scheme", CASES)
def test_a_good_token_proves_the_sender(scheme: Scheme) -> None:
    claims = CASES[scheme][1] | TIMES
    assert found(scheme, token(claims)) == 0
    both = ["audience=other email=other" if scheme is Scheme.GOOGLE_OIDC else f"tenant={TENANT} audience=other"]
    presented = Presented({"authorization": f"bearer {token(claims)}"}, b"", fetched=keys())
    assert prove(scheme, [*both, CASES[scheme][0]], presented, NOW) == 1


def test_a_token_of_version_2_names_its_caller_in_azp() -> None:
    claims = {"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "aud": "api://breach", "azp": ACTION_GROUPS}
    assert found(Scheme.ENTRA_OIDC, token(claims | TIMES)) == 0


@pytest.mark.parametrize(
    ("scheme", "changes"),
    [
        (Scheme.GOOGLE_OIDC, {"iss": "https://accounts.google.com.evil.example"}),
        (Scheme.GOOGLE_OIDC, {"aud": "https://other.example"}),
        (Scheme.GOOGLE_OIDC, {"aud": [AUDIENCE]}),
        (Scheme.GOOGLE_OIDC, {"email": "other@verein.iam.gserviceaccount.com"}),
        (Scheme.GOOGLE_OIDC, {"email_verified": "true"}),
        (Scheme.ENTRA_OIDC, {"iss": "https://sts.windows.net/0b0b0b0b-1111-4111-8111-0a0a0a0a0a0a/"}),
        (Scheme.ENTRA_OIDC, {"aud": "api://other"}),
        (Scheme.ENTRA_OIDC, {"appid": "00000000-0000-0000-0000-000000000000"}),
        (Scheme.ENTRA_OIDC, {"appid": None}),
        (Scheme.ENTRA_OIDC, {"tid": "other"}),
    ],
    ids=range(10),
)
def test_a_token_for_or_from_somebody_else_is_wrong(scheme: Scheme, changes: dict[str, Any]) -> None:
    assert found(scheme, token(CASES[scheme][1] | TIMES | changes)) == Refused(Reason.WRONG)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": AT - 301}, Reason.STALE),
        ({"nbf": AT + 301}, Reason.STALE),
        ({"iat": AT + 301}, Reason.STALE),
        ({"exp": None}, Reason.MALFORMED),
        ({"exp": "soon"}, Reason.MALFORMED),
        ({"exp": True}, Reason.MALFORMED),
        ({"exp": 10**30}, Reason.MALFORMED),
    ],
    ids=range(7),
)
def test_a_token_has_a_time(changes: dict[str, Any], reason: Reason) -> None:
    assert found(Scheme.GOOGLE_OIDC, token(GOOGLE | TIMES | changes)) == Refused(reason)


def test_only_the_published_key_and_only_rs256_count() -> None:
    good = token(GOOGLE | TIMES)
    head, claims, _ = good.split(".")
    assert found(Scheme.GOOGLE_OIDC, token(GOOGLE | TIMES, OTHER)) == Refused(Reason.WRONG)
    assert found(Scheme.GOOGLE_OIDC, token(GOOGLE | TIMES, SHORT), keys(SHORT)) == Refused(Reason.WRONG)
    assert found(Scheme.GOOGLE_OIDC, good, keys(name="k9")) == Refused(Reason.WRONG)
    assert found(Scheme.GOOGLE_OIDC, good, b"<html>") == Refused(Reason.WRONG)
    assert found(Scheme.GOOGLE_OIDC, f"{head}.{claims}.") == Refused(Reason.WRONG)
    for odd in ({"alg": "none"}, {"alg": "HS256"}, {"crit": ["x"]}):
        assert found(Scheme.GOOGLE_OIDC, token(GOOGLE | TIMES, **odd)) == Refused(Reason.MALFORMED)
    for text in ("x", "a.b.c", f"{good}.x", "é", "x" * 20_000):
        assert found(Scheme.GOOGLE_OIDC, text) == Refused(Reason.MALFORMED)


def test_one_flipped_bit_is_refused() -> None:
    good = token(GOOGLE | TIMES).split(".")
    for part in range(3):
        raw = bytearray(base64.urlsafe_b64decode(good[part] + "=="))
        for position in range(0, len(raw), 16):
            flipped = bytearray(raw)
            flipped[position] ^= 1
            text = ".".join([*good[:part], coded(bytes(flipped)), *good[part + 1 :]])
            assert isinstance(found(Scheme.GOOGLE_OIDC, text), Refused)


def test_the_keys_lie_where_the_vendor_and_our_setting_say() -> None:
    presented = Presented({"authorization": f"Bearer {token(ENTRA | TIMES | {'tid': 'evil'})}"}, b"")
    assert wanted(Scheme.GOOGLE_OIDC, [CASES[Scheme.GOOGLE_OIDC][0]], presented, NOW) == GOOGLE_KEYS
    entra = wanted(Scheme.ENTRA_OIDC, [CASES[Scheme.ENTRA_OIDC][0]], presented, NOW)
    assert entra == f"https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys"
    assert wanted(Scheme.GOOGLE_OIDC, [], Presented({}, b""), NOW) == Refused(Reason.MISSING)
    assert prove(Scheme.GOOGLE_OIDC, [CASES[Scheme.GOOGLE_OIDC][0]], presented, NOW) == Refused(Reason.MISSING)
