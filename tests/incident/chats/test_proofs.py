"""Slack and Teams prove themselves on the raw bytes, within five minutes; one flipped bit and they do not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from incident.chats import slack, teams

# The example of Slack's page on verifying requests.
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
AT = datetime.fromtimestamp(1531420618, UTC)
BODY = (
    b"token=xyzz0WbapA4vBCDEFxx0x6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fnote&text=amber-heron+a+%26lt%3Bb%26gt%3B+%26amp%3B+c"
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F3977%2F96rG&trigger_id=3987"
)
KEY = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA="
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def slack_headers(body: bytes = BODY, secret: str = SECRET, at: datetime = AT) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}


def message(text: str, at: datetime = NOW) -> bytes:
    sender = {"id": "29:1abc", "name": "Ada", "aadObjectId": "c0ffee00-0000-4000-8000-000000000001"}
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.123Z")
    return json.dumps({"type": "message", "id": "1", "timestamp": stamp, "text": text, "from": sender}).encode()


def teams_headers(body: bytes, key: str = KEY) -> dict[str, str]:
    mac = hmac.new(base64.b64decode(key), body, hashlib.sha256).digest()
    return {"authorization": f"HMAC {base64.b64encode(mac).decode()}"}


def test_slacks_own_example_is_proven() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = {"x-slack-request-timestamp": "1531420618", "x-slack-signature": signature}
    assert slack.is_proven([SECRET], headers, body, AT)


def test_of_two_secrets_either_is_good() -> None:
    assert slack.is_proven(["other", SECRET], slack_headers(), BODY, AT)
    body = message("status")
    assert teams.is_proven(["b3RoZXI=", KEY], teams_headers(body), body, NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=400)])
def test_what_is_old_or_to_come_is_refused(off: timedelta) -> None:
    assert not slack.is_proven([SECRET], slack_headers(), BODY, AT + off)
    body = message("status")
    assert not teams.is_proven([KEY], teams_headers(body), body, NOW + off)


def test_one_flipped_bit_and_it_is_refused() -> None:
    flipped = BODY[:-1] + bytes([BODY[-1] ^ 1])
    assert not slack.is_proven([SECRET], slack_headers(), flipped, AT)
    body = message("status")
    assert not teams.is_proven([KEY], teams_headers(body), body.replace(b"status", b"statuS"), NOW)


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-slack-signature": "v0="}, {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=aa"},
     {"x-slack-request-timestamp": "9" * 12, "x-slack-signature": "v0=\u00e9"}],
)  # fmt: skip
def test_what_is_no_signature_of_slack_is_refused(headers: dict[str, str]) -> None:
    assert not slack.is_proven([SECRET], headers, BODY, AT)


@pytest.mark.parametrize("authorization", ["", "Bearer x", "HMAC ", "HMAC \u00e9", "hmac AAAA"])
def test_what_is_no_signature_of_teams_is_refused(authorization: str) -> None:
    body = message("status")
    assert not teams.is_proven([KEY], {"authorization": authorization}, body, NOW)
    assert not teams.is_proven(["no base64!"], teams_headers(body), body, NOW)


def test_a_body_of_teams_without_a_time_of_its_own_is_refused() -> None:
    for body in (b"{}", b"[]", b"nonsense", b'{"timestamp": "soon"}', b'{"timestamp": "2026-11-24T09:00:00"}'):
        assert not teams.is_proven([KEY], teams_headers(body), body, NOW)


def test_slacks_three_entities_are_read_and_written() -> None:
    asked = slack.read(slack_headers(), BODY)
    assert asked is not None
    assert (asked.user, asked.called, asked.words) == ("U2CERLKJA", "/note", "amber-heron a <b> & c")
    assert slack.answer("a <b> & c") == {"response_type": "ephemeral", "text": "a &lt;b&gt; &amp; c"}


@pytest.mark.parametrize("body", [b"", b"\xff", b"ssl_check=1&token=x", b"user_id=U1", b"command=%2Fnote", b"&" * 99])
def test_what_is_no_command_of_slack_is_none(body: bytes) -> None:
    assert slack.read({}, body) is None


def test_the_mention_and_the_markup_of_teams_are_left_out() -> None:
    asked = teams.read({}, message("<at>seventytwo</at>&nbsp;note amber-heron <b>ACL</b> removed &amp; checked\n"))
    assert asked is not None
    assert asked.words == "note amber-heron ACL removed & checked"
    assert asked.user == "c0ffee00-0000-4000-8000-000000000001"
    assert teams.answer("a <b>") == {"type": "message", "text": "a &lt;b&gt;"}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"from": 1, "text": "x"}', b'{"from": {"id": 5}, "text": "x"}'])
def test_what_is_no_message_of_teams_is_none(body: bytes) -> None:
    assert teams.read({}, body) is None
