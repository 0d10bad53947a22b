"""A large release is confirmed by a person, opened by the clock, held by trouble, and never late in silence."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from incident.errors import Conflict, Forbidden, Invalid
from incident.models.law import Obligation
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.sending_rules import Sending, SendingRules
from incident.verbs.confirming import lift_hours
from incident.verbs.releases import cancel_release, resume_release, stop_release
from notifications.models import Audience, DeliveryState, Edition, Outgoing, ReleaseState
from notifications.ramp import Pace, Stage
from notifications.sending_hours import read_hours
from tests.incident.approving import timeline
from tests.incident.notices import Desk
from tests.incident.pacing import PACE, STEPS, Opening, open_release

BY_DAY = SendingRules(Pace(begins_at=0), read_hours("08:00-20:00 Europe/Berlin"))


def told(desk: Desk, part: str) -> list[str]:
    """Occasions of messages inside that name this."""
    rows = desk.case.look(lambda session: session.exec(select(Outgoing.occasion)).all())
    return [occasion for occasion in rows if f":{part}:" in occasion]


def owed(desk: Desk, hours: float) -> None:
    """The duty towards the people falls due in so many hours."""
    mine = (col(Obligation.incident_id) == desk.incident_id, col(Obligation.addressee_kind) == "data_subjects")
    due = desk.case.clock.now() + timedelta(hours=hours)
    desk.case.store.write(lambda session: session.exec(update(Obligation).where(*mine).values(due_at=due)))


def confirmed(desk: Desk) -> Opening:
    opening = open_release(desk)
    opening.answer()
    opening.sweep()
    opening.confirm()
    return opening


def test_a_person_looks_at_the_canary_before_anybody_else_is_written_to(desk: Desk) -> None:
    opening = open_release(desk)
    assert (len(opening.rows()), opening.progress().not_admitted) == (4, 36)
    assert "First to 4, 12 people, then to everybody." in timeline(desk, "release.requested")[0]
    opening.answer()
    opening.sweep()
    opening.sweep()
    assert opening.progress().waits_for_a_person
    assert list(opening.tasks().values()) == ["open"]
    assert len(told(desk, "confirm")) == 1
    [line] = timeline(desk, "release.canary")
    assert "4 accepted" in line
    opening.confirm()
    assert (opening.row().stage, len(opening.rows())) == (Stage.RAMP, 12)
    assert opening.row().canary_confirmed_by == desk.case.people[Role.APPROVER].id
    assert list(opening.tasks().values()) == ["done"]


def test_the_clock_opens_it_to_everybody_and_then_it_is_finished(desk: Desk) -> None:
    opening = confirmed(desk)
    opening.answer()
    opening.sweep()
    assert len(opening.rows()) == 12
    desk.case.clock.move(timedelta(minutes=15))
    opening.sweep()
    assert (len(opening.rows()), opening.progress().not_admitted) == (40, 0)
    assert "opened to all 40 people" in timeline(desk, "release.opened")[0]
    opening.answer()
    opening.sweep()
    assert opening.row().state is ReleaseState.FINISHED


def test_trouble_holds_the_ramp_with_a_task_until_a_person_says_why_it_goes_on(desk: Desk) -> None:
    opening = confirmed(desk)
    opening.answer(DeliveryState.REJECTED, only=lambda number: number < 3)
    desk.case.clock.move(timedelta(hours=1))
    opening.sweep()
    opening.sweep()
    assert (opening.row().stage, len(opening.rows())) == (Stage.HELD, 12)
    [line] = timeline(desk, "release.held")
    assert "3 of the last 8 people were rejected, bounced or are uncertain" in line
    assert sorted(opening.tasks().values()) == ["done", "open"]
    assert len(told(desk, "held")) == 1
    with pytest.raises(Invalid):
        opening.confirm()
    opening.confirm("The list had three closed mailboxes.")
    assert sorted(opening.tasks().values()) == ["done", "done"]
    opening.sweep()
    assert len(opening.rows()) == 40


def test_who_has_no_seat_confirms_nothing(desk: Desk) -> None:
    opening = open_release(desk)
    opening.answer()
    opening.sweep()
    for role in (Role.COMMANDER, Role.RESPONDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            opening.confirm(role=role)
    assert len(opening.rows()) == 4


def test_an_unanswered_canary_and_all_at_once_want_a_reason(desk: Desk) -> None:
    opening = open_release(desk)
    with pytest.raises(Invalid):
        opening.confirm()
    with pytest.raises(Invalid):
        opening.confirm(all_at_once=True)
    opening.confirm("Passwords are being tried right now.", all_at_once=True)
    assert (opening.row().all_at_once, len(opening.rows())) == ("Passwords are being tried right now.", 40)
    with pytest.raises(Conflict):
        opening.confirm("again", all_at_once=True)


def test_all_at_once_when_it_is_asked_for_with_the_reason_on_the_timeline(desk: Desk) -> None:
    opening = open_release(desk, sending=Sending(STEPS.rules, all_at_once="They must change passwords now."))
    assert (len(opening.rows()), opening.row().stage) == (40, Stage.WHOLE)
    assert "To everybody at once: They must change passwords now." in timeline(desk, "release.requested")[0]


def test_a_deadline_the_ramp_would_miss_is_said_once_and_pages_those_in_charge(desk: Desk) -> None:
    owed(desk, 0.2)
    opening = open_release(desk)
    opening.answer()
    for _ in range(3):
        opening.sweep()
    [duty] = opening.progress().threatens
    assert duty.addressee_kind == "data_subjects"
    assert len(told(desk, "late")) == len(timeline(desk, "release.threatens")) == 1
    opening.confirm("The deadline is near.", all_at_once=True)
    assert opening.progress().threatens == ()


def test_a_deadline_far_away_is_not_threatened(desk: Desk) -> None:
    owed(desk, 2)
    opening = open_release(desk)
    opening.sweep()
    assert opening.progress().threatens == ()
    assert told(desk, "late") == []


def test_hours_hold_a_notice_no_law_asks_for_and_are_lifted_with_a_reason(desk: Desk) -> None:
    desk.case.clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    opening = open_release(desk, 3, Sending(BY_DAY), NoticeKind.GENERIC)
    assert opening.row().window_closed
    assert opening.row().opens_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert "waits until" in timeline(desk, "release.hours")[0]
    desk.case.act(Role.APPROVER, lift_hours, opening.release.id, "The mailboxes are being emptied.")
    assert not opening.row().window_closed
    opening.sweep()
    assert not opening.row().window_closed


def test_hours_open_by_the_clock_and_a_deadline_before_that_is_threatened(desk: Desk) -> None:
    desk.case.clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    owed(desk, 5)
    hours = Sending(SendingRules(Pace(begins_at=0)), hours="08:00-20:00 Europe/Berlin")
    opening = open_release(desk, 3, hours)
    opening.sweep()
    assert len(told(desk, "late")) == 1
    desk.case.clock.set(datetime(2026, 11, 25, 7, tzinfo=UTC))
    opening.sweep()
    assert not opening.row().window_closed


def test_a_notice_a_law_asks_for_keeps_no_hours_unless_somebody_says_so(desk: Desk) -> None:
    opening = open_release(desk, 3, Sending(BY_DAY))
    assert opening.row().hours == ""
    with pytest.raises(Invalid):
        open_release(desk, 3, Sending(BY_DAY, hours="at night"))


def test_a_release_resumed_outside_its_hours_waits(desk: Desk) -> None:
    opening = open_release(desk, 3, Sending(BY_DAY), NoticeKind.GENERIC)
    desk.case.act(Role.APPROVER, stop_release, opening.release.id, "a doubt")
    desk.case.clock.set(datetime(2026, 11, 24, 20, tzinfo=UTC))
    desk.case.act(Role.APPROVER, resume_release, opening.release.id)
    assert opening.row().window_closed


def test_a_stopped_release_is_cancelled_and_says_who_was_never_written_to(desk: Desk) -> None:
    opening = open_release(desk)
    opening.answer(only=lambda number: number < 3)
    with pytest.raises(Conflict):
        desk.case.act(Role.COMMANDER, cancel_release, opening.release.id, "The wrong people.")
    desk.case.act(Role.COMMANDER, stop_release, opening.release.id, "The wrong people.")
    with pytest.raises(Forbidden):
        desk.case.act(Role.RESPONDER, cancel_release, opening.release.id, "The wrong people.")
    desk.case.act(Role.COMMANDER, cancel_release, opening.release.id, "The wrong people.")
    assert (opening.row().state, opening.progress().cancelled) == (ReleaseState.VOID, 37)
    assert "37 people not sent to (36 never admitted). The wrong people." in timeline(desk, "release.cancelled")[0]


def test_whoever_was_reached_before_a_cancellation_gets_no_second_mail(desk: Desk) -> None:
    opening = open_release(desk)
    opening.answer(only=lambda number: number < 3)
    desk.case.act(Role.COMMANDER, stop_release, opening.release.id, "a doubt")
    desk.case.act(Role.COMMANDER, cancel_release, opening.release.id, "a doubt")
    edition = desk.case.look(lambda session: session.get_one(Edition, opening.release.edition_id))
    audience = desk.case.look(lambda session: session.get_one(Audience, opening.release.audience_id))
    anew = Opening(desk, desk.approve(desk.request(edition, audience)))
    assert len(anew.rows()) == 37
    assert {row.person for row in anew.rows()} | {row.person for row in opening.rows()} == {f"u{n}" for n in range(40)}


def test_rates_are_read_from_what_the_sweep_kept(desk: Desk) -> None:
    opening = open_release(desk, 30, Sending(SendingRules(Pace(begins_at=0))))
    opening.sweep()
    assert opening.progress().ends_at is None
    desk.case.clock.move(timedelta(seconds=10))
    opening.answer(only=lambda number: number < 10)
    found = opening.progress()
    assert (found.answered, found.rate) == (10, 1.0)
    assert found.ends_at == desk.case.clock.now() + timedelta(seconds=20)
    opening.sweep()
    desk.case.clock.move(timedelta(minutes=5))
    assert opening.progress().rate == 0.0
    assert opening.progress().rate_of_ten == pytest.approx(10 / 310)


def test_the_plan_is_what_was_meant() -> None:
    assert PACE.plan(40).steps == (4, 12, 40)
