"""The evidence page shows what the monitors said of an incident, made harmless, and whether it still holds."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from incident.models.intake import SignalRow
from notifications.clock import MovableClock
from tests.hooks.gate import SIGNED, Gate, event
from tests.incident.monitor import BEGAN, alert, notification
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
    assert (
        "CustomerExportBucketPublic on eu-1 Critical Resolved, says the monitor host eu-1 · alertmanager · began"
        in said
    )
    assert "CustomerExportBucketPublic on us-1 Medium Firing host us-1 · alertmanager · began" in said
    assert said.count("2 times") == 2


def test_a_start_that_is_no_moment_is_shown_as_sent(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    gate.post(event("One", group="g", key="1", started_at="last Tuesday"), SIGNED)
    second = event("Two", group="g", key="2")
    gate.post(second, SIGNED, gate.proof(SIGNED, second, delivery="msg-2"))
    said = alerts_on(gate, enter)
    assert "began “last Tuesday”, says the monitor" in said
    assert "the monitor does not say when it began" in said


def test_hints_are_marked_as_hints_and_a_severity_not_said_is_none(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    hinted = alert("eu-1", severity="sev-whatever")
    hinted["labels"]["data_categories"] = "name,contact"
    gate.post(notification(hinted))
    said = alerts_on(gate, enter)
    assert "Severity not said" in said
    assert "Hints, never facts" in said
    assert "Which kinds of data? Name, contact (The label data_categories names them (our convention" in said
    (opened,) = (row for row in gate.incidents() if row.opened_by == "system:intake")
    assert opened.severity == "medium"


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


def page_of(gate: Gate, enter: Enter, path: str) -> str:
    (opened,) = (row for row in gate.incidents() if row.opened_by == "system:intake")
    page = enter("mara").get(f"/incidents/{opened.codename}{path}").text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page[page.index('id="alerts"') :])).split())


def storm_of(gate: Gate, number: int, first: int = 0) -> None:
    alerts = [alert(f"web-{first + one:04}", name="InstanceDown", severity="warning") for one in range(number)]
    gate.post(notification(*alerts))


def test_many_alerts_are_counted_by_what_reads_alike(stage: Stage, enter: Enter, clock: MovableClock) -> None:
    gate = Gate(stage)
    gate.post(notification(alert("eu-1", name="QueueFull", severity="error")))
    storm_of(gate, 70)
    clock.move(timedelta(minutes=5))
    gate.post(notification(alert("web-0003", name="InstanceDown", severity="warning", state="resolved")))
    said = page_of(gate, enter, "/evidence")
    assert "71 alerts of 2 sorts; 70 still fire" in said
    rows = said[said.index("First and last") :]
    assert rows.index("QueueFull on eu-1") < rows.index("InstanceDown on web-0000 the first of 70, host web-0000")
    assert "Medium 70 69 71" in rows


def test_one_sort_is_counted_alert_by_alert_a_page_at_a_time(stage: Stage, enter: Enter, clock: MovableClock) -> None:
    gate = Gate(stage)
    storm_of(gate, 120)
    clock.move(timedelta(minutes=5))
    again = BEGAN + timedelta(minutes=4)
    gate.post(notification(alert("web-0003", name="InstanceDown", severity="warning", began=again)))
    sort = gate.alerts()[0].alike_digest
    first, last = (page_of(gate, enter, f"/alerts?sort={sort}&page={page}") for page in (1, 3))
    assert "120 alerts, those heard of last first · page 1 of 3" in first
    assert "InstanceDown on web-0003 host web-0003 · alertmanager" in first.partition("Firing 1 ")[0]
    assert "Firing 2 2" in first
    assert first.count("InstanceDown on web-") == 50 + 1
    assert ("Newer" in first, "Older" in first, "Newer" in last, "Older" in last) == (False, True, True, False)
    assert last.count("InstanceDown on web-") == 20 + 1
    assert "Nothing here" in page_of(gate, enter, "/alerts?sort=00")


def test_a_sort_is_no_sentence(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    storm_of(gate, 2)
    (opened,) = (row for row in gate.incidents() if row.opened_by == "system:intake")
    for wrong in ("sort=xyz", "page=0", "sort=" + "a" * 65):
        assert enter("mara").get(f"/incidents/{opened.codename}/alerts?{wrong}").status_code == 422
