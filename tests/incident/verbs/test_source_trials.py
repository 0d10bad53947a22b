"""Rules tried on stored alerts say what would become of each, change nothing, and say that alerts were read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from incident.adapters.rule_trials import Course, Fate
from incident.errors import Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.incidents import Incident
from incident.models.intake import Source
from incident.roles import Actor, Role
from incident.verbs.source_trials import RulesTrial, try_rules
from incident.verbs.sources import set_rules
from tests.incident.cases import LawCase
from tests.incident.monitor import OPERATOR, Watch, alert, notification

ADMINISTRATOR = Actor(UUID(int=7), "Ada", frozenset({Role.ADMINISTRATOR}))
RULES: dict[str, Any] = {"matches": [{"action": "record", "title": "mail*", "name": "Mail"}, {"kind": "public_bucket"}]}


@pytest.fixture
def watch(case: LawCase) -> Watch:
    """A source with three alerts: two of a bucket in one group, one of mail."""
    made = Watch(case)
    made.deliver(notification(alert("eu-1"), alert("us-1")))
    made.deliver(notification(alert("mx-1", name="MailStuck", severity="warning"), group="mail"))
    return made


def tried(watch: Watch, rules: dict[str, Any], actor: Actor = OPERATOR) -> RulesTrial:
    found: RulesTrial = watch.write(actor, lambda act: try_rules(act, watch.slug, rules))
    return found


def test_each_alert_is_shown_with_what_becomes_of_it_before_and_after(watch: Watch) -> None:
    found = tried(watch, RULES)
    assert (found.tried, found.stored, found.erased, found.changed) == (3, 3, 0, 3)
    mail = next(line for line in found.lines if line.title.startswith("MailStuck"))
    assert mail.before == Fate(Course.OPENS, "", "unclassified", "medium")
    assert mail.after == Fate(Course.RECORDED, "Mail")
    assert found.counts() == {
        Course.OPENS: (2, 1),
        Course.JOINS: (1, 1),
        Course.RECORDED: (0, 1),
        Course.IGNORED: (0, 0),
    }


def test_a_storm_is_one_line_of_a_trial(watch: Watch) -> None:
    watch.deliver(notification(*(alert(f"web-{number}", name="Down") for number in range(60)), group="mail"))
    lines = {line.title: line.number for line in tried(watch, {"matches": [{"action": "record"}]}).lines}
    assert lines["Down on web-0"] == 60


def test_what_does_not_change_is_said_to_stay(watch: Watch) -> None:
    present = watch.source.rules
    found = tried(watch, dict(present))
    assert (found.changed, [line.changed for line in found.lines]) == (0, [False] * len(found.lines))


def test_alerts_are_tried_as_if_they_came_now(watch: Watch) -> None:
    until = (watch.case.clock.now() + timedelta(hours=1)).isoformat()
    rules = {"matches": [{"action": "ignore", "expires": until}]}
    assert tried(watch, rules).counts()[Course.IGNORED] == (0, 3)
    watch.case.clock.move(timedelta(hours=1))
    assert tried(watch, rules).counts()[Course.IGNORED] == (0, 0)


def test_trying_changes_nothing_and_leaves_a_line(watch: Watch) -> None:
    before = (watch.source.rules, len(watch.incidents()), [row.seen for row in watch.alerts()])
    tried(watch, RULES)
    assert (watch.source.rules, len(watch.incidents()), [row.seen for row in watch.alerts()]) == before
    said = watch.case.look(
        lambda session: session.exec(select(EntryHeader.action).where(EntryHeader.subject == ADMINISTRATION)).all()
    )
    assert said[-1] == "source.rules_tried"


def test_what_may_not_be_read_is_counted_without_its_title(watch: Watch) -> None:
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, {"matches": [{"action": "record"}]}))
    watch.deliver(notification(alert("ap-1", name="Recorded"), group="other"))
    found = tried(watch, RULES, ADMINISTRATOR)
    assert {line.title for line in found.lines} == {"", "Recorded on ap-1"}
    assert sum(line.number for line in found.lines) == 4


def test_what_was_erased_is_counted(watch: Watch) -> None:
    scope = watch.alerts()[0].scope
    watch.write(OPERATOR, lambda act: act.keys.shred(act.session, scope))
    found = tried(watch, RULES)
    assert (found.tried, found.erased, found.lines) == (0, 3, ())


def test_only_usable_rules_of_a_source_are_tried_and_only_by_who_administers(watch: Watch) -> None:
    with pytest.raises(Invalid, match=r"rules\.matches\[0\]\.expires"):
        tried(watch, {"matches": [{"action": "ignore"}]})
    with pytest.raises(NotFound):
        watch.write(OPERATOR, lambda act: try_rules(act, "nobody", RULES))
    with pytest.raises(Forbidden):
        tried(watch, RULES, watch.case.people[Role.COMMANDER])
    assert watch.case.look(lambda session: session.exec(select(Source.slug)).all()) == [watch.slug]
    assert watch.case.look(lambda session: len(session.exec(select(Incident.id)).all())) >= 2
