"""The steps of a runbook are copied when an incident opens, stay as they were, and are settled once, with a line."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from incident.errors import Conflict, Forbidden, IncidentError, Invalid, NotFound, Refused
from incident.models.incidents import Incident, Severity, Task
from incident.phases import Guard, Move, Phase
from incident.queries.incident import read_tasks, task_note_place
from incident.queries.timeline import Line, read_timeline
from incident.roles import Role
from incident.runbooks import Runbook, load
from incident.settings import shipped
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.incidents import Report, open_incident, take_command
from incident.verbs.moves import move
from incident.verbs.tasks import Settled, settle_task
from notifications.ids import new_id
from tests.incident.cases import OPENED, LawCase

BOOK = load([shipped("runbooks")])["public_bucket"]
REPORT = Report("Export bucket is readable by everybody", "public_bucket", Severity.CRITICAL)


@pytest.fixture
def begun(case: LawCase) -> LawCase:
    """The case with an incident that opened with a runbook."""
    return replace(case, incident_id=opened(case, BOOK).id)


def opened(case: LawCase, book: Runbook | None) -> Incident:
    return case.act(Role.RESPONDER, open_incident, REPORT, book)


def tasks(case: LawCase, phase: Phase | None = None) -> list[Task]:
    actor = case.people[Role.RESPONDER]
    rows = case.look(lambda session: list(read_tasks(session, actor, case.incident_id)))
    return [row for row in rows if phase in (None, row.phase)]


def settle(case: LawCase, task: UUID, how: Settled = Settled.DONE, note: str = "403 from outside") -> Task:
    return case.act(Role.RESPONDER, settle_task, case.incident_id, task, how, note)


def lines(case: LawCase) -> list[Line]:
    actor = case.people[Role.RESPONDER]
    return case.look(lambda session: list(read_timeline(session, case.keys, actor, case.incident_id)))


def go(case: LawCase, name: Move) -> Incident:
    return case.act(Role.COMMANDER, move, case.incident_id, case.version(), name)


def test_an_incident_opens_with_every_task_in_order_due_from_its_opening(begun: LawCase) -> None:
    rows = tasks(begun)
    assert [row.key for row in rows] == [task.key for task in BOOK.tasks]
    assert [row.position for row in rows] == list(range(1, len(BOOK.tasks) + 1))
    assert [row.due_at for row in rows] == [OPENED + task.offset for task in BOOK.tasks]
    assert [(row.phase, row.role) for row in rows] == [(task.phase, task.role.value) for task in BOOK.tasks]
    assert {row.state for row in rows} == {"open"}
    assert [row.step for row in rows] == [task.step(BOOK.sources) for task in BOOK.tasks]


def test_due_counts_from_the_opening_not_from_the_report(case: LawCase) -> None:
    case.move(3)
    late = replace(REPORT, at=OPENED)
    here = case.act(Role.RESPONDER, open_incident, late, BOOK).id
    assert tasks(replace(case, incident_id=here))[0].due_at == OPENED + timedelta(hours=3) + BOOK.tasks[0].offset


def test_a_runbook_edited_later_changes_no_incident_under_way(begun: LawCase) -> None:
    before = [(row.key, row.step, row.due_at) for row in tasks(begun)]
    edited = replace(BOOK, tasks=tuple(replace(task, title="Edited", offset=timedelta()) for task in BOOK.tasks[:5]))
    other = replace(begun, incident_id=opened(begun, edited).id)
    assert [(row.key, row.step, row.due_at) for row in tasks(begun)] == before
    assert {row.step["title"] for row in tasks(other)} == {"Edited"}


def test_without_a_runbook_there_are_no_tasks(case: LawCase) -> None:
    assert tasks(replace(case, incident_id=opened(case, None).id)) == []


@pytest.mark.parametrize("how", list(Settled))
def test_a_settled_task_says_who_when_and_what_and_puts_a_line_down(begun: LawCase, how: Settled) -> None:
    first = tasks(begun)[0]
    begun.move(0.5)
    settle(begun, first.id, how, "  listed from a phone, 09:20  ")
    row = tasks(begun)[0]
    assert (row.state, row.settled_at) == (how.value, OPENED + timedelta(minutes=30))
    assert row.settled_by == begun.people[Role.RESPONDER].label
    assert row.note_sealed is not None
    assert b"listed" not in row.note_sealed
    sealed, place = row.note_sealed, task_note_place(row)
    assert begun.look(lambda session: begun.keys.open(session, sealed, place)) == "listed from a phone, 09:20"
    said = lines(begun)[0]
    assert said.action == f"task.{how}"
    assert said.text == f"Task {how}: {BOOK.tasks[0].title}. listed from a phone, 09:20"
    assert {task.state for task in tasks(begun)[1:]} == {"open"}


def test_settling_needs_a_note(begun: LawCase) -> None:
    with pytest.raises(Invalid, match=r"note: is empty \(say what was done, or why it is skipped\)"):
        settle(begun, tasks(begun)[0].id, note=" \n")
    assert tasks(begun)[0].state == "open"


def test_a_task_is_settled_once(begun: LawCase) -> None:
    first = tasks(begun)[0].id
    settle(begun, first)
    with pytest.raises(Conflict, match="settled already"):
        settle(begun, first, Settled.SKIPPED, "not needed")
    assert [line.action for line in lines(begun)] == ["task.done", "opened"]


def test_of_two_who_settle_at_once_one_wins(begun: LawCase) -> None:
    first, won, lost = tasks(begun)[0].id, [], []

    def try_it(how: Settled) -> None:
        try:
            won.append(settle(begun, first, how, f"{how} here").state)
        except IncidentError as error:
            lost.append(error)

    threads = [threading.Thread(target=try_it, args=(how,)) for how in Settled]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), [type(error) for error in lost]) == (1, [Conflict])
    assert tasks(begun)[0].state == won[0]
    assert len(lines(begun)) == 2


def test_a_started_task_can_be_settled(begun: LawCase) -> None:
    first = tasks(begun)[0].id

    def start(session: Session) -> None:
        session.get_one(Task, first).state = "started"

    begun.store.write(start)
    assert settle(begun, first).state == "done"


def test_a_task_of_another_incident_is_not_found(begun: LawCase) -> None:
    foreign = tasks(replace(begun, incident_id=opened(begun, BOOK).id))[0].id
    for task in (foreign, new_id()):
        with pytest.raises(NotFound, match="no such task"):
            settle(begun, task)


def test_who_only_reads_settles_nothing(begun: LawCase) -> None:
    with pytest.raises(Forbidden):
        begun.act(Role.AUDITOR, settle_task, begun.incident_id, tasks(begun)[0].id, Settled.DONE, "done")


@pytest.mark.parametrize(("phase", "guard"), [(Phase.CONTAINMENT, Guard.CONTAINED), (Phase.RECOVERY, Guard.RESTORED)])
def test_open_tasks_of_the_phase_hold_the_move_until_each_is_done_or_skipped(
    begun: LawCase, phase: Phase, guard: Guard
) -> None:
    out = bring_to(begun, phase)
    rows = tasks(begun, phase)
    assert len(rows) > 1
    for number, row in enumerate(rows):
        with pytest.raises(Refused) as refusal:
            go(begun, out)
        assert [item.guard for item in refusal.value.missing] == [guard]
        settle(begun, row.id, Settled.DONE if number else Settled.SKIPPED, "as the runbook says")
    assert go(begun, out).phase is not phase
    assert {row.state for row in tasks(begun, Phase.REVIEW)} == {"open"}  # those of other phases held nothing


def bring_to(case: LawCase, phase: Phase) -> Move:
    """Bring the case into the phase with everything else its next move asks for; returns that move."""
    case.act(Role.COMMANDER, take_command, case.incident_id, case.people[Role.COMMANDER].id)
    case.act(Role.RESPONDER, keep_evidence, case.incident_id, Finding("policy.json", b"{}"))
    if phase is Phase.CONTAINMENT:
        go(case, Move.CONTAIN)
        return Move.INVESTIGATE

    def place(session: Session) -> None:
        incident = session.exec(select(Incident).where(col(Incident.id) == case.incident_id)).one()
        incident.phase = phase

    case.store.write(place)
    return Move.REVIEW
