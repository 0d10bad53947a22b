"""What an answer of a passkey proves: nothing unless challenge, origin, party, verified user and signature fit."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.auth.passkeys import (
    Asserted,
    Attested,
    NoPasskeysHere,
    Party,
    Unproven,
    approval_options,
    challenge_of,
    enrolment_options,
    is_fresh,
    party_of,
    require_fresh,
    verify_approval,
    verify_enrolment,
)
from incident.auth.sessions import SignedIn
from incident.errors import Refused
from incident.models.releasing import Passkey
from incident.roles import Actor
from incident.settings import Settings
from incident.verbs.passkeys import Enrolment
from incident.verbs.signatures import Signing
from tests.authenticator import UP, UV, Authenticator, decoded, encoded

PARTY = Party("console.example.org", "https://console.example.org", "Nimbus")
CHALLENGE = bytes(range(32))
OPTIONS = {"challenge": encoded(CHALLENGE)}
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWNER = uuid4()


def device(**told: Any) -> Authenticator:
    return Authenticator(**{"rp_id": PARTY.id, "origin": PARTY.origin, **told})


def kept(made: Authenticator, sign_count: int = 0) -> Passkey:
    return Passkey(
        user_id=OWNER,
        name="Phone",
        credential_id=encoded(made.id),
        public_key=made.public_key(),
        sign_count=sign_count,
        created_at=NOW,
    )


def test_a_passkey_that_was_made_is_kept_with_its_key_and_counter() -> None:
    made = device(count=7)
    new = verify_enrolment(PARTY, "Phone", Attested(**made.create(OPTIONS)), CHALLENGE)
    assert (new.name, new.credential_id, new.sign_count, new.challenge) == ("Phone", encoded(made.id), 7, CHALLENGE)
    assert new.public_key == made.public_key()


def test_a_signature_of_the_kept_key_is_taken_and_its_counter_goes_on() -> None:
    made = device(count=7)
    signed = verify_approval(PARTY, Asserted(**made.get(OPTIONS, user_handle=OWNER.bytes)), CHALLENGE, kept(made, 7))
    assert (signed.counted, signed.count, signed.is_copied) == (7, 8, False)


WRONG: dict[str, dict[str, Any]] = {
    "another site": {"origin": "https://console.example.net"},
    "the same host without encryption": {"origin": "http://console.example.org"},
    "another port": {"origin": "https://console.example.org:8443"},
    "another party": {"rp_id": "example.org"},
    "nobody verified": {"flags": UP},
    "nobody there": {"flags": UV},
}


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_what_was_made_wrongly_is_not_kept(told: dict[str, Any]) -> None:
    with pytest.raises(Unproven):
        verify_enrolment(PARTY, "Phone", Attested(**device(**told).create(OPTIONS)), CHALLENGE)


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_what_was_signed_wrongly_approves_nothing(told: dict[str, Any]) -> None:
    made = device(**told)
    with pytest.raises(Unproven):
        verify_approval(PARTY, Asserted(**made.get(OPTIONS)), CHALLENGE, kept(made))


def test_an_answer_to_another_challenge_or_of_another_kind_is_refused() -> None:
    made = device()
    for answer in (made.get({"challenge": encoded(bytes(32))}), made.get(OPTIONS, kind="webauthn.create")):
        with pytest.raises(Unproven):
            verify_approval(PARTY, Asserted(**answer), CHALLENGE, kept(made))
    with pytest.raises(Unproven):
        verify_enrolment(PARTY, "Phone", Attested(**made.create(OPTIONS, kind="webauthn.get")), CHALLENGE)


def test_a_signature_of_another_key_or_for_another_person_is_refused() -> None:
    made, other = device(), device()
    with pytest.raises(Unproven):
        verify_approval(PARTY, Asserted(**{**other.get(OPTIONS), "id": encoded(made.id)}), CHALLENGE, kept(made))
    with pytest.raises(Unproven):
        verify_approval(PARTY, Asserted(**other.get(OPTIONS)), CHALLENGE, kept(made))
    with pytest.raises(Unproven):
        verify_approval(PARTY, Asserted(**made.get(OPTIONS, user_handle=uuid4().bytes)), CHALLENGE, kept(made))


def test_an_id_that_is_not_the_one_that_was_made_is_refused() -> None:
    answer = {**device().create(OPTIONS), "id": encoded(b"another")}
    with pytest.raises(Unproven):
        verify_enrolment(PARTY, "Phone", Attested(**answer), CHALLENGE)


MADE = device()
SIGNED = MADE.get(OPTIONS)


@given(st.sampled_from(["client_data", "authenticator_data", "signature"]), st.integers(0, 1000), st.integers(1, 255))
def test_no_byte_of_a_signed_answer_can_be_changed(name: str, place: int, change: int) -> None:
    value = bytearray(decoded(SIGNED[name]))
    value[place % len(value)] ^= change
    with pytest.raises(Unproven):
        verify_approval(PARTY, Asserted(**{**SIGNED, name: encoded(bytes(value))}), CHALLENGE, kept(MADE))


JUNK = st.binary(min_size=1, max_size=300).map(encoded)


@given(JUNK, JUNK, JUNK, JUNK, st.booleans())
def test_whatever_is_sent_is_refused_and_breaks_nothing(a: str, b: str, c: str, d: str, is_read: bool) -> None:
    made = device()
    client = made.create(OPTIONS)["client_data"] if is_read else b
    with pytest.raises(Unproven):
        verify_enrolment(PARTY, "Phone", Attested(id=a, client_data=client, attestation=c), CHALLENGE)
    signed = Asserted(id=a, client_data=client, authenticator_data=c, signature=d)
    with pytest.raises(Unproven):
        verify_approval(PARTY, signed, CHALLENGE, kept(made))
    assert challenge_of(signed) == (CHALLENGE if is_read else b"")


def test_client_data_nested_beyond_reading_says_no_challenge() -> None:
    deep = encoded(b"[" * 20_000)
    assert challenge_of(Attested(id="AA", client_data=deep, attestation="AA")) == b""


def test_a_key_that_is_no_point_of_its_curve_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = device()
    off = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(31) + b"\x01", -3: bytes(31) + b"\x01"})
    monkeypatch.setattr(made, "public_key", lambda: off)
    with pytest.raises(Unproven):
        verify_enrolment(PARTY, "Phone", Attested(**made.create(OPTIONS)), CHALLENGE)


def test_options_ask_for_a_verified_user_and_name_what_exists() -> None:
    wanted = Enrolment(CHALLENGE, OWNER, "ada@example.org", "Ada", (encoded(b"old"),))
    made = enrolment_options(PARTY, wanted)
    assert made["rp"] == {"id": PARTY.id, "name": "Nimbus"}
    assert made["challenge"] == encoded(CHALLENGE)
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "preferred"
    assert [one["id"] for one in made["excludeCredentials"]] == [encoded(b"old")]
    assert made["user"] == {"id": encoded(OWNER.bytes), "name": "ada@example.org", "displayName": "Ada"}
    asked = approval_options(PARTY, Signing(CHALLENGE, (encoded(b"old"),)))
    assert (asked["rpId"], asked["userVerification"]) == (PARTY.id, "required")
    assert [one["id"] for one in asked["allowCredentials"]] == [encoded(b"old")]
    assert json.dumps([made, asked])


@pytest.mark.parametrize(
    ("url", "identity", "origin"),
    [
        ("https://Console.example.org/", "console.example.org", "https://console.example.org"),
        ("https://console.example.org:443", "console.example.org", "https://console.example.org"),
        ("https://console.example.org:8443/72", "console.example.org", "https://console.example.org:8443"),
        ("http://localhost:8072", "localhost", "http://localhost:8072"),
        ("https://bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_the_party_is_the_host_and_the_origin_is_as_browsers_say_it(
    url: str, identity: str, origin: str, tmp_path: Path
) -> None:
    party = party_of(Settings(home=tmp_path, public_url=url))
    assert (party.id, party.origin) == (identity, origin)


@pytest.mark.parametrize(
    "url", ["", "http://console.example.org", "https://10.0.0.5", "https://[::1]:8072", "ftp://a.b"]
)
def test_an_address_or_a_host_without_encryption_has_no_passkeys(url: str, tmp_path: Path) -> None:
    with pytest.raises(NoPasskeysHere, match="SEVENTYTWO_PUBLIC_URL"):
        party_of(Settings(home=tmp_path, public_url=url))


def test_a_session_is_fresh_for_ten_minutes() -> None:
    person = SignedIn(Actor(UUID(int=1), "Ada", frozenset()), "ada@example.org", "UTC", "en", "", "", NOW)
    require_fresh(person, NOW + timedelta(minutes=9, seconds=59))
    assert not is_fresh(person, NOW + timedelta(minutes=10))
    with pytest.raises(Refused, match="sign in again"):
        require_fresh(person, NOW + timedelta(minutes=10))


def test_the_counter_that_does_not_go_on_is_seen_after_the_signature() -> None:
    for count, counted, copied in ((0, 5, True), (4, 5, True), (5, 5, False)):
        one = device(count=count)
        signed = verify_approval(PARTY, Asserted(**one.get(OPTIONS)), CHALLENGE, kept(one, counted))
        assert (signed.is_copied, signed.count) == (copied, count + 1)
    still = device(step=0)
    assert not verify_approval(PARTY, Asserted(**still.get(OPTIONS)), CHALLENGE, kept(still)).is_copied
