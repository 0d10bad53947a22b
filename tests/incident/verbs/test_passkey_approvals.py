"""A release approved by a passkey: the approval, its challenge and its counter move as one, or not at all."""

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from incident.approval_rules import ApprovalRules
from incident.errors import Conflict, Forbidden, IncidentError, Invalid, NotFound, Refused
from incident.models.people import UserAccount
from incident.notice_kinds import NoticeKind
from incident.roles import Actor, Role
from incident.verbs.approvals import approve_release
from incident.verbs.passkeys import ToApprove, begin_approval, finish_approval
from incident.verbs.signatures import Signed, report_copy
from notifications.ids import new_id
from notifications.models import Approval, Release, ReleaseState
from notifications.release import Seen
from tests.incident.cases import LawCase
from tests.incident.keyholders import DOMAIN, Keyholder, challenges, counter, mails_of, record_of
from tests.incident.notices import Desk

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def holder(desk: Desk) -> Keyholder:
    return Keyholder(desk.case)


@pytest.fixture
def release(desk: Desk) -> Release:
    return desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users())


def test_a_signature_approves_moves_the_counter_and_uses_its_challenge_up(holder: Keyholder, release: Release) -> None:
    row = holder.enrol(count=4)
    asked = holder.asked(release)
    assert holder.approve(holder.sign(asked, row), asked).state is ReleaseState.APPROVED
    used = holder.kept[0]
    assert (used.sign_count, used.last_used_at) == (5, holder.case.clock.now())
    assert challenges(holder.case) == 0


@ONE_KIND
def test_where_only_passkeys_count_a_signature_approves_and_is_told_from_a_click(
    holder: Keyholder, release: Release
) -> None:
    row, asked, rules = holder.enrol(), holder.asked(release), ApprovalRules(passkey_only=True)
    with pytest.raises(Refused, match="passkey"):
        holder.case.act(Role.APPROVER, approve_release, release.id, asked.seen, rules=rules)
    holder.case.act(Role.APPROVER, finish_approval, holder.sign(asked, row), asked, "", rules)
    given = holder.case.look(lambda session: session.exec(select(Approval)).one())
    assert (given.by, given.way, given.role) == (holder.actor.id, "passkey", "approver")


def test_a_replayed_signature_is_refused(holder: Keyholder, release: Release) -> None:
    row, asked = holder.enrol(), holder.asked(release)
    signed = holder.sign(asked, row)
    holder.approve(signed, asked)
    with pytest.raises(Conflict, match="answered already"):
        holder.approve(signed, asked)


@ONE_KIND
def test_a_signature_is_good_for_what_was_seen_and_nothing_else(
    holder: Keyholder, release: Release, desk: Desk
) -> None:
    row, asked = holder.enrol(), holder.asked(release)
    other = desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2))
    signed = holder.sign(asked, row)
    for wrong in (
        holder.asked(other),
        replace(asked, recipients=asked.recipients + 1),
        replace(asked, seen=replace(asked.seen, edition="0" * 64)),
    ):
        with pytest.raises(Conflict, match="begin again"):
            holder.approve(signed, wrong)
    assert holder.approve(signed, asked).state is ReleaseState.APPROVED


@ONE_KIND
def test_another_persons_challenge_approves_nothing(holder: Keyholder, release: Release) -> None:
    case, asked = holder.case, holder.asked(release)
    signed = holder.sign(asked, holder.enrol())
    case.people[Role.APPROVER] = _second_approver(case)
    with pytest.raises(Conflict, match="not yours"):
        holder.approve(signed, asked)


@ONE_KIND
def test_the_typed_number_and_a_passkey_come_before_the_prompt(holder: Keyholder, release: Release) -> None:
    asked = holder.asked(release)
    with pytest.raises(Refused, match="no passkey"):
        holder.case.act(Role.APPROVER, begin_approval, asked)
    holder.enrol()
    with pytest.raises(Invalid, match="count"):
        holder.case.act(Role.APPROVER, begin_approval, replace(asked, recipients=2))
    with pytest.raises(Forbidden):
        holder.case.act(Role.DECIDER, begin_approval, asked)
    with pytest.raises(NotFound):
        holder.case.act(Role.APPROVER, begin_approval, replace(asked, release_id=new_id()))


@ONE_KIND
def test_an_approval_that_is_refused_moves_nothing(holder: Keyholder, release: Release, desk: Desk) -> None:
    row, asked = holder.enrol(count=4), holder.asked(release)
    wrong = replace(asked, seen=replace(asked.seen, facts="0" * 64))
    signed = holder.sign(wrong, row)
    with pytest.raises(Conflict, match="changed since you read it"):
        holder.approve(signed, wrong)
    assert (counter(holder.case, row), challenges(holder.case)) == (4, 1)


@ONE_KIND
def test_a_counter_that_moved_meanwhile_or_goes_back_approves_nothing(holder: Keyholder, release: Release) -> None:
    row, asked = holder.enrol(count=4), holder.asked(release)
    signed = holder.sign(asked, row)
    for wrong in (replace(signed, counted=3), replace(signed, count=4)):
        with pytest.raises(Conflict, match="same moment"):
            holder.approve(wrong, asked)
    assert counter(holder.case, row) == 4


def test_a_copied_key_is_written_down_and_told_to_its_owner(holder: Keyholder, release: Release) -> None:
    row, asked = holder.enrol(count=4), holder.asked(release)
    signed = replace(holder.sign(asked, row), count=2)
    holder.case.act(Role.APPROVER, report_copy, signed, asked, DOMAIN)
    action, text = record_of(holder.case)[-1]
    assert action == "passkey.refused"
    assert "counter went from 4 to 2" in text
    assert mails_of(holder.case, "passkey.copied:") == [(str(holder.actor.id), "A passkey was refused")]
    assert (counter(holder.case, row), challenges(holder.case)) == (4, 0)


def test_of_two_answers_at_once_one_approves(holder: Keyholder, release: Release) -> None:
    row, asked = holder.enrol(), holder.asked(release)
    signed, won, lost = holder.sign(asked, row), [], []

    def answer() -> None:
        try:
            won.append(holder.approve(signed, asked))
        except IncidentError as error:
            lost.append(error)

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), [type(error) for error in lost]) == (1, [Conflict])
    assert counter(holder.case, row) == 1


def test_a_counter_is_copied_unless_it_goes_on_or_never_counts() -> None:
    signed = Signed(uuid4(), b"", 0, 0)
    assert not signed.is_copied
    for counted, count, copied in ((0, 1, False), (5, 6, False), (5, 5, True), (5, 4, True), (5, 0, True)):
        assert replace(signed, counted=counted, count=count).is_copied is copied


PARTS = st.tuples(*[st.text("0123456789abcdef", min_size=64, max_size=64)] * 3, st.integers(0, 10**7), st.uuids())


@given(PARTS, PARTS)
def test_a_purpose_names_one_release_as_it_was_seen(one: Any, other: Any) -> None:
    def purpose(parts: tuple[str, str, str, int, UUID]) -> str:
        edition, audience, facts, count, release_id = parts
        return ToApprove(release_id, Seen(edition, audience, facts), count).purpose

    assert (purpose(one) == purpose(other)) is (one == other)
    assert len(purpose(one)) <= 200


def _second_approver(case: LawCase) -> Actor:
    row = UserAccount(
        id=new_id(), email="b@example.org", name="b", roles=["approver"], password="-", created_at=case.clock.now()
    )
    case.store.write(lambda session: session.add(row))
    return Actor(row.id, row.name, frozenset({Role.APPROVER}))
