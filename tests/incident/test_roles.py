"""Who may do what: the whole matrix, and what an actor may know of."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.errors import Forbidden, NotFound
from incident.roles import (
    ALLOWED,
    SYSTEM_ACTIONS,
    Access,
    Action,
    Actor,
    Role,
    Visibility,
    may,
    operator,
    require,
    sees,
    system,
)

ROLES = st.frozensets(st.sampled_from(Role))
OPEN = Access(Visibility.OPEN, frozenset())
LETTERS = {
    "reporter": "p",
    "responder": "r",
    "incident_commander": "c",
    "privacy_officer": "o",
    "decider": "d",
    "approver": "a",
    "legal": "l",
    "support": "s",
    "auditor": "u",
    "administrator": "x",
    "guest": "g",
    "host": "h",
    "edge": "e",
}
MATRIX = {  # written apart from the code, so that a change of rights is made twice and on purpose
    "report": "prcodalsxh",
    "read": "rcoldaug",
    "note": "rcold",
    "evidence": "rcol",
    "task": "rcolda",
    "move": "c",
    "override_guard": "c",
    "command": "co",
    "facts": "rcol",
    "propose_anchor": "rcold",
    "decide_anchor": "od",
    "advise": "ol",
    "decide": "d",
    "write_notice": "rcoal",
    "request_release": "co",
    "approve_release": "acodl",
    "depute": "acodlx",
    "stop_release": "rcoa",
    "import_audience": "rco",
    "read_audience": "o",
    "read_proof": "ou",
    "legal_hold": "ol",
    "file": "ol",
    "announce": "a",
    "write_review": "co",
    "verify": "oux",
    "read_quarantine": "rco",
    "customers": "oxh",
    "read_customers": "rcoldauh",
    "assets": "ox",
    "in_app": "h",
    "show_in_app": "e",
    "read_replies": "rcol",
    "answer": "rcol",
    "read_answers": "rcolad",
    "write_answer": "rcola",
    "approve_answer": "acodl",
    "ask_support": "so",
    "read_lookups": "uo",
    "administer": "x",
    "on_call": "rcoldx",
    "passkeys": "prcodalsuxg",
}


def actor(*roles: Role, id_: UUID | None = None) -> Actor:
    return Actor(id_ or uuid4(), "Ada", frozenset(roles))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_the_matrix(role: Role, action: Action) -> None:
    assert may(actor(role), action, None) is (LETTERS[role] in MATRIX[action])


def test_every_action_is_in_the_matrix_and_somebody_may_do_it() -> None:
    assert set(ALLOWED) == set(Action) == set(MATRIX)
    assert all(ALLOWED.values())


def test_without_a_role_nothing_is_allowed() -> None:
    assert not any(may(actor(), action, None) for action in Action)


@given(ROLES, ROLES, st.sampled_from(Action))
def test_two_roles_carry_what_each_carries_and_no_more(
    one: frozenset[Role], two: frozenset[Role], action: Action
) -> None:
    both = actor(*(one | two))
    assert may(both, action, None) is (may(actor(*one), action, None) or may(actor(*two), action, None))
    assert may(both, action, OPEN) is (may(both, action, None) and sees(both, OPEN))


@given(ROLES, st.sampled_from(Action), st.sampled_from([Visibility.RESTRICTED, Visibility.SEALED]))
def test_no_role_opens_a_restricted_incident_to_who_is_no_member(
    roles: frozenset[Role], action: Action, visibility: Visibility
) -> None:
    stranger = actor(*roles)
    assert not may(stranger, action, Access(visibility, frozenset({uuid4()})))
    with pytest.raises(NotFound):
        require(stranger, action, Access(visibility, frozenset()))


@given(ROLES, st.sampled_from(Action), st.sampled_from(Visibility))
def test_membership_gives_sight_and_no_right(roles: frozenset[Role], action: Action, visibility: Visibility) -> None:
    member = actor(*roles)
    inside = Access(visibility, frozenset({member.id}))
    assert sees(member, inside)
    assert may(member, action, inside) is may(member, action, None)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPPORT, Role.REPORTER, Role.GUEST, Role.HOST, Role.EDGE])
def test_who_reads_no_incident_does_not_even_know_of_an_open_one(role: Role) -> None:
    assert not sees(actor(role), OPEN)
    with pytest.raises(NotFound):
        require(actor(role), Action.READ, OPEN)


def test_a_guest_reads_the_incident_he_was_let_into() -> None:
    guest = actor(Role.GUEST)
    assert may(guest, Action.READ, Access(Visibility.OPEN, frozenset({guest.id})))
    assert not may(guest, Action.NOTE, Access(Visibility.OPEN, frozenset({guest.id})))


def test_absent_and_hidden_are_told_alike_and_forbidden_names_who_may() -> None:
    with pytest.raises(NotFound) as hidden:
        require(actor(Role.RESPONDER), Action.READ, Access(Visibility.SEALED, frozenset()))
    assert str(hidden.value) == "There is no such incident."
    with pytest.raises(Forbidden, match="may not approve release: this needs the role approver"):
        require(actor(Role.RESPONDER), Action.APPROVE_RELEASE, OPEN)


def test_the_system_reports_and_annotates_and_never_decides_or_sends() -> None:
    sweep = system("sweep")
    assert {action for action in Action if may(sweep, action, OPEN)} == set(SYSTEM_ACTIONS)
    assert SYSTEM_ACTIONS.isdisjoint(
        {
            Action.MOVE,
            Action.OVERRIDE,
            Action.DECIDE,
            Action.DECIDE_ANCHOR,
            Action.APPROVE_RELEASE,
            Action.REQUEST_RELEASE,
            Action.ANNOUNCE,
            Action.FILE,
            Action.ADMINISTER,
        }
    )


def test_the_operator_of_the_machine_administers_but_commands_no_incident() -> None:
    root = operator("root")
    assert may(root, Action.ADMINISTER, None)
    assert may(root, Action.NOTE, OPEN)
    assert not may(root, Action.MOVE, OPEN)
    assert not may(root, Action.APPROVE_RELEASE, OPEN)


def test_the_timeline_names_a_person_by_id_and_a_part_of_the_system_by_name() -> None:
    person = actor(Role.RESPONDER)
    assert person.label == f"user:{person.id}"
    assert "Ada" not in person.label
    assert system("sweep").label == "system:sweep"
    assert operator("root").label == "system:operator root"
