"""In whatever order deliveries are read, and however often, the same incidents stand in the end."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from incident.models.law import Obligation
from incident.queries.anchors import read_worksheet
from incident.roles import Role
from incident.verbs.alert_homes import WITHIN
from tests.incident.cases import LawCase
from tests.incident.monitor import BEGAN, Watch, alert, notification

Event = tuple[str, int, str, int]  # instance, start, state, and a space more or less: the same bytes or others
NUMBERS = count()

single = st.tuples(
    st.sampled_from(["a", "b"]), st.integers(0, 1), st.sampled_from(["firing", "resolved"]), st.integers(0, 1)
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """What happened, at most five events, and the same in another order; what is resolved has fired."""
    events = draw(st.lists(single, min_size=1, max_size=3))
    fired = {(instance, start) for instance, start, state, _ in events if state == "firing"}
    resolved = {(instance, start) for instance, start, state, _ in events if state == "resolved"}
    history = ([(instance, start, "firing", 0) for instance, start in sorted(resolved - fired)] + events)[:5]
    return sorted(history, key=lambda event: event[2]), draw(st.permutations(history))


def test_an_alert_that_came_first_and_was_read_later_is_the_earliest_candidate_for_awareness(case: LawCase) -> None:
    watch, actor = Watch(case), case.people[Role.AUDITOR]
    first = watch.keep(notification(alert()))  # its request died before it was read
    received_at = case.clock.now()
    case.move(1)
    watch.deliver(notification(alert()) + b" ")
    incident_id = watch.incident().id
    watch.deliveries.read(first.intake_id)
    sheet = case.look(lambda session: read_worksheet(session, case.keys, actor, incident_id))
    assert sheet.start is not None
    assert (sheet.start.at, sheet.start.anchor.evidence) == (received_at, f"intake:{first.intake_id}")
    authority = select(Obligation.starts_at).where(
        col(Obligation.incident_id) == incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa"
    )
    assert case.look(lambda session: session.exec(authority).one()) == received_at


def test_what_waited_behind_the_first_is_read_without_deriving_the_law_again(case: LawCase) -> None:
    watch = Watch(case)
    waiting = []
    for number in range(3):
        waiting.append(watch.keep(notification(alert(f"db-{number}"))))
        case.move(1)  # all of them came before the incident was opened
    watch.deliveries.read(waiting[0].intake_id)
    derived_at = select(Obligation.updated_at).where(col(Obligation.incident_id) == watch.incident().id).distinct()
    (opened_at,) = case.look(lambda session: session.exec(derived_at).all())
    case.move(1)
    for received in waiting[1:]:
        watch.deliveries.read(received.intake_id)
    assert len(watch.alerts()) == 3
    assert case.look(lambda session: session.exec(derived_at).all()) == [opened_at]


def post(watch: Watch, group: str, event: Event) -> None:
    """Keep and read one event, as its request would."""
    instance, start, state, spaces = event
    began = BEGAN + timedelta(minutes=start)
    received = watch.keep(
        notification(alert(f"{group}-{instance}", state=state, began=began), group=group) + b" " * spaces
    )
    if received.repeat:
        watch.deliveries.hear_again(received.intake_id)
    else:
        watch.deliveries.read(received.intake_id)


def outcome(watch: Watch, group: str, events: Sequence[Event]) -> object:
    """Post the events as a group of their own, and say how the case then stands."""
    watch.case.clock.move(WITHIN * 2)
    before = {row.id for row in watch.incidents()}
    known = {row.id for row in watch.alerts()}
    for event in events:
        post(watch, group, event)
    opened = {row.id: (row.phase, row.version, row.closed_at) for row in watch.incidents() if row.id not in before}
    rows = [row for row in watch.alerts() if row.id not in known]
    alerts = sorted((row.started_at_text, row.state, row.seen, row.incident_id in opened) for row in rows)
    return list(opened.values()), alerts


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_every_order_of_firing_repeat_and_resolve_ends_alike(
    case: LawCase, history: tuple[list[Event], list[Event]]
) -> None:
    watch = Watch(case, slug=f"alertmanager-{next(NUMBERS)}")
    straight, shuffled = (
        outcome(watch, f"{name}-{next(NUMBERS)}", events) for name, events in zip("sx", history, strict=True)
    )
    assert straight == shuffled
