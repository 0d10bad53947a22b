"""Mail to an incident's own address: a line by a known person whose domain vouches for it; everything else is aside."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import Session

from incident.errors import Conflict, Forbidden
from incident.models.incidents import Incident
from incident.models.people import UserAccount
from incident.phases import Phase
from incident.queries.timeline import Line, read_timeline
from incident.roles import Role, Visibility, system
from incident.verbs.incident_notes import address_of_incident
from notifications.incoming import MailState
from tests.dkim_keys import SigningDomain
from tests.incident.cases import LawCase
from tests.incident.reporting import FINDER, NOTES, Desk, written

OWN = SigningDomain("example.org", number=3)  # of the people of the console
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return Desk(case)


def address(desk: Desk, role: Role = Role.RESPONDER, *, anew: bool = False) -> str:
    return desk.case.act(role, address_of_incident, desk.case.incident_id, NOTES, anew=anew)


def mail(
    desk: Desk, text: str, *, role: Role = Role.RESPONDER, subject: str = "ACL removed", **head: str
) -> EmailMessage:
    return written(text, sender=desk.person(role), subject=subject, to="x@y.example", **head)


def bring(desk: Desk, made: EmailMessage, to: str = "", by: SigningDomain | None = OWN) -> MailState:
    """It comes in, signed by a domain; what state it is in afterwards."""
    raw = desk.dated(made)
    (kept,) = desk.come_in(by.sign(raw) if by else raw, recipient=to or address(desk), sender=made["From"])
    return desk.received(kept).state


def notes(desk: Desk) -> list[Line]:
    actor = system("tests")
    found = desk.case.look(lambda session: read_timeline(session, desk.case.keys, actor, desk.case.incident_id))
    return [line for line in found if line.action == "noted"]


def test_a_mail_becomes_a_line_by_the_person_who_wrote_it(desk: Desk) -> None:
    made = mail(desk, "The bucket is closed now.\n\n-- \nRobin, on call")
    made.add_attachment(b"403", "text", "plain", filename="curl.txt")
    assert bring(desk, made) is MailState.SETTLED
    (line,) = notes(desk)
    assert line.text == "ACL removed\nThe bucket is closed now."
    assert line.who == "responder"
    assert [one.size for one in desk.evidence(desk.case.incident_id)] == [3]


def test_its_true_time_is_when_it_was_written_or_what_it_begins_with(desk: Desk) -> None:
    now = desk.case.clock.now()
    bring(desk, mail(desk, "Closed.", Date=f"{now - timedelta(hours=2):%a, %d %b %Y %H:%M:%S} +0000"))
    bring(desk, mail(desk, "And the key is revoked.", subject="09:30 Keys"))  # in Berlin
    bring(desk, mail(desk, "Later.", subject="Tomorrow", Date="Wed, 25 Nov 2037 09:00:00 +0000"))
    bring(desk, mail(desk, "Long ago.", subject="Old", Date="Wed, 25 Nov 2020 09:00:00 +0000"))
    found = [(line.occurred_at, line.text.splitlines()[0]) for line in reversed(notes(desk))]
    half_past = datetime.fromisoformat("2026-11-24T08:30:00+00:00")
    assert found == [
        (now - timedelta(hours=2), "ACL removed"),
        (half_past, "Keys"),
        (now, "Tomorrow"),
        (now, "Old"),
    ]


def test_an_address_is_made_once_and_ended_by_the_next(desk: Desk) -> None:
    first = address(desk)
    assert first == address(desk, Role.COMMANDER)
    assert first.startswith("incident+")
    second = address(desk, anew=True)
    assert second != first
    assert bring(desk, mail(desk, "Late."), to=first) is MailState.QUARANTINED
    assert bring(desk, mail(desk, "Now."), to=second) is MailState.SETTLED
    assert desk.actions(desk.case.incident_id).count("address.made") == 2
    with pytest.raises(Forbidden):
        address(desk, Role.AUDITOR)
    with pytest.raises(Conflict):
        desk.case.act(Role.RESPONDER, address_of_incident, desk.case.incident_id, "")


@pytest.mark.parametrize("by", [None, FINDER])
@embedded
def test_without_its_domains_signature_it_is_kept_aside(desk: Desk, by: SigningDomain | None) -> None:
    assert bring(desk, mail(desk, "Trust me."), by=by) is MailState.QUARANTINED
    assert notes(desk) == []


@embedded
def test_a_flipped_bit_keeps_it_aside(desk: Desk) -> None:
    raw = OWN.sign(desk.dated(mail(desk, "All is well."))).replace(b"All is well", b"All is hell")
    (kept,) = desk.come_in(raw, recipient=address(desk))
    assert (desk.received(kept).state, notes(desk)) == (MailState.QUARANTINED, [])
    assert "not proven (DKIM fail" in desk.received(kept).trouble


@embedded
def test_by_setting_a_known_address_is_enough(case: LawCase) -> None:
    desk = Desk(case, note_needs_dkim=False)
    assert bring(desk, mail(desk, "From the train."), by=None) is MailState.SETTLED


@embedded
def test_others_programs_and_unknown_tokens_are_kept_aside(desk: Desk) -> None:
    made = written("Hello", sender="eve@example.org", subject="x")
    assert bring(desk, made) is MailState.QUARANTINED
    assert bring(desk, mail(desk, "Away.", Auto_Submitted="auto-replied")) is MailState.QUARANTINED
    for token in ("", "+", "+short", "+" + "a" * 20, "+" + "A" * 19 + "\x00"):
        local, _, domain = NOTES.partition("@")
        assert bring(desk, mail(desk, "Guess."), to=f"{local}{token}@{domain}") is MailState.QUARANTINED
    assert notes(desk) == []


@embedded
def test_who_may_not_write_there_does_not_by_mail(desk: Desk) -> None:
    to = address(desk)
    assert bring(desk, mail(desk, "I audit.", role=Role.AUDITOR), to=to) is MailState.QUARANTINED

    def seal(session: Session) -> None:
        session.get_one(Incident, desk.case.incident_id).visibility = Visibility.SEALED

    desk.case.store.write(seal)
    assert bring(desk, mail(desk, "I know nothing of it.", role=Role.LEGAL), to=to) is MailState.QUARANTINED
    assert bring(desk, mail(desk, "I opened it."), to=to) is MailState.SETTLED

    def leave(session: Session) -> None:
        session.get_one(UserAccount, desk.case.people[Role.RESPONDER].id).disabled_at = desk.case.clock.now()

    desk.case.store.write(leave)
    assert bring(desk, mail(desk, "I left."), to=to) is MailState.QUARANTINED
    assert len(notes(desk)) == 1


@embedded
def test_of_one_who_may_write_and_keep_no_evidence_the_words_are_taken(desk: Desk) -> None:
    made = mail(desk, "We tell the board.", role=Role.DECIDER)
    made.add_attachment(b"minutes", "text", "plain", filename="minutes.txt")
    assert bring(desk, made) is MailState.SETTLED
    assert notes(desk)[0].text.endswith("We tell the board.\n(1 attached, not kept)")
    assert desk.evidence(desk.case.incident_id) == []


@embedded
def test_an_incident_that_is_over_takes_no_lines(desk: Desk) -> None:
    to = address(desk)

    def close(session: Session) -> None:
        session.get_one(Incident, desk.case.incident_id).phase = Phase.DISMISSED

    desk.case.store.write(close)
    assert bring(desk, mail(desk, "Late."), to=to) is MailState.QUARANTINED


@embedded
def test_the_same_mail_by_another_way_is_one_line(desk: Desk) -> None:
    raw = OWN.sign(desk.dated(mail(desk, "Once.")))
    desk.come_in(raw, b"Received: by x.example; Tue, 24 Nov 2026 08:00:00 +0000\r\n" + raw, recipient=address(desk))
    assert len(notes(desk)) == 1


@embedded
def test_while_no_name_server_answers_it_waits_and_is_then_kept_aside(desk: Desk) -> None:
    desk.server.down = True
    kept = desk.receive(OWN.sign(desk.dated(mail(desk, "Wait."))), recipient=address(desk))
    for _ in range(3):
        assert desk.round().troubles == ()
        assert desk.received(kept).state is MailState.HANDED_ON
    desk.server.down = False
    desk.round()
    assert desk.received(kept).state is MailState.SETTLED
    lost = desk.receive(FINDER.sign(desk.dated(mail(desk, "Never."))), recipient=address(desk))
    desk.server.down = True
    for _ in range(8):
        desk.round()
    assert (desk.received(lost).state, len(notes(desk))) == (MailState.QUARANTINED, 1)
