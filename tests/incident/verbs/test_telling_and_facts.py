"""Who was told and what is owed agree, whichever was first: the telling, the facts, the contract, another telling."""

import contextlib
import copy
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import col, select, update

from incident.models.law import Reminder
from incident.models.people import Customer, Telling
from incident.notice_kinds import NoticeKind
from incident.queries.duties import told_of_affected
from incident.roles import Role
from incident.verbs import telling
from incident.verbs.facts import save_facts
from incident.verbs.telling import Told, tell_customer
from tests.incident.cases import LawCase

PROMISE, STATUTE = ("promise-customers", "customers"), "eu-gdpr-33-2-processor"
PEOPLE = ("eu-gdpr-34-1-subjects", "data_subjects")


def facts(controllers: Iterable[str], **more: Any) -> dict[str, Any]:
    lists = {"id": "lists", "role": "processor", "controllers": list(controllers), "data": {"categories": ["name"]}}
    return {"breach": {"kinds": ["confidentiality"]}, "datasets": [lists, *more.values()]}


def accounts(name: str, recipients: str) -> dict[str, Any]:
    health = {"data": {"categories": ["health"]}, "exposure": {"recipients": recipients}}
    return {"id": name, "role": "controller", **copy.deepcopy(health)}


def save(case: LawCase, document: dict[str, Any]) -> None:
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document)


def tell(case: LawCase, host_id: str) -> Telling:
    query = select(Customer.id).where(col(Customer.host_id) == host_id)
    customer = case.look(lambda session: session.exec(query).one())
    told = Told(f"telephone:{host_id}", "telephone")
    return case.act(Role.RESPONDER, tell_customer, case.incident_id, customer, told)


def test_a_customer_told_before_the_facts_name_it_owes_nothing_more(case: LawCase) -> None:
    first = tell(case, "acme")
    case.move(1)
    save(case, facts(["acme"]))
    rows = case.obligations()
    for key in ((STATUTE, "acme"), ("contract-acme", "acme"), PROMISE):
        assert (rows[key].met_at, rows[key].met_by) == (first.told_at, f"telling:{first.id}")


def test_contract_hours_that_come_after_the_telling_are_met_by_it(case: LawCase) -> None:
    save(case, facts(["acme", "blue"]))
    first = tell(case, "blue")
    hours = update(Customer).where(col(Customer.host_id) == "blue").values(contract_hours=4)
    case.store.write(lambda session: session.exec(hours))
    save(case, facts(["acme", "blue"], staff=accounts("staff", "public")))
    assert case.obligations()["contract-blue", "blue"].met_by == f"telling:{first.id}"


def test_a_promise_that_was_kept_opens_again_when_another_customer_is_affected(case: LawCase) -> None:
    save(case, facts(["acme"]))
    tell(case, "acme")
    assert case.obligations()[PROMISE].met_at is not None
    save(case, facts(["acme", "blue"]))
    row = case.obligations()[PROMISE]
    assert (row.met_at, row.met_by) == (None, "")
    waiting = select(Reminder.id).where(col(Reminder.obligation_id) == row.id, col(Reminder.superseded_at).is_(None))
    assert case.look(lambda session: session.exec(waiting).all())
    second = tell(case, "blue")
    assert case.obligations()[PROMISE].met_by == f"telling:{second.id}"


def test_a_promise_is_kept_when_the_last_one_waiting_turns_out_not_to_be_affected(case: LawCase) -> None:
    save(case, facts(["acme", "blue"]))
    first = tell(case, "acme")
    case.move(1)
    save(case, facts(["acme"]))
    row = case.obligations()[PROMISE]
    assert (row.met_at, row.met_by) == (first.told_at, f"telling:{first.id}")


def test_the_duty_to_people_opens_again_when_those_of_another_data_set_join(case: LawCase) -> None:
    save(case, facts(["acme"], accounts=accounts("accounts", "public"), staff=accounts("staff", "none")))
    told = (case.incident_id, {NoticeKind.PEOPLE: {"accounts"}}, "release:1", case.clock.now())
    case.act(Role.RESPONDER, telling.meet_people_told, *told)
    assert case.obligations()[PEOPLE].met_by == "release:1"
    save(case, facts(["acme"], accounts=accounts("accounts", "public"), staff=accounts("staff", "public")))
    row = case.obligations()[PEOPLE]
    assert row.datasets == ["accounts", "staff"]
    assert row.met_at is None


def test_of_two_who_tell_the_last_two_customers_at_once_one_keeps_the_promise(
    case: LawCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(case, facts(["acme", "blue"]))
    both, count = threading.Barrier(2), told_of_affected

    def counted(*args: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # passes only if both count before either is done
        return count(*args)

    monkeypatch.setattr("incident.verbs.telling.told_of_affected", counted)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: tell(case, name), ("acme", "blue")))
    assert case.obligations()[PROMISE].met_at is not None


def test_of_two_who_record_one_telling_at_once_both_get_it(case: LawCase, monkeypatch: pytest.MonkeyPatch) -> None:
    save(case, facts(["acme"]))
    both, add = threading.Barrier(2), telling._add

    def added(*args: Any) -> Telling:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return add(*args)

    monkeypatch.setattr(telling, "_add", added)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda name: tell(case, name), ("acme", "acme")))
    assert told[0].id == told[1].id
