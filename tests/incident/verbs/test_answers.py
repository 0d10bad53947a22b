"""The bank: one drafts, another approves, a fact that changes asks again; and a reply is answered once, on purpose."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from incident.answer_texts import AnswerText, check_answer
from incident.errors import Conflict, Forbidden, Invalid, Refused
from incident.models.replies import AnswerState, AnswerVersion, Reply, ReplyAnswer, SentState
from incident.queries.answers import AnswerChecker, bank_of
from incident.reply_rules import USUAL_REPLIES
from incident.roles import Role
from incident.verbs.answers import Draft, approve_answer, draft_answer, refuse_answer, retire_answer
from incident.verbs.reply_acts import assign_reply, correct_class, open_way, settle_reply, take_reply, view_reply
from incident.verbs.reply_answers import (
    Sending,
    approve_free_answer,
    refuse_free_answer,
    send_answer,
    write_free_answer,
)
from notifications.models import Channel, Delivery, DeliveryState
from notifications.replies import ReplyClass
from tests.incident.answering import ALL, DOMAIN, Mailbag
from tests.incident.notices import FACTS, PROFILE, SHIPPED, TEMPLATES

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXT = AnswerText(
    "Which of my data was it?",
    {
        "en": "Your name and your e-mail address. Ask {{ contact_name }} at {{ contact_email }}.",
        "de": "Ihr Name und Ihre E-Mail-Adresse. Fragen beantwortet {{ contact_name }}, {{ contact_email }}.",
    },
)
SENDING = Sending(PROFILE, DOMAIN, USUAL_REPLIES, [SHIPPED])
R = Role


class Bank(Mailbag):
    def draft(self, text: AnswerText = TEXT, key: str = "which-data", role: Role = R.RESPONDER) -> AnswerVersion:
        return self.case.act(role, draft_answer, Draft(self.desk.incident_id, key, text))

    def check(self, text: AnswerText = TEXT) -> Any:
        checker = AnswerChecker(TEMPLATES, PROFILE, self.case.clock.now())
        return self.case.look(lambda session: checker.check(session, self.case.keys, self.desk.incident_id, text))

    def approve(self, version: AnswerVersion, role: Role = R.APPROVER, text: AnswerText = TEXT) -> AnswerVersion:
        return self.case.act(role, approve_answer, version.id, version.digest, self.check(text), "read")

    def state(self, version: AnswerVersion) -> AnswerVersion:
        return self.case.look(lambda session: session.get_one(AnswerVersion, version.id))

    def usable(self) -> list[bool]:
        bank = self.case.look(lambda session: bank_of(session, self.case.keys, self.desk.incident_id))
        return [bool(one.current and one.current.usable) for one in bank]

    def send(self, reply: Reply, version: AnswerVersion, locale: str = "en", again: str = "") -> ReplyAnswer:
        sending = replace(SENDING, again=again)
        return self.case.act(R.RESPONDER, send_answer, reply.id, version.id, locale, sending)

    def ledger(self) -> list[Delivery]:
        rows = select(Delivery).where(col(Delivery.occasion).startswith("reply:")).order_by(col(Delivery.id))
        return self.case.look(lambda session: list(session.exec(rows).all()))


@pytest.fixture
def bank(bag: Mailbag) -> Bank:
    return Bank(bag.desk)


def test_one_drafts_and_another_approves(bank: Bank) -> None:
    version = bank.draft(role=R.LEGAL)
    with pytest.raises(Forbidden, match="another person"):
        bank.approve(version, R.LEGAL)
    assert bank.usable() == [False]
    approved = bank.approve(version)
    assert (approved.state, approved.number) == (AnswerState.APPROVED, 1)
    assert bank.usable() == [True]
    second = bank.draft(role=R.RESPONDER)
    with pytest.raises(Forbidden):
        bank.approve(second, R.LEGAL)  # wrote an earlier version
    bank.approve(second)
    assert (bank.state(version).state, bank.state(second).number) == (AnswerState.SUPERSEDED, 2)
    with pytest.raises(Conflict):
        bank.approve(version)
    assert (bank.lines("answer.drafted"), bank.lines("answer.approved")) == (2, 2)


def test_a_changed_fact_takes_an_answer_out_of_use_until_it_is_approved_anew(bank: Bank) -> None:
    version = bank.approve(bank.draft())
    reply = bank.get("Which of my data was it?")
    changed = json.loads(json.dumps(FACTS))
    changed["datasets"][0]["data"]["categories"].append("postal_address")
    bank.desk.save(changed)
    assert bank.usable() == [False]
    assert bank.state(version).look_again_at is not None
    assert bank.lines("answers.outdated") == 1
    with pytest.raises(Refused, match="approved anew"):
        bank.send(reply, version)
    with pytest.raises(Forbidden):
        bank.case.act(R.RESPONDER, approve_answer, version.id, version.digest, (), "read")
    bank.approve(version)
    assert (bank.usable(), bank.state(version).look_again_at) == ([True], None)
    bank.send(reply, version)


@embedded
def test_what_contradicts_the_facts_is_not_approved(bank: Bank) -> None:
    for wrong, rule in (
        ("We have written to 9,999 people.", "contradiction"),
        ("Everything is on db1.corp.internal.", "internal_name"),
        ("Follow http://elsewhere.example/form now.", "unsafe_link"),
    ):
        text = AnswerText("How many?", {"en": wrong})
        found = bank.check(text)
        assert rule in {finding.rule for finding in found}, wrong
        version = bank.draft(text, "how-many")
        with pytest.raises(Refused):
            bank.approve(version, text=text)
    assert check_answer(TEMPLATES, TEXT, bank_against(bank)) == []


def bank_against(bank: Bank) -> Any:
    checker = AnswerChecker(TEMPLATES, PROFILE, bank.case.clock.now())
    return bank.case.look(lambda session: checker._against(session, bank.case.keys, bank.desk.incident_id))


@embedded
def test_warnings_stand_only_with_a_reason(bank: Bank) -> None:
    text = AnswerText("Is it bad?", {"en": "There is no evidence that your data were misused. Your account is open."})
    findings = bank.check(text)
    assert {finding.level for finding in findings} == {"warning"}
    version = bank.draft(text, "is-it-bad")
    with pytest.raises(Refused, match="Warnings"):
        bank.case.act(R.APPROVER, approve_answer, version.id, version.digest, findings, " ")
    assert bank.case.act(R.APPROVER, approve_answer, version.id, version.digest, findings, "Logs are complete.").reason


@embedded
def test_a_draft_is_refused_and_an_answer_retired(bank: Bank) -> None:
    version = bank.draft()
    bank.case.act(R.APPROVER, refuse_answer, version.id, "Too long.")
    assert bank.state(version).state is AnswerState.REFUSED
    bank.case.act(R.APPROVER, retire_answer, version.answer_id)
    assert bank.usable() == []


@embedded
def test_placeholders_keys_and_languages_are_a_closed_list(bank: Bank) -> None:
    for key, texts in (
        ("Bad key!", {"en": "x"}),
        ("k", {}),
        ("k", {"xx": "x"}),
        ("k", {"en": "{{ name }}"}),
        ("k", {"en": "{% if x %}"}),
    ):
        with pytest.raises(Invalid):
            bank.draft(AnswerText("q", texts), key)


def test_a_reply_is_answered_once(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    given = bank.send(reply, version)
    (row,) = bank.ledger()
    assert (row.occasion, row.state, row.channel) == (f"reply:{reply.id}:1", DeliveryState.PENDING, Channel.EMAIL)
    assert row.message_id == f"<reply.{reply.id.hex}.1@{DOMAIN}>"
    assert "u0" not in row.person
    assert (given.state, bank.again(reply).settled_at) == (SentState.SENT, bank.case.clock.now())
    assert bank.tasks() == {"replies-question": "done"}
    with pytest.raises(Conflict, match="once more"):
        bank.send(reply, version)
    assert bank.send(reply, version, "de", again="They ask for it in German.").number == 2
    assert [one.occasion for one in bank.ledger()] == [f"reply:{reply.id}:1", f"reply:{reply.id}:2"]
    assert bank.lines("reply.answered") == 2
    with pytest.raises(Invalid, match="not written in"):
        bank.send(reply, version, "fr", again="x")


@embedded
def test_an_answer_to_our_answer_belongs_to_the_same_person(bank: Bank) -> None:
    version, reply = bank.approve(bank.draft()), bank.get("Which of my data was it?")
    bank.send(reply, version)
    (row,) = bank.ledger()
    second = bank.get("And my password?", answers=row.message_id)
    assert (second.person, second.incident_id, second.same_address) == ("u0", bank.desk.incident_id, True)
    assert second.delivery_id == reply.delivery_id


@embedded
def test_free_words_need_a_second_person(bank: Bank) -> None:
    reply, act = bank.get("Which of my data was it?"), bank.case.act
    text = "Your name. Write to {{ contact_email }}."
    given = act(R.LEGAL, write_free_answer, reply.id, text, "en", (), SENDING)
    assert (given.state, bank.ledger()) == (SentState.WAITING, [])
    with pytest.raises(Forbidden):
        act(R.LEGAL, approve_free_answer, given.id, given.digest, (), SENDING)
    with pytest.raises(Conflict):
        act(R.RESPONDER, approve_free_answer, given.id, "another", (), SENDING)
    with pytest.raises(Conflict):
        act(R.RESPONDER, write_free_answer, reply.id, text, "en", (), SENDING)
    act(R.RESPONDER, approve_free_answer, given.id, given.digest, (), SENDING)
    assert len(bank.ledger()) == 1
    other = act(R.LEGAL, write_free_answer, reply.id, "Sorry.", "en", (), replace(SENDING, again="More to say."))
    act(R.RESPONDER, refuse_free_answer, other.id, "We said that.")
    with pytest.raises(Conflict):
        act(R.RESPONDER, approve_free_answer, other.id, other.digest, (), SENDING)


@embedded
def test_a_program_is_never_answered(bank: Bank) -> None:
    version = bank.approve(bank.draft())
    for headers in (("Auto-Submitted: auto-replied",), ("Precedence: bulk",), ("X-Autoreply: yes",)):
        reply = bank.get("Which data?", *headers)
        with pytest.raises(Refused, match="program"):
            bank.send(reply, version)
        with pytest.raises(Refused):
            bank.case.act(R.LEGAL, write_free_answer, reply.id, "x", "en", (), SENDING)
    assert bank.ledger() == []


@embedded
def test_somebody_who_only_writes_that_they_are_away_is_answered_once_a_person_says_so(bank: Bank) -> None:
    version = bank.approve(bank.draft())
    reply = bank.get("I am out of the office until Monday. Call me about my data.")
    assert (reply.kind, reply.automatic) == (ReplyClass.OUT_OF_OFFICE, False)
    with pytest.raises(Refused, match="program"):
        bank.send(reply, version)
    bank.case.act(R.LEGAL, correct_class, reply.id, ReplyClass.QUESTION, "It asks for a call.", USUAL_REPLIES)
    assert bank.send(reply, version).state is SentState.SENT


@embedded
def test_a_person_corrects_takes_settles_and_assigns(bank: Bank) -> None:
    act, reply = bank.case.act, bank.get("Thanks, got it.")
    corrected = act(R.LEGAL, correct_class, reply.id, ReplyClass.COMPLAINT, "Irony.", USUAL_REPLIES)
    assert (corrected.kind, corrected.read_as, corrected.settled_at) == (
        ReplyClass.COMPLAINT,
        ReplyClass.ACKNOWLEDGEMENT,
        None,
    )
    assert bank.tasks() == {"replies-complaint": "open"}
    with pytest.raises(Invalid):
        act(R.LEGAL, correct_class, reply.id, ReplyClass.QUESTION, " ", USUAL_REPLIES)
    act(R.LEGAL, take_reply, reply.id)
    with pytest.raises(Conflict):
        act(R.RESPONDER, take_reply, reply.id)
    act(R.LEGAL, settle_reply, reply.id, "Called back.", USUAL_REPLIES)
    assert bank.tasks() == {"replies-complaint": "done"}
    assert act(R.LEGAL, view_reply, reply.id).text == "Thanks, got it."
    with pytest.raises(Forbidden):
        act(R.DECIDER, view_reply, reply.id)
    stray = bank.get("Which data?", sender="x@stranger.example", answers="")
    assigned = act(R.RESPONDER, assign_reply, stray.id, bank.desk.incident_id, "Names our notice.", USUAL_REPLIES)
    assert (assigned.incident_id, assigned.person) == (bank.desk.incident_id, "")
    assert bank.lines("reply.assigned") == bank.lines("reply.reclassified") == 1


@embedded
def test_a_person_opens_the_next_way_where_somebody_left(bank: Bank) -> None:
    act = bank.case.act
    with pytest.raises(Refused, match="class"):
        act(R.RESPONDER, open_way, bank.get("Which data?").id, ALL, USUAL_REPLIES)
    reply = bank.get("She has left the company.", "Auto-Submitted: auto-replied")
    assert act(R.RESPONDER, open_way, reply.id, ALL, USUAL_REPLIES) == 2
    with pytest.raises(Refused):
        act(R.RESPONDER, open_way, reply.id, ALL, USUAL_REPLIES)
    shown = (col(Delivery.person) == "u0", col(Delivery.channel) == Channel.IN_APP)
    assert len(bank.case.look(lambda session: session.exec(select(Delivery).where(*shown)).all())) == 1
    assert bank.lines("release.next_channel") == 1
    assert bank.row("u0").state is DeliveryState.ACCEPTED  # nobody says that it bounced
