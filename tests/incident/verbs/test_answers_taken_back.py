"""A free answer that waits for a second person can be taken back, and ends where its reply is dealt with otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select, update

from incident.errors import Conflict, Forbidden
from incident.models.incidents import Incident
from incident.models.replies import Reply, ReplyAnswer, SentState
from incident.phases import Phase
from incident.queries.waiting import answers_waiting
from incident.reply_rules import USUAL_REPLIES
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role
from incident.verbs.reply_acts import correct_class, settle_reply
from incident.verbs.reply_answers import take_back_answer, write_free_answer
from notifications.replies import ReplyClass
from tests.incident.answering import Mailbag
from tests.incident.verbs.test_answers import SENDING, Bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
R = Role


@pytest.fixture
def bank(bag: Mailbag) -> Bank:
    return Bank(bag.desk)


@pytest.fixture
def reply(bank: Bank) -> Reply:
    return bank.get("Which of my data was it?")


def write(bank: Bank, reply: Reply, text: str = "Your name.", again: str = "") -> ReplyAnswer:
    given: ReplyAnswer = bank.case.act(
        R.LEGAL, write_free_answer, reply.id, text, "en", (), replace(SENDING, again=again)
    )
    return given


def states(bank: Bank) -> list[SentState]:
    query = select(ReplyAnswer).order_by(ReplyAnswer.drafted_at, ReplyAnswer.number)  # type: ignore[arg-type]
    return bank.case.look(lambda session: [row.state for row in session.exec(query).all()])


def test_its_writer_takes_it_back_and_the_reply_can_be_answered_anew(bank: Bank, reply: Reply) -> None:
    given = write(bank, reply)
    with pytest.raises(Conflict, match="an answer waits"):
        write(bank, reply, "Your name and your address.")
    bank.case.act(R.LEGAL, take_back_answer, given.id)
    assert (states(bank), bank.lines("reply.answer_withdrawn")) == ([SentState.WITHDRAWN], 1)
    with pytest.raises(Conflict, match="waits for nobody"):
        bank.case.act(R.LEGAL, take_back_answer, given.id)
    write(bank, reply)  # the same words again
    assert states(bank) == [SentState.WITHDRAWN, SentState.WAITING]


def test_whoever_may_send_it_takes_it_back_and_nobody_else(bank: Bank, reply: Reply) -> None:
    given = write(bank, reply)
    with pytest.raises(Forbidden):
        bank.case.act(R.APPROVER, take_back_answer, given.id)
    bank.case.act(R.RESPONDER, take_back_answer, given.id)
    assert states(bank) == [SentState.WITHDRAWN]


def test_an_approved_answer_that_goes_out_ends_the_one_that_waits(bank: Bank, reply: Reply) -> None:
    version = bank.approve(bank.draft())
    write(bank, reply)
    bank.send(reply, version, again="The approved one is better.")
    assert sorted(states(bank)) == [SentState.SENT, SentState.WITHDRAWN]
    assert bank.lines("reply.answer_ended") == 1
    second = bank.case.people[R.RESPONDER]
    assert bank.case.look(lambda session: answers_waiting(session, second)) == ()


def test_so_do_a_settlement_and_a_class_that_asks_for_nothing(bank: Bank, reply: Reply) -> None:
    write(bank, reply)
    bank.case.act(R.RESPONDER, settle_reply, reply.id, "Called them.", USUAL_REPLIES)
    other = bank.get("And which of my bank data was it?")
    write(bank, other)
    bank.case.act(R.RESPONDER, correct_class, other.id, ReplyClass.ACKNOWLEDGEMENT, "Only thanks.", USUAL_REPLIES)
    assert states(bank) == [SentState.WITHDRAWN, SentState.WITHDRAWN]


def test_one_more_answer_with_its_reason_goes_on_waiting(bank: Bank, reply: Reply) -> None:
    version = bank.approve(bank.draft())
    bank.send(reply, version)
    write(bank, reply, again="They asked for more.")
    bank.send(reply, version, locale="de", again="They read German.")
    assert sorted(states(bank)) == [SentState.SENT, SentState.SENT, SentState.WAITING]


def test_none_waits_whose_words_were_purged(bank: Bank, reply: Reply) -> None:
    write(bank, reply)
    over = update(Incident).values(phase=Phase.CLOSED, closed_at=bank.case.clock.now())
    bank.case.store.write(lambda session: session.exec(over))
    for days in (2, 20):
        bank.case.clock.move(timedelta(days=days))
        look(bank.case.store, bank.case.keys, bank.case.clock.now(), RetentionRules(1, 10))
    assert bank.again(reply).purged_at is not None
    assert states(bank) == [SentState.WITHDRAWN]
