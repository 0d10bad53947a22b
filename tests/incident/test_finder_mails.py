"""Reports by mail: one incident each, detected when a server of ours had it, evidence kept, answered once, no loops."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlmodel import select

from incident.models.finders import ThreadState, Way
from incident.models.law import AnchorRecord
from incident.queries.incident import open_evidence
from incident.roles import system
from notifications.incoming import MailState
from notifications.models import Delivery, Outgoing
from tests.incident.cases import LawCase
from tests.incident.reporting import ANN, FINDER, SECURITY, Desk, written

HOW = "I found your bucket. I looked at one file and copied nothing. Regards, Ann"
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return Desk(case)


def received_line(at: datetime) -> str:
    return f"from mail.finder.example by mx.brightdesk.example with ESMTPS; {format_datetime(at)}"


def test_a_report_opens_an_incident_with_everything_it_brought(desk: Desk) -> None:
    mail = written(HOW)
    mail.add_attachment(b"id;name\r\n1;x\r\n", "text", "csv", filename="sample.csv")
    raw = FINDER.sign(desk.dated(mail))
    (kept,) = desk.come_in(raw)
    (incident,), (thread,) = desk.incidents(), desk.threads()
    assert (incident.kind, incident.severity, incident.opened_by) == ("external_report", "medium", "system:mail intake")
    assert (thread.incident_id, thread.state, thread.automatic) == (incident.id, ThreadState.OPEN, False)
    assert (desk.received(kept).state, desk.received(kept).kind) == (MailState.SETTLED, "finder")
    first, answer = desk.opened().mails
    assert (first.row.way, first.row.dkim, first.row.dkim_domain, first.row.aligned) == (
        Way.IN, "pass", "finder.example", True,
    )  # fmt: skip
    assert first.row.sha256 == hashlib.sha256(raw).hexdigest()
    assert first.words is not None
    assert (first.words.sender, first.words.name, first.words.subject) == (ANN, "Ann", "A leak")
    assert "I looked at one file" in first.words.text
    assert answer.row.way is Way.OUT
    as_received, sample = desk.evidence(incident.id)
    assert (as_received.media_type, as_received.sha256) == ("message/rfc822", first.row.sha256)
    assert (sample.media_type, sample.size) == ("text/csv", 14)
    found = desk.case.look(
        lambda session: open_evidence(session, desk.case.keys, system("tests"), incident.id, as_received.id)
    )
    assert found == (f"Report {thread.reference}, mail 1: as received", raw)
    actions = desk.actions(incident.id)
    assert actions[0] == "opened"
    assert {"moment.recorded", "awareness.proposed", "duties.derived", "finder.reported"} <= set(actions)
    text = next(text for action, text, _ in desk.lines(incident.id) if action == "finder.reported")
    assert "DKIM: pass (finder.example)" in text
    assert "1 attachment kept" in text
    assert "Answered by itself, once." in text
    assert ANN not in text


def test_detected_is_when_our_first_server_had_it(case: LawCase) -> None:
    desk = Desk(case, received_hops=2)
    had = case.clock.now() - timedelta(minutes=7)
    forged = case.clock.now() - timedelta(days=30)
    mail = written(HOW)
    raw = "".join(f"Received: {received_line(at)}\r\n" for at in (case.clock.now(), had, forged)).encode() + desk.dated(
        mail
    )
    desk.come_in(raw)
    (incident,) = desk.incidents()
    anchors = case.look(lambda session: session.exec(select(AnchorRecord)).all())
    assert {(one.name, one.at, one.decided) for one in anchors if one.incident_id == incident.id} == {
        ("detected", had, True),
        ("aware", had, False),
    }
    assert desk.lines(incident.id)[0][2] == had
    assert "Received line 2" in desk.threads()[0].detected_how


@embedded
def test_without_a_trusted_line_our_own_receipt_is_detected(desk: Desk) -> None:
    forged = datetime(2020, 1, 1, tzinfo=UTC)
    desk.come_in(f"Received: {received_line(forged)}\r\n".encode() + desk.dated(written(HOW)))
    (thread,) = desk.threads()
    assert (thread.detected_at, thread.detected_how[:15]) == (desk.case.clock.now(), "our own receipt")


def test_the_automatic_answer_goes_once_in_the_finders_language_and_names_nothing_inside(desk: Desk) -> None:
    desk.come_in(written("Ich habe Ihre Daten im Netz gefunden und habe nichts davon kopiert. Was ist das?"))
    (incident,), (thread,), (letter,) = desk.incidents(), desk.threads(), desk.letters()
    (_, answer) = desk.opened().mails
    assert answer.words is not None
    assert thread.locale == "de"
    assert answer.words.subject == f"Ihre Meldung ist bei uns [{thread.reference}]"
    said = answer.words.subject + answer.words.text
    assert "keine personenbezogenen Daten anderer" in said
    for inside in (incident.codename, str(incident.id), str(thread.id), "console.example", "external", ANN):
        assert inside not in said
    assert letter.person == f"finder:{thread.id}"
    desk.come_in(written("Noch etwas.", subject=f"Re: [{thread.reference}]"))
    assert len(desk.letters()) == 1


def test_later_mails_join_by_our_mail_by_the_reference_and_by_their_own(desk: Desk) -> None:
    first = written(HOW)
    desk.come_in(first)
    (thread,), (letter,) = desk.threads(), desk.letters()
    desk.come_in(
        written("I deleted it.", subject="Re: something", In_Reply_To=letter.message_id),
        written("And?", subject=f"Re: [{thread.reference.lower()}]", sender="other@elsewhere.example"),
        written("P.S.", subject="Your bucket", References=str(first["Message-ID"])),
    )
    (known,) = desk.threads()
    assert known.mails == 5
    assert [one.row.same_address for one in desk.opened().mails] == [True, True, True, False, True]
    assert desk.actions(known.incident_id).count("finder.wrote") == 3
    assert len(desk.incidents()) == 1


def test_a_strangers_references_to_a_finders_mail_join_nothing(desk: Desk) -> None:
    first = written(HOW)
    desk.come_in(first)
    desk.come_in(written("Me too", sender="eve@evil.example", References=str(first["Message-ID"])))
    assert len(desk.threads()) == 2


def test_the_same_mail_by_another_way_is_counted(desk: Desk) -> None:
    raw = desk.dated(written(HOW))
    desk.come_in(raw, b"Received: by another.example; Tue, 24 Nov 2026 08:00:00 +0000\r\n" + raw, raw)
    (mail, answer) = desk.mails()
    assert (mail.repeats, answer.way, len(desk.incidents())) == (1, Way.OUT, 1)


def test_a_message_id_of_another_sender_swallows_nothing(desk: Desk) -> None:
    desk.come_in(written(HOW, Message_ID="<same@x.example>"))
    desk.come_in(written("Another leak", sender="bob@finder.example", Message_ID="<same@x.example>"))
    assert len(desk.incidents()) == 2


@pytest.mark.parametrize(
    ("head", "opens"),
    [
        ({"Auto_Submitted": "auto-generated"}, True),  # a scanner reports
        ({"Precedence": "bulk"}, True),  # a CERT's list
        ({"Auto_Submitted": "auto-replied"}, False),
        ({"X_Autoreply": "yes"}, False),
        ({"Return_Path": "<>"}, False),
        ({"Message_ID": "<01a214a3-a741-7000-aca2-b1a859368e47@brightdesk.example>"}, False),
    ],
)
@embedded
def test_what_programs_send_is_never_answered_and_answers_of_programs_open_nothing(
    desk: Desk, head: dict[str, str], opens: bool
) -> None:
    (kept,) = desk.come_in(written(HOW, **head))
    assert len(desk.incidents()) == opens
    assert desk.letters() == []
    assert (desk.received(kept).state is MailState.QUARANTINED) is not opens


@embedded
def test_two_programs_never_write_to_each_other(desk: Desk) -> None:
    desk.come_in(written(HOW))
    for turn in range(5):
        letter = desk.letters()[-1]
        head = {"Auto_Submitted": "auto-replied"} if turn % 2 else {"Auto_Submitted": "auto-generated"}
        desk.come_in(written(f"Ticket {turn} was made.", In_Reply_To=letter.message_id, **head))
    assert (len(desk.letters()), len(desk.threads()), desk.threads()[0].mails) == (1, 1, 7)


@embedded
def test_a_forged_sender_gets_one_answer_a_day_however_many_mails_name_it(desk: Desk) -> None:
    for number in range(4):
        desk.come_in(written(f"Report {number}", subject=f"Leak {number}"))
    assert (len(desk.incidents()), len(desk.letters())) == (4, 1)
    desk.case.move(25)
    desk.come_in(written("One more", subject="Leak"))
    assert len(desk.letters()) == 2


def test_too_many_are_gathered_in_one_incident_and_not_answered(case: LawCase) -> None:
    desk = Desk(case, reports_an_hour=3)
    for number in range(20):
        desk.receive(written(f"Spam {number}", sender=f"s{number}@spam.example", subject=f"Spam {number}"))
    assert desk.round().troubles == ()
    assert len(desk.incidents()) == 4
    states = [one.state for one in desk.threads()]
    assert (states.count(ThreadState.OPEN), states.count(ThreadState.GATHERED)) == (3, 17)
    gathering = desk.incidents()[-1]
    assert len(desk.letters()) == 3
    assert desk.evidence(gathering.id) == []
    assert desk.actions(gathering.id).count("finder.gathered") == 11  # ten, and the sixteenth
    assert "17" not in desk.lines(gathering.id)[-1][1]
    case.move(2)
    desk.come_in(written("A real one", sender="real@finder.example"))
    assert len(desk.incidents()) == 5


@embedded
def test_people_inside_are_paged_without_a_word_of_it(desk: Desk) -> None:
    desk.come_in(written(HOW))
    (incident,) = desk.incidents()
    pages = desk.case.look(
        lambda session: [one for one in session.exec(select(Outgoing)).all() if one.occasion.startswith("page:opened")]
    )
    assert [one.occasion for one in pages] == [f"page:opened:{incident.id}"]
    told = desk.case.look(lambda session: session.exec(select(Delivery.person)).all())
    assert len(told) == 4  # three people inside, one finder


@embedded
def test_an_answer_to_a_notice_stays_a_reply_whatever_address_it_comes_to(desk: Desk) -> None:
    desk.come_in(written(HOW))
    page = desk.case.look(lambda session: session.exec(select(Delivery)).all())
    inside = next(one for one in page if one.occasion.startswith("page:"))
    (kept,) = desk.come_in(written("What is this?", In_Reply_To=inside.message_id, subject="Re: notice"))
    assert (desk.received(kept).kind, len(desk.incidents())) == ("reply", 1)


@embedded
def test_answers_come_to_the_address_itself_whatever_stood_behind_a_plus(desk: Desk) -> None:
    desk.come_in(written(HOW), recipient="security+eve@evil.example,x@brightdesk.example")
    assert desk.threads()[0].our_address == SECURITY


@embedded
def test_what_comes_to_another_address_is_a_reply(desk: Desk) -> None:
    (kept,) = desk.come_in(written("Hello"), recipient="notices@brightdesk.example")
    assert (desk.received(kept).kind, desk.threads()) == ("reply", [])


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
@embedded
def test_in_a_polled_mailbox_the_header_says_whom_it_was_for(desk: Desk, header: str) -> None:
    mail = written(HOW, to="undisclosed@else.example")
    if header == "To":
        del mail["To"]
    mail[header] = f"Security <{SECURITY.upper()}>"
    desk.come_in(mail, recipient="", sender=None)
    assert len(desk.incidents()) == 1


@embedded
def test_a_polled_mailbox_of_the_security_address_needs_no_header(case: LawCase) -> None:
    desk = Desk(case, imap_user=SECURITY)
    desk.come_in(written(HOW, to="undisclosed@else.example"), recipient="", sender=None)
    assert desk.threads()[0].our_address == SECURITY


@embedded
def test_a_flipped_bit_is_recorded_as_a_failed_signature_and_a_dead_name_server_as_a_temporary_error(
    desk: Desk,
) -> None:
    raw = FINDER.sign(desk.dated(written(HOW)))
    desk.come_in(raw.replace(b"one file", b"two file"))
    desk.server.down = True
    desk.come_in(FINDER.sign(desk.dated(written("Another", sender="bob@finder.example"))))
    assert [one.dkim for one in desk.mails() if one.way is Way.IN] == ["fail", "temperror"]


@embedded
def test_attachments_beyond_the_limits_are_hashed_and_stay_in_the_mail(case: LawCase) -> None:
    desk = Desk(case, attachment_mib=1)
    mail = written(HOW)
    mail.add_attachment(b"x" * (1024 * 1024 + 1), "application", "octet-stream", filename="big.bin")
    mail.add_attachment(b"y", "application", "octet-stream", filename="small.bin")
    desk.come_in(mail)
    (incident,) = desk.incidents()
    assert [one.size for one in desk.evidence(incident.id)][1:] == [1]
    first = desk.opened().mails[0].words
    assert first is not None
    assert [(one["name"], one["kept"]) for one in first.attachments] == [("big.bin", False), ("small.bin", True)]
    assert "1 beyond the limits" in next(text for action, text, _ in desk.lines(incident.id) if "finder" in action)
