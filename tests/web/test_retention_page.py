"""Retention in the administration: times as they are set, what goes next, holds, and no name of a hidden incident."""

import pytest

from incident.models.incidents import Severity
from incident.queries.health import RETENTION
from incident.retaining import look
from incident.roles import Visibility
from incident.verbs.incidents import Report, open_incident
from incident.verbs.legal_holds import set_hold
from notifications.clock import MovableClock
from notifications.models import Heartbeat
from tests.web.conftest import Enter
from tests.web.stage import Stage

PAGE = "/admin/retention"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_what_is_kept_how_long_and_what_holds_it(played: Stage, enter: Enter, clock: MovableClock) -> None:
    played.act("lea", set_hold, played.incident_id, "A court asked for it.")
    parts = played.installation
    look(parts.store, parts.keys, clock.now())
    html = enter("mara").get(PAGE).text
    days = parts.settings.audience_keep_days
    assert f"<strong>{days} days</strong><small>after its last release was closed out and the incident closed" in html
    assert "SEVENTYTWO_AUDIENCE_KEEP_DAYS" in html
    held = html.partition('id="holds"')[2].partition("</section>")[0]
    assert f'href="{played.path}/retention"' in held
    assert "A court asked for it" not in html
    assert "No look was made yet" not in html
    with parts.store.read() as session:
        assert session.get_one(Heartbeat, RETENTION).at == clock.now()


@ONE
def test_a_hold_of_an_incident_one_may_not_see_is_counted_and_not_named(played: Stage, enter: Enter) -> None:
    hidden = played.act("lea", open_incident, Report("Payroll", "other", Severity.HIGH, Visibility.SEALED))
    played.act("lea", set_hold, hidden.id, "Proceedings were announced.")
    held = enter("mara").get(PAGE).text.partition('id="holds"')[2].partition("</section>")[0]
    assert "An incident you may not read" in held
    assert hidden.codename not in held


@ONE
def test_only_who_administers_reads_it_and_finds_it(played: Stage, enter: Enter) -> None:
    assert enter("ines").get(PAGE).status_code == 403
    assert f'href="{PAGE}"' in enter("mara").get("/admin").text
