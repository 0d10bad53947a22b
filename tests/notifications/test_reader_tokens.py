"""A token says who reads until it expires; whoever has no live secret can neither make one nor change one."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reader_tokens import LONGEST_TOKEN, Reader, TokenRefused, issue_token, verify_token

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECRET, OTHER = b"k" * 32, b"x" * 32
READER = Reader("u1", {"acme": ("admin",)}, impersonated=True)


def signed(claims: Any, head: Any = None, secret: bytes = SECRET) -> str:
    """A token with exactly these parts, as somebody with the secret could make it."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256"} if head is None else head, claims)]
    text = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def claims(**changes: Any) -> dict[str, Any]:
    usual = {"aud": "seventytwo", "sub": "u1", "exp": NOW.timestamp() + 600}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def test_a_token_says_who_reads_until_it_expires() -> None:
    token = issue_token(SECRET, READER, NOW)
    assert verify_token([SECRET], token, NOW + timedelta(minutes=14)) == READER
    with pytest.raises(TokenRefused, match="expired"):
        verify_token([SECRET], token, NOW + timedelta(minutes=15))
    with pytest.raises(ValueError, match="at most"):
        issue_token(SECRET, READER, NOW, timedelta(days=1))


def test_while_secrets_are_changed_both_are_taken_and_afterwards_the_old_one_is_not() -> None:
    token = issue_token(OTHER, READER, NOW)
    assert verify_token([SECRET, OTHER], token, NOW) == READER
    for live in ([SECRET], []):
        with pytest.raises(TokenRefused, match="not ours"):
            verify_token(live, token, NOW)


def test_what_a_library_of_the_host_makes_is_taken() -> None:
    extra = claims(iss="host", iat=NOW.timestamp(), nbf=NOW.timestamp(), jti="1", aud=["other", "seventytwo"])
    assert verify_token([SECRET], signed(extra, {"typ": "JWT", "alg": "HS256", "kid": "a"}), NOW) == Reader("u1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aud": None}, "somebody else"),
        ({"aud": "other"}, "somebody else"),
        ({"aud": {"seventytwo": 1}}, "somebody else"),
        ({"exp": None}, "does not say when"),
        ({"exp": "9999999999"}, "does not say when"),
        ({"exp": True}, "does not say when"),
        ({"exp": float("nan")}, "does not say when"),
        ({"exp": NOW.timestamp() + 3661}, "longer than an hour"),
        ({"nbf": NOW.timestamp() + 61}, "not hold yet"),
        ({"sub": None}, "who reads"),
        ({"sub": ""}, "who reads"),
        ({"sub": "a\nb"}, "who reads"),
        ({"sub": "x" * 201}, "who reads"),
        ({"imp": "no"}, "who reads"),
        ({"imp": 0}, "who reads"),
        ({"acc": ["acme"]}, "who reads"),
        ({"acc": {"acme": "admin"}}, "accounts or roles"),
        ({"acc": {"acme": [1]}}, "accounts or roles"),
        ({"acc": {f"a{number}": [] for number in range(21)}}, "accounts or roles"),
    ],
)
def test_a_token_that_does_not_say_what_it_must_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TokenRefused, match=said):
        verify_token([SECRET], signed(claims(**changes)), NOW)


@pytest.mark.parametrize("head", [{}, {"alg": "none"}, {"alg": "HS512"}, {"alg": "HS256", "crit": ["b64"]}, [], "x"])
def test_only_one_kind_of_token_is_taken(head: Any) -> None:
    with pytest.raises(TokenRefused, match=r"of a kind|cannot be read"):
        verify_token([SECRET], signed(claims(), head), NOW)


def test_a_signed_text_that_is_no_object_is_refused() -> None:
    bodies: tuple[Any, ...] = ([], "x", 7, None)
    for body in bodies:
        with pytest.raises(TokenRefused, match="cannot be read"):
            verify_token([SECRET], signed(body), NOW)
    with pytest.raises(TokenRefused, match="not ours"):
        verify_token([SECRET], signed(claims(pad="x" * LONGEST_TOKEN)), NOW)


@given(st.text(max_size=80) | st.lists(st.text(max_size=20), min_size=3, max_size=3).map(".".join))
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        verify_token([SECRET], text, NOW)


@given(position=st.integers(0, 400), letter=st.sampled_from("AZaz09-_."))
def test_a_token_changed_in_any_place_is_refused(position: int, letter: str) -> None:
    token = issue_token(SECRET, Reader("u1"), NOW)
    at = position % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed == token:
        return
    with pytest.raises(TokenRefused):
        verify_token([SECRET], changed, NOW)
