"""Passkeys are enrolled and removed by their owner; each challenge is good once, for one person and one purpose."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from incident.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from incident.queries.passkeys import awaits, find_passkey
from incident.roles import Actor, Role
from incident.verbs.passkeys import MOST, begin_enrolment, remove_passkey
from tests.incident.cases import LawCase
from tests.incident.keyholders import DOMAIN, Keyholder, challenges, mails_of, record_of

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def holder(case: LawCase) -> Keyholder:
    return Keyholder(case, Role.LEGAL)


def test_a_passkey_is_kept_written_down_and_told_to_its_owner(holder: Keyholder) -> None:
    row = holder.enrol("Phone", 3)
    assert [(one.name, one.public_key, one.sign_count) for one in holder.kept] == [("Phone", b"cose key", 3)]
    assert record_of(holder.case) == [("passkey.added", "legal added the passkey “Phone”.")]
    assert mails_of(holder.case, f"passkey.added:{row.id}") == [(str(holder.actor.id), "A passkey was added")]
    assert challenges(holder.case) == 0


@ONE_KIND
def test_an_enrolment_is_answered_once_and_by_the_latest_challenge(holder: Keyholder) -> None:
    first = holder.make("Phone")
    second = holder.make("Phone")
    with pytest.raises(Conflict, match="begin again"):
        holder.keep(first)
    holder.keep(second)
    with pytest.raises(Conflict, match="begin again"):
        holder.keep(replace(second, name="Tablet", credential_id="other"))
    assert [row.name for row in holder.kept] == ["Phone"]


@ONE_KIND
def test_a_challenge_is_over_after_five_minutes_and_good_for_its_person_and_purpose_only(holder: Keyholder) -> None:
    case, new = holder.case, holder.make()
    now = case.clock.now()

    def waits(actor: Actor, purpose: str, after: timedelta) -> bool:
        return case.look(lambda session: awaits(session, actor, purpose, new.challenge, now + after))

    assert waits(holder.actor, "enrol", timedelta(minutes=4, seconds=59))
    assert not waits(holder.actor, "enrol", timedelta(minutes=5))
    assert not waits(holder.actor, f"approve:{uuid4()}:00", timedelta())
    assert not waits(case.people[Role.DECIDER], "enrol", timedelta())
    with pytest.raises(Conflict, match="not yours"):
        Keyholder(case, Role.DECIDER).keep(new)
    case.clock.move(timedelta(minutes=5))
    with pytest.raises(Conflict, match="over"):
        holder.keep(new)
    holder.make()
    assert challenges(case) == 1


@ONE_KIND
@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "two\nlines"])
def test_a_name_that_cannot_be_read_is_refused_before_anything_is_made(holder: Keyholder, name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        holder.make(name)


@ONE_KIND
def test_names_are_told_apart_and_ten_are_the_most(holder: Keyholder) -> None:
    holder.enrol("Phone 0")
    with pytest.raises(Invalid, match="another passkey of yours"):
        holder.make(" Phone 0 ")
    for number in range(1, MOST):
        holder.enrol(f"Phone {number}")
    with pytest.raises(Refused, match="the most"):
        holder.make("One more")


@ONE_KIND
def test_a_credential_is_enrolled_once_whoever_brings_it(holder: Keyholder) -> None:
    row = holder.enrol()
    again = replace(holder.make("Again"), credential_id=row.credential_id)
    with pytest.raises(Conflict, match="already"):
        holder.keep(again)
    other = Keyholder(holder.case, Role.DECIDER)
    with pytest.raises(Conflict, match="already"):
        other.keep(replace(other.make(), credential_id=row.credential_id))
    assert other.kept == []


@ONE_KIND
def test_programs_of_the_host_and_parts_of_the_system_have_no_passkeys(holder: Keyholder) -> None:
    case = holder.case
    case.people[Role.HOST] = Actor(holder.actor.id, "host", frozenset({Role.HOST}))
    with pytest.raises(Forbidden):
        case.act(Role.HOST, begin_enrolment, "Phone")


def test_a_removed_passkey_is_gone_at_once_and_only_its_owner_removes_it(holder: Keyholder) -> None:
    case, row = holder.case, holder.enrol()
    with pytest.raises(NotFound):
        case.act(Role.DECIDER, remove_passkey, row.id, "not mine", DOMAIN)
    with pytest.raises(Invalid, match="reason"):
        case.act(Role.LEGAL, remove_passkey, row.id, "  ", DOMAIN)
    case.act(Role.LEGAL, remove_passkey, row.id, "phone lost", DOMAIN)
    assert holder.kept == []
    assert case.look(lambda session: find_passkey(session, holder.actor, row.credential_id)) is None
    assert record_of(case)[-1] == ("passkey.removed", "legal removed the passkey “Phone”: phone lost")
    assert mails_of(case, "passkey.removed:") == [(str(holder.actor.id), "A passkey was removed")]
    with pytest.raises(NotFound):
        case.act(Role.LEGAL, remove_passkey, row.id, "again", DOMAIN)
    assert holder.enrol().name == "Phone"
