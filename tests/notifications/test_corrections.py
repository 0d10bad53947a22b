"""A file imported again corrects: what a line says of somebody who is there takes the place of what stood there."""

import os
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.keys import KeyRing
from notifications.audience import (
    PIECE,
    AudienceFrozen,
    ImportReport,
    NewMember,
    freeze,
    import_members,
    new_audience,
    opened,
    scope_of,
)
from notifications.audience_counts import addressed, commonest_domains
from notifications.clock import MovableClock
from notifications.members import LineFault
from notifications.models import Audience, Channel, Member
from notifications.store import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ANNA = NewMember("anna", "anna@one.example", locale="", values={"name": "Anna"})
BEN = NewMember("ben", "ben@one.example", locale="en")


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(NOW))


@pytest.fixture
def here(store: Store) -> UUID:
    return store.write(lambda session: new_audience(session, "incident:1", "affected", Channel.EMAIL, NOW).id)


def take(store: Store, keys: KeyRing, here: UUID, *people: NewMember) -> ImportReport:
    return import_members(store, keys, here, list(enumerate(people, 2)))


def members(store: Store, keys: KeyRing, here: UUID) -> list[NewMember]:
    with store.read() as session:
        rows = session.exec(select(Member).where(col(Member.audience_id) == here).order_by(col(Member.id))).all()
        keyring = keys.for_scope(session, scope_of(here))
        assert session.get_one(Audience, here).members == len(rows)
        return [opened(keyring, row) for row in rows]


def test_a_line_that_says_something_else_takes_the_place_of_what_stood_there(
    store: Store, keys: KeyRing, here: UUID
) -> None:
    take(store, keys, here, ANNA, BEN)
    right = NewMember("anna", "anna@two.example", locale="de", region="DE", segment="cards")
    again = take(store, keys, here, right, BEN)
    assert (again.stored, again.corrected, again.repeated, again.refused, again.warned) == (0, 1, 1, 0, 0)
    assert members(store, keys, here) == [right, BEN]
    assert [(fault.line, fault.field) for fault in again.faults] == [(2, "person corrected"), (3, "person again")]


def test_the_domains_are_counted_as_corrected(store: Store, keys: KeyRing, here: UUID) -> None:
    take(store, keys, here, ANNA, BEN)
    take(store, keys, here, NewMember("anna", "anna@two.example"), NewMember("ben", "ben@two.example"))
    with store.read() as session:
        assert commonest_domains(session, here, 1, 5) == [("two.example", 2)]
        assert addressed(session, here) == (2, 1)


def test_of_one_file_the_first_line_of_a_person_counts_however_far_and_often(
    store: Store, keys: KeyRing, here: UUID
) -> None:
    others = [NewMember(f"u{n}", f"u{n}@one.example") for n in range(PIECE)]
    late = NewMember("anna", "late@one.example")
    first, again = (take(store, keys, here, ANNA, *others, late) for _ in range(2))
    assert (first.corrected, again.corrected, again.repeated) == (0, 0, PIECE + 2)
    assert members(store, keys, here)[0] == ANNA
    mend = "nothing to do; where the two differ, mend the file and import it again"
    message = "was in this import already, and that line was taken"
    assert first.faults[-1] == LineFault(PIECE + 3, "person again", message, mend)


def test_whoever_is_corrected_shares_no_address_with_themselves(store: Store, keys: KeyRing, here: UUID) -> None:
    take(store, keys, here, ANNA, BEN)
    assert take(store, keys, here, NewMember("anna", ANNA.address, locale="de")).warned == 0
    assert take(store, keys, here, NewMember("anna", BEN.address)).warned == 1


def test_nobody_is_corrected_once_a_release_froze_the_audience(store: Store, keys: KeyRing, here: UUID) -> None:
    take(store, keys, here, ANNA)
    store.write(lambda session: freeze(session, here, NOW))
    with pytest.raises(AudienceFrozen, match="make an added one"):
        take(store, keys, here, NewMember("anna", "anna@two.example"))
    assert members(store, keys, here) == [ANNA]
