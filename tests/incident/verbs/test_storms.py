"""A storm is one incident; what is graver and unlike it is another one; what flaps is counted, not told each time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from incident.models.incidents import Incident, Severity
from incident.phases import Phase
from incident.queries.board import read_board
from incident.roles import Role
from incident.verbs.alert_homes import STORM
from incident.verbs.alert_places import ALIKE_ENOUGH
from incident.verbs.sources import set_rules
from tests.incident.cases import LawCase
from tests.incident.monitor import BEGAN, OPERATOR, Alert, Watch, alert, notification

GRAVE = alert("exports-eu-1")
OLD: dict[str, Any] = {"matches": [{"kind": "public_bucket", "title": "*bucket*"}]}


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def down(number: int, name: str = "InstanceDown", severity: str = "warning") -> Alert:
    return alert(f"web-{number:04}", name=name, severity=severity)


def storm(number: int = STORM, first: int = 0) -> list[Alert]:
    return [down(first + one) for one in range(number)]


def rule(watch: Watch, rules: dict[str, Any]) -> None:
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, rules))


def sizes(watch: Watch) -> list[int]:
    rows = [row.incident_id for row in watch.alerts()]
    return [rows.count(incident.id) for incident in watch.incidents()]


def one_by_one(watch: Watch, alerts: Sequence[Alert], group: str = "") -> None:
    for each in alerts:
        watch.deliver(notification(each, group=group))


def over(watch: Watch, incident: Incident, phase: Phase = Phase.DISMISSED) -> None:
    """Bring an incident to its end behind the verbs' back; how it gets there is tested elsewhere."""

    def put(act: Any) -> None:
        row = act.session.get_one(Incident, incident.id)
        row.phase, row.closed_at = phase, act.now

    watch.write(OPERATOR, put)


def test_what_is_graver_and_unlike_a_storm_is_its_own_incident_out_of_its_own_group(watch: Watch) -> None:
    watch.deliver(notification(*storm()))
    watch.deliver(notification(*storm(10, 100), GRAVE, *storm(10, 200)))
    watch.deliver(notification(*storm(10, 300)))
    assert sizes(watch) == [STORM + 30, 1]
    first, second = watch.incidents()
    assert (first.severity, second.severity, second.kind) == (Severity.MEDIUM, Severity.CRITICAL, "public_bucket")
    said = [line.text for line in watch.lines(second.id) if line.action == "alert.apart"]
    assert said == [
        f"Apart from the storm in {first.codename}: “CustomerExportBucketPublic on exports-eu-1” (critical), "
        "graver and unlike it."
    ]
    assert "alert.apart" in watch.actions(first.id)


def test_it_is_first_on_the_board(watch: Watch) -> None:
    watch.deliver(notification(*storm()))
    watch.case.clock.move(timedelta(seconds=20))
    watch.deliver(notification(GRAVE))
    reader = watch.case.people[Role.COMMANDER]
    board = watch.case.look(lambda s: read_board(s, reader, watch.case.clock.now()))
    assert [row.incident.id for row in board.rows if row.incident.opened_by == "system:intake"] == [
        watch.incidents()[1].id,
        watch.incidents()[0].id,
    ]
    assert board.rows[0].incident.id == watch.incidents()[1].id


def test_a_storm_and_what_is_graver_may_come_in_one_delivery(watch: Watch) -> None:
    watch.deliver(notification(GRAVE, *storm()))
    assert sizes(watch) == [STORM, 1]
    assert watch.incidents()[0].severity is Severity.MEDIUM


def test_the_same_grave_alert_again_and_its_end_stay_where_it_is(watch: Watch) -> None:
    watch.deliver(notification(*storm()))
    watch.deliver(notification(GRAVE))
    watch.deliver(notification(GRAVE, *storm(5)) + b" ")
    watch.deliver(notification(alert("exports-eu-1", began=BEGAN + timedelta(hours=1))))
    watch.deliver(notification(alert("exports-eu-1", state="resolved")))
    assert sizes(watch) == [STORM, 2]
    assert watch.actions(watch.incidents()[1].id)[-1] == "alert.resolved"


def test_without_a_storm_what_is_graver_joins_its_group(watch: Watch) -> None:
    watch.deliver(notification(*storm(STORM - 10)))
    watch.deliver(notification(GRAVE))
    assert sizes(watch) == [STORM - 9]


def test_what_is_graver_and_reads_alike_is_part_of_the_storm(watch: Watch) -> None:
    watch.deliver(notification(*storm()))
    watch.deliver(notification(down(999, severity="critical")))
    assert sizes(watch) == [STORM + 1]


def test_everything_of_a_source_joins_its_storm_but_what_is_graver(watch: Watch) -> None:
    rule(watch, {"join": "source"})
    one_by_one(watch, storm())
    watch.deliver(notification(alert("x", name="Odd", severity="info"), group="other"))
    watch.deliver(notification(GRAVE, group="third"))
    assert sizes(watch) == [STORM + 1, 1]


def test_what_reads_alike_and_has_no_group_is_one_incident_from_the_second_on(watch: Watch) -> None:
    one_by_one(watch, storm(8))
    assert sizes(watch) == [8]
    joined = [line.text for line in watch.lines(watch.incident().id) if line.action == "alert.joined"]
    assert joined[1].endswith("It reads like what alertmanager said within minutes.")
    one_by_one(watch, [GRAVE, alert("a", name="DiskFull", severity="warning")])
    assert sizes(watch) == [8, 1, 1]
    watch.case.clock.move(timedelta(minutes=11))
    one_by_one(watch, [down(50)])
    assert sizes(watch) == [8, 1, 1, 1]


def test_old_rules_keep_likes_apart_until_they_are_many(watch: Watch) -> None:
    rule(watch, OLD)
    one_by_one(watch, storm(12))
    assert sizes(watch) == [12 - ALIKE_ENOUGH + 1, *[1] * (ALIKE_ENOUGH - 1)]


def test_groups_that_read_alike_are_apart_until_they_are_many(watch: Watch) -> None:
    for number in range(12):
        watch.deliver(notification(down(number), group=f"g{number}"))
    assert len(watch.incidents()) == ALIKE_ENOUGH


def test_in_a_storm_another_group_of_the_kind_joins_and_another_kind_does_not(watch: Watch) -> None:
    watch.deliver(notification(*storm(), group="one"))
    watch.deliver(notification(alert("q", name="QueueFull", severity="warning"), group="two"))
    assert sizes(watch) == [STORM + 1]
    assert watch.lines(watch.incident().id)[-1].text.startswith("Unlike those before: “QueueFull on q”")
    watch.deliver(notification(alert("eu-2", severity="warning"), group="three"))
    assert sizes(watch) == [STORM + 1, 1]
    watch.case.clock.move(timedelta(minutes=11))
    watch.deliver(notification(alert("r", name="ReplicaLag", severity="warning"), group="four"))
    assert sizes(watch) == [STORM + 1, 1, 1]


def test_stragglers_are_counted_where_they_belong_for_as_long_as_the_rules_say(watch: Watch) -> None:
    rule(watch, {"straggler_minutes": 5})
    watch.deliver(notification(down(1)))
    over(watch, watch.incident())
    watch.case.clock.move(timedelta(minutes=4))
    assert watch.deliver(notification(down(2))).opened == ()
    assert watch.lines(watch.incident().id)[-1].text.endswith("it is counted here and opens nothing.")
    assert watch.deliver(notification(GRAVE)).opened != ()
    over(watch, watch.incidents()[1])
    watch.case.clock.move(timedelta(minutes=6))
    assert watch.deliver(notification(down(3))).opened != ()
    assert sizes(watch) == [2, 1, 1]


def flap(watch: Watch, times: int, every: timedelta = timedelta(minutes=2)) -> None:
    for number in range(times):
        began = BEGAN + number * every
        watch.deliver(notification(alert("web-1", name="Flappy", severity="warning", began=began)))
        watch.deliver(notification(alert("web-1", name="Flappy", severity="warning", state="resolved", began=began)))
        watch.case.clock.move(every)


def test_an_alert_that_flaps_is_counted_in_lines_ever_rarer(watch: Watch) -> None:
    flap(watch, 40)
    lines = [line for line in watch.lines(watch.incident().id) if line.action.startswith("alert.")]
    said = [line.text for line in lines if line.action == "alert.flapping"]
    assert said == [
        f"“Flappy on web-1” from alertmanager fires and ends again and again: {number} times so far. "
        "It is counted from here on."
        for number in (4, 8, 16, 32)
    ]
    assert len(lines) == 3 * 2 + 4
    assert sum(row.seen for row in watch.alerts()) == 80
    assert {row.state for row in watch.alerts()} == {"resolved"}


def test_what_flaps_hides_nothing_else(watch: Watch) -> None:
    flap(watch, 10)
    watch.deliver(notification(down(1)))
    watch.deliver(notification(alert("web-0001", name="InstanceDown", severity="warning", state="resolved")))
    assert watch.actions(watch.incident().id)[-2:] == ["alert.joined", "alert.resolved"]


def test_what_comes_back_once_a_day_does_not_flap(watch: Watch) -> None:
    flap(watch, 5, every=timedelta(days=1))
    assert "alert.flapping" not in watch.actions(watch.incident().id)
