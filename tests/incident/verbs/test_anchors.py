"""Awareness is chosen from a worksheet; until then a provisional clock runs from the earliest arguable candidate."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from incident.anchors import Arguable, Clue
from incident.errors import Conflict, Forbidden, Invalid, LostRace, NotFound
from incident.models.law import AnchorRecord
from incident.queries.anchors import Worksheet, read_anchors, read_worksheet
from incident.queries.duties import reminders_of
from incident.roles import Role
from incident.verbs.anchors import Moment, correct_moment, decide_awareness, propose_awareness, record_moment
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

AUTHORITY = ("eu-gdpr-33-1-sa", "supervisory_authority")
HOUR = timedelta(hours=1)


def worksheet(case: "LawCase") -> Worksheet:
    auditor = case.people[Role.AUDITOR]
    return case.look(lambda session: read_worksheet(session, case.keys, auditor, case.incident_id))


def propose(case: "LawCase", moment: Moment) -> AnchorRecord:
    return case.act(Role.RESPONDER, propose_awareness, case.incident_id, case.organisation, moment)


def decide(case: "LawCase", at: datetime) -> AnchorRecord:
    moment = Moment(at, "The responder had opened the bucket and seen names.", evidence="entry:3")
    return case.act(Role.PRIVACY_OFFICER, decide_awareness, case.incident_id, case.version(), case.organisation, moment)


def test_the_opening_is_a_candidate_nobody_has_to_write_down(case: "LawCase") -> None:
    found = worksheet(case)
    assert [item.clue for item in found.candidates] == [Clue.OPENED]
    assert found.start is not None
    assert found.start.provisional


def test_an_earlier_ignored_signal_moves_the_provisional_clock(case: "LawCase") -> None:
    opened = case.clock.now()
    case.move(5)
    early = opened - 30 * HOUR
    propose(case, Moment(early, "A ticket said so on Sunday.", clue=Clue.IGNORED_SIGNAL, evidence="entry:2"))
    row = case.obligations()[AUTHORITY]
    assert row.provisional
    assert row.due_at == early + 72 * HOUR
    assert "ignored signal" in row.trace[0]


def test_a_hardly_arguable_candidate_starts_no_clock(case: "LawCase") -> None:
    opened = case.clock.now()
    propose(case, Moment(opened - 90 * HOUR, "Somebody may have seen it.", arguable=Arguable.HARDLY))
    assert case.obligations()[AUTHORITY].starts_at == opened
    assert len(worksheet(case).candidates) == 2


def test_the_decision_ends_the_provisional_clock_and_its_reminders(case: "LawCase") -> None:
    opened = case.clock.now()
    propose(case, Moment(opened - 10 * HOUR, "The alert was there.", clue=Clue.RECEIVED))
    case.move(3)
    decide(case, opened + 2 * HOUR)
    row = case.obligations()[AUTHORITY]
    assert (row.provisional, row.due_at) == (False, opened + 74 * HOUR)
    auditor = case.people[Role.AUDITOR]
    rows = case.look(lambda session: reminders_of(session, auditor, case.incident_id))
    mine = [item for item in rows if item.obligation_id == row.id]
    assert {item.superseded_by for item in mine if item.due_at != row.due_at} == {"moved"}
    waiting = [item.threshold for item in mine if item.superseded_at is None]
    assert waiting == ["48h", "24h", "12h", "4h", "1h", "due", "late+24h"]


def test_a_second_decision_corrects_the_first_and_a_moment_that_returns_finds_its_reminders(case: "LawCase") -> None:
    opened = case.clock.now()
    case.move(6)
    first = decide(case, opened + HOUR)
    second = decide(case, opened + 4 * HOUR)
    decide(case, opened + HOUR)
    assert second.corrects == first.id
    row = case.obligations()[AUTHORITY]
    assert row.due_at == opened + 73 * HOUR
    auditor = case.people[Role.AUDITOR]
    rows = case.look(lambda session: reminders_of(session, auditor, case.incident_id))
    waiting = [item for item in rows if item.obligation_id == row.id and item.superseded_at is None]
    assert [item.due_at for item in waiting] == [row.due_at] * 7


def test_of_two_who_decide_at_once_one_reads_again(case: "LawCase") -> None:
    version = case.version()
    decide(case, case.clock.now())
    moment = Moment(case.clock.now(), "Also here.")
    with pytest.raises(LostRace):
        case.act(Role.DECIDER, decide_awareness, case.incident_id, version, case.organisation, moment)


def test_a_responder_proposes_and_does_not_decide(case: "LawCase") -> None:
    moment = Moment(case.clock.now(), "Here.")
    with pytest.raises(Forbidden):
        case.act(Role.RESPONDER, decide_awareness, case.incident_id, 1, case.organisation, moment)


def test_a_moment_has_a_name_an_instant_that_has_passed_a_scope_and_a_reason(case: "LawCase") -> None:
    wrong = Moment(case.clock.now() + HOUR, " ", scope="moon", evidence="x" * 201)
    with pytest.raises(Invalid) as caught:
        propose(case, wrong)
    assert {fault.field for fault in caught.value.faults} == {"at", "why", "scope", "evidence"}
    with pytest.raises(Invalid, match="names no instant"):
        propose(case, Moment(datetime(2026, 1, 1), "why"))  # noqa: DTZ001
    with pytest.raises(Invalid, match="only awareness"):
        propose(case, Moment(case.clock.now(), "why", name="detected"))


def test_other_moments_are_recorded_once_and_corrected_by_a_later_record(case: "LawCase") -> None:
    now = case.clock.now()
    told = Moment(now, "Their mail.", name="processor_told_us", clue=Clue.TOLD)
    first = case.act(Role.LEGAL, record_moment, case.incident_id, case.organisation, told)
    with pytest.raises(Conflict, match="correct that record"):
        case.act(Role.LEGAL, record_moment, case.incident_id, case.organisation, told)
    better = Moment(now - HOUR, "The header of their mail.", name="processor_told_us")
    again = case.act(Role.LEGAL, correct_moment, case.incident_id, case.organisation, first.id, better)
    assert again.corrects == first.id
    auditor = case.people[Role.AUDITOR]
    stands = case.look(lambda session: read_anchors(session, case.keys, auditor, case.incident_id))
    assert [item.at for item in stands if item.name == "processor_told_us"] == [now - HOUR]
    with pytest.raises(Conflict, match="corrected before"):
        case.act(Role.LEGAL, correct_moment, case.incident_id, case.organisation, first.id, better)
    with pytest.raises(NotFound):
        case.act(Role.LEGAL, correct_moment, case.incident_id, case.organisation, new_id(), better)
    with pytest.raises(Invalid, match="awareness is proposed"):
        case.act(Role.LEGAL, record_moment, case.incident_id, case.organisation, Moment(now, "why"))


def test_a_decided_awareness_is_corrected_only_by_those_who_may_decide_it(case: "LawCase") -> None:
    row = decide(case, case.clock.now())
    moment = Moment(case.clock.now() - HOUR, "Earlier.")
    with pytest.raises(Forbidden):
        case.act(Role.RESPONDER, correct_moment, case.incident_id, case.organisation, row.id, moment)
    case.act(Role.PRIVACY_OFFICER, correct_moment, case.incident_id, case.organisation, row.id, moment)
    assert case.obligations()[AUTHORITY].starts_at == moment.at
