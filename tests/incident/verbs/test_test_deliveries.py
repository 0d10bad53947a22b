"""A test sent to a source goes the way of a delivery and is kept and counted as a test: it opens and pages nothing."""

from uuid import UUID

import pytest
from sqlmodel import Session, func, select

from incident.adapters.authenticity import Scheme
from incident.adapters.rule_trials import Course, Fate
from incident.errors import Forbidden, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.incidents import Incident
from incident.models.intake import Intake, IntakeState, SignalOutcome, SignalRow
from incident.models.paging import PageCall
from incident.queries.silence import last_heard
from incident.queries.source_page import SourcePage, read_source
from incident.roles import Actor, Role
from incident.verbs.intake import as_received
from incident.verbs.sources import add_source, retire_secret, rotate_secret, set_enabled, set_rules
from incident.verbs.test_deliveries import SentTest, send_test
from notifications.models import Delivery as Mail
from tests.incident.cases import LawCase
from tests.incident.monitor import OPERATOR, Watch, alert, notification

ADMINISTRATOR = Actor(UUID(int=7), "Ada", frozenset({Role.ADMINISTRATOR}))
TITLE = "The bucket with customer exports is public"


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def sent(watch: Watch, slug: str = "", actor: Actor = OPERATOR) -> SentTest:
    found: SentTest = watch.write(actor, lambda act: send_test(act, slug or watch.slug, watch.reception))
    return found


def page(watch: Watch) -> SourcePage:
    with watch.case.store.read() as session:
        return read_source(session, OPERATOR, watch.slug)


def counted(watch: Watch) -> tuple[int, ...]:
    """Incidents, pages, mails."""

    def number(session: Session) -> tuple[int, ...]:
        tables = (Incident, PageCall, Mail)
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in tables)

    return watch.case.look(number)


def test_each_step_is_told(watch: Watch) -> None:
    found = sent(watch)
    assert (found.scheme, found.taken, found.proven) == ("bearer", True, (None,))
    assert (found.refused, found.trouble) == (False, "")
    [read] = found.alerts
    assert (read.signal.title, read.signal.severity, read.signal.state) == (TITLE, "critical", "firing")
    assert read.fate.course is Course.OPENS
    assert (read.fate.kind, read.fate.severity) == ("public_bucket", "critical")


def test_it_opens_and_pages_nothing_however_often_it_is_sent(watch: Watch) -> None:
    before = counted(watch)
    for _ in range(3):
        assert sent(watch).alerts[0].fate.course is Course.OPENS
    assert counted(watch) == before


def test_it_is_kept_and_counted_as_a_test_alone(watch: Watch) -> None:
    watch.deliver(notification(alert("eu-1")))
    heard = page(watch).line.last_received_at
    sent(watch)
    sent(watch)
    found = page(watch)
    assert (found.line.received, found.line.sent_tests, found.line.last_received_at) == (1, 2, heard)
    assert found.line.sent_test_at == watch.case.clock.now()
    assert found.line.tested_at is None
    assert [(came.test, came.outcome, came.alerts) for came in found.came] == [
        (False, SignalOutcome.INCIDENT, 1),
        (True, SignalOutcome.RECORDED, 2),
    ]


def test_it_says_nothing_of_whether_the_monitor_is_silent(watch: Watch) -> None:
    sent(watch)
    with watch.case.store.read() as session:
        assert last_heard(session, watch.source.id) is None


def test_the_rules_in_force_decide(watch: Watch) -> None:
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, {"matches": [{"action": "record", "name": "Quiet"}]}))
    assert sent(watch).alerts[0].fate == Fate(Course.RECORDED, "Quiet")


def test_a_rule_that_names_tests_opens_none(watch: Watch) -> None:
    rules = {"matches": [{"state": "test", "kind": "public_bucket", "name": "Tests"}]}
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, rules))
    before = counted(watch)
    sent(watch)
    assert counted(watch) == before


def test_what_it_would_join_is_named_to_whoever_may_read_it(watch: Watch) -> None:
    join = {"join": "source"}
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, join))
    watch.deliver(notification(alert("eu-1")))
    [read] = sent(watch).alerts
    assert (read.fate.course, read.joins) == (Course.JOINS, watch.incident().codename)
    [hidden] = sent(watch, actor=ADMINISTRATOR).alerts
    assert (hidden.fate.course, hidden.joins) == (Course.JOINS, "")


def test_both_live_secrets_are_tried(watch: Watch) -> None:
    watch.write(OPERATOR, lambda act: rotate_secret(act, watch.slug))
    assert sent(watch).proven == (None, None)
    watch.write(OPERATOR, lambda act: retire_secret(act, watch.slug))
    assert sent(watch).proven == (None,)


def test_the_secret_is_not_kept(watch: Watch) -> None:
    made = watch.write(OPERATOR, lambda act: add_source(act, "pager", "opsgenie", "header_token"))
    sent(watch, "pager")
    kept = watch.case.look(lambda session: session.exec(select(Intake)).one())
    headers = watch.write(OPERATOR, lambda act: dict(as_received(act, kept).headers))
    assert made.secret not in headers.values()


def test_what_only_the_vendor_signs_is_read_all_the_same(watch: Watch) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:alarms"
    watch.write(OPERATOR, lambda act: add_source(act, "sns", "aws_sns", "aws_sns", secret=topic))
    found = sent(watch, "sns")
    assert (found.proven, found.refused, len(found.alerts)) == ((), False, 1)


def test_what_cannot_be_read_waits_for_nobody(watch: Watch) -> None:
    watch.write(OPERATOR, lambda act: add_source(act, "any", "generic", "bearer"))
    found = sent(watch, "any")
    assert "no mapping" in found.trouble
    assert not found.good
    with watch.case.store.read() as session:
        assert session.exec(select(Intake.state)).all() == [IntakeState.SETTLED]


@pytest.mark.parametrize("way", ["off", "asked"])
def test_nothing_is_sent_where_nothing_is_taken(watch: Watch, way: str) -> None:
    slug = watch.slug
    if way == "off":
        watch.write(OPERATOR, lambda act: set_enabled(act, slug, enabled=False))
    else:
        slug = watch.write(OPERATOR, lambda act: add_source(act, "hibp", "hibp", "none")).source.slug
    assert sent(watch, slug) == SentTest(Scheme.BEARER if way == "off" else Scheme.NONE, taken=False)
    with watch.case.store.read() as session:
        assert session.exec(select(func.count()).select_from(SignalRow)).one() == 0


def test_that_it_was_sent_is_written_down(watch: Watch) -> None:
    sent(watch)
    with watch.case.store.read() as session:
        mine = select(EntryHeader.action).where(EntryHeader.subject == ADMINISTRATION).order_by(EntryHeader.seq)  # type: ignore[arg-type]
        assert session.exec(mine).all()[-1] == "source.test_sent"


def test_only_who_administers_sends_one_to_a_source_there_is(watch: Watch) -> None:
    with pytest.raises(Forbidden):
        sent(watch, actor=Actor(UUID(int=8), "Rex", frozenset({Role.RESPONDER})))
    with pytest.raises(NotFound):
        sent(watch, "nowhere")
