"""The evidence page shows what the monitors said of an incident, made harmless, and whether it still holds."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from incident.models.intake import SignalRow
from notifications.clock import MovableClock
from tests.hooks.gate import SIGNED, Gate, event
from tests.incident.monitor import alert, notification
from tests.web.conftest import Enter
from tests.web.stage import Stage


def alerts_on(gate: Gate, enter: Enter) -> str:
    """The words of the section, tags left out."""
    (opened,) = (row for row in gate.incidents() if row.opened_by == "system:intake")
    page = enter("mara").get(f"/incidents/{opened.codename}/evidence").text
    section = page[page.index('id="alerts"') :]
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", section[section.index(">") + 1 : section.index("</section>")])).split()
    )


def test_each_alert_is_shown_with_the_monitors_word_and_our_times(
    stage: Stage, enter: Enter, clock: MovableClock
) -> None:
    gate = Gate(stage)
    gate.post(notification(alert("eu-1"), alert("us-1", severity="warning")))
    clock.move(timedelta(hours=4))
    gate.post(notification(alert("eu-1", state="resolved"), alert("us-1", severity="warning")))
    said = alerts_on(gate, enter)
    assert said.startswith("Alerts 2")
    assert "CustomerExportBucketPublic on eu-1 Critical Resolved, says the monitor eu-1 · alertmanager · began" in said
    assert "CustomerExportBucketPublic on us-1 Medium Firing us-1 · alertmanager · began" in said
    assert said.count("2 times") == 2


def test_a_start_that_is_no_moment_is_shown_as_sent(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    gate.post(event("One", group="g", key="1", started_at="last Tuesday"), SIGNED)
    second = event("Two", group="g", key="2")
    gate.post(second, SIGNED, gate.proof(SIGNED, second, delivery="msg-2"))
    said = alerts_on(gate, enter)
    assert "began “last Tuesday”, says the monitor" in said
    assert "the monitor does not say when it began" in said


def test_what_it_said_is_text_and_nothing_else(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    hostile = alert("<img src=x onerror=alert(1)>", name="{{ 7 * 7 }}</section><script>")
    gate.post(notification(hostile))
    assert "{{ 7 * 7 }}</section><script> on <img src=x onerror=alert(1)>" in alerts_on(gate, enter)


def test_what_cannot_be_opened_any_more_keeps_its_line(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    gate.post(notification(alert("eu-1")))
    changed = update(SignalRow).values(content_sealed=b"v1" + bytes(80))
    stage.act("operator", lambda act: act.session.execute(changed))
    assert "What it said cannot be opened any more Critical Firing" in alerts_on(gate, enter)


def test_an_incident_without_alerts_has_no_such_section(stage: Stage, enter: Enter) -> None:
    assert 'id="alerts"' not in enter("mara").get(f"{stage.path}/evidence").text
