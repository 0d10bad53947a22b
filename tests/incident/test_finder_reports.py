"""Reports by form: the conversation mails have, a token of which only a digest is kept, limits, and the schedule."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from incident.doors import report_desk_of
from incident.errors import Forbidden, Invalid, NotFound, Refused, TooMany
from incident.models.finders import Door, FinderThread, ReportCount
from incident.models.incidents import Incident
from incident.phases import Phase
from incident.queries.finders import Contact
from incident.report_rules import MOST_AN_HOUR, MOST_OPENINGS, Detail, Message, Told
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.finder_acts import FinderSending, write_to_finder
from incident.verbs.finder_follow_ups import (
    FollowedUp,
    Key,
    follow_up,
    view_own_report,
    write_by_token,
    write_to_own_report,
)
from incident.verbs.finder_reports import FORM, Receipt, ReportDesk, Whence, take_report
from notifications.attachments import Limits
from notifications.models import Delivery, Outgoing
from tests.incident.cases import LawCase
from tests.incident.reporting import DOMAIN, Desk, written

T = TypeVar("T")
WHAT = "Your bucket is open.\nI closed it again."
PUBLIC = Whence(Door.FORM, "192.0.2.7")
SENDING = FinderSending(DOMAIN, "https://console.example")
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Counter:
    """The door for mails, and beside it the form."""

    def __init__(self, case: LawCase, **settings: Any) -> None:
        self.mails = Desk(case, **settings)
        self.case = case
        self.desk: ReportDesk = report_desk_of(self.mails.settings, self.mails.mail.reception)

    def act(self, verb: Any, *args: Any) -> Any:
        """A verb of somebody whom nobody knows."""
        now = self.case.clock.now()
        return self.case.store.write(lambda session: verb(Act(session, self.case.keys, FORM, now), *args))

    def report(self, what: str = WHAT, reach: str = "", whence: Whence = PUBLIC, **said: Any) -> Receipt:
        found: Receipt = self.act(take_report, Told(what, reach, **said), self.desk, whence)
        return found

    def opened(self, receipt: Receipt, network: str = "192.0.2.7") -> FollowedUp | None:
        found: FollowedUp | None = self.act(follow_up, Key(receipt.reference, receipt.token, network))
        return found

    def write(self, receipt: Receipt, message: Message) -> FollowedUp | None:
        key = Key(receipt.reference, receipt.token, "192.0.2.7")
        found: FollowedUp | None = self.act(write_by_token, key, message, self.desk)
        return found

    def thread(self) -> FinderThread:
        return self.mails.threads()[-1]


@pytest.fixture
def counter(case: LawCase) -> Counter:
    return Counter(case)


def test_a_report_by_form_is_detected_at_its_receipt_and_kept_as_evidence(counter: Counter) -> None:
    receipt = counter.report(reach="+49 30 1234", locale="de")
    thread, now = counter.thread(), counter.case.clock.now()
    (incident,) = counter.mails.incidents()
    assert (thread.incident_id, thread.detected_at, thread.locale) == (incident.id, now, "de")
    (kept,) = counter.mails.evidence(incident.id)
    (mail,) = counter.mails.opened().mails
    assert (kept.sha256, kept.media_type) == (mail.row.sha256, "application/json")
    assert mail.words is not None
    assert mail.words.text == WHAT
    assert counter.mails.opened().contact == Contact("", "", "+49 30 1234")
    actions = counter.mails.actions(incident.id)
    assert {"opened", "moment.recorded", "awareness.proposed", "finder.reported"} <= set(actions)
    text = next(text for action, text, _ in counter.mails.lines(incident.id) if action == "finder.reported")
    assert text == f"A report by the form, reference {receipt.reference}. How its writer is reached stands in it."
    found = counter.case.look(lambda session: session.exec(select(FinderThread)).one())
    assert receipt.token not in json.dumps(found.model_dump(), default=str)


def test_answer_and_question_go_back_and_forth_without_mail(counter: Counter) -> None:
    receipt = counter.report()
    mail = counter.case.act(Role.RESPONDER, write_to_finder, counter.thread().id, "Did you copy it?", SENDING)
    assert (mail.occasion, counter.mails.letters()) == ("", [])
    found = counter.write(receipt, Message("No.", {Detail.DATA: "Names", Detail.NAMING: "yes"}))
    assert found is not None
    said = [(one.row.way, one.words.text.strip(), dict(one.words.details)) for one in found.messages if one.words]
    assert said == [
        ("in", WHAT, {}),
        ("out", "Did you copy it?", {}),
        ("in", "No.", {"data": "Names", "naming": "yes"}),
    ]
    assert counter.thread().followed_up_at == counter.case.clock.now()
    assert counter.mails.actions(counter.thread().incident_id)[-1] == "finder.wrote"


def test_a_finder_who_gave_an_address_answers_by_mail_into_the_same_conversation(counter: Counter) -> None:
    receipt = counter.report(reach="ann@finder.example")
    counter.case.act(Role.RESPONDER, write_to_finder, counter.thread().id, "Did you copy it?", SENDING)
    assert len(counter.mails.letters()) == 1
    counter.mails.come_in(written("No, nothing.", subject=f"Re: [{receipt.reference}]"))
    assert len(counter.mails.threads()) == 1
    last = counter.mails.opened().mails[-1]
    assert last.words is not None
    assert (last.words.text, last.row.same_address) == ("No, nothing.", True)
    shown = counter.opened(receipt)
    assert shown is not None
    assert [one.row.way for one in shown.messages] == ["in", "out"]  # mails are theirs already, and may be another's


def test_a_token_opens_one_conversation_and_no_other(counter: Counter) -> None:
    receipts = [counter.report(f"Report {number}") for number in range(4)]
    for one in receipts:
        for other in receipts:
            found = counter.act(follow_up, Key(one.reference, other.token, "192.0.2.9"))
            assert (found is not None) is (one is other)
            if found is not None:
                assert found.thread_id == one.thread_id


def test_openings_are_counted_before_anything_is_looked_up(counter: Counter) -> None:
    receipt = counter.report()
    for number in range(MOST_OPENINGS):
        wrong = Key(receipt.reference, f"{number:025}", "192.0.2.9")
        assert counter.act(follow_up, wrong) is None
    for key in (Key(receipt.reference, "x", "192.0.2.9"), Key(receipt.reference, receipt.token, "192.0.2.9")):
        with pytest.raises(TooMany) as refused:
            counter.act(follow_up, key)
        assert 3590 < refused.value.seconds <= 3600
    assert counter.opened(receipt) is not None  # from elsewhere nobody is kept out
    counter.case.clock.move(timedelta(minutes=61))
    assert counter.act(follow_up, Key(receipt.reference, receipt.token, "192.0.2.9")) is not None


def test_the_form_takes_so_many_in_all_and_from_one_network(case: LawCase) -> None:
    counter = Counter(case, report_forms_an_hour=3, report_forms_an_address=2)
    for number in range(2):
        counter.report(f"Report {number}")
    with pytest.raises(TooMany):
        counter.report("Report 3")
    other = Whence(Door.FORM, "198.51.100.1")
    counter.report("Report 4", whence=other)
    with pytest.raises(TooMany):
        counter.report("Report 5", whence=other)
    counter.report("Report 6", whence=Whence(Door.PROGRAM))  # who is known is not held up by who is not
    rows = counter.case.look(lambda session: list(session.exec(select(ReportCount)).all()))
    assert not any("192.0.2" in row.key or "198.51" in row.key for row in rows)


def test_the_same_form_sent_twice_at_once_is_one_report(counter: Counter) -> None:
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: counter.report(once="one-form"), range(4)))
    assert len({(one.reference, one.token) for one in receipts}) == 1
    assert sorted(one.repeated for one in receipts) == [False, True, True, True]
    assert len(counter.mails.threads()) == 1
    counter.case.clock.move(timedelta(minutes=10, seconds=1))
    assert counter.report(once="one-form").token == ""


@embedded
def test_the_same_message_sent_twice_is_one_and_too_many_wait(counter: Counter) -> None:
    receipt = counter.report()
    for _ in range(2):
        counter.write(receipt, Message("Once", once="a"))
    assert counter.thread().mails == 2
    for number in range(MOST_AN_HOUR - 2):
        counter.write(receipt, Message(f"Message {number}"))
    with pytest.raises(TooMany):
        counter.write(receipt, Message("One too many"))
    assert counter.thread().mails == MOST_AN_HOUR


@embedded
def test_files_are_hashed_sealed_and_bounded(counter: Counter) -> None:
    receipt = counter.report()
    tight = replace(counter.desk.rules, limits=Limits(2, each=10, together=15))
    counter.desk = replace(counter.desk, rules=tight)
    for files in ([b"x" * 11], [b"x" * 9, b"y" * 9], [b"x", b"y", b"z"]):
        sent = tuple((f"{number}.bin", "text/plain", one) for number, one in enumerate(files))
        with pytest.raises(Invalid):
            counter.write(receipt, Message("", {}, sent))
    odd = (("..\\..\\etc/passwd\0", "text/html\r\nX: 1", b"<script>"), ("", "image/svg+xml", b"<svg/>"))
    counter.write(receipt, Message("", {}, odd))
    kept = counter.mails.evidence(counter.thread().incident_id)
    assert [one.media_type for one in kept] == ["application/json"] * 2 + ["application/octet-stream", "image/svg+xml"]
    last = counter.mails.opened().mails[-1]
    assert last.words is not None
    assert [one["name"] for one in last.words.attachments] == ["passwd", "file-2"]
    assert len(last.row.evidence) == 3


@embedded
def test_who_is_signed_in_sees_their_own_and_needs_no_token(counter: Counter) -> None:
    case = counter.case
    known = Whence(Door.INSIDE, reporter=Contact("responder@example.org", "Rita Roe"))
    receipt = case.act(Role.RESPONDER, take_report, Told(WHAT), counter.desk, known)
    assert receipt.token == ""
    (incident,) = counter.mails.incidents()
    assert incident.opened_by == case.people[Role.RESPONDER].label
    assert case.act(Role.RESPONDER, view_own_report, receipt.thread_id).reference == receipt.reference
    case.act(Role.RESPONDER, write_to_own_report, receipt.thread_id, Message("More"), counter.desk)
    for role in (Role.LEGAL, Role.COMMANDER):
        with pytest.raises(NotFound):
            case.act(role, view_own_report, receipt.thread_id)
    with pytest.raises(Forbidden):
        case.act(Role.AUDITOR, take_report, Told(WHAT), counter.desk, known)
    assert counter.act(follow_up, Key(receipt.reference, "", "192.0.2.7")) is None


def close(counter: Counter) -> None:
    def closed(session: Session) -> None:
        row = session.get_one(Incident, counter.thread().incident_id)
        row.phase, row.closed_at = Phase.CLOSED, counter.case.clock.now()

    counter.case.store.write(closed)


def test_what_names_anybody_goes_on_schedule_and_the_token_opens_nothing_then(counter: Counter) -> None:
    receipt = counter.report(reach="ann@finder.example")
    counter.case.act(Role.RESPONDER, write_to_finder, counter.thread().id, "Thank you.", SENDING)
    counter.write(receipt, Message("More", {Detail.WHOSE: "Patients"}, (("a.txt", "text/plain", b"x"),)))
    close(counter)
    counter.case.clock.move(timedelta(days=91))
    rules = RetentionRules(audience_days=90, file_days=1000)
    assert look(counter.case.store, counter.case.keys, counter.case.clock.now(), rules).finders == 1
    row = counter.thread()
    assert (row.contact_sealed, row.address_blind, row.token_digest, row.reporter_id) == (None, "", None, None)
    assert [mail.content_sealed for mail in counter.mails.mails()] == [None] * 3
    assert counter.opened(receipt) is None
    assert counter.write(receipt, Message("Hello?")) is None
    with pytest.raises(Refused):
        counter.case.act(Role.RESPONDER, write_to_finder, row.id, "Hello", SENDING)
    gone = counter.case.look(
        lambda session: session.exec(select(Outgoing).where(col(Outgoing.occasion).startswith("finder:"))).all()
    )
    assert gone == []
    here = row.incident_id
    assert all(one.content_sealed for one in counter.mails.evidence(here))
    counter.case.clock.move(timedelta(days=1000))
    assert look(counter.case.store, counter.case.keys, counter.case.clock.now(), rules).troubles == ()
    assert [one.content_sealed for one in counter.mails.evidence(here)] == [None] * 3


@embedded
def test_people_inside_are_paged_once_and_told_nothing_of_the_words(counter: Counter) -> None:
    counter.report("A very telling sentence.")
    rows = counter.case.look(lambda session: list(session.exec(select(Delivery)).all()))
    assert rows
    assert all("telling" not in f"{row.occasion}{row.person}" for row in rows)
