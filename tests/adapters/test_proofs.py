"""Every expected file's proof, by our own verification: its verdict, and one flipped bit refused."""

import hmac
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.authenticity import (
    Presented,
    Reason,
    Refused,
    Scheme,
    UnusableSecret,
    check_secret,
    prove,
    wanted,
)
from incident.adapters.proofs.presented import first_equal
from incident.adapters.registry import adapter_named, all_adapters
from tests.adapters.test_expected_authenticity import CERTIFICATES, SECRETS, SIGNED
from tests.expected_signals import PRESENT, Expectation

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SETTINGS = {
    Scheme.GOOGLE_OIDC: "audience=https://incident.example.org/hooks/scc email=push@verein.iam.gserviceaccount.com",
    Scheme.ENTRA_OIDC: f"tenant={'-'.join(('0a0a0a0a', '1111', '4111', '8111', '0a0a0a0a0a0a'))} audience=api://breach",
}


def place(one: Expectation) -> str:
    return one.place


def scheme_of(one: Expectation) -> Scheme:
    return Scheme(one.document["authentic"]["scheme"])


def secrets_of(one: Expectation) -> Sequence[str]:
    """The secret the file names; for SNS the topic, for tokens whose they must be."""
    scheme = scheme_of(one)
    if scheme is Scheme.AWS_SNS:
        return [json.loads(one.body.read_bytes())["TopicArn"]]
    return [SETTINGS[scheme]] if scheme in SETTINGS else [SECRETS.get(one.document["authentic"]["secret"] or "", "x")]


def at_of(one: Expectation) -> datetime:
    at = one.document["authentic"]["at"]
    return datetime.fromisoformat(at) if at else NOW


def presented(one: Expectation, body: bytes) -> Presented:
    of_sns = scheme_of(one) is Scheme.AWS_SNS
    adapter = all_adapters().get(one.document["source"])
    certificate = CERTIFICATES[one.document["origin"]].read_bytes() if of_sns else None
    return Presented(one.headers, body, adapter.token_header if adapter else "", certificate)


@pytest.mark.parametrize("one", PRESENT, ids=place)
def test_the_verdict_is_ours(one: Expectation) -> None:
    found = prove(scheme_of(one), secrets_of(one), presented(one, one.body.read_bytes()), at_of(one))
    assert (found == 0) is one.document["authentic"]["verdict"]


@pytest.mark.parametrize("one", [one for one in PRESENT if one.document["source"] in all_adapters()], ids=place)
def test_an_adapter_has_the_scheme_its_vendor_uses(one: Expectation) -> None:
    adapter, handshake = adapter_named(one.document["source"]), one.document["outcome"] == "answer"
    assert scheme_of(one) in adapter.schemes or (scheme_of(one) is Scheme.NONE and handshake)


@pytest.mark.parametrize("one", SIGNED, ids=place)
def test_one_flipped_bit_of_what_is_signed_is_refused(one: Expectation) -> None:
    body = one.body.read_bytes()
    start, end = 0, len(body)
    if scheme_of(one) is Scheme.AWS_SNS:
        start = body.index(b'"Message"') + len(b'"Message": "')
        end = start + 8
    for position in range(start, end, max(1, (end - start) // 8)):
        flipped = bytearray(body)
        flipped[position] ^= 1
        found = prove(scheme_of(one), secrets_of(one), presented(one, bytes(flipped)), at_of(one))
        assert isinstance(found, Refused), position


DATED = [one for one in SIGNED if one.document["authentic"]["at"]]


@pytest.mark.parametrize("one", DATED, ids=place)
def test_what_signs_a_time_is_stale_after_it(one: Expectation) -> None:
    late = at_of(one) + timedelta(hours=2)
    body = one.body.read_bytes()
    assert prove(scheme_of(one), secrets_of(one), presented(one, body), late) == Refused(Reason.STALE)


@given(st.sampled_from(list(Scheme)), st.dictionaries(st.sampled_from(
    ["authorization", "x-hub-signature-256", "x-grafana-alerting-signature", "x-grafana-alerting-timestamp",
     "x-cs-primary-signature", "x-cs-delivery-timestamp", "x-pagerduty-signature", "webhook-id", "webhook-signature",
     "webhook-timestamp", "sentry-hook-signature"]), st.text(max_size=60)), st.binary(max_size=80))  # fmt: skip
def test_nothing_that_is_sent_breaks_a_proof(scheme: Scheme, headers: dict[str, str], body: bytes) -> None:
    secrets = [SETTINGS.get(scheme, "whsec_" + "A" * 32)]
    found = prove(scheme, secrets, Presented(headers, body, fetched=b"{}"), NOW)
    assert isinstance(found, Refused) or scheme is Scheme.NONE
    asked = wanted(scheme, secrets, Presented(headers, body), NOW)
    assert asked is None or isinstance(asked, Refused)


def test_a_token_is_the_whole_of_its_header_and_of_any_where_none_is_named() -> None:
    secrets = ["first-token-of-ours", "second-token-of-ours"]

    def found(headers: dict[str, str], name: str = "") -> int | Refused:
        return prove(Scheme.HEADER_TOKEN, secrets, Presented(headers, b"", name), NOW)

    assert found({"x-gitlab-token": secrets[1], "accept": "*/*"}, "x-gitlab-token") == 1
    assert found({"x-other": secrets[1]}, "x-gitlab-token") == Refused(Reason.MISSING)
    assert found({"x-desk": secrets[0], "accept": "*/*"}) == 0
    assert found({"x-desk": f"Bearer {secrets[0]}"}) == Refused(Reason.WRONG)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"routing_key": "0123456789abcdef"}', 0),
        (b'{"routing_key": "0123456789abcdeF"}', Reason.WRONG),
        (b'{"routing_key": 7}', Reason.MALFORMED),
        (b'{"routing_key": "x", "routing_key": "0123456789abcdef"}', Reason.MALFORMED),
        (b'{"key": "0123456789abcdef"}', Reason.MISSING),
        (b'{"routing_key": "\\ud800"}', Reason.WRONG),
        (b'{"routing_key": "0123456789abcdef", "class": "\\u0000"}', 0),
        (b"[" * 99, Reason.MALFORMED),
    ],
)
def test_a_routing_key_is_read_under_limits(body: bytes, expected: int | Reason) -> None:
    found = prove(Scheme.ROUTING_KEY, ["0123456789abcdef"], Presented({}, body), NOW)
    assert found == (Refused(expected) if isinstance(expected, Reason) else expected)


def sns(**changes: object) -> bytes:
    (one,) = (one for one in SIGNED if one.place == "aws_sns/carries_cloudwatch")
    return json.dumps(json.loads(one.body.read_bytes()) | changes).encode()


HERE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a0a.pem"
IN_CHINA = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0a0a.pem"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (HERE, True),
        (IN_CHINA, True),
        (HERE.replace("https", "http"), False),
        (HERE.replace("amazonaws.com", "amazonaws.com.evil.example"), False),
        (HERE.replace("//sns", "//x@sns"), False),
        (HERE.replace("sns.eu", "s3.eu"), False),
        (HERE + "?x", False),
        (HERE.replace("/Simple", "/a/../Simple"), False),
        ("https://169.254.169.254/SimpleNotificationService-0a0a.pem", False),
    ],
)
def test_a_certificate_is_fetched_from_sns_alone(url: str, asked: bool) -> None:
    body = sns(SigningCertURL=url)
    topics, at = [json.loads(body)["TopicArn"]], datetime.fromisoformat(json.loads(body)["Timestamp"])
    found = wanted(Scheme.AWS_SNS, topics, Presented({}, body), at)
    assert found == (url if asked else Refused(Reason.WRONG))
    assert wanted(Scheme.AWS_SNS, ["arn:aws:sns:x:1:other"], Presented({}, body), at) == Refused(Reason.WRONG)
    assert prove(Scheme.AWS_SNS, topics, Presented({}, body), at) == Refused(Reason.MISSING if asked else Reason.WRONG)


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        (Scheme.AWS_SNS, "arn:aws:sns:eu-central-1:123456789012:alarms", "alarms"),
        (Scheme.GOOGLE_OIDC, SETTINGS[Scheme.GOOGLE_OIDC], "audience=x"),
        (Scheme.ENTRA_OIDC, SETTINGS[Scheme.ENTRA_OIDC], "tenant=common audience=x"),
        (Scheme.ENTRA_OIDC, SETTINGS[Scheme.ENTRA_OIDC] + " app=x", SETTINGS[Scheme.ENTRA_OIDC] + " x=y"),
        (Scheme.GITHUB, "a-secret-of-enough-length", "short"),
    ],
)
def test_what_stands_for_the_secret_has_a_form(scheme: Scheme, good: str, bad: str) -> None:
    check_secret(scheme, good)
    with pytest.raises(UnusableSecret):
        check_secret(scheme, bad)


@pytest.mark.parametrize("number", [1, 2])
def test_every_secret_is_compared_with_everything_given_whichever_fits(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", counting)
    secrets = ["first-secret-of-ours", "second-secret-of-ours-is-longer"][:number]
    for given_one in (*secrets, "first-secret-of-ourS", "x", ""):
        compared.clear()
        first_equal([secret.encode() for secret in secrets], [given_one.encode(), b"another"])
        assert compared == [(32, 32)] * number * 2  # digests of one length, as many each time


def test_how_many_were_proven(say: Callable[[str], None]) -> None:
    good = sum(one.document["authentic"]["verdict"] for one in PRESENT)
    waiting = len({one.document["source"] for one in PRESENT} - set(all_adapters()))
    say(f"proofs tried: {len(PRESENT)}, {good} good, {len(SIGNED)} with a bit flipped; {waiting} sources wait")
    assert DATED
