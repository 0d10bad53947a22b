"""Pages go on step by step until somebody answers: rows and no jobs, so that gaps and two sweeps repeat none."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from incident.models.incidents import Incident
from incident.models.paging import PageStep
from incident.models.people import UserAccount
from incident.queries.pages import read_page, steps_overdue
from incident.roles import Role, Visibility, system
from incident.verbs.endpoints import NewEndpoint, add_endpoint, set_endpoint_active
from incident.verbs.page_answers import acknowledge
from incident.verbs.pages import carry_on, send_test_page
from incident.verbs.rota import set_number
from incident.verbs.teams import set_steps
from notifications.address_guard import Allowed
from notifications.models import Delivery, DeliveryState
from tests.incident.cases import LawCase
from tests.incident.duty import ROADS, ROOT, TEMPLATE, Duty, on_duty


@pytest.fixture
def duty(case: LawCase) -> Duty:
    return on_duty(case)


def test_without_a_team_everybody_who_responds_is_mailed_as_ever(case: LawCase) -> None:
    duty = Duty(case)
    assert duty.opened() == 3
    people = case.look(lambda session: session.exec(select(Delivery.person)).all())
    wanted = (Role.RESPONDER, Role.COMMANDER, Role.PRIVACY_OFFICER)
    assert set(people) == {str(case.people[role].id) for role in wanted}
    assert duty.calls() == []


def test_a_page_goes_to_who_is_on_call_and_privacy_officers_hear_as_well(duty: Duty) -> None:
    duty.page()
    assert duty.told() == [("responder", "mail")]
    officer = duty.case.people[Role.PRIVACY_OFFICER].id
    opened = duty.case.look(
        lambda s: s.exec(select(Delivery.person).where(col(Delivery.occasion).startswith("page:opened:"))).all()
    )
    assert opened == [str(officer)]
    assert duty.lines() == ["Page, step 1 of 3 of team platform, to responder (mail)."]


def test_the_mail_says_the_codename_and_nothing_of_the_case(duty: Duty) -> None:
    duty.page()
    (call,) = duty.calls()
    said = duty.content(call.occasion)
    codename = duty.case.look(lambda s: s.get_one(Incident, duty.case.incident_id)).codename
    assert said["subject"] == f"[{codename}] Page: high"
    assert "goes on in 10 minutes" in said["text"]
    assert "bucket" not in json.dumps(said).lower()


def test_step_by_step_until_somebody_answers(duty: Duty) -> None:
    page_id = duty.page()
    duty.sweep(9)
    assert len(duty.told()) == 1
    duty.sweep(1)
    duty.sweep()
    assert duty.told()[1:] == [("legal", "mail")]
    duty.sweep(5)
    assert duty.told()[2:] == [("legal", "mail"), ("responder", "mail")]
    duty.case.act(Role.LEGAL, acknowledge, page_id, "console")
    for _ in range(10):
        duty.sweep(30)
    assert len(duty.told()) == 4
    assert duty.lines("page.acknowledged") == ["legal acknowledged the page on the console, after 15 minutes."]


def test_it_begins_again_and_slows_down_while_nobody_answers(duty: Duty) -> None:
    duty.page()
    for _ in range(60 * 6):
        duty.sweep(1)
    sent = duty.case.look(
        lambda s: s.exec(
            select(PageStep).where(col(PageStep.sent_at).is_not(None)).order_by(col(PageStep.sent_at))
        ).all()
    )
    begun = sent[0].sent_at
    assert begun is not None
    minutes = [int((row.sent_at - begun) / timedelta(minutes=1)) for row in sent if row.sent_at]
    assert minutes == [0, 10, 15, 30, 40, 45, 60, 70, 75, 90, 150, 210, 270, 330]
    assert duty.lines()[3] == "Page, step 1 of 3, round 2 of team platform, to responder (mail)."


def test_a_late_sweep_sends_the_latest_step_and_records_the_others(duty: Duty) -> None:
    duty.page()
    duty.sweep(73 * 60)
    duty.sweep()
    assert duty.told()[1:] == [("legal", "mail"), ("responder", "mail")]
    assert duty.lines()[1].endswith("Late: 1 earlier step went unsent.")
    rows = duty.case.look(lambda s: s.exec(select(PageStep).where(col(PageStep.round) == 0)).all())
    assert sorted((row.position, row.superseded_by) for row in rows) == [(0, ""), (1, "step"), (2, "")]
    duty.sweep(15)
    assert len(duty.told()) == 4  # the next round runs from when the last step really went


def test_a_clock_that_is_set_back_repeats_nothing(duty: Duty) -> None:
    duty.page()
    duty.sweep(10)
    for minutes in (-60, 30, 34):
        duty.sweep(minutes)
    assert duty.told() == [("responder", "mail"), ("legal", "mail")]


def test_two_sweeps_at_once_send_a_step_once(duty: Duty) -> None:
    page_id = duty.page()
    duty.case.clock.move(timedelta(minutes=10))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: duty.act(carry_on, page_id, ROADS, by=system("sweep")), range(4)))
    assert sorted(done) == [0, 0, 0, 1]
    assert len(duty.told()) == 2


def test_nobody_on_call_then_everybody_who_responds(duty: Duty) -> None:
    gone = update(UserAccount).where(col(UserAccount.email) == "responder@example.org")
    duty.case.store.write(lambda s: s.exec(gone.values(disabled_at=duty.case.clock.now())))
    duty.page()
    assert duty.told() == [("incident commander", "mail"), ("privacy officer", "mail")]
    assert duty.lines() == [
        "Page, step 1 of 3 of team platform, to incident commander (mail), privacy officer (mail). "
        "Nobody it names was there."
    ]


def test_of_a_restricted_incident_only_members_are_paged_and_of_a_sealed_one_no_endpoint_hears(duty: Duty) -> None:
    duty.act(add_endpoint, NewEndpoint("pager", "pagerduty", "", secret="R" * 32), Allowed())
    duty.act(set_steps, "platform", ["on-call, endpoint:pager wait 10"])
    hide = update(Incident).where(col(Incident.id) == duty.case.incident_id).values(visibility=Visibility.SEALED)
    duty.case.store.write(lambda session: session.exec(hide))
    duty.page()
    assert duty.told() == [("responder", "mail")]  # who opened it is a member, the lawyer on call is none


def test_people_are_called_by_a_provider_where_they_have_a_number_and_mailed_where_not(duty: Duty) -> None:
    texts = NewEndpoint("texts", "provider", "https://api.texts.example/Messages", (), "id:key", TEMPLATE)
    duty.act(add_endpoint, texts, Allowed())
    duty.act(set_steps, "platform", ["on-call wait 10 via texts", "team wait 5 via mail, texts"])
    duty.case.act(Role.LEGAL, set_number, "+4930123456")
    page_id = duty.page()
    assert duty.told() == [("legal", "texts"), ("responder", "mail")]
    (call,) = [one for one in duty.calls() if one.way == "texts"]
    said = duty.content(call.occasion)
    assert call.occasion.startswith(f"event:page.sent:{page_id}:0.0:")
    assert said["alarm"]["to"] == "+4930123456"
    assert "/page-answers/" in said["alarm"]["link"]
    duty.sweep(10)
    assert duty.told()[2:] == [("legal", "mail"), ("legal", "texts"), ("responder", "mail")]


def test_a_pager_that_is_off_is_no_pager(duty: Duty) -> None:
    duty.act(add_endpoint, NewEndpoint("pager", "opsgenie", "", secret="key"), Allowed())
    duty.act(set_steps, "platform", ["endpoint:pager wait 10"])
    duty.act(set_endpoint_active, "pager", active=False)
    duty.page()
    assert ("responder", "mail") in duty.told()


def test_a_test_page_takes_the_real_way_once_and_says_that_it_is_one(duty: Duty) -> None:
    page_id = duty.act(send_test_page, "platform", ROADS, by=duty.case.people[Role.LEGAL]).id
    said = duty.content(duty.calls()[0].occasion)
    assert said["subject"] == "[Test] Page of team platform: nothing has happened"
    for _ in range(8):
        duty.sweep(5)
    assert [whom for whom, _ in duty.told()] == ["responder", "legal", "legal", "responder"]
    line, calls = duty.case.look(lambda s: read_page(s, ROOT, page_id))
    assert (line.ended_because, line.acknowledged_at) == ("nobody answered", None)
    assert {call.state for call in calls} == {DeliveryState.CANCELLED}


def test_a_page_that_stands_still_is_a_problem_of_the_installation(duty: Duty) -> None:
    duty.page()
    now = duty.case.clock.now()
    assert duty.case.look(lambda s: steps_overdue(s, now + timedelta(minutes=14))) == 0
    assert duty.case.look(lambda s: steps_overdue(s, now + timedelta(minutes=16))) == 1
    duty.case.store.write(lambda s: s.exec(update(PageStep).values(superseded_at=now)))
    assert duty.case.look(lambda s: steps_overdue(s, now)) == 1
