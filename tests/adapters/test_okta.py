"""Okta's hooks beyond the expected ones: the verification, words of severity, kinds of target, what is refused."""

import json

import pytest

from incident.adapters.answers import Asked, Reply
from incident.adapters.okta import ADAPTER, CHALLENGE
from incident.adapters.signals import Severity, Signal, Unreadable


def read(*events: object) -> tuple[Signal, ...]:
    return ADAPTER.read({}, json.dumps({"data": {"events": events}}).encode())


def one(**members: object) -> Signal:
    (signal,) = read({"uuid": "u", "eventType": "user.mfa.factor.deactivate", **members})
    return signal


@pytest.mark.parametrize("text", ["abc", 'a"b\\c', "é\u202e", "x" * 5000])
def test_whatever_the_challenge_is_it_goes_back_as_json(text: str) -> None:
    reply = ADAPTER.answer_to(Asked({CHALLENGE: text}, b"", "GET"))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.content_type, reply.unproven) == (200, "application/json", False)
    assert json.loads(reply.body) == {"verification": text}


def test_an_event_is_no_verification_whatever_headers_it_has() -> None:
    assert ADAPTER.answer_to(Asked({CHALLENGE: "a"}, b"{}", "POST")) is None
    assert ADAPTER.answer_to(Asked({}, b"", "GET")) is None


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("ERROR", Severity.HIGH),
        ("WARN", Severity.MEDIUM),
        ("INFO", Severity.INFO),
        ("DEBUG", Severity.INFO),
        ("NOTICE", None),
        (None, None),
    ],
)
def test_the_words_of_severity(word: str | None, severity: Severity | None) -> None:
    assert one(severity=word).severity is severity


@pytest.mark.parametrize(
    ("target", "asset"),
    [
        ([{"type": "User", "alternateId": "a@verein.example", "displayName": "A"}], "user a@verein.example"),
        ([{"type": "AppInstance", "alternateId": "0oa1", "displayName": "Portal"}], "application Portal"),
        ([{"type": "PolicyRule", "displayName": "MFA"}], "resource MFA"),
        ([{"type": "User", "id": "00u"}], "user 00u"),
        ([], "None"),
        ({}, "None"),
    ],
)
def test_the_first_target_is_the_asset_and_the_actor_never(target: object, asset: str) -> None:
    assert str(one(target=target, actor={"type": "User", "alternateId": "attacker@verein.example"}).asset) == asset


def test_events_of_one_kind_and_target_are_one_group() -> None:
    target = [{"type": "User", "alternateId": "a@verein.example"}]
    first, second, other = read(
        {"uuid": "1", "eventType": "user.account.lock", "target": target},
        {"uuid": "2", "eventType": "user.account.lock", "target": target},
        {"uuid": "3", "eventType": "user.account.lock"},
    )
    assert first.group == second.group != other.group
    assert len({first.key, second.key, other.key}) == 3


def test_a_breached_credential_is_a_hint() -> None:
    (hint,) = one(eventType="security.breached_credential.detected").hints
    assert (hint.fact, hint.value) == ("data.categories", ("credentials_plain",))


@pytest.mark.parametrize("event", [None, [], {}, {"uuid": " "}, {"uuid": {}}])
def test_an_event_without_a_uuid_is_named(event: object) -> None:
    with pytest.raises(Unreadable, match=r"data\.events\[1\]\.uuid"):
        read({"uuid": "u"}, event)


def test_a_delivery_without_events_waits_in_quarantine() -> None:
    with pytest.raises(Unreadable, match=r"data\.events"):
        read()
