"""Answers nobody may send twice, take back into use, or send under facts that have changed meanwhile."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from incident import replying
from incident.answer_texts import AnswerText
from incident.auth.edge import Edge
from incident.errors import Conflict, Refused
from incident.models.incidents import Incident
from incident.models.replies import AnswerState
from incident.roles import Role, Visibility
from incident.settings import Settings
from incident.verbs.answers import retire_answer
from incident.verbs.reply_answers import approve_free_answer, write_free_answer
from tests.incident.answering import Mailbag
from tests.incident.notices import FACTS, MOMENTS, PROFILE
from tests.incident.verbs.test_answers import SENDING, TEXT, Bank

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
R = Role
HERE = Path(__file__).parent


@pytest.fixture
def bank(bag: Mailbag) -> Bank:
    return Bank(bag.desk)


def changed(**values: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(json.dumps(FACTS))
    facts["datasets"][0].update(values)
    return facts


def test_the_same_answer_for_the_same_reason_goes_once(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    bank.send(reply, version)
    bank.send(reply, version, again="They lost the first.")
    with pytest.raises(Conflict, match="this reason"):
        bank.send(reply, version, again="They lost the first.")  # a double click
    bank.send(reply, version, again="They lost that one, too.")
    assert len(bank.ledger()) == 3
    sending = replace(SENDING, again="More.")
    bank.case.act(R.LEGAL, write_free_answer, reply.id, "Sorry.", "en", (), sending)
    with pytest.raises(Conflict, match="this reason"):
        bank.case.act(R.LEGAL, write_free_answer, reply.id, "Sorry.", "en", (), sending)


@embedded
def test_free_words_do_not_follow_an_answer_that_went_out_meanwhile(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    waiting = bank.case.act(R.LEGAL, write_free_answer, reply.id, "Your name.", "en", (), SENDING)
    bank.send(reply, version, again="The approved one is better.")
    with pytest.raises(Conflict, match="it waits for nobody"):
        bank.case.act(R.RESPONDER, approve_free_answer, waiting.id, waiting.digest, (), SENDING)
    assert len(bank.ledger()) == 1


@pytest.mark.parametrize("what", [{"reach": {"DE": 2300, "AT": 100}}, {"title": "Accounts of the shop"}])
@embedded
def test_every_fact_the_checks_read_is_one_an_answer_rests_on(bank: Bank, what: dict[str, Any]) -> None:
    text = AnswerText("How many in Germany?", {"en": "In Germany it concerns 2,000 people."})
    assert bank.check(text) == []
    bank.approve(bank.draft(text), text=text)
    bank.desk.save(changed(**what))
    assert bool(bank.check(text)) is ("reach" in what)
    assert bank.usable() == ["reach" not in what]


@embedded
def test_a_moment_an_answer_may_name_is_one_it_rests_on(bank: Bank) -> None:
    bank.approve(bank.draft())
    bank.desk.moment("confirmed", MOMENTS["discovered"] + timedelta(minutes=10))
    assert bank.usable() == [False]


@embedded
def test_a_fact_that_changes_back_asks_for_approval_all_the_same(bank: Bank) -> None:
    version = bank.approve(bank.draft())
    bank.desk.save(changed(reach={"DE": 2400}))
    bank.desk.save(FACTS)
    assert (bank.usable(), bank.state(version).look_again_at is None) == ([False], False)
    bank.approve(version)
    assert (bank.usable(), bank.state(version).look_again_at) == ([True], None)


@embedded
def test_a_draft_does_not_bring_a_retired_version_back(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    bank.case.act(R.APPROVER, retire_answer, version.answer_id)
    bank.draft(replace(TEXT, question="Something else?"))
    assert bank.usable() == [False]
    with pytest.raises(Refused):
        bank.send(reply, version)
    assert bank.state(version).state is AnswerState.SUPERSEDED


@embedded
def test_free_words_are_checked_again_on_the_facts_as_they_are_when_they_go(bank: Bank) -> None:
    reply, edge = bank.get("How many?"), edge_of(bank)
    legal, responder = bank.case.people[R.LEGAL], bank.case.people[R.RESPONDER]
    given = replying.write_free(edge, legal, reply.id, "In Germany it concerns 2,000 people.", "en")
    bank.desk.save(changed(reach={"DE": 2300, "AT": 100}))
    with pytest.raises(Refused):
        replying.approve_free(edge, responder, given.id, given.digest)
    assert bank.ledger() == []
    bank.desk.save(FACTS)
    assert replying.approve_free(edge, responder, given.id, given.digest).sent_at


@embedded
def test_whoever_may_approve_can(bank: Bank) -> None:
    version = bank.draft()
    decider = bank.case.people[R.DECIDER]
    approved = replying.approve(edge_of(bank), decider, version.id, version.digest, "read")
    assert approved.approved_by == decider.id


@embedded
def test_answers_for_all_tell_no_code_name_of_a_hidden_incident(bank: Bank) -> None:
    hidden = bank.case.look(lambda session: session.get_one(Incident, bank.desk.incident_id))
    text = AnswerText("Which?", {"en": f"Ask about {hidden.codename}, please."})
    edge = edge_of(bank)
    assert len(replying.check_text(edge, None, text)) == 1

    def hide(session: Session) -> None:
        session.get_one(Incident, hidden.id).visibility = Visibility.SEALED

    bank.case.store.write(hide)
    assert replying.check_text(edge, None, text) == []
    assert len(replying.check_text(edge, hidden.id, text)) == 1


def edge_of(bank: Bank) -> Edge:
    settings = Settings(home=HERE, contact_email=PROFILE.contact_email, organisation=PROFILE.organisation)
    return Edge(bank.case.store, bank.case.keys, bank.case.clock, settings)
