"""Who belongs to an incident: let in, taken out, and nobody shut out of what is hidden for ever."""

import pytest
from sqlmodel import select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.incidents import Incident, Severity, Task
from incident.models.people import UserAccount
from incident.queries.access import find_incident
from incident.queries.members import Crew, read_crew
from incident.roles import Actor, Role, Visibility
from incident.runbooks import load
from incident.settings import shipped
from incident.verbs.incidents import (
    Report,
    add_member,
    open_incident,
    remove_member,
    set_severity,
    set_visibility,
    take_command,
)
from incident.verbs.task_hands import take_task
from notifications.ids import new_id
from tests.incident.cases import LawCase

BOOK = load([shipped("runbooks")])["public_bucket"]


@pytest.fixture
def hidden(case: LawCase) -> Incident:
    """A sealed incident, opened by a commander who has let nobody in yet."""
    seen = Report("Insider", "insider", Severity.HIGH, visibility=Visibility.SEALED)
    return case.act(Role.COMMANDER, open_incident, seen, BOOK)


def crew(case: LawCase, incident: Incident, reader: Actor) -> Crew:
    return case.look(lambda session: read_crew(session, reader, incident.id))


def names(found: Crew) -> list[str]:
    return [one.name for one in found.members]


def test_who_is_let_in_sees_it_and_who_is_taken_out_does_not(case: LawCase, hidden: Incident) -> None:
    legal, commander = case.people[Role.LEGAL], case.people[Role.COMMANDER]
    assert case.act(Role.COMMANDER, add_member, hidden.id, legal.id) is True
    assert case.act(Role.COMMANDER, add_member, hidden.id, legal.id) is False
    assert set(names(crew(case, hidden, legal))) == {legal.name, commander.name}
    case.act(Role.COMMANDER, remove_member, hidden.id, legal.id)
    with pytest.raises(NotFound, match="no such incident"):
        case.look(lambda session: find_incident(session, legal, hidden.codename))
    with pytest.raises(NotFound, match="no such member"):
        case.act(Role.COMMANDER, remove_member, hidden.id, legal.id)


def test_nobody_lets_in_who_could_not_read_or_is_not_there(case: LawCase, hidden: Incident) -> None:
    root_id, born = new_id(), case.clock.now()
    root = UserAccount(id=root_id, email="root@x", name="R", roles=[Role.ADMINISTRATOR], password="", created_at=born)
    case.store.write(lambda session: session.add(root))
    with pytest.raises(Invalid, match="person"):
        case.act(Role.COMMANDER, add_member, hidden.id, root_id)
    with pytest.raises(NotFound, match="no such person"):
        case.act(Role.COMMANDER, add_member, hidden.id, new_id())
    with pytest.raises(NotFound, match="no such incident"):  # they may let in, but do not know of this one
        case.act(Role.PRIVACY_OFFICER, add_member, hidden.id, case.people[Role.PRIVACY_OFFICER].id)
    with pytest.raises(Forbidden):
        case.act(Role.RESPONDER, add_member, case.incident_id, case.people[Role.LEGAL].id)


def test_a_hidden_incident_keeps_somebody_who_can_let_others_in(case: LawCase, hidden: Incident) -> None:
    commander, officer = case.people[Role.COMMANDER], case.people[Role.PRIVACY_OFFICER]
    case.act(Role.COMMANDER, add_member, hidden.id, case.people[Role.LEGAL].id)
    with pytest.raises(Conflict, match="Nobody else could let anybody in"):
        case.act(Role.COMMANDER, remove_member, hidden.id, commander.id)
    case.act(Role.COMMANDER, add_member, hidden.id, officer.id)
    case.act(Role.PRIVACY_OFFICER, remove_member, hidden.id, commander.id)
    assert commander.name not in names(crew(case, hidden, officer))


def test_the_commander_stays_until_another_one_is_named(case: LawCase, hidden: Incident) -> None:
    case.act(Role.COMMANDER, take_command, hidden.id, case.people[Role.COMMANDER].id)
    case.act(Role.COMMANDER, add_member, hidden.id, case.people[Role.PRIVACY_OFFICER].id)
    with pytest.raises(Conflict, match="name another commander first"):
        case.act(Role.PRIVACY_OFFICER, remove_member, hidden.id, case.people[Role.COMMANDER].id)
    assert crew(case, hidden, case.people[Role.COMMANDER]).members[0].commands


def test_what_somebody_had_taken_is_anybodys_once_they_are_out(case: LawCase, hidden: Incident) -> None:
    responder = case.people[Role.RESPONDER]
    case.act(Role.COMMANDER, add_member, hidden.id, responder.id)
    step = case.look(lambda session: session.exec(select(Task.id).where(Task.incident_id == hidden.id)).first())
    assert step is not None
    case.act(Role.RESPONDER, take_task, hidden.id, step)
    case.act(Role.COMMANDER, remove_member, hidden.id, responder.id)
    assert case.look(lambda session: session.get_one(Task, step).assignee_id) is None


def test_only_who_may_let_in_reads_who_could_be(case: LawCase, hidden: Incident) -> None:
    legal = case.people[Role.LEGAL]
    case.act(Role.COMMANDER, add_member, hidden.id, legal.id)
    able = {one.id for one in crew(case, hidden, case.people[Role.COMMANDER]).others}
    assert case.people[Role.RESPONDER].id in able
    assert legal.id not in able
    assert crew(case, hidden, legal).others == []


def test_a_severity_that_is_none_other_is_refused(case: LawCase, hidden: Incident) -> None:
    with pytest.raises(Invalid, match="severity"):
        case.act(Role.COMMANDER, set_severity, hidden.id, Severity.HIGH, "It looks the same.")


def test_what_none_of_its_members_could_open_again_is_not_hidden(case: LawCase) -> None:
    seen = Report("The mail gateway is slow", "other", Severity.LOW)
    spotted = case.act(Role.RESPONDER, open_incident, seen)
    with pytest.raises(Conflict, match="let a commander or privacy officer in first"):
        case.act(Role.COMMANDER, set_visibility, spotted.id, Visibility.SEALED, "A colleague is suspected.")
    case.act(Role.COMMANDER, add_member, spotted.id, case.people[Role.PRIVACY_OFFICER].id)
    with pytest.raises(Conflict, match="let yourself in first"):
        case.act(Role.COMMANDER, set_visibility, spotted.id, Visibility.SEALED, "A colleague is suspected.")
    hidden = case.act(Role.PRIVACY_OFFICER, set_visibility, spotted.id, Visibility.SEALED, "A colleague is suspected.")
    assert hidden.visibility is Visibility.SEALED
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, set_visibility, spotted.id, Visibility.OPEN, "I want to see it.")
    with pytest.raises(Invalid, match="visibility"):
        case.act(Role.PRIVACY_OFFICER, set_visibility, spotted.id, Visibility.SEALED, "It is.")
