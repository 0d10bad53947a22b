"""Signing in: who gets a session, how long it lives, what ends it, how guessing slows down."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from incident.auth.sessions import TooSoon, WrongSignIn, begin_session, end_session, find_session
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.people import UserSession
from incident.roles import Actor, Role
from incident.verbs.people import change_password, change_roles, disable, token_digest
from incident.verbs.signing_in import ABSOLUTE, ACCOUNT, IDLE, Begun, Pace
from tests.incident.auth.conftest import HASHED, OPERATOR, PASSWORD, House

HERE, THERE = "192.0.2.10", "198.51.100.7"


def signed_in(house: House, email: str = "ada@example.org", address: str = HERE) -> Begun:
    return begin_session(house.edge, email, PASSWORD, address)


def fail(house: House, times: int, address: str = HERE, email: str = "ada@example.org") -> None:
    for _ in range(times):
        with pytest.raises(WrongSignIn):
            begin_session(house.edge, email, "wrong password!", address)


def test_the_right_password_begins_a_session_of_which_only_the_digest_is_kept(house: House) -> None:
    user_id = house.add("ada@example.org", "responder", "approver")
    begun = begin_session(house.edge, " Ada@Example.org ", PASSWORD, HERE)
    found = find_session(house.edge, begun.token)
    assert found is not None
    assert found.actor == Actor(user_id, "Ada", frozenset({Role.RESPONDER, Role.APPROVER}))
    with house.edge.read() as session:
        rows = session.exec(select(UserSession)).all()
    assert [row.token_digest for row in rows] == [token_digest(begun.token)]
    assert len(begun.token) == 43  # 256 bits in base64url


@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_a_token_nobody_was_given_lets_nobody_in(house: House, token: str | None) -> None:
    assert find_session(house.edge, token) is None


def test_wrong_password_unknown_and_disabled_account_are_answered_alike(house: House) -> None:
    house.add("ada@example.org")
    house.add("root@example.org", "administrator")
    user_id = house.add("bob@example.org")
    house.edge.write(OPERATOR, lambda act: disable(act, user_id))
    said = set()
    for email, password in (
        ("ada@example.org", "wrong password!"),
        ("nobody@example.org", PASSWORD),
        ("bob@example.org", PASSWORD),
    ):
        with pytest.raises(WrongSignIn) as refusal:
            begin_session(house.edge, email, password, HERE)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_session_dies_after_thirty_idle_minutes(house: House) -> None:
    house.add("ada@example.org")
    token = signed_in(house).token
    house.clock.move(IDLE - timedelta(seconds=1))
    assert find_session(house.edge, token)
    house.clock.move(IDLE)
    assert find_session(house.edge, token) is None


def test_looking_without_use_does_not_keep_a_session_alive(house: House) -> None:
    house.add("ada@example.org")
    token = signed_in(house).token
    house.move(minutes=29)
    assert find_session(house.edge, token, seen=False)
    house.move(minutes=1)
    assert find_session(house.edge, token) is None


def test_a_session_in_use_dies_after_twelve_hours(house: House) -> None:
    house.add("ada@example.org")
    token, began = signed_in(house).token, house.clock.now()
    while house.clock.now() + timedelta(minutes=20) < began + ABSOLUTE:
        house.move(minutes=20)
        assert find_session(house.edge, token)
    house.clock.set(began + ABSOLUTE)
    assert find_session(house.edge, token) is None


def test_signing_in_again_ends_the_session_the_browser_came_with(house: House) -> None:
    house.add("ada@example.org")
    first = signed_in(house).token
    second = begin_session(house.edge, "ada@example.org", PASSWORD, HERE, leaving=first).token
    assert first != second
    assert find_session(house.edge, first) is None
    assert find_session(house.edge, second)


def test_signing_out_ends_this_session_and_no_other(house: House) -> None:
    house.add("ada@example.org")
    one, other = signed_in(house).token, signed_in(house).token
    found = find_session(house.edge, one)
    assert found
    end_session(house.edge, found, one)
    end_session(house.edge, found, one)
    assert find_session(house.edge, one) is None
    assert find_session(house.edge, other)
    with house.edge.read() as session:
        actions = session.exec(select(EntryHeader.action).where(col(EntryHeader.subject) == ADMINISTRATION)).all()
    assert actions.count("signed_in") == 2
    assert actions.count("signed_out") == 1


@pytest.mark.parametrize("change", ["password", "roles", "disable"])
def test_every_session_dies_at_a_change_of_password_or_roles_and_when_disabled(house: House, change: str) -> None:
    house.add("root@example.org", "administrator")
    user_id = house.add("ada@example.org")
    other = signed_in(house, "root@example.org").token
    tokens = [signed_in(house).token for _ in range(2)]
    verbs = {
        "password": lambda act: change_password(act, user_id, HASHED),
        "roles": lambda act: change_roles(act, user_id, ("legal",)),
        "disable": lambda act: disable(act, user_id),
    }
    house.edge.write(OPERATOR, verbs[change])
    assert [find_session(house.edge, token) for token in tokens] == [None, None]
    assert find_session(house.edge, other)


def test_guessing_at_one_account_slows_down_and_its_owner_is_never_locked_out(house: House) -> None:
    house.add("ada@example.org")
    fail(house, ACCOUNT.free, THERE)
    with pytest.raises(TooSoon) as refusal:
        signed_in(house, address=THERE)
    assert refusal.value.seconds == 1
    house.clock.move(timedelta(seconds=1))
    assert signed_in(house, address=THERE)


def test_a_clock_that_steps_back_locks_nobody_out(house: House) -> None:
    house.add("ada@example.org")
    fail(house, 1)
    house.move(hours=-3)
    assert signed_in(house)
    fail(house, ACCOUNT.free, THERE)
    house.move(hours=-3)
    with pytest.raises(TooSoon) as refusal:
        signed_in(house, address=THERE)
    assert refusal.value.seconds == 1
    house.move(seconds=1)
    assert signed_in(house, address=THERE)


def test_asking_too_soon_does_not_lengthen_the_wait(house: House) -> None:
    house.add("ada@example.org")
    fail(house, ACCOUNT.free)
    for _ in range(10):
        with pytest.raises(TooSoon):
            signed_in(house)
    house.move(seconds=1)
    assert signed_in(house)


def test_strangers_cannot_slow_the_owner_at_an_address_he_uses(house: House) -> None:
    house.add("ada@example.org")
    signed_in(house, address=HERE)
    fail(house, ACCOUNT.free, THERE)
    with pytest.raises(TooSoon):
        signed_in(house, address=THERE)
    assert signed_in(house, address=HERE)


def test_one_address_that_tries_many_accounts_slows_down(house: House) -> None:
    for number in range(20):
        fail(house, 1, THERE, f"user{number}@example.org")
    with pytest.raises(TooSoon):
        begin_session(house.edge, "user99@example.org", PASSWORD, THERE)
    house.add("ada@example.org")
    assert signed_in(house, address=HERE)


def test_failures_are_forgotten_after_a_quarter_of_an_hour(house: House) -> None:
    house.add("ada@example.org")
    fail(house, ACCOUNT.free)
    house.move(minutes=15)
    fail(house, ACCOUNT.free - 1)
    assert signed_in(house)


def test_neighbours_in_one_ipv6_network_slow_down_together(house: House) -> None:
    for number in range(20):
        fail(house, 1, f"2001:db8:1:2::{number + 1:x}", f"user{number}@example.org")
    with pytest.raises(TooSoon):
        begin_session(house.edge, "x@example.org", PASSWORD, "2001:db8:1:2:ffff::1")
    fail(house, 1, "2001:db8:1:3::1", "x@example.org")


def test_a_burst_of_failures_leaves_one_line_on_the_record(house: House) -> None:
    house.add("ada@example.org")
    fail(house, ACCOUNT.free)
    for _ in range(6):
        house.move(seconds=40)
        fail(house, 1)
    with house.edge.read() as session:
        actions = session.exec(select(EntryHeader.action).where(col(EntryHeader.subject) == ADMINISTRATION)).all()
    assert actions.count("sign_in.slowed") == 1


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (9, 16), (10, 30), (10_000, 30)])
def test_the_wait_doubles_and_stays_bounded(failures: int, seconds: int) -> None:
    assert Pace(free=5, longest=timedelta(seconds=30)).wait(failures) == timedelta(seconds=seconds)
