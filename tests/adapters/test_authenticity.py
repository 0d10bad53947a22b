"""Only who knows a live secret is believed, and only within the replay window."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.authenticity import (
    REPLAY_WINDOW,
    Authentic,
    Reason,
    Refused,
    Scheme,
    UnusableSecret,
    check_secret,
    intake_key,
    standard_webhooks_signature,
    verify,
)

# The vector the Standard Webhooks project publishes with its reference libraries (MIT).
PUBLISHED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLISHED_BODY = b'{"test": 2432232314}'
PUBLISHED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
SENT_AT = datetime.fromtimestamp(1614265330, UTC)
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode()
SHARED = Path(__file__).parents[3] / "shared/payloads/standard_webhooks"


def signed(headers: dict[str, str], *, now: datetime = SENT_AT, body: bytes = PUBLISHED_BODY) -> Authentic | Refused:
    return verify(Scheme.STANDARD_WEBHOOKS, [PUBLISHED_SECRET], headers, body, now)


def test_the_published_vector_verifies() -> None:
    assert signed(PUBLISHED) == Authentic("msg_p5jXN8AQM9LWM0D4loKWxJek", 0)


@pytest.mark.parametrize("secrets", [[PUBLISHED_SECRET, OTHER_SECRET], [OTHER_SECRET, PUBLISHED_SECRET]])
def test_either_of_two_live_secrets_verifies_and_is_named(secrets: list[str]) -> None:
    verdict = verify(Scheme.STANDARD_WEBHOOKS, secrets, PUBLISHED, PUBLISHED_BODY, SENT_AT)
    assert verdict == Authentic(PUBLISHED["webhook-id"], secrets.index(PUBLISHED_SECRET))


def test_one_valid_signature_of_several_is_enough_and_unknown_versions_are_passed_over() -> None:
    wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
    several = f"{wrong} v2,{wrong[3:]} {PUBLISHED['webhook-signature']} {wrong}"
    assert isinstance(signed(PUBLISHED | {"webhook-signature": several}), Authentic)
    assert signed(PUBLISHED | {"webhook-signature": f"{wrong} {wrong}"}) == Refused(Reason.WRONG)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_replay_window_is_five_minutes_both_ways(sign: int) -> None:
    assert isinstance(signed(PUBLISHED, now=SENT_AT + sign * REPLAY_WINDOW), Authentic)
    late = SENT_AT + sign * (REPLAY_WINDOW + timedelta(microseconds=1))
    assert signed(PUBLISHED, now=late) == Refused(Reason.STALE)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"webhook-id": ""}, Reason.MISSING),
        ({"webhook-timestamp": ""}, Reason.MISSING),
        ({"webhook-signature": ""}, Reason.MISSING),
        ({"webhook-id": "a b"}, Reason.MALFORMED),
        ({"webhook-id": "é"}, Reason.MALFORMED),
        ({"webhook-id": "x" * 257}, Reason.MALFORMED),
        ({"webhook-timestamp": "1614265330.5"}, Reason.MALFORMED),
        ({"webhook-timestamp": "-1"}, Reason.MALFORMED),
        ({"webhook-timestamp": "9" * 12}, Reason.MALFORMED),
        ({"webhook-timestamp": "²"}, Reason.MALFORMED),
        ({"webhook-signature": "v1a,abc"}, Reason.MALFORMED),
        ({"webhook-signature": "v1,"}, Reason.WRONG),
        ({"webhook-signature": "v1,é"}, Reason.WRONG),
        ({"webhook-id": "msg_other"}, Reason.WRONG),
        ({"webhook-timestamp": "1614265331"}, Reason.WRONG),
    ],
    ids=range(15),
)
def test_changed_headers_are_refused_each_with_its_reason(changes: dict[str, str], reason: Reason) -> None:
    assert signed(PUBLISHED | changes) == Refused(reason)


@given(st.integers(0, len(PUBLISHED_BODY) * 8 - 1))
def test_one_flipped_bit_of_the_body_is_refused(bit: int) -> None:
    body = bytearray(PUBLISHED_BODY)
    body[bit // 8] ^= 1 << (bit % 8)
    assert signed(PUBLISHED, body=bytes(body)) == Refused(Reason.WRONG)


@given(st.binary(), st.integers(0, 4_000_000_000), st.from_regex(r"[!-~]{1,256}", fullmatch=True))
def test_what_we_sign_we_verify(body: bytes, timestamp: int, delivery_id: str) -> None:
    headers = {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": standard_webhooks_signature(OTHER_SECRET, delivery_id, timestamp, body),
    }
    now = datetime.fromtimestamp(timestamp, UTC)
    secrets = [PUBLISHED_SECRET, OTHER_SECRET]
    assert verify(Scheme.STANDARD_WEBHOOKS, secrets, headers, body, now) == Authentic(delivery_id, 1)


def test_no_live_secret_believes_nobody() -> None:
    assert verify(Scheme.STANDARD_WEBHOOKS, [], PUBLISHED, PUBLISHED_BODY, SENT_AT) == Refused(Reason.WRONG)
    assert verify(Scheme.BEARER, [], {"authorization": "Bearer x"}, b"", SENT_AT) == Refused(Reason.WRONG)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("scheme", "authorization", "expected"),
    [
        (Scheme.BEARER, "Bearer first-token", 0),
        (Scheme.BEARER, "bearer second-token", 1),
        (Scheme.BEARER, "Bearer first-tokem", Reason.WRONG),
        (Scheme.BEARER, "Bearer first-token, Bearer first-token", Reason.WRONG),
        (Scheme.BEARER, "Bearer tökén", Reason.MALFORMED),
        (Scheme.BEARER, "Bearer", Reason.MALFORMED),
        (Scheme.BEARER, basic("first-token"), Reason.MALFORMED),
        (Scheme.BEARER, "", Reason.MISSING),
        (Scheme.BASIC, basic("first-token"), 0),
        (Scheme.BASIC, basic("second-token"), 1),
        (Scheme.BASIC, basic("x:y"), Reason.WRONG),
        (Scheme.BASIC, "Basic ***", Reason.MALFORMED),
        (Scheme.BASIC, "Bearer first-token", Reason.MALFORMED),
        (Scheme.BASIC, "", Reason.MISSING),
    ],
)
def test_bearer_and_basic_compare_the_whole_secret(scheme: Scheme, authorization: str, expected: int | Reason) -> None:
    secrets = ["first-token", "second-token"]
    verdict = verify(scheme, secrets, {"authorization": authorization} if authorization else {}, b"body", SENT_AT)
    if isinstance(expected, Reason):
        assert verdict == Refused(expected)
    else:
        assert verdict == Authentic("sha256:" + hashlib.sha256(b"body").hexdigest(), expected)


def test_the_intake_key_is_the_delivery_id_or_the_hash_of_the_bytes() -> None:
    hashed = "sha256:" + hashlib.sha256(b"x").hexdigest()
    assert intake_key({"x-delivery": "d-1"}, b"x", "x-delivery") == "d-1"
    assert intake_key({"x-delivery": "d-1"}, b"x") == hashed
    assert intake_key({"x-delivery": "two words"}, b"x", "x-delivery") == hashed
    assert intake_key({}, b"x", "x-delivery") == hashed


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        (Scheme.STANDARD_WEBHOOKS, "whsec_not base64"),
        (Scheme.STANDARD_WEBHOOKS, "whsec_é"),
        (Scheme.STANDARD_WEBHOOKS, "whsec_c2hvcnQ="),
        (Scheme.BEARER, "too-short"),
        (Scheme.BEARER, "has spaces has spaces"),
        (Scheme.BEARER, "ümlautümlautümlaut"),
        (Scheme.BASIC, "no-colon-in-this-one"),
    ],
)
def test_a_secret_the_scheme_cannot_use_is_refused_at_once(scheme: Scheme, secret: str) -> None:
    with pytest.raises(UnusableSecret):
        check_secret(scheme, secret)


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        (Scheme.STANDARD_WEBHOOKS, PUBLISHED_SECRET),
        (Scheme.STANDARD_WEBHOOKS, PUBLISHED_SECRET.removeprefix("whsec_")),
        (Scheme.BEARER, "a-token-of-enough-length"),
        (Scheme.BASIC, "alertmanager:long-password"),
    ],
)
def test_a_secret_of_the_right_form_is_taken(scheme: Scheme, secret: str) -> None:
    check_secret(scheme, secret)


def test_the_published_files_where_they_are_present(say: Callable[[str], None]) -> None:
    tried = 0
    for path in sorted(SHARED.glob("vector_*.headers.json")):
        headers = json.loads(path.read_bytes())
        body = path.with_name(path.name.replace(".headers", "")).read_bytes()
        assert isinstance(signed(headers, body=body), Authentic)
        assert signed(headers, body=body, now=datetime(2026, 1, 1, tzinfo=UTC)) == Refused(Reason.STALE)
        tried += 1
    say(f"published Standard Webhooks vectors verified: {tried}")
