"""Answers to a page: by the link, on the console, by taking command; of two the first counts, and it is over once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select, update

from incident.endpoint_events import EventType
from incident.errors import Conflict, Forbidden, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.paging import PageCall
from incident.models.people import UserAccount
from incident.paging import LASTS, SCOPE, link_token, open_link
from incident.phases import Phase
from incident.queries.pages import behind_link, read_page, read_pages, waiting_of
from incident.queries.timeline import read_timeline
from incident.roles import Role, Visibility, system
from incident.verbs.endpoints import NewEndpoint, add_endpoint
from incident.verbs.incidents import take_command
from incident.verbs.page_answers import VISITOR, acknowledge, acknowledge_by_link, acknowledge_incident
from incident.verbs.pages import carry_on, send_test_page
from incident.verbs.teams import set_steps
from notifications.address_guard import Allowed
from notifications.models import Delivery, DeliveryState
from tests.incident.cases import LawCase
from tests.incident.duty import ROADS, ROOT, Duty, on_duty


@pytest.fixture
def duty(case: LawCase) -> Duty:
    return on_duty(case)


def test_an_answer_and_a_step_at_once_leave_one_of_both_stories(duty: Duty) -> None:
    page_id = duty.page()
    duty.case.clock.move(timedelta(minutes=10))
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(duty.act, carry_on, page_id, ROADS, by=system("sweep"))
        pool.submit(duty.case.act, Role.LEGAL, acknowledge, page_id, "console").result()
    assert len(duty.told()) == 1 + sent.result()
    duty.sweep(60)
    assert len(duty.told()) == 1 + sent.result()


def test_an_answer_takes_back_what_has_not_gone(duty: Duty) -> None:
    page_id = duty.page()
    assert duty.states(f"page:{page_id}:") == [DeliveryState.PENDING]
    duty.case.act(Role.LEGAL, acknowledge, page_id, "console")
    assert duty.states(f"page:{page_id}:") == [DeliveryState.CANCELLED]


def test_the_link_answers_for_whom_it_was_sent_to_and_shows_no_more_than_the_codename(duty: Duty) -> None:
    duty.page()
    token = duty.token(duty.calls()[0])
    now = duty.case.clock.now()
    seen = duty.case.look(lambda s: behind_link(s, duty.case.keys, token, now))
    assert seen is not None
    assert (seen.acknowledged_at, seen.over) == (None, False)
    duty.act(acknowledge_by_link, seen.call_id, by=VISITOR)
    assert duty.lines("page.acknowledged") == [
        "responder acknowledged the page by the link in the mail, within a minute."
    ]
    duty.act(acknowledge_by_link, seen.call_id, by=VISITOR)  # again changes nothing
    assert len(duty.lines("page.acknowledged")) == 1
    (call,) = duty.calls()
    assert call.answered_at == now


def test_a_link_is_bound_to_its_call_and_its_day(duty: Duty) -> None:
    duty.page()
    call, keys = duty.calls()[0], duty.case.keys
    token, now = duty.token(call), duty.case.clock.now()
    look = duty.case.look
    assert look(lambda s: open_link(s, keys, token, now)) == (call.id, False)
    assert look(lambda s: open_link(s, keys, token, now + LASTS)) == (call.id, True)
    for place in (0, 31, 34, len(token) - 1):
        flipped = token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]
        assert look(partial(open_link, keys=keys, token=flipped, now=now)) is None
    assert look(lambda s: open_link(s, keys, "x" * 90, now)) is None
    other = look(lambda s: link_token(keys.for_scope(s, SCOPE), duty.case.incident_id, now + LASTS))
    assert look(lambda s: behind_link(s, keys, other, now)) is None


def test_a_link_of_somebody_who_left_answers_nothing(duty: Duty) -> None:
    duty.page()
    (call,) = duty.calls()
    gone = update(UserAccount).where(col(UserAccount.id) == call.user_id).values(disabled_at=duty.case.clock.now())
    duty.case.store.write(lambda session: session.exec(gone))
    with pytest.raises(Forbidden):
        duty.act(acknowledge_by_link, call.id, by=VISITOR)


def test_of_two_who_answer_the_first_counts(duty: Duty) -> None:
    duty.page()
    duty.sweep(10)
    first, second = duty.calls()
    duty.act(acknowledge_by_link, second.id, by=VISITOR)
    duty.act(acknowledge_by_link, first.id, by=VISITOR)
    assert [line.split()[0] for line in duty.lines("page.acknowledged")] == ["legal"]
    assert all(call.answered_at for call in duty.calls())


def test_whoever_takes_command_has_answered(duty: Duty) -> None:
    duty.page()
    duty.case.act(Role.COMMANDER, take_command, duty.case.incident_id, duty.case.people[Role.COMMANDER].id)
    duty.sweep(10)
    assert len(duty.told()) == 1
    (line,) = duty.lines("page.acknowledged")
    assert line == "incident commander acknowledged the page by taking command, after 10 minutes."


def test_a_page_ends_with_its_incident(duty: Duty) -> None:
    duty.page()
    over = update(Incident).where(col(Incident.id) == duty.case.incident_id).values(phase=Phase.DISMISSED)
    duty.case.store.write(lambda session: session.exec(over))
    duty.sweep()
    (page,) = duty.case.look(lambda s: s.exec(select(PageCall)).all())
    assert page.ended_because == "the incident is dismissed"
    with pytest.raises(Conflict):
        duty.case.act(Role.LEGAL, acknowledge, page.id, "console")
    duty.sweep(60)
    assert len(duty.told()) == 1


def test_who_may_not_work_on_the_incident_may_not_answer(duty: Duty) -> None:
    page_id = duty.page()
    with pytest.raises(Forbidden):
        duty.case.act(Role.AUDITOR, acknowledge, page_id, "console")
    hide = update(Incident).where(col(Incident.id) == duty.case.incident_id).values(visibility=Visibility.RESTRICTED)
    duty.case.store.write(lambda session: session.exec(hide))
    with pytest.raises(NotFound):
        duty.case.act(Role.LEGAL, acknowledge, page_id, "console")
    stranger = duty.case.people[Role.LEGAL]
    assert duty.case.look(lambda s: read_pages(s, stranger)) == []
    with pytest.raises(NotFound):
        duty.case.look(lambda s: read_page(s, stranger, page_id))


def test_a_pager_gets_trigger_acknowledge_and_resolve_under_one_key(duty: Duty) -> None:
    duty.act(add_endpoint, NewEndpoint("pager", "opsgenie", "", secret="key"), Allowed())
    duty.act(set_steps, "platform", ["endpoint:pager wait 10"])
    page_id = duty.page()
    assert duty.told() == [("endpoint", "pager")]
    duty.case.act(Role.LEGAL, acknowledge, page_id, "console")
    over = update(Incident).where(col(Incident.id) == duty.case.incident_id).values(phase=Phase.CLOSED)
    duty.case.store.write(lambda session: session.exec(over))
    duty.sweep()
    told = col(Delivery.occasion).startswith("event:page")
    rows = duty.case.look(lambda s: s.exec(select(Delivery.occasion).where(told).order_by(col(Delivery.id))).all())
    said = [duty.content(occasion) for occasion in rows]
    assert [one["type"] for one in said] == [
        EventType.PAGE_SENT, EventType.PAGE_ACKNOWLEDGED, EventType.PAGE_ENDED,
    ]  # fmt: skip
    assert [one["alarm"]["act"] for one in said] == ["trigger", "acknowledge", "resolve"]
    assert {one["alarm"]["key"] for one in said} == {str(page_id)}
    assert "legal" not in json.dumps(said)  # a name is not said there
    assert duty.states("event:page.sent")[0] is DeliveryState.CANCELLED  # it had not gone


def test_a_test_that_is_answered_is_over(duty: Duty) -> None:
    page_id = duty.act(send_test_page, "platform", ROADS).id
    duty.act(acknowledge_by_link, duty.calls()[0].id, by=VISITOR)
    line, _ = duty.case.look(lambda s: read_page(s, ROOT, page_id))
    assert (line.ended_because, line.acknowledged_by, line.way) == ("acknowledged", "responder", "mail")
    duty.sweep(60)
    assert len(duty.told()) == 1


def test_the_console_answers_every_page_of_an_incident(duty: Duty) -> None:
    duty.page()
    here = duty.case.incident_id
    assert duty.case.look(lambda s: waiting_of(s, here)) is not None
    assert duty.case.act(Role.RESPONDER, acknowledge_incident, here, "console") == 1
    assert duty.case.look(lambda s: waiting_of(s, here)) is None
    with pytest.raises(Conflict):
        duty.case.act(Role.RESPONDER, acknowledge_incident, here, "console")


def test_lines_of_a_page_stand_on_the_incidents_chain(duty: Duty) -> None:
    page_id = duty.page()
    duty.case.act(Role.LEGAL, acknowledge, page_id, "api")
    found = duty.case.look(
        lambda s: read_timeline(s, duty.case.keys, duty.case.people[Role.AUDITOR], duty.case.incident_id)
    )
    actions = [line.action for line in reversed(found)]
    assert actions.index("paged") < actions.index("page.acknowledged")
    assert incident_subject(duty.case.incident_id)
