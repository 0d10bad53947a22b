"""A release that has ended is closed out: a line a person, a digest in the chain, and reports that are numbered."""

import hashlib
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from incident.errors import Conflict, Forbidden, NotFound
from incident.models.entries import ChainHead
from incident.notice_kinds import NoticeKind
from incident.queries.close_outs import close_outs_of, find_report
from incident.queries.health import read_health
from incident.retention_rules import RetentionRules
from incident.roles import Action, Actor, Role
from incident.verbs import closing_out
from incident.verbs.closing_out import ask_close_out, record_file_taken
from notifications import close_out
from notifications.ledger_file import examine
from notifications.models import Delivery, DeliveryState, Heartbeat
from notifications.release import void
from notifications.sealing import Unsealable
from tests.incident.closing import (
    change,
    file_of,
    lines_of,
    looked,
    looked_dying,
    parts,
    reports,
    sent,
    told,
)
from tests.incident.notices import Desk

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NO_WAIT = RetentionRules(bounce_days=0)


def test_a_finished_release_is_closed_out_once_bounces_had_their_days(desk: Desk) -> None:
    release = sent(desk)
    assert looked(desk, days=4.9).closed_out == 0
    assert looked(desk, days=0.2).closed_out == 1
    (report,) = reports(desk, release)
    assert report.finished_at == desk.case.clock.now()
    assert report.counts["states"] == {"accepted": 2, "rejected": 1}
    assert (report.counts["told"], report.counts["possible_duplicates"]) == (2, 1)
    assert report.counts["answers"] == {"250": 2, "550 5.1.1": 1}
    assert report.counts["locales"] == {"en": {"accepted": 1, "rejected": 1}, "de": {"accepted": 1}}
    assert report.counts["domains"] == {"others": {"accepted": 2, "rejected": 1}}  # too few people to be named
    assert looked(desk, days=30).closed_out == 0


def test_the_file_says_of_each_person_when_how_and_with_which_answer_and_has_no_address(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, NO_WAIT)
    (report,) = reports(desk, release)
    head, *rows = lines_of(desk, report)
    assert head["release"] == str(release.id)
    assert (head["edition"], head["audience"]) == (release.edition_digest, release.audience_digest)
    assert [row["person"] for row in rows] == ["u0", "u1", "u2"]
    assert rows[0]["reply_text"] == "2.0.0 queued"
    assert (rows[2]["state"], rows[2]["reply_text"]) == ("rejected", "<u…@example.net> unknown")
    assert b"u2@example.net" not in file_of(desk, report)
    assert rows[1]["locale"] == "de"


def test_the_digest_is_that_of_the_file_and_stands_in_two_chains(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, NO_WAIT)
    (report,) = reports(desk, release)
    assert report.digest == hashlib.sha256(file_of(desk, report)).hexdigest()
    assert report.digest[:16] in told(desk, "release.closed_out")[0]
    head = desk.case.look(lambda session: session.get(ChainHead, f"ledger:{release.id}"))
    assert head is not None
    assert (head.seq, report.entry) == (1, 1)


@SQLITE
def test_parts_make_one_file_whatever_their_size(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_out, "PIECE", 2)
    release = sent(desk, 5)
    looked(desk, NO_WAIT)
    (report,) = reports(desk, release)
    assert (report.parts, report.rows) == (3, 5)
    assert examine(file_of(desk, report).splitlines(keepends=True)).digest == report.digest


@pytest.mark.parametrize(("committed", "deaths"), [(False, (1, 2, 3, 3, 3)), (True, (1, 2, 2, 2, 2))])
def test_a_kill_before_or_after_any_commit_loses_and_repeats_no_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, committed: bool, deaths: tuple[int, ...]
) -> None:
    monkeypatch.setattr(close_out, "PIECE", 2)
    release = sent(desk, 5)
    for at in deaths:  # the report begun, each of its three parts, and its end, one after the other
        assert looked_dying(desk, at, committed=committed, rules=NO_WAIT)
    assert bool(reports(desk, release)[0].finished_at) is committed
    looked(desk, NO_WAIT)
    (report,) = reports(desk, release)
    assert [row.get("person") for row in lines_of(desk, report)[1:]] == ["u0", "u1", "u2", "u3", "u4"]
    assert len(told(desk, "release.closed_out")) == 1


def test_a_bounce_that_comes_later_makes_a_second_report_and_the_first_stays(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, NO_WAIT)
    change(desk, release, col(Delivery.state) == DeliveryState.ACCEPTED, state=DeliveryState.BOUNCED)
    desk.case.act(Role.PRIVACY_OFFICER, ask_close_out, release.id)
    desk.case.act(Role.PRIVACY_OFFICER, ask_close_out, release.id)  # asked twice, made once
    assert looked(desk, NO_WAIT).closed_out == 1
    first, second = reports(desk, release)
    assert (first.number, second.number) == (1, 2)
    assert (first.counts["told"], second.counts["told"]) == (2, 0)
    assert lines_of(desk, first)[1]["state"] == "accepted"
    assert lines_of(desk, second)[1]["state"] == "bounced"


def test_what_was_sent_before_a_release_became_void_is_closed_out_too(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users(3))
    first = desk.deliveries(release)[0].id
    desk.accept(release, lambda row: row.id == first)
    now = desk.case.clock.now()
    desk.case.store.write(lambda session: void(session, session.merge(release), "wrong text", now))
    looked(desk, days=6)
    (report,) = reports(desk, release)
    assert report.counts["states"] == {"accepted": 1, "cancelled": 2}


def test_rows_on_their_way_are_waited_for(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users(2))
    now = desk.case.clock.now()
    mine = col(Delivery.id) == desk.deliveries(release)[0].id
    flying = {"state": DeliveryState.TRANSMITTING, "worker": "a.b", "lease_until": now + timedelta(minutes=1)}
    change(desk, release, mine, **flying)
    desk.case.store.write(lambda session: void(session, session.merge(release), "wrong text", now))
    looked(desk, days=6)
    assert reports(desk, release) == []
    change(desk, release, mine, state=DeliveryState.ACCEPTED, worker=None, lease_until=None, settled_at=now)
    looked(desk)
    assert len(reports(desk, release)) == 1


@SQLITE
def test_only_those_who_may_take_the_file_and_each_time_is_a_line(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, NO_WAIT)
    for role in (Role.RESPONDER, Role.LEGAL, Role.DECIDER):
        with pytest.raises(Forbidden):
            desk.case.act(role, record_file_taken, release.id, 1)
    for role in (Role.AUDITOR, Role.PRIVACY_OFFICER):
        desk.case.act(role, record_file_taken, release.id, 1)
    assert len(told(desk, "release.proof_read")) == 2
    with pytest.raises(NotFound):
        desk.case.act(Role.AUDITOR, record_file_taken, release.id, 2)


@SQLITE
def test_a_release_that_goes_on_is_not_closed_out(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users(2))
    with pytest.raises(Conflict, match="approved"):
        desk.case.act(Role.PRIVACY_OFFICER, ask_close_out, release.id)
    with pytest.raises(Forbidden):
        desk.case.act(Role.RESPONDER, ask_close_out, release.id)
    assert looked(desk, days=100).closed_out == 0


@SQLITE
def test_a_part_that_was_changed_is_named_and_nothing_is_chained(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    release = sent(desk)

    def changed(*_: object) -> None:
        raise Unsealable("part 0: the bytes were changed")

    with monkeypatch.context() as patched:
        patched.setattr(closing_out, "examine_report", changed)
        assert looked(desk, NO_WAIT).troubles == (f"release {release.id}",)
        assert "Something could not be closed out" in " ".join(problems(desk))
    assert told(desk, "release.closed_out") == []
    assert parts(desk, reports(desk, release)[0]) == 1
    assert looked(desk, NO_WAIT).closed_out == 1
    assert "Something could not be closed out" not in " ".join(problems(desk))


def problems(desk: Desk) -> tuple[str, ...]:
    """What stands on every page."""
    now = desk.case.clock.now()
    return desk.case.look(lambda session: read_health(session, now, timedelta(seconds=10))).problems


@SQLITE
def test_reports_are_read_by_who_reads_the_incident(desk: Desk) -> None:
    release = sent(desk)
    looked(desk, NO_WAIT)
    reader = desk.case.people[Role.DECIDER]

    def read(session: Session) -> int:
        found = close_outs_of(session, reader, release.id)
        assert found.latest is not None
        assert found.running is None
        return find_report(session, reader, release.id, 1, Action.READ).number

    assert desk.case.look(read) == 1
    stranger = Actor(reader.id, "host", frozenset({Role.HOST}))
    with pytest.raises(NotFound):
        desk.case.look(lambda session: close_outs_of(session, stranger, release.id))


@SQLITE
def test_the_look_says_that_it_lives(desk: Desk) -> None:
    looked(desk)
    beat = desk.case.look(lambda session: session.exec(select(Heartbeat)).all())
    assert [row.name for row in beat] == ["retention"]
