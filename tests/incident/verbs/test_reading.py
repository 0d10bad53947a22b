"""Alerts open an incident or join the open one; a resolve is noted and closes nothing; a storm is counted."""

from datetime import timedelta

import pytest
from sqlmodel import select

from incident.deadlines import Standing
from incident.models.incidents import Incident, Severity, Task
from incident.models.intake import IntakeState
from incident.models.law import Obligation
from incident.phases import Phase
from incident.queries.anchors import read_worksheet
from incident.queries.duties import duties_of
from incident.roles import Role, system
from incident.verbs.alert_homes import FLOOD, WITHIN
from incident.verbs.sources import set_rules
from notifications.models import Delivery, Outgoing
from tests.incident.cases import LawCase
from tests.incident.monitor import BEGAN, OPERATOR, Watch, alert, notification, small, statements_of

A, B = "exports-eu-1", "exports-us-1"


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def end(watch: Watch, incident_id: object, phase: Phase) -> None:
    """Bring an incident to its end behind the verbs' back; how it gets there is tested elsewhere."""

    def put(act: object) -> None:
        incident = act.session.get_one(Incident, incident_id)  # type: ignore[attr-defined]
        incident.phase = phase

    watch.write(OPERATOR, put)


def test_a_firing_group_opens_one_incident_with_its_runbook_in_detection(watch: Watch) -> None:
    done = watch.deliver(notification(alert(A), alert(B)))
    incident = watch.incident()
    assert done.opened == done.incidents == (incident.id,)
    assert (done.new, done.repeated, done.resolved) == (2, 0, 0)
    assert (incident.kind, incident.severity, incident.phase) == ("public_bucket", Severity.CRITICAL, Phase.DETECTION)
    tasks = watch.case.look(lambda s: s.exec(select(Task).where(Task.incident_id == incident.id)).all())
    assert len(tasks) == len(watch.runbooks["public_bucket"].tasks) > 0
    assert {row.incident_id for row in watch.alerts()} == {incident.id}
    opened, joined = watch.lines(incident.id)[:2]
    assert opened.text.endswith(f"CustomerExportBucketPublic on {A}")
    assert joined.text == f"2 alerts, the first “CustomerExportBucketPublic on {A}” from alertmanager; 2 alerts in all."


def test_people_are_paged_once_each(watch: Watch) -> None:
    watch.deliver(notification(alert(A)))
    watch.deliver(notification(alert(A), alert(B)))
    (message,) = watch.case.look(lambda s: s.exec(select(Outgoing)).all())
    assert message.occasion == f"page:opened:{watch.incident().id}"
    paged = watch.case.look(lambda s: s.exec(select(Delivery)).all())
    wanted = (Role.RESPONDER, Role.COMMANDER, Role.PRIVACY_OFFICER)
    assert sorted(row.person for row in paged) == sorted(str(watch.case.people[role].id) for role in wanted)
    assert all(row.message_id.endswith("@example.org>") for row in paged)


def test_the_provisional_clock_stands_at_once_from_the_moment_the_alert_was_received(watch: Watch) -> None:
    kept, received = watch.keep(notification(alert(A))), watch.case.clock.now()
    watch.case.clock.move(timedelta(seconds=8))
    watch.sweep()
    incident, reader = watch.incident(), system("test")
    sheet = watch.case.look(lambda s: read_worksheet(s, watch.case.keys, reader, incident.id))
    assert [(anchor.clue, anchor.at, anchor.evidence) for anchor in sheet.candidates] == [
        ("received", received, f"intake:{kept.intake_id}"),
        ("opened", received + timedelta(seconds=8), "entry:1"),
    ]
    duties = watch.case.look(lambda s: duties_of(s, reader, incident.id, watch.case.clock.now()))
    (authority,) = [line for line in duties if line.obligation.duty == "eu-gdpr-33-1-sa"]
    assert authority.standing is Standing.AHEAD
    assert authority.deadline.provisional
    assert authority.obligation.due_at == received + timedelta(hours=72)
    assert watch.lines(incident.id)[0].occurred_at == received


def test_a_delivery_read_late_moves_the_clock_back_to_when_it_was_received(watch: Watch) -> None:
    first, received = watch.keep(notification(alert(A))), watch.case.clock.now()
    watch.case.clock.move(timedelta(seconds=3))
    watch.deliver(notification(alert(B)))
    done = watch.deliveries.read(first.intake_id)
    assert (done.opened, done.incidents) == ((), (watch.incident().id,))
    mine = select(Obligation).where(Obligation.incident_id == watch.incident().id, Obligation.duty == "eu-gdpr-33-1-sa")
    assert watch.case.look(lambda s: s.exec(mine).one()).starts_at == received


def test_a_repeat_is_counted_and_needs_no_line(watch: Watch) -> None:
    watch.deliver(notification(alert(A)))
    before = watch.actions(watch.incident().id)
    watch.case.clock.move(timedelta(hours=4))
    done = watch.deliver(notification(alert(A)) + b" ")
    assert (done.new, done.repeated) == (0, 1)
    (row,) = watch.alerts()
    assert (row.seen, row.last_seen_at - row.first_seen_at) == (2, timedelta(hours=4))
    assert watch.actions(watch.incident().id) == before


def test_the_same_bytes_again_were_heard_again(watch: Watch) -> None:
    watch.deliver(notification(alert(A), alert(B)))
    watch.case.clock.move(timedelta(hours=4))
    again = watch.keep(notification(alert(A), alert(B)))
    assert (again.repeat, again.read) == (True, True)
    assert watch.deliveries.hear_again(again.intake_id) == 2
    assert [(row.seen, row.last_seen_at) for row in watch.alerts()] == [(2, watch.case.clock.now())] * 2


def test_repeats_that_came_before_it_was_read_are_counted_when_it_is(watch: Watch) -> None:
    kept = watch.keep(notification(alert(A)))
    watch.case.clock.move(timedelta(seconds=2))
    again = watch.keep(notification(alert(A)))
    assert (again.repeat, again.read) == (True, False)
    watch.deliveries.read(kept.intake_id)
    (row,) = watch.alerts()
    assert (row.seen, row.last_seen_at - row.first_seen_at) == (2, timedelta(seconds=2))


def test_applying_a_delivery_twice_changes_nothing(watch: Watch) -> None:
    kept = watch.keep(notification(alert(A)))
    assert watch.deliveries.read(kept.intake_id).new == 1
    before = watch.actions(watch.incident().id)
    assert watch.deliveries.read(kept.intake_id).incidents == ()
    assert watch.actions(watch.incident().id) == before
    assert [row.seen for row in watch.alerts()] == [1]


def test_a_resolve_is_noted_and_closes_nothing_and_stops_no_clock(watch: Watch) -> None:
    watch.deliver(notification(alert(A), alert(B)))
    incident, due = watch.incident(), [row.due_at for row in running(watch)]
    watch.case.clock.move(timedelta(minutes=5))
    watch.deliver(notification(alert(A, state="resolved"), alert(B)))
    watch.deliver(notification(alert(B, state="resolved")))
    after = watch.incident()
    assert (after.phase, after.version, after.closed_at) == (Phase.DETECTION, incident.version, None)
    assert [row.due_at for row in running(watch)] == due
    said = [line.text for line in watch.lines(incident.id) if line.action == "alert.resolved"]
    assert said == [
        f"alertmanager says resolved: “CustomerExportBucketPublic on {A}”; 1 of 2. This closes nothing.",
        f"alertmanager says resolved: “CustomerExportBucketPublic on {B}”; 2 of 2. This closes nothing.",
    ]
    assert {row.state for row in watch.alerts()} == {"resolved"}


def running(watch: Watch) -> list[Obligation]:
    query = select(Obligation).where(Obligation.incident_id == watch.incident().id).order_by(Obligation.id)  # type: ignore[arg-type]
    found = list(watch.case.look(lambda s: s.exec(query).all()))
    assert found
    assert all(row.met_at is None and row.withdrawn_at is None for row in found)
    return found


def test_a_late_repeat_does_not_make_a_resolved_alert_fire_again(watch: Watch) -> None:
    watch.deliver(notification(alert(A)))
    watch.deliver(notification(alert(A, state="resolved")))
    watch.deliver(notification(alert(A), alert(B)))
    assert [(row.state, row.resolved_at is None) for row in watch.alerts()] == [("resolved", False), ("firing", True)]


def test_a_new_start_is_a_new_alert_that_joins_the_open_incident(watch: Watch) -> None:
    watch.deliver(notification(alert(A)))
    watch.deliver(notification(alert(A, state="resolved")))
    done = watch.deliver(notification(alert(A, began=BEGAN + timedelta(hours=1))))
    assert (done.new, done.opened, done.incidents) == (1, (), (watch.incident().id,))
    assert len(watch.alerts()) == 2


@pytest.mark.parametrize("over", [Phase.CLOSED, Phase.DISMISSED])
def test_after_the_incident_is_over_a_new_firing_opens_a_new_one(watch: Watch, over: Phase) -> None:
    watch.deliver(notification(alert(A)))
    first = watch.incident().id
    end(watch, first, over)
    assert watch.deliver(notification(alert(A)) + b" ").opened == ()  # still the same alert: counted there
    done = watch.deliver(notification(alert(A, began=BEGAN + timedelta(hours=1))))
    assert done.opened == (watch.incidents()[-1].id,)
    assert [row.phase for row in watch.incidents()] == [over, Phase.DETECTION]


def test_a_resolved_alert_without_incident_opens_none(watch: Watch) -> None:
    done = watch.deliver(notification(alert(A, state="resolved")))
    assert (done.incidents, watch.incidents()) == ((), [])
    (row,) = watch.alerts()
    assert (row.incident_id, row.state) == (None, "resolved")


def test_the_firing_that_comes_after_its_resolve_opens_the_incident_and_says_both(watch: Watch) -> None:
    watch.deliver(notification(alert(A, state="resolved")))
    watch.deliver(notification(alert(A)))
    (row,) = watch.alerts()
    assert (row.incident_id, row.state) == (watch.incident().id, "resolved")
    assert watch.actions(watch.incident().id)[1:3] == ["alert.joined", "alert.resolved"]


def test_the_gravest_firing_alert_of_a_delivery_opens_the_incident(watch: Watch) -> None:
    resolved = alert("zero", severity="critical", state="resolved")
    watch.deliver(notification(resolved, alert("low", severity="info"), alert("high", severity="error")))
    assert watch.incident().severity is Severity.HIGH
    assert watch.lines(watch.incident().id)[0].text.endswith("on high")
    assert {row.incident_id for row in watch.alerts()} == {watch.incident().id}


def test_groups_are_incidents_of_their_own_unless_the_source_joins_all(watch: Watch) -> None:
    watch.deliver(notification(alert(A), group="one"))
    watch.deliver(notification(alert(B), group="two"))
    assert len(watch.incidents()) == 2
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, {"join": "source", "default_kind": "ransomware"}))
    for number in range(3):
        watch.deliver(notification(alert(f"host-{number}", name="Encrypting"), group=f"g{number}"))
    assert [row.kind for row in watch.incidents()] == ["public_bucket", "public_bucket", "ransomware"]


def test_five_thousand_alerts_in_one_body_are_one_incident_in_few_lines_and_few_statements(watch: Watch) -> None:
    watch.deliver(notification(small(0)))
    storm = notification(*(small(number) for number in range(5000)))
    kept, again = watch.keep(storm), watch.keep(storm + b" ")
    with statements_of(watch.case.store.engine) as sent:
        assert watch.deliveries.read(kept.intake_id).new == 4999
        first = len(sent)
        assert watch.deliveries.read(again.intake_id).repeated == 5000
    assert first < 100
    assert len(sent) - first < 100
    assert len(watch.alerts()) == 5000
    assert watch.actions(watch.incident().id).count("alert.joined") == 2


def test_a_storm_of_deliveries_is_counted_in_lines_ever_rarer(watch: Watch) -> None:
    for number in range(70):
        watch.deliver(notification(alert(f"host-{number}")))
    joined = [line.text for line in watch.lines(watch.incident().id) if line.action == "alert.joined"]
    assert len(joined) == 10 + len((16, 32, 64))
    assert joined[-1].endswith("; 64 alerts in all.")
    assert len(watch.case.look(lambda s: s.exec(select(Outgoing)).all())) == 1


def test_a_source_that_opens_too_many_incidents_gathers_the_rest_in_the_latest(watch: Watch) -> None:
    unlike = [alert("eu-1", name=f"{first}{second}Fails") for first in "ABCDEF" for second in "klmnopqrst"]
    watch.deliver(notification(*unlike[: FLOOD * 3], group=""))
    assert len(watch.incidents()) == FLOOD
    latest = watch.incidents()[-1]
    assert sum(row.incident_id == latest.id for row in watch.alerts()) == FLOOD * 2 + 1
    (line,) = [line for line in watch.lines(latest.id) if line.action == "alert.joined"]
    assert "opened many within the hour" in line.text
    assert watch.deliver(notification(alert("one", name="OneMore"), group="")).incidents == (latest.id,)
    watch.case.clock.move(WITHIN)
    assert watch.deliver(notification(alert("one", name="HourLater"), group="")).opened != ()


def test_the_delivery_says_which_incident_it_came_to(watch: Watch) -> None:
    kept = watch.keep(notification(alert(A)))
    watch.deliveries.read(kept.intake_id)
    row = watch.intake(kept.intake_id)
    assert (row.state, row.incident_id) == (IntakeState.APPLIED, watch.incident().id)
