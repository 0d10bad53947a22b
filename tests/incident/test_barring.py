"""What bars a move is said by name: open tasks and duties, the first few with their links, and how many more."""

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from incident.errors import Refused
from incident.models.incidents import Incident, Task
from incident.phases import Barring, Case, Guard, Move, Phase, missing, named
from incident.queries.barring import FIRST, barring
from incident.queries.case import case_of
from incident.roles import Role
from incident.verbs.facts import save_facts
from incident.verbs.incidents import take_command
from incident.verbs.moves import move

if TYPE_CHECKING:
    from tests.incident.cases import LawCase


def contained(case: "LawCase", *titles: str, phase: Phase = Phase.CONTAINMENT) -> None:
    """The incident in containment, with open tasks of a phase."""
    case.act(Role.COMMANDER, take_command, case.incident_id, case.people[Role.COMMANDER].id)
    case.act(Role.COMMANDER, move, case.incident_id, case.version(), Move.CONTAIN)
    rows = [
        Task(incident_id=case.incident_id, key=f"step-{at}", position=at, phase=phase, step={"title": title})
        for at, title in enumerate(titles)
    ]
    case.store.write(lambda session: session.add_all(rows))


def bars(case: "LawCase") -> dict[Guard, Barring]:
    def read(session: Session) -> dict[Guard, Barring]:
        incident = session.get_one(Incident, case.incident_id)
        return barring(session, incident, case_of(session, incident))

    return case.look(read)


def test_a_refusal_names_the_first_open_tasks_and_how_many_more(case: "LawCase") -> None:
    contained(case, "Close the bucket", "Stop the logs", "Close signed links", "Log every request", "Tell the provider")
    with pytest.raises(Refused) as refusal:
        case.act(Role.COMMANDER, move, case.incident_id, case.version(), Move.INVESTIGATE)
    lacking = {item.guard: item for item in refusal.value.missing}[Guard.CONTAINED]
    assert [name for name, _ in lacking.which] == ["Close the bucket", "Stop the logs", "Close signed links"]
    assert all(at.startswith("/tasks#task-") for _, at in lacking.which)
    assert lacking.more == 2
    assert "Open: “Close the bucket”, “Stop the logs”, “Close signed links” and 2 more." in str(refusal.value)


def test_tasks_of_another_phase_are_not_named(case: "LawCase") -> None:
    contained(case, "Validate the restoration", phase=Phase.RECOVERY)
    assert Guard.CONTAINED not in bars(case)
    assert Guard.RESTORED not in bars(case)  # no move from here asks for it


def test_duties_are_named_with_their_pages_one_to_many_customers_once(case: "LawCase") -> None:
    contained(case)
    case.act(
        Role.RESPONDER, save_facts, case.incident_id, case.organisation, {"breach": {"kinds": ["confidentiality"]}}
    )
    found = bars(case)[Guard.DUTIES]
    assert 0 < len(found.first) <= min(FIRST, found.number)
    assert all(at.startswith("/duties/") for _, at in found.first)
    assert len({name for name, _ in found.first}) == len(found.first)


def test_a_guard_that_counts_nothing_says_only_what_it_asks_for() -> None:
    (lacking,) = named(missing(Phase.DETECTION, Move.CONTAIN, Case()), {})
    assert (lacking.which, lacking.more, lacking.whole) == ((), 0, lacking.text)
