"""What the rules of a source do with its alerts: nothing is lost whatever they say, and who is paged and let in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from incident.errors import Invalid
from incident.models.incidents import Membership, Severity
from incident.models.intake import SignalOutcome
from incident.queries.source_page import read_source
from incident.roles import Role, Visibility
from incident.verbs.people import NewUser, add_user
from incident.verbs.sources import set_rules
from incident.verbs.teams import NewLayer, add_team, put_layer
from notifications.models import Delivery
from tests.incident.cases import LawCase
from tests.incident.monitor import BEGAN, OPERATOR, Watch, alert, notification
from tests.web.stage import HASHED

BUCKET, MAIL = alert("eu-1"), alert("mx-1", name="MailStuck", severity="warning")


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def rule(watch: Watch, *matches: dict[str, Any], **members: Any) -> None:
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, {"matches": list(matches), **members}))


def ignored(watch: Watch, hours: int, **patterns: Any) -> dict[str, Any]:
    return {"action": "ignore", "expires": (watch.case.clock.now() + timedelta(hours=hours)).isoformat(), **patterns}


def fared(watch: Watch) -> list[tuple[SignalOutcome, str, int, int]]:
    page = watch.case.look(lambda session: read_source(session, OPERATOR, watch.slug))
    return [(came.outcome, came.rule, came.alerts, came.heard) for came in page.came]


def paged(watch: Watch) -> set[str]:
    rows = watch.case.look(lambda session: session.exec(select(Delivery.person)).all())
    names = {str(actor.id): role.value for role, actor in watch.case.people.items()}
    return {names.get(person, person) for person in rows}


def test_what_is_recorded_or_ignored_is_kept_counted_and_named_by_its_rule(watch: Watch) -> None:
    rule(watch, {"action": "record", "title": "mail*", "name": "Mail is not ours"}, ignored(watch, 1, title="*eu-1"))
    watch.deliver(notification(BUCKET, MAIL, alert("us-1")))
    watch.deliver(notification(BUCKET, MAIL, alert("us-1")) + b" ")
    assert [row.incident_id for row in watch.alerts()].count(None) == 2
    assert fared(watch) == [
        (SignalOutcome.INCIDENT, "", 1, 2),
        (SignalOutcome.RECORDED, "Mail is not ours", 1, 2),
        (SignalOutcome.IGNORED, "rule 2", 1, 2),
    ]
    assert watch.lines(watch.incident().id)[0].text.endswith("on us-1")


def test_what_joins_opens_nothing_and_joins_once_something_is_open(watch: Watch) -> None:
    rule(watch, {"action": "join", "title": "mail*"})
    assert watch.deliver(notification(MAIL)).incidents == ()
    assert fared(watch) == [(SignalOutcome.RECORDED, "rule 1", 1, 1)]
    done = watch.deliver(notification(BUCKET))
    assert watch.deliver(notification(MAIL) + b" ").incidents == done.opened
    assert fared(watch) == [(SignalOutcome.INCIDENT, "rule 1", 1, 2), (SignalOutcome.INCIDENT, "", 1, 1)]


def test_what_still_fires_when_its_ignore_ends_opens_with_the_next_it_is_heard_of(watch: Watch) -> None:
    rule(watch, ignored(watch, 2))
    first = watch.keep(notification(BUCKET))
    watch.deliveries.read(first.intake_id)
    watch.case.clock.move(timedelta(hours=1, minutes=59))
    assert watch.deliveries.hear_again(watch.keep(notification(BUCKET)).intake_id) == 1
    assert watch.incidents() == []
    watch.case.clock.move(timedelta(minutes=1))
    again = watch.keep(notification(BUCKET))  # byte for byte as before: monitors repeat themselves so
    assert again.repeat
    assert watch.deliveries.hear_again(again.intake_id) == 1
    assert fared(watch) == [(SignalOutcome.INCIDENT, "", 1, 3)]
    assert watch.intake(first.intake_id).incident_id == watch.incident().id
    assert watch.lines(watch.incident().id)[0].occurred_at == watch.case.clock.now()


def test_an_ignored_alert_that_ended_opens_nothing_later(watch: Watch) -> None:
    rule(watch, ignored(watch, 1))
    watch.deliver(notification(BUCKET))
    watch.deliver(notification(alert("eu-1", state="resolved")))
    watch.case.clock.move(timedelta(hours=2))
    watch.deliveries.hear_again(watch.keep(notification(BUCKET)).intake_id)
    assert watch.incidents() == []
    assert [row.state for row in watch.alerts()] == ["resolved"]


def test_the_end_of_an_alert_is_noted_in_its_incident_whatever_the_rules_say_now(watch: Watch) -> None:
    watch.deliver(notification(BUCKET))
    rule(watch, ignored(watch, 1))
    watch.deliver(notification(alert("eu-1", state="resolved")))
    assert watch.actions(watch.incident().id)[-1] == "alert.resolved"
    assert [row.incident_id for row in watch.alerts()] == [watch.incident().id]


def test_a_rule_says_how_grave_it_is_and_whom_it_pages(watch: Watch) -> None:
    rule(watch, {"kind": "ransomware", "severity": "low", "page": ["decider"]})
    watch.deliver(notification(BUCKET))
    incident = watch.incident()
    assert (incident.kind, incident.severity, incident.visibility) == ("ransomware", Severity.LOW, Visibility.OPEN)
    assert paged(watch) == {"decider"}


def test_a_restricted_incident_is_open_to_those_it_pages_alone(watch: Watch) -> None:
    rule(watch, {"kind": "insider", "restricted": True, "page": ["privacy_officer", "legal"]})
    watch.deliver(notification(BUCKET))
    incident = watch.incident()
    assert incident.visibility is Visibility.RESTRICTED
    mine = select(Membership.user_id).where(col(Membership.incident_id) == incident.id)
    members = set(watch.case.look(lambda session: session.exec(mine).all()))
    people = watch.case.people
    assert members == {people[Role.PRIVACY_OFFICER].id, people[Role.LEGAL].id}
    assert paged(watch) == {"privacy_officer", "legal"}
    (line,) = [line for line in watch.lines(incident.id) if line.action == "member.added"]
    assert line.text.startswith("Restricted by the rule “rule 1” of its source: it is open to ")


def test_what_is_restricted_joins_nothing_that_is_open_to_all(watch: Watch) -> None:
    rule(watch, {"kind": "insider", "title": "mail*", "restricted": True})
    watch.deliver(notification(BUCKET))
    watch.deliver(notification(MAIL))
    watch.deliver(notification(alert("us-1")))
    assert [(row.kind, row.visibility) for row in watch.incidents()] == [
        ("unclassified", Visibility.OPEN),
        ("insider", Visibility.RESTRICTED),
    ]
    first, second = (row.id for row in watch.incidents())
    assert sorted(row.incident_id == first for row in watch.alerts()) == [False, True, True]
    assert [row.incident_id for row in watch.alerts()].count(second) == 1


def test_a_team_is_paged_by_who_is_on_call_then(watch: Watch) -> None:
    watch.write(OPERATOR, lambda act: add_team(act, "platform"))
    with pytest.raises(Invalid, match=r"rules\.matches\[0\]\.page: there is no team cloud"):
        rule(watch, {"kind": "insider", "page": "team:cloud"})
    order = ("legal@example.org", "incident_commander@example.org")
    layer = NewLayer("first", order, "2026-11-23")
    watch.write(OPERATOR, lambda act: put_layer(act, "platform", layer))
    rule(watch, {"kind": "insider", "page": "team:platform", "restricted": True})
    watch.deliver(notification(BUCKET))
    assert paged(watch) == {"legal"}
    watch.case.clock.move(timedelta(weeks=1))
    watch.deliver(notification(alert("us-1"), group="other"))
    assert paged(watch) == {"legal", "incident_commander"}


def test_where_nobody_named_is_left_the_usual_roles_are_paged(watch: Watch) -> None:
    new = NewUser("gone@example.org", "Gone Soon", ("legal",), HASHED)
    account = watch.write(OPERATOR, lambda act: add_user(act, new))
    rule(watch, {"kind": "insider", "page": ["gone@example.org"], "restricted": True})

    def leave(act: Any) -> None:
        act.session.get_one(type(account), account.id).disabled_at = act.now

    watch.write(OPERATOR, leave)
    watch.deliver(notification(BUCKET))
    assert paged(watch) == {"responder", "incident_commander", "privacy_officer"}


def test_who_is_named_must_be_there_and_an_ignore_ends_within_the_year(watch: Watch) -> None:
    with pytest.raises(Invalid, match=r"rules\.matches\[0\]\.page: nobody@example\.org reads no incidents here"):
        rule(watch, {"kind": "insider", "page": ["legal", "nobody@example.org"]})
    with pytest.raises(Invalid, match=r"rules\.matches\[1\]\.expires: is more than a year ahead"):
        rule(watch, {"kind": "insider"}, ignored(watch, 24 * 367))


def test_an_alert_is_judged_by_when_it_was_received_not_by_when_it_is_read(watch: Watch) -> None:
    rule(watch, ignored(watch, 1))
    kept = watch.keep(notification(BUCKET))
    watch.case.clock.move(timedelta(hours=2))
    watch.deliveries.read(kept.intake_id)
    assert watch.incidents() == []
    watch.deliver(notification(alert("eu-1", began=BEGAN + timedelta(hours=1))))
    assert len(watch.incidents()) == 1
