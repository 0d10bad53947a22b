"""Answers of people become rows: matched without a guess, owned, counted once an hour, each mail by itself."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from incident.models.entries import EntryBody, body_place, incident_subject
from incident.models.incidents import Incident, Severity
from incident.models.replies import Match, Reply
from incident.notice_kinds import NoticeKind
from incident.queries.case import case_of
from incident.queries.replies import content_place
from incident.roles import Role
from incident.verbs import replies as verbs
from incident.verbs.incidents import Report, open_incident
from notifications.audience import NewMember
from notifications.incoming import MailState, ReceivedMail
from notifications.models import Channel
from notifications.replies import ReplyClass, read_reply
from tests.incident.answering import Mailbag
from tests.incident.notices import FACTS, MOMENTS, Desk

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AUTO = "Auto-Submitted: auto-replied"


def open_tasks_of(session: Session, incident_id: UUID) -> int:
    """How many steps bar an incident from leaving containment or recovery; the desk's runbook has none."""
    found = case_of(session, session.get_one(Incident, incident_id))
    return found.open_containment_tasks + found.open_recovery_tasks


def said(bag: Mailbag, reply: Reply) -> dict[str, object]:
    def opened(session: object) -> str:
        return bag.case.keys.open(session, reply.content_sealed or b"", content_place(reply))  # type: ignore[arg-type]

    found: dict[str, object] = json.loads(bag.case.look(opened))
    return found


def test_a_question_is_matched_owned_due_and_told(bag: Mailbag) -> None:
    reply = bag.get("Which of my data was it?")
    assert (reply.matched_by, reply.person, reply.same_address) == (Match.MESSAGE, "u0", True)
    assert (reply.incident_id, reply.edition_id) == (bag.desk.incident_id, bag.release.edition_id)
    assert (reply.delivery_id, reply.release_id) == (bag.row().id, bag.release.id)
    assert (reply.kind, reply.owner_role, reply.settled_at) == (ReplyClass.QUESTION, Role.PRIVACY_OFFICER, None)
    assert reply.due_at is not None
    assert (reply.due_at - reply.received_at).total_seconds() == 48 * 3600
    assert said(bag, reply)["text"] == "Which of my data was it?"
    assert b"data" not in (reply.content_sealed or b"")
    assert (bag.lines("replies.received"), bag.tasks()) == (1, {"replies-question": "open"})
    assert bag.case.look(lambda session: open_tasks_of(session, bag.desk.incident_id)) == 0  # it bars no phase
    assert bag.mail(reply.mail_id).state is MailState.SETTLED


def test_a_storm_is_one_line_an_hour(bag: Mailbag) -> None:
    bag.get("First?")
    for number in range(30):
        bag.receive(bag.written(f"Away {number}", AUTO))
    bag.receive(bag.written("I will sue you."))
    bag.round()
    assert bag.lines("replies.received") == 1
    bag.wait(1.1)
    bag.round()
    bag.round()
    assert bag.lines("replies.received") == 2
    assert bag.tasks() == {"replies-question": "open", "replies-complaint": "open"}
    subject = incident_subject(bag.desk.incident_id)
    newest = select(EntryBody).where(col(EntryBody.subject) == subject).order_by(col(EntryBody.seq).desc())

    def line(session: object) -> str:
        body = session.exec(newest).first()  # type: ignore[attr-defined]
        return bag.case.keys.open(session, body.sealed, body_place(subject, body.seq))  # type: ignore[arg-type]

    assert "1 complaint, 30 automatic answers" in bag.case.look(line)


def test_the_address_matches_where_no_mail_is_named(bag: Mailbag) -> None:
    reply = bag.get("Which data?", sender="U1@example.net", answers="")
    assert (reply.matched_by, reply.person, reply.incident_id) == (Match.ADDRESS, "u1", bag.desk.incident_id)
    assert (reply.delivery_id, reply.locale) == (bag.row("u1").id, "de")


def test_a_stranger_belongs_to_nobody_until_a_person_says_so(bag: Mailbag) -> None:
    reply = bag.get("Thanks!", sender="else@stranger.example", answers="<unknown@mail.example>")
    assert (reply.matched_by, reply.incident_id, reply.person) == (Match.NONE, None, "")
    assert reply.settled_at is None
    assert bag.lines("replies.received") == 0
    assert bag.get("Away.", AUTO, sender="else@stranger.example", answers="").settled_at is not None


def test_a_forwarded_mail_is_no_proof_of_who_writes(bag: Mailbag) -> None:
    reply = bag.get("Which data?", sender="colleague@example.net", answers=bag.row("u0").message_id)
    assert (reply.matched_by, reply.person, reply.same_address) == (Match.MESSAGE, "u0", False)


@embedded
def test_two_people_with_one_address_are_no_person(bag: Mailbag) -> None:
    shared = [NewMember("s0", "both@example.net"), NewMember("s1", "both@example.net")]
    bag.desk.released(NoticeKind.GENERIC, bag.desk.audience(Channel.EMAIL, shared))
    reply = bag.get("Which data?", sender="both@example.net", answers="")
    assert (reply.matched_by, reply.person, reply.delivery_id) == (Match.ADDRESS, "", None)
    assert reply.incident_id == bag.desk.incident_id


@embedded
def test_two_incidents_are_none(bag: Mailbag) -> None:
    report = Report("Another bucket", "public_bucket", Severity.HIGH)
    other = bag.case.act(Role.RESPONDER, open_incident, report)
    desk = Desk(replace(bag.case, incident_id=other.id))
    desk.save(FACTS)
    for name, at in MOMENTS.items():
        desk.moment(name, at)
    desk.released(NoticeKind.PEOPLE, desk.users(1))
    assert bag.get("Which data?", sender="u0@example.net", answers="").matched_by is Match.NONE
    assert bag.get("Which data?", sender="u1@example.net", answers="").matched_by is Match.ADDRESS


@embedded
def test_what_asks_nothing_is_settled_by_the_rules(bag: Mailbag) -> None:
    for text, headers, kind in (
        ("Thanks, got it.", (), ReplyClass.ACKNOWLEDGEMENT),
        ("Back on Monday. Questions?", (AUTO,), ReplyClass.OUT_OF_OFFICE),
    ):
        reply = bag.get(text, *headers)
        assert (reply.kind, reply.settled_by, reply.due_at) == (kind, "rules", None)
    assert bag.tasks() == {}


@embedded
def test_a_machine_that_says_somebody_left_is_a_task_for_a_person(bag: Mailbag) -> None:
    reply = bag.get("She has left the company.", AUTO)
    assert (reply.kind, reply.automatic, reply.settled_at) == (ReplyClass.LEFT, True, None)
    assert (reply.owner_role, bag.tasks()) == (Role.RESPONDER, {"replies-left": "open"})


@embedded
def test_the_same_mail_again_is_one_reply(bag: Mailbag) -> None:
    mail = bag.written("Which data?")
    bag.receive(mail)
    bag.round()
    kept = bag.receive(mail)
    bag.round()
    assert len(bag.replies()) == 1
    undone = update(ReceivedMail).where(col(ReceivedMail.id) == kept)
    bag.case.store.write(lambda session: session.exec(undone.values(state=MailState.HANDED_ON)))
    assert bag.round().troubles != ()  # its reply is there already: the row is unique
    assert len(bag.replies()) == 1


@embedded
def test_a_mail_that_kills_its_reader_is_set_aside_and_stops_no_other(
    bag: Mailbag, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = read_reply

    def die(raw: bytes, *rest: object) -> object:
        if b"poison" in raw:
            raise MemoryError
        return real(raw, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(verbs, "read_reply", die)
    poison = bag.receive(bag.written("poison"))
    good = bag.receive(bag.written("Which data?"))
    bag.round()
    assert bag.reply(good).kind is ReplyClass.QUESTION
    for _ in range(7):
        bag.round()
    assert bag.mail(poison).state is MailState.QUARANTINED
    assert "failed" in bag.mail(poison).trouble
