"""The rule of passwords, their hashes, and how many are hashed at once."""

import threading

import pytest

from incident.auth import passwords
from incident.auth.passwords import HashingBusy, hash_password, new_password, verify_password
from incident.errors import Invalid


@pytest.mark.parametrize("password", ["", "elevenchars", "aaaaaaaaaaaaaaaa", "abcdabcdabcd", "x1y2z" * 41])
def test_a_password_that_breaks_the_rule_is_named_with_its_mend(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        hash_password(password)
    assert [fault.field for fault in refusal.value.faults] == ["password"]
    assert refusal.value.faults[0].mend
    assert not password or password not in str(refusal.value)


def test_twelve_characters_are_enough_and_hashed_by_argon2id() -> None:
    hashed = hash_password("twelve chars")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert verify_password("twelve chars", hashed)
    assert not verify_password("twelve charz", hashed)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("twelve chars") != hash_password("twelve chars")


def test_what_looks_alike_is_alike() -> None:
    assert verify_password("Ångström units", hash_password("A\u030angstro\u0308m units"))


def test_an_account_that_does_not_exist_says_no_after_the_same_work() -> None:
    assert not verify_password("twelve chars", None)


def test_what_is_no_hash_verifies_nothing() -> None:
    assert not verify_password("plain text here", "plain text here")


def test_a_made_password_keeps_the_rule() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(hash_password(one) for one in list(made)[:1])


def test_no_more_than_the_cap_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = hash_password("twelve chars")
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    for _ in range(passwords.AT_ONCE):
        passwords._turns.acquire()
    try:
        with pytest.raises(HashingBusy):
            verify_password("twelve chars", hashed)
    finally:
        for _ in range(passwords.AT_ONCE):
            passwords._turns.release()
    assert verify_password("twelve chars", hashed)


def test_a_queue_is_served_in_the_end() -> None:
    hashed = hash_password("twelve chars")
    said: list[bool] = []
    threads = [threading.Thread(target=lambda: said.append(verify_password("twelve chars", hashed))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [True] * 6
