"""A legal hold keeps everything of an incident until it is lifted, by those who may, with a reason."""

import pytest

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.queries.retention import planned_purges
from incident.retention_rules import USUAL_RETENTION
from incident.roles import Role
from incident.verbs.legal_holds import lift_hold, set_hold
from tests.incident.cases import LawCase
from tests.incident.closing import audience_of, close_incident, left, looked, sent, told
from tests.incident.notices import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_while_a_hold_is_set_nothing_goes_and_what_came_due_goes_when_it_is_lifted(desk: Desk, case: LawCase) -> None:
    release = sent(desk)
    looked(desk, days=6)
    close_incident(desk)
    case.act(Role.LEGAL, set_hold, desk.incident_id, "The court asked for it")
    assert looked(desk, days=4000).audiences == 0
    assert left(desk, release.audience_id) > 0
    kept = case.look(lambda session: planned_purges(session, USUAL_RETENTION, case.clock.now()))
    assert {one.what: one.kept_by for one in kept} == dict.fromkeys(
        ("audience", "file"), ("a legal hold since 2026-11-30",)
    )
    case.act(Role.PRIVACY_OFFICER, lift_hold, desk.incident_id, "The case is over")
    found = looked(desk)
    assert (found.audiences, found.files) == (1, 1)
    assert audience_of(desk, release).purged_at is not None
    assert told(desk, "hold.set") == ["Legal hold set, nothing is purged: The court asked for it"]
    assert told(desk, "hold.lifted") == ["Legal hold lifted: The case is over"]


def test_only_counsel_and_the_privacy_officer_set_one_with_a_reason_one_at_a_time(case: LawCase) -> None:
    for role in (Role.RESPONDER, Role.COMMANDER, Role.DECIDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            case.act(role, set_hold, case.incident_id, "why")
    with pytest.raises(Invalid):
        case.act(Role.LEGAL, set_hold, case.incident_id, " ")
    with pytest.raises(NotFound):
        case.act(Role.LEGAL, lift_hold, case.incident_id, "nothing to lift")
    case.act(Role.LEGAL, set_hold, case.incident_id, "why")
    with pytest.raises(Conflict):
        case.act(Role.PRIVACY_OFFICER, set_hold, case.incident_id, "why again")
    with pytest.raises(Forbidden):
        case.act(Role.COMMANDER, lift_hold, case.incident_id, "why not")
    case.act(Role.LEGAL, lift_hold, case.incident_id, "over")
    case.act(Role.LEGAL, set_hold, case.incident_id, "a new one")
