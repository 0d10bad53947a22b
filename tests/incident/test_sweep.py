"""Deadlines are watched through gaps, jumps and restarts: each reminder goes once, or is recorded as superseded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from incident.deadlines import Standing
from incident.models.entries import EntryHeader, incident_subject
from incident.models.law import Obligation, Reminder
from incident.queries.duties import duties_of, reminders_of
from incident.roles import Role
from incident.sweep import Tick, tick
from incident.verbs.anchors import Moment, decide_awareness
from notifications.models import Delivery, Heartbeat, Outgoing

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

AUTHORITY = ("eu-gdpr-33-1-sa", "supervisory_authority")
TARGET = ("eu-gdpr-33-2-processor", "controllers")


def sweep(case: "LawCase") -> Tick:
    return tick(case.store, case.keys, case.organisation, case.clock.now())


def all_reminders(case: "LawCase", duty: tuple[str, str] = AUTHORITY) -> list[Reminder]:
    owner = case.obligations()[duty].id
    auditor = case.people[Role.AUDITOR]
    rows = case.look(lambda session: reminders_of(session, auditor, case.incident_id))
    return [row for row in rows if row.obligation_id == owner]


def reminders(case: "LawCase", duty: tuple[str, str] = AUTHORITY) -> dict[str, Reminder]:
    return {row.threshold: row for row in all_reminders(case, duty)}


def sent(case: "LawCase") -> list[str]:
    return [name for name, row in reminders(case).items() if row.sent_at is not None]


def messages(case: "LawCase") -> list[str]:
    query = select(Outgoing.occasion).order_by(col(Outgoing.created_at))
    return list(case.look(lambda session: session.exec(query).all()))


def entries(case: "LawCase", action: str) -> int:
    subject = col(EntryHeader.subject) == incident_subject(case.incident_id)
    query = select(EntryHeader).where(subject, col(EntryHeader.action) == action)
    return len(case.look(lambda session: session.exec(query).all()))


def test_a_jump_of_73_hours_with_nobody_acting_sends_one_reminder_and_hides_nothing(case: "LawCase") -> None:
    case.move(73)
    sweep(case)
    auditor = case.people[Role.AUDITOR]
    lines = case.look(lambda session: duties_of(session, auditor, case.incident_id, case.clock.now()))
    (line,) = [line for line in lines if line.obligation.duty == AUTHORITY[0]]
    assert line.standing is Standing.LATE
    assert line.deadline.provisional
    assert line.obligation.applies == "unknown"
    assert sent(case) == ["due"]
    superseded = {name: row.superseded_by for name, row in reminders(case).items() if row.superseded_at}
    assert superseded == dict.fromkeys(("48h", "24h", "12h", "4h", "1h"), "due")
    assert messages(case) == [f"reminder:{reminders(case)['due'].id}"]
    assert entries(case, "reminded") == 1

    case.move(24)
    sweep(case)
    assert sent(case) == ["due", "late+24h"]
    assert messages(case) == [f"reminder:{reminders(case)[name].id}" for name in ("due", "late+24h")]


def test_restarts_repeat_none(case: "LawCase") -> None:
    case.move(73)
    for _ in range(3):
        sweep(case)
    assert sent(case) == ["due"]
    assert len(messages(case)) == 1
    assert entries(case, "reminded") == 1
    assert entries(case, "duties.derived") == 1


def test_hour_by_hour_each_goes_once_at_its_hour(case: "LawCase") -> None:
    sweep(case)
    for _ in range(97):
        case.move(1)
        sweep(case)
        sweep(case)
    hours = {"48h": 24, "24h": 48, "12h": 60, "4h": 68, "1h": 71, "due": 72, "late+24h": 96}
    opened = case.obligations()[AUTHORITY].starts_at
    assert opened is not None
    went = {name: row.sent_at for name, row in reminders(case).items() if row.sent_at}
    assert went == {name: opened + timedelta(hours=hour) for name, hour in hours.items()}
    assert not any(row.superseded_at for row in reminders(case).values())


def test_an_own_target_reminds_and_then_rests(case: "LawCase") -> None:
    sweep(case)
    for _ in range(60):
        case.move(1)
        sweep(case)
    assert set(reminders(case, TARGET)) == {"12h", "4h", "1h", "due"}
    assert all(row.sent_at for row in reminders(case, TARGET).values())


def test_the_message_goes_to_those_who_command_advise_and_decide(case: "LawCase") -> None:
    case.move(73)
    sweep(case)
    people = case.look(lambda session: session.exec(select(Delivery.person)).all())
    wanted = (Role.COMMANDER, Role.PRIVACY_OFFICER, Role.DECIDER)
    assert set(people) == {str(case.people[role].id) for role in wanted}


def test_nothing_is_sent_before_its_time(case: "LawCase") -> None:
    assert sweep(case) == Tick(derived=1, reminded=0, troubles=())
    assert sweep(case) == Tick(derived=0, reminded=0, troubles=())
    assert messages(case) == []


def test_the_sweep_leaves_a_heartbeat(case: "LawCase") -> None:
    case.move(2)
    sweep(case)
    beat = case.look(lambda session: session.get_one(Heartbeat, "sweep"))
    assert beat.at == case.clock.now()
    assert beat.document["troubles"] == []


def test_one_poisoned_obligation_does_not_stop_the_others(case: "LawCase", caplog: pytest.LogCaptureFixture) -> None:
    sweep(case)
    poisoned = case.obligations()["promise-customers", "customers"].id
    broken = update(Obligation).where(col(Obligation.id) == poisoned).values(rule={})

    def spoil(session: Session) -> None:
        session.execute(broken)

    case.store.write(spoil)
    case.move(73)
    found = sweep(case)
    assert found.troubles == (f"obligation {poisoned}",)
    assert not found.checked
    assert sent(case) == ["due"]
    assert "could not be checked" in caplog.text
    assert sweep(case).troubles == found.troubles
    assert sent(case) == ["due"]


def test_a_clock_that_steps_back_repeats_nothing(case: "LawCase") -> None:
    case.move(73)
    sweep(case)
    case.move(-30)
    sweep(case)
    case.move(30)
    sweep(case)
    assert sent(case) == ["due"]
    assert len(messages(case)) == 1


def test_a_deadline_that_moved_reminds_anew_at_the_hours_of_the_new_one(case: "LawCase") -> None:
    case.move(25)
    assert sweep(case).troubles == ()
    later = Moment(case.clock.now() - timedelta(hours=15), "verified then")
    named = (case.incident_id, case.version(), case.organisation, later)
    case.act(Role.PRIVACY_OFFICER, decide_awareness, *named)
    case.move(10)
    assert sweep(case).troubles == ()
    again = [row for row in all_reminders(case) if row.threshold == "48h" and row.sent_at]
    assert len({row.due_at for row in again}) == 2
    assert len(set(messages(case))) == len(messages(case)) == 2
    assert entries(case, "reminded") == 2


def test_of_sweeps_that_tick_at_once_only_one_sends(case: "LawCase") -> None:
    case.move(73)
    with ThreadPoolExecutor(4) as pool:
        ticks = list(pool.map(lambda _: sweep(case), range(4)))
    assert [found.troubles for found in ticks] == [(), (), (), ()]
    assert sent(case) == ["due"]
    assert len(messages(case)) == 1
    assert entries(case, "reminded") == 1
    assert entries(case, "duties.derived") == 1
