"""A shift hands over once, somebody else takes over once, and the last note is the one that is pinned."""

from typing import TYPE_CHECKING

import pytest

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import EntryBody, incident_subject
from incident.models.incidents import Incident
from incident.phases import Phase
from incident.queries.handovers import Handover, read_handover
from incident.roles import Actor, Role
from incident.shift_notes import ShiftNote
from incident.verbs.handovers import hand_over, take_over
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

NOTE = ShiftNote("Logs are copied.", "The provider calls at ten.", "A second bucket.")


def last(case: "LawCase") -> Handover | None:
    return case.look(lambda session: read_handover(session, case.keys, case.people[Role.AUDITOR], case.incident_id))


def written(case: "LawCase", note: ShiftNote = NOTE) -> int:
    return case.act(Role.RESPONDER, hand_over, case.incident_id, note).seq


def test_before_the_first_note_there_is_none(case: "LawCase") -> None:
    assert last(case) is None


def test_a_note_is_read_back_with_who_wrote_it_and_nobody_has_taken_over(case: "LawCase") -> None:
    seq = written(case)
    found = last(case)
    assert found is not None
    assert (found.seq, found.note, found.taken_at, found.taken_by) == (seq, NOTE, None, "")
    assert found.who == case.people[Role.RESPONDER].name


def test_somebody_else_takes_over_and_it_is_said_who(case: "LawCase") -> None:
    seq = written(case)
    case.act(Role.COMMANDER, take_over, case.incident_id, seq)
    found = last(case)
    assert found is not None
    assert found.taken_by == case.people[Role.COMMANDER].name
    assert found.taken_at == case.clock.now()
    with pytest.raises(Conflict, match="taken over already"):
        case.act(Role.LEGAL, take_over, case.incident_id, seq)


def test_the_next_note_is_pinned_in_place_of_the_one_before_and_waits_again(case: "LawCase") -> None:
    first = written(case)
    case.act(Role.COMMANDER, take_over, case.incident_id, first)
    second = written(case, ShiftNote("Quiet."))
    found = last(case)
    assert found is not None
    assert (found.seq, found.note, found.taken_at) == (second, ShiftNote("Quiet."), None)
    with pytest.raises(Conflict, match="newer"):
        case.act(Role.COMMANDER, take_over, case.incident_id, first)


def test_nobody_takes_over_from_themselves(case: "LawCase") -> None:
    seq = written(case)
    with pytest.raises(Conflict, match="You wrote this note"):
        case.act(Role.RESPONDER, take_over, case.incident_id, seq)


@pytest.mark.parametrize("ahead", [1, 1000])
def test_a_note_that_is_not_there_cannot_be_taken(case: "LawCase", ahead: int) -> None:
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, take_over, case.incident_id, ahead)
    seq = written(case)
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, take_over, case.incident_id, seq + ahead)


def test_an_empty_note_leaves_nothing(case: "LawCase") -> None:
    with pytest.raises(Invalid):
        written(case, ShiftNote(" "))
    assert last(case) is None


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.DISMISSED])
def test_what_is_over_is_not_handed_over(case: "LawCase", phase: Phase) -> None:
    def end(session: object) -> None:
        session.get_one(Incident, case.incident_id).phase = phase  # type: ignore[attr-defined]

    case.store.write(end)
    with pytest.raises(Conflict, match="nothing to hand over"):
        written(case)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.APPROVER, Role.REPORTER, Role.SUPPORT])
def test_who_writes_no_line_neither_hands_over_nor_takes_over(case: "LawCase", role: Role) -> None:
    seq = written(case)
    case.people[role] = Actor(new_id(), "Somebody", frozenset({role}))
    with pytest.raises((Forbidden, NotFound)):
        case.act(role, hand_over, case.incident_id, NOTE)
    with pytest.raises((Forbidden, NotFound)):
        case.act(role, take_over, case.incident_id, seq)
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, hand_over, new_id(), NOTE)


def test_the_note_is_sealed_and_once_erased_only_its_proof_is_left(case: "LawCase") -> None:
    seq = written(case)
    place = (incident_subject(case.incident_id), seq)

    def erase(session: object) -> bytes:
        body = session.get_one(EntryBody, place)  # type: ignore[attr-defined]
        sealed, body.sealed, body.salt = body.sealed, None, None
        return bytes(sealed)

    assert b"Logs are copied" not in case.store.write(erase)
    found = last(case)
    assert found is not None
    assert (found.seq, found.note) == (seq, None)
