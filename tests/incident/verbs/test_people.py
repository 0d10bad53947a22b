"""Accounts, roles, passwords and tokens: who may change them, what is refused, what the record says."""

import contextlib
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.keys import KeyRing
from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from incident.models.people import ApiToken, UserAccount
from incident.roles import Actor, Role, known_roles, operator
from incident.verbs import people
from incident.verbs.act import Act
from incident.verbs.people import (
    NewUser,
    add_api_token,
    add_user,
    change_password,
    change_roles,
    disable,
    enable,
    revoke_api_token,
    token_digest,
)
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.store import Store

T = TypeVar("T")
HASHED = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"
ADA = NewUser("Ada@Example.org", "Ada Lovelace", ("responder",), HASHED, "Europe/London")
ROOT = operator("root")


@dataclass(frozen=True, slots=True)
class Office:
    store: Store
    keys: KeyRing

    def do(self, verb: Callable[[Act], T], by: Actor = ROOT) -> T:
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        return self.store.write(lambda session: verb(Act(session, self.keys, by, now)))

    def add(self, email: str, *roles: str) -> UUID:
        return self.do(lambda act: add_user(act, NewUser(email, email, roles, HASHED))).id

    def account(self, user_id: UUID) -> UserAccount:
        with self.store.read() as session:
            return session.get_one(UserAccount, user_id)

    def record(self) -> list[tuple[str, str]]:
        """Action and text of the administration chain, in order."""
        query = select(EntryHeader, EntryBody).join(
            EntryBody,
            (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
        )
        with self.store.read() as session:
            rows = session.exec(query.order_by(col(EntryHeader.seq))).all()
            assert all(row.subject == ADMINISTRATION for row, _ in rows)
            opened = [
                self.keys.open(session, body.sealed or b"", body_place(row.subject, row.seq)) for row, body in rows
            ]
        return [(row.action, json.loads(said)["text"]) for (row, _), said in zip(rows, opened, strict=True)]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, KeyRing(os.urandom(32), MovableClock(datetime(2026, 11, 24, 9, tzinfo=UTC))))


def test_an_account_is_added_once_and_put_on_the_record(office: Office) -> None:
    made = office.do(lambda act: add_user(act, ADA))
    kept = office.account(made.id)
    assert (kept.email, kept.name, kept.roles, kept.zone) == (
        "ada@example.org",
        "Ada Lovelace",
        ["responder"],
        "Europe/London",
    )
    assert office.record() == [("user.added", "Ada Lovelace <ada@example.org> may sign in as responder.")]
    with pytest.raises(Conflict, match="has an account already"):
        office.do(lambda act: add_user(act, replace(ADA, email="ADA@example.org ")))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ada"}, "email"),
        ({"email": "ada@example.org\r\nBcc: x@example.org"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "Ada\nLovelace"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"roles": ()}, "role"),
        ({"roles": ("responder", "king")}, "role"),
        ({"password": "correct horse battery"}, "password"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
    ],
)
def test_a_bad_value_is_named_by_its_field_and_nothing_is_stored(
    office: Office, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        office.do(lambda act: add_user(act, replace(ADA, **change)))  # type: ignore[arg-type]
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert all(fault.mend for fault in refusal.value.faults)
    assert "correct horse" not in str(refusal.value)
    assert office.record() == []


def test_every_fault_is_named_at_once(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        office.do(lambda act: add_user(act, NewUser("", "", (), "", "")))
    assert {fault.field for fault in refusal.value.faults} == {"email", "name", "role", "password", "zone"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_changes_accounts(office: Office, role: Role) -> None:
    user_id = office.add("bob@example.org", "administrator")
    actor = Actor(new_id(), "Eve", frozenset({role}))
    for verb in (
        lambda act: add_user(act, ADA),
        lambda act: change_roles(act, user_id, (role,)),
        lambda act: change_password(act, user_id, HASHED),
        lambda act: disable(act, user_id),
        lambda act: enable(act, user_id),
        lambda act: add_api_token(act, "host", ("reporter",)),
        lambda act: revoke_api_token(act, "host"),
    ):
        with pytest.raises(Forbidden):
            office.do(verb, actor)
    assert len(office.record()) == 1


def test_nobody_makes_himself_administrator(office: Office) -> None:
    office.add("root@example.org", "administrator")
    user_id = office.add("eve@example.org", "responder")
    eve = Actor(user_id, "Eve", frozenset({Role.RESPONDER}))
    with pytest.raises(Forbidden):
        office.do(lambda act: change_roles(act, user_id, ("administrator",)), eve)
    assert office.account(user_id).roles == ["responder"]


def test_roles_are_replaced_and_the_change_is_on_the_record(office: Office) -> None:
    office.add("root@example.org", "administrator")
    user_id = office.add("bob@example.org", "responder")
    office.do(lambda act: change_roles(act, user_id, ("legal", "approver", "legal")))
    assert office.account(user_id).roles == ["approver", "legal"]
    assert office.record()[-1] == ("user.roles", "Roles of bob@example.org: responder → approver, legal.")


def test_a_person_changes_his_own_password(office: Office) -> None:
    user_id = office.add("bob@example.org", "responder")
    new = HASHED.replace("c2FsdHNhbHQ", "b3RoZXJzYWx0")
    office.do(lambda act: change_password(act, user_id, new), Actor(user_id, "Bob", frozenset()))
    assert office.account(user_id).password == new
    with pytest.raises(Invalid):
        office.do(lambda act: change_password(act, user_id, "plain text password"))


def test_the_last_administrator_stays(office: Office) -> None:
    root, other = office.add("root@example.org", "administrator"), office.add("bob@example.org", "responder")
    for verb in (lambda act: disable(act, root), lambda act: change_roles(act, root, ("auditor",))):
        with pytest.raises(Conflict, match="Nobody would be left to administer"):
            office.do(verb)
    assert office.account(root).roles == ["administrator"]
    office.do(lambda act: change_roles(act, other, ("administrator",)))
    office.do(lambda act: disable(act, root))
    with pytest.raises(Conflict, match="Nobody would be left"):
        office.do(lambda act: disable(act, other))
    office.do(lambda act: enable(act, root))
    office.do(lambda act: disable(act, other))


def test_of_two_administrators_who_end_each_other_at_once_one_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [office.add(f"{name}@example.org", "administrator") for name in ("root", "bob")]
    both, keep = threading.Barrier(2), people._keep_an_administrator

    def kept(act: Act) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # passes only if both have ended the other by then
        keep(act)

    def end(user_id: UUID) -> None:
        with contextlib.suppress(Conflict):
            office.do(lambda act: disable(act, user_id))

    monkeypatch.setattr(people, "_keep_an_administrator", kept)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(end, pair))
    assert [office.account(user_id).disabled_at is None for user_id in pair].count(True) == 1


def test_disabling_and_enabling_fit_the_state(office: Office) -> None:
    office.add("root@example.org", "administrator")
    user_id = office.add("bob@example.org", "responder")
    with pytest.raises(Conflict, match="is not disabled"):
        office.do(lambda act: enable(act, user_id))
    office.do(lambda act: disable(act, user_id))
    assert office.account(user_id).disabled_at
    with pytest.raises(Conflict, match="is disabled already"):
        office.do(lambda act: disable(act, user_id))
    with pytest.raises(NotFound):
        office.do(lambda act: disable(act, new_id()))


def test_a_token_is_returned_once_and_kept_as_its_digest(office: Office) -> None:
    token = office.do(lambda act: add_api_token(act, "host", ("reporter",)))
    with office.store.read() as session:
        row = session.exec(select(ApiToken)).one()
    assert row.digest == token_digest(token)
    assert token not in str(row)
    assert token.startswith("72_")
    assert len(token) == 46
    assert token not in str(office.record())
    with pytest.raises(Conflict):
        office.do(lambda act: add_api_token(act, " host ", ("reporter",)))


def test_a_token_is_revoked_once(office: Office) -> None:
    office.do(lambda act: add_api_token(act, "host", ("reporter",)))
    office.do(lambda act: revoke_api_token(act, "host"))
    with pytest.raises(NotFound):
        office.do(lambda act: revoke_api_token(act, "host"))
    assert [action for action, _ in office.record()] == ["token.added", "token.revoked"]


def test_a_role_this_version_does_not_know_grants_nothing() -> None:
    assert known_roles(["responder", "emperor"]) == {Role.RESPONDER}


def test_one_address_added_by_two_at_once_has_one_account(office: Office) -> None:
    outcomes: list[str] = []

    def work() -> None:
        try:
            office.do(lambda act: add_user(act, ADA))
            outcomes.append("added")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added"] + ["refused"] * 5
    assert len(office.record()) == 1
