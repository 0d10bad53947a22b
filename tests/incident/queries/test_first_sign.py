"""Times of the figures count from the first sign that a person recorded."""

from datetime import timedelta

from incident.queries.figures import gather_figures
from incident.roles import Role
from incident.verbs.anchors import Moment, record_moment
from tests.incident.cases import LawCase


def test_a_recorded_first_sign_is_where_time_begins(case: LawCase) -> None:
    at = case.clock.now() - timedelta(minutes=50)
    told = Moment(at, "A customer telephoned.", "detected")
    case.act(Role.RESPONDER, record_moment, case.incident_id, case.organisation, told)
    found = case.look(lambda session: gather_figures(session, case.keys, case.people[Role.RESPONDER], case.incident_id))
    assert [course.first_sign_at for course in found.courses] == [at]
