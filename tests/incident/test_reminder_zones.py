"""Reminders say their times in the zone of each who reads them, with UTC beside it."""

import json

import pytest
from sqlmodel import Session, col, select

from incident.models.people import UserAccount
from incident.roles import Role
from incident.sweep import tick
from incident.zones import beside_utc
from notifications.models import Outgoing
from notifications.sealing import Place
from tests.incident.cases import LawCase


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "due since 2026-11-27 10:00 CET (09:00 UTC)."),
        ("America/Los_Angeles", "due since 2026-11-27 01:00 PST (09:00 UTC)."),
        ("Pacific/Auckland", "due since 2026-11-27 22:00 NZDT (09:00 UTC)."),
        ("Pacific/Kiritimati", "due since 2026-11-27 23:00 +14 (09:00 UTC)."),
        ("UTC", "due since 2026-11-27 09:00:00Z."),
        ("Nowhere/Else", "due since 2026-11-27 09:00:00Z."),
    ],
)
def test_a_moment_is_said_in_a_zone_with_utc_beside_it(zone: str, said: str) -> None:
    assert beside_utc("due since 2026-11-27 09:00:00Z.", zone) == said
    late = beside_utc("2026-11-27 23:30 UTC", "Europe/Berlin")
    assert late == "2026-11-28 00:30 CET (2026-11-27 23:30 UTC)"


def mails(case: LawCase) -> dict[str, tuple[str, list[str]]]:
    """What went out, by occasion: subject and text, and to which addresses."""

    def read(session: Session) -> dict[str, tuple[str, list[str]]]:
        found = {}
        for row in session.exec(select(Outgoing).order_by(col(Outgoing.occasion))).all():
            content, addresses = (
                json.loads(case.keys.open(session, sealed, Place("outgoing", column, row.occasion, row.scope)))
                for column, sealed in (
                    ("content_sealed", row.content_sealed),
                    ("addresses_sealed", row.addresses_sealed),
                )
                if sealed
            )
            found[row.occasion] = (content["subject"] + content["text"], sorted(addresses.values()))
        return found

    return case.look(read)


def test_each_is_reminded_once_in_their_own_zone(case: LawCase) -> None:
    def moved(session: Session) -> None:
        account = session.get_one(UserAccount, case.people[Role.DECIDER].id)
        account.zone = "America/New_York"
        session.add(account)

    case.store.write(moved)
    case.move(73)
    tick(case.store, case.keys, case.organisation, case.clock.now())
    tick(case.store, case.keys, case.organisation, case.clock.now())
    found = mails(case)
    assert len(found) == 2
    by_person = {address: text for text, addresses in found.values() for address in addresses}
    assert sum(len(addresses) for _, addresses in found.values()) == len(by_person)
    there = by_person.pop("decider@example.org")
    assert " EST (" in there
    for text in by_person.values():
        assert " CET (" in text
        assert " UTC)" in text
