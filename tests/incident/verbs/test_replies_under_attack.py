"""Replies as somebody hostile, in a hurry or at the same moment would have them."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select, update

from incident.errors import NotFound, Refused
from incident.models.incidents import Incident
from incident.models.releasing import OpenedChannel
from incident.models.replies import ReplyAnswer
from incident.phases import Phase
from incident.reply_rules import USUAL_REPLIES
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.facts import save_facts
from incident.verbs.legal_holds import set_hold
from incident.verbs.received_mail import view_mail
from incident.verbs.reply_acts import open_way, settle_reply
from notifications.replies import ReplyClass
from tests.incident.answering import ALL, Mailbag
from tests.incident.notices import FACTS
from tests.incident.verbs.test_answers import Bank

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
server = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
R = Role


@pytest.fixture
def bank(bag: Mailbag) -> Bank:
    return Bank(bag.desk)


def at_once(bank: Bank, role: Role, *works: Callable[[Act], object]) -> list[object]:
    """Each in a transaction of its own; none ends before all have done their part, or wait for another."""
    done: list[object] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[Act], object]) -> None:
        def verb(session: Session) -> None:
            work(Act(session, bank.case.keys, bank.case.people[role], bank.case.clock.now()))
            with suppress(threading.BrokenBarrierError):  # the other one waits for us
                gate.wait(1)

        try:
            bank.case.store.write(verb)
        except (Refused, IntegrityError) as error:
            done.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_what_no_database_takes_is_a_reply_all_the_same(bank: Bank) -> None:
    reply = bank.get("Ich bin\x00im Urlaub.\n\n", "Auto-Submitted: a\x00b", answers="<a\x00b@c.example>")
    assert reply.incident_id == bank.desk.incident_id


@server
def test_two_who_deal_with_the_last_two_replies_at_once_leave_no_task(bank: Bank) -> None:
    first, second = bank.get("Which data?"), bank.get("Which of my data?", sender="u1@example.net")

    def settling(identity: UUID) -> Callable[[Act], object]:
        return lambda act: settle_reply(act, identity, "Called.", USUAL_REPLIES)

    assert at_once(bank, R.LEGAL, settling(first.id), settling(second.id)) == []
    assert bank.tasks() == {"replies-question": "done"}


@server
def test_two_who_open_the_next_way_for_one_person_open_it_once(bank: Bank) -> None:
    replies = [bank.get(text) for text in ("She has left the company.", "He no longer works here.")]
    assert {reply.kind for reply in replies} == {ReplyClass.LEFT}

    def opening(identity: UUID) -> Callable[[Act], object]:
        return lambda act: open_way(act, identity, ALL, USUAL_REPLIES)

    (refused,) = at_once(bank, R.RESPONDER, *(opening(reply.id) for reply in replies))
    assert "opened before" in str(refused)
    assert len(bank.case.look(lambda session: session.exec(select(OpenedChannel)).all())) == 2


def test_a_mail_is_kept_as_long_as_its_reply_whatever_the_door_keeps(bank: Bank) -> None:
    reply = bank.get("Which of my data was it?")
    bank.case.act(R.LEGAL, set_hold, bank.desk.incident_id, "A lawsuit is announced.")
    bank.wait(24 * 400)
    bank.round()
    assert bank.mail(reply.mail_id).raw_sealed is not None


@embedded
def test_why_it_was_answered_goes_with_the_words(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    bank.send(reply, version)
    bank.send(reply, version, again="Mrs Example called from hospital.")
    over = update(Incident).values(phase=Phase.CLOSED, closed_at=bank.case.clock.now())
    bank.case.store.write(lambda session: session.exec(over))
    for days in (2, 20):
        bank.case.clock.move(timedelta(days=days))
        look(bank.case.store, bank.case.keys, bank.case.clock.now(), RetentionRules(1, 10))
    left = bank.case.look(lambda session: session.exec(select(ReplyAnswer.reason, ReplyAnswer.content_sealed)).all())
    assert left == [("", None), ("", None)]


@embedded
def test_a_mail_behind_a_reply_is_opened_by_way_of_the_reply_alone(bank: Bank) -> None:
    reply = bank.get("Which of my data was it?")
    with pytest.raises(NotFound):
        bank.case.act(R.RESPONDER, view_mail, reply.mail_id)


@server
def test_an_answer_waits_for_facts_that_are_being_saved(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    saved, failed = threading.Event(), []

    def save(session: Session) -> None:
        act = Act(session, bank.case.keys, bank.case.people[R.RESPONDER], bank.case.clock.now())
        changed = {**FACTS, "breach": {**FACTS["breach"], "cause": "hacking"}}
        save_facts(act, bank.desk.incident_id, bank.case.organisation, changed)
        saved.set()
        thread.join(1)  # it waits for us

    def send() -> None:
        saved.wait()
        try:
            bank.send(reply, version)
        except Refused as error:
            failed.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    bank.case.store.write(save)
    thread.join()
    assert ([str(error)[:11] for error in failed], bank.ledger()) == (["This answer"], [])
