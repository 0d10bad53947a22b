"""Audiences go on schedule and leave the condensed proof; nothing goes that somebody still needs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from incident.errors import Conflict, Refused
from incident.models.entries import EntryHeader
from incident.notice_kinds import NoticeKind
from incident.queries.retention import Planned, planned_purges
from incident.retention_rules import USUAL_RETENTION, RetentionRules
from incident.roles import Role
from incident.verbs.audiences import open_audience
from incident.verbs.closing_out import ask_close_out, look_up_person, record_file_taken
from notifications import purging
from notifications.audience import AudienceFrozen, NewMember, add_members
from notifications.close_out import read_file
from notifications.ids import new_id
from notifications.in_app import notices_for
from notifications.in_app_feed import shown_rows
from notifications.models import Audience, Channel, Delivery, DeliveryState, Edition, Release
from notifications.quorum import NotReleasable
from notifications.reader_tokens import Reader
from notifications.release import request_release
from notifications.sealing import Unsealable
from tests.incident.closing import (
    audience_of,
    change,
    close_incident,
    ended,
    left,
    looked,
    looked_dying,
    parts,
    reports,
    scopes,
    sent,
    told,
    until_done,
)
from tests.incident.notices import SENDER, Desk

OPEN_TOO = RetentionRules(bounce_days=0, audience_days=90, file_days=365, while_open=False)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def plan(desk: Desk, rules: RetentionRules = USUAL_RETENTION) -> list[Planned]:
    now = desk.case.clock.now()
    return desk.case.look(lambda session: planned_purges(session, rules, now))


def audience_plan(desk: Desk, release: Release, rules: RetentionRules = USUAL_RETENTION) -> Planned:
    return next(one for one in plan(desk, rules) if one.id == release.audience_id)


def purged(desk: Desk, people: int = 3) -> Release:
    """A release whose audience was purged on schedule."""
    release = sent(desk, people)
    looked(desk, days=6)
    close_incident(desk)
    looked(desk, days=90.1)
    return release


def test_ninety_days_after_all_is_over_an_audience_goes_and_what_stays_names_nobody(desk: Desk) -> None:
    release = sent(desk)
    before = {row.id: row for row in desk.deliveries(release)}
    looked(desk, days=6)
    close_incident(desk)
    assert looked(desk, days=89.9).audiences == 0
    assert left(desk, release.audience_id) > 0
    assert looked(desk, days=0.2).audiences == 1
    assert left(desk, release.audience_id) == 0
    audience = audience_of(desk, release)
    assert (audience.purged_at, audience.purge_ended_at) == (desk.case.clock.now(),) * 2
    assert f"audience:{audience.id}" not in scopes(desk)
    for row in desk.deliveries(release):
        then = before[row.id]
        for kept in ("occasion", "channel", "state", "settled_at", "reply_code", "reply_enhanced", "message_id"):
            assert getattr(row, kept) == getattr(then, kept)
        assert row.person.startswith("told:")
        assert (row.member_id, row.account, row.role, row.reply_text) == (None, "", "", "")
    assert told(desk, "audience.purged") == [
        "Audience “affected” purged: 3 members with addresses and values deleted, their key destroyed; 3 ledger rows "
        "keep when, how and with which answer, without the person."
    ]


def test_whoever_knows_the_id_of_a_person_still_finds_what_that_person_was_told(desk: Desk) -> None:
    release = purged(desk)

    def states(person: str) -> list[DeliveryState]:
        rows = desk.case.act(Role.AUDITOR, look_up_person, desk.incident_id, person)
        return [row.state for row in rows if row.release_id == release.id]

    assert states("u0") == [DeliveryState.ACCEPTED]
    assert states("u2") == [DeliveryState.REJECTED]
    assert states("u9") == []
    assert len(told(desk, "proof.looked_up")) == 3


@pytest.mark.parametrize("committed", [False, True])
def test_a_kill_before_or_after_any_commit_of_a_purge_loses_nothing_and_says_it_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    monkeypatch.setattr(purging, "DELETED", 2)
    monkeypatch.setattr(purging, "CONDENSED", 2)
    release = sent(desk, 5)
    looked(desk, days=6)
    close_incident(desk)
    desk.case.move(91 * 24)
    for at in range(1, 14):
        looked_dying(desk, at, committed=committed)
    until_done(desk, lambda _: audience_of(desk, release).purge_ended_at is not None)
    assert left(desk, release.audience_id) == 0
    rows = desk.deliveries(release)
    assert len({row.person for row in rows}) == 5
    assert all(row.person.startswith("told:") and row.member_id is None for row in rows)
    assert len(told(desk, "audience.purged")) == 1


@SQLITE
def test_a_large_purge_goes_on_from_look_to_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "DELETED", 1)
    monkeypatch.setattr(purging, "CONDENSED", 1)
    monkeypatch.setattr("incident.retaining.PIECES", 2)
    release = sent(desk, 5)
    looked(desk, days=6)
    close_incident(desk)
    looked(desk, days=91)
    audience = audience_of(desk, release)
    assert audience.purged_at is not None
    assert audience.purge_ended_at is None
    assert left(desk, audience.id) > 0
    until_done(desk, lambda found: found.audiences == 1)
    assert left(desk, audience.id) == 0


def test_an_open_incident_keeps_its_people_unless_it_is_set_otherwise(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, days=6)
    assert audience_plan(desk, release).kept_by == ("the incident is open",)
    assert looked(desk, days=400).audiences == 0
    assert looked(desk, OPEN_TOO).audiences == 1


@SQLITE
def test_an_added_audience_and_a_release_that_goes_on_keep_the_first(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, OPEN_TOO)
    who = Role.PRIVACY_OFFICER
    added = desk.case.act(who, open_audience, desk.incident_id, "found later", Channel.EMAIL, release.audience_id)
    desk.fill(added, [NewMember("u9", "u9@example.net")])
    assert looked(desk, OPEN_TOO, days=91).audiences == 0
    (why,) = audience_plan(desk, release, OPEN_TOO).kept_by
    assert why == "“found later” was sent nothing yet, and the incident is open"
    close_incident(desk)
    assert set(audience_plan(desk, release, OPEN_TOO).group) == {release.audience_id, added.id}
    assert looked(desk, OPEN_TOO, days=91).audiences == 2


@SQLITE
def test_the_same_text_on_its_way_to_others_keeps_those_who_have_it(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, OPEN_TOO)
    edition = desk.case.look(lambda session: session.get_one(Release, release.id)).edition_id
    other = desk.audience(Channel.EMAIL, [NewMember("u0", "u0@example.net"), NewMember("u8", "u8@example.net")])
    row = desk.case.look(lambda session: session.get_one(Edition, edition))
    second = desk.approve(desk.request(row, other))
    assert looked(desk, OPEN_TOO, days=91).audiences == 0
    assert audience_plan(desk, release, OPEN_TOO).due_at is None
    assert [one.person for one in desk.deliveries(second)] == ["u8"]


@SQLITE
def ledger_request(desk: Desk, edition: Edition, audience: Audience) -> Release:
    """Ask the ledger alone, without what the incident says against it."""
    by, now = new_id(), desk.case.clock.now()
    return desk.case.store.write(lambda session: request_release(session, edition, audience.id, SENDER, by, now))


def test_nothing_can_be_sent_to_or_added_to_what_was_purged(desk: Desk) -> None:
    release = purged(desk)
    row = desk.case.look(lambda session: session.get_one(Edition, release.edition_id))
    fresh = desk.audience(Channel.EMAIL, [NewMember("u0", "u0@example.net")])
    for audience in (audience_of(desk, release), fresh):
        with pytest.raises(NotReleasable, match="was purged"):
            ledger_request(desk, row, audience)
        with pytest.raises(Refused):
            desk.request(row, audience)
    with pytest.raises(Conflict, match="was purged"):
        desk.case.act(Role.PRIVACY_OFFICER, open_audience, desk.incident_id, "more", Channel.EMAIL, release.audience_id)
    with pytest.raises(AudienceFrozen, match="was purged"):
        desk.case.store.write(
            lambda session: add_members(
                session, desk.case.keys, release.audience_id, [(2, NewMember("x", "x@y.example"))]
            )
        )
    with pytest.raises(Conflict, match="was purged"):
        desk.case.act(Role.PRIVACY_OFFICER, ask_close_out, release.id)


def test_a_bounce_after_the_report_makes_another_before_anything_goes(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, days=6)
    change(desk, release, col(Delivery.person) == "u0", state=DeliveryState.BOUNCED)
    close_incident(desk)
    assert looked(desk, days=91).audiences == 0
    until_done(desk, lambda found: found.audiences == 1)
    first, second = reports(desk, release)
    assert first.counts["states"] == {"accepted": 2, "rejected": 1}
    assert second.counts["states"] == {"accepted": 1, "bounced": 1, "rejected": 1}


def test_the_file_of_a_report_goes_after_its_own_days_and_digest_and_counts_stay(desk: Desk) -> None:
    release = purged(desk)
    (report,) = reports(desk, release)
    looked(desk, days=1095 - 91)
    assert parts(desk, report) == 1
    assert looked(desk, days=6).files == 1
    (after,) = reports(desk, release)
    assert parts(desk, report) == 0
    assert (after.digest, after.counts) == (report.digest, report.counts)
    assert f"close_out:{report.id}" not in scopes(desk)
    with pytest.raises(Unsealable, match="destroyed"):
        list(read_file(desk.case.store, desk.case.keys, after))
    with pytest.raises(Conflict, match="purged"):
        desk.case.act(Role.AUDITOR, record_file_taken, release.id, 1)
    ledger = select(EntryHeader.action).where(col(EntryHeader.subject) == f"ledger:{release.id}")
    assert desk.case.look(lambda s: list(s.exec(ledger.order_by(col(EntryHeader.seq))).all())) == [
        "closed_out",
        "file_purged",
    ]


@SQLITE
def test_people_in_the_product_go_on_seeing_their_notice_without_what_was_said_to_them_alone(desk: Desk) -> None:
    people = [NewMember("u0", values={"name": "Person 0"})]
    edition = desk.freeze(desk.start(NoticeKind.IN_APP))
    release = desk.approve(desk.request(edition, desk.audience(Channel.IN_APP, people)))
    ended(desk, release)
    looked(desk, days=6)
    close_incident(desk)
    assert looked(desk, days=91).audiences == 1
    (row,) = desk.deliveries(release)
    assert (row.person, row.member_id) == ("u0", None)
    shown: list[Any] = desk.case.look(lambda s: notices_for(s, desk.case.keys, Reader("u0")))
    assert len(shown) == 1
    assert left(desk, release.audience_id) == 0


@SQLITE
def test_what_is_shown_in_the_product_is_shown_while_a_purge_is_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident.retaining.PIECES", 0)
    people = [NewMember("u0", values={"name": "Person 0"})]
    edition = desk.freeze(desk.start(NoticeKind.IN_APP))
    release = desk.approve(desk.request(edition, desk.audience(Channel.IN_APP, people)))
    ended(desk, release)
    looked(desk, days=6)
    close_incident(desk)
    looked(desk, days=91)
    assert audience_of(desk, release).purged_at is not None
    assert left(desk, release.audience_id) == 1  # its key is gone, the rows are not
    shown: list[Any] = desk.case.look(lambda s: notices_for(s, desk.case.keys, Reader("u0")))
    assert len(shown) == 1
    fed = desk.case.store.write(lambda s: shown_rows(s, desk.case.keys, release.id, 0, 10))
    assert fed is not None
    assert [(row.person, row.values) for row in fed] == [("u0", {})]


@SQLITE
def test_an_audience_that_was_sent_nothing_goes_after_its_incident(desk: Desk) -> None:
    audience = desk.users(2)
    assert looked(desk, OPEN_TOO, days=400).audiences == 0
    close_incident(desk)
    assert looked(desk, OPEN_TOO, days=89).audiences == 0
    desk.case.clock.move(timedelta(days=2))
    assert looked(desk, OPEN_TOO).audiences == 1
    assert left(desk, audience.id) == 0
    assert f"audience:{audience.id}" not in scopes(desk)
