"""A mail says what was approved to whom it was approved; what is not as approved stops, what cannot be said is told."""

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlmodel import Session, col, delete, update

from notifications import ledger
from notifications import release as releases
from notifications.composing import CHECK_HOLDS, Unsendable
from notifications.ledger import Claimed, Worker
from notifications.message import Text
from notifications.models import Audience, Edition, Member, Outgoing, Release, ReleaseState
from notifications.smtp import Mail
from tests.notifications.outbox import SENDER, Outbox, people

WORKER = Worker("here.1")
READ = email.policy.default


def claim(outbox: Outbox) -> list[Claimed]:
    return outbox.write(lambda session: ledger.claim(session, WORKER, outbox.clock.now()))


def read(made: Mail | Unsendable) -> EmailMessage:
    assert isinstance(made, Mail)
    message = email.message_from_bytes(made.message, policy=READ)
    assert isinstance(message, EmailMessage)
    return message


def fault(made: Mail | Unsendable) -> str:
    """Why this row alone cannot be sent."""
    assert isinstance(made, Unsendable)
    assert not made.whole_release
    return made.fault


def stopped(outbox: Outbox, made: list[Mail | Unsendable], release_id: UUID) -> str:
    """Why nothing of this release is sent; a person has to look at it."""
    assert made
    assert all(isinstance(one, Unsendable) and one.whole_release for one in made)
    release = outbox.released(release_id)
    assert release.state is ReleaseState.STOPPED
    assert release.reason.startswith("Stopped before sending: ")
    return release.reason.removeprefix("Stopped before sending: ")


def change(outbox: Outbox, table: type[Edition | Audience | Member | Release | Outgoing], **values: object) -> None:
    outbox.write(lambda session: session.exec(update(table).values(**values)))


def test_each_member_gets_the_approved_text_in_their_language_with_their_values(outbox: Outbox) -> None:
    anna, ben, cy = people(3)
    members = [anna, replace(ben, locale="de"), replace(cy, values={})]
    release = outbox.release(members)
    rows = claim(outbox)
    made = outbox.composer().compose(rows)
    mails = [read(one) for one in made]
    assert [mail["Subject"] for mail in mails] == ["Your data", "Ihre Daten", "Your data"]
    assert [mail.get_content().splitlines()[0] for mail in mails] == ["Hello Person 0", "Hallo Person 1", "Hello you"]
    assert [one.recipient for one in made if isinstance(one, Mail)] == [member.address for member in members]
    for row, one, mail in zip(rows, made, mails, strict=True):
        assert isinstance(one, Mail)
        assert (one.sender, mail["Message-ID"]) == (SENDER, row.message_id)
        assert mail["From"].addresses[0].addr_spec == SENDER
        assert mail["From"].addresses[0].display_name == "Incident desk"
        assert mail["Reply-To"] == "answers@sender.example"
        assert mail["Date"].datetime == outbox.clock.now()
    assert outbox.released(release).state is ReleaseState.APPROVED


def test_a_text_in_anothers_name_carries_that_name_and_its_address_for_answers(outbox: Outbox) -> None:
    text = Text("Your data", "Hello\n", speaker="Acme Industries", answers_to="privacy@acme.example")
    outbox.release(people(1), {"en": text})
    (made,) = outbox.composer().compose(claim(outbox))
    mail = read(made)
    assert mail["From"].addresses[0].display_name == "Acme Industries"
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["Reply-To"] == "privacy@acme.example"


def test_a_mail_composed_again_is_the_same_mail(outbox: Outbox) -> None:
    outbox.release(1)
    rows = claim(outbox)
    assert outbox.composer().compose(rows) == outbox.composer().compose(rows)


def test_nothing_makes_nothing(outbox: Outbox) -> None:
    assert outbox.composer().compose([]) == []


def test_rows_of_several_releases_and_pages_keep_their_order(outbox: Outbox) -> None:
    outbox.release([people(1)[0]], {"en": Text("First", "1")})
    outbox.page("mara")
    outbox.release([people(2)[1]], {"en": Text("Second", "2")})
    rows = sorted(claim(outbox), key=lambda row: row.person, reverse=True)
    made = outbox.composer().compose(rows)
    assert [row.person for row in rows] == ["u1", "u0", "mara"]
    assert [read(one)["Subject"] for one in made] == ["Second", "First", "[GREEN OWL] Your approval is asked for"]


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        (Audience, {}, "the audience is not the one that was approved"),
        (Member, {"digest": "0" * 64}, "the audience is not the one that was approved"),
        (Edition, {"kind": "other"}, "the text is not the one that was approved"),
        (Edition, {"texts_sealed": b"v1" + b"x" * 90}, "its text cannot be sent"),
        (Release, {"edition_digest": "0" * 64}, "the text is not the one that was approved"),
        (Release, {"approved_by": None}, "the release is approved"),
    ],
)
def test_a_release_that_is_not_as_it_was_approved_is_stopped_before_its_first_mail(
    outbox: Outbox, table: type[Edition | Audience | Member | Release], values: dict[str, object], said: str
) -> None:
    release = outbox.release(2)
    rows = claim(outbox)
    if table is Audience:  # somebody was taken out of it
        outbox.write(lambda session: session.exec(delete(Member).where(col(Member.person) == "u1")))
    else:
        change(outbox, table, **values)
    assert stopped(outbox, outbox.composer().compose(rows), release).startswith(said)


def test_a_text_that_could_never_be_sent_stops_its_release(outbox: Outbox) -> None:
    release = outbox.release(1, {"en": Text("Two\nlines", "x")})
    assert "text cannot be sent" in stopped(outbox, outbox.composer().compose(claim(outbox)), release)


def test_a_release_stopped_by_a_person_is_not_stopped_again(outbox: Outbox) -> None:
    release = outbox.release(1)
    rows = claim(outbox)
    outbox.stop(release)
    (made,) = outbox.composer().compose(rows)
    assert made == Unsendable("the release is stopped", whole_release=True)
    assert outbox.released(release).reason == "wait"


def test_a_release_that_somebody_else_stops_at_the_same_moment_stays_as_they_left_it(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = outbox.release(1)
    rows = claim(outbox)
    change(outbox, Release, edition_digest="0" * 64)

    def faster(session: Session, row: Release, reason: str) -> int:
        raise releases.NotReleasable("somebody was faster")

    monkeypatch.setattr(releases, "stop", faster)
    (made,) = outbox.composer().compose(rows)
    assert isinstance(made, Unsendable)
    assert outbox.released(release).state is ReleaseState.APPROVED


def test_one_release_that_is_not_as_approved_keeps_no_other_from_going(outbox: Outbox) -> None:
    wrong, right = outbox.release([people(1)[0]]), outbox.release([people(2)[1]])
    rows = claim(outbox)
    forged = update(Release).where(col(Release.id) == wrong).values(edition_digest="0" * 64)
    outbox.write(lambda session: session.exec(forged))
    first, second = outbox.composer().compose(rows)
    stopped(outbox, [first], wrong)
    assert isinstance(second, Mail)
    assert outbox.released(right).state is ReleaseState.APPROVED


def test_texts_are_checked_once_and_again_after_a_while_and_whenever_the_approval_changes(outbox: Outbox) -> None:
    release = outbox.release(1)
    rows = claim(outbox)
    composer = outbox.composer()
    (approved,) = composer.compose(rows)
    change(outbox, Edition, kind="other")
    assert composer.compose(rows) == [approved]  # from what was checked, not from what stands there now
    change(outbox, Release, sender="other@sender.example")
    stopped(outbox, composer.compose(rows), release)
    change(outbox, Release, sender=SENDER, state=ReleaseState.APPROVED)
    change(outbox, Edition, kind="people")
    assert composer.compose(rows) == [approved]
    change(outbox, Edition, kind="other")
    outbox.clock.move(CHECK_HOLDS)
    stopped(outbox, composer.compose(rows), release)


@pytest.mark.parametrize(
    "values", [{"region": "FR"}, {"locale": "de"}, {"address_sealed": b"v1" + b"x" * 90}, {"person": "somebody else"}]
)
def test_a_member_that_was_changed_gets_nothing_and_the_others_do(outbox: Outbox, values: dict[str, object]) -> None:
    release = outbox.release(2)
    rows = claim(outbox)
    forged = update(Member).where(col(Member.person) == "u0").values(**values)
    outbox.write(lambda session: session.exec(forged))
    first, second = outbox.composer().compose(rows)
    assert fault(first)
    assert isinstance(second, Mail)
    assert outbox.released(release).state is ReleaseState.APPROVED


def test_a_row_that_names_another_person_than_its_member_gets_nothing(outbox: Outbox) -> None:
    outbox.release(1)
    outbox.change("u0", person="somebody else")
    (made,) = outbox.composer().compose(claim(outbox))
    assert fault(made) == "its member is not in the audience that was approved"


def test_a_person_for_whom_the_text_has_no_value_gets_nothing_and_the_others_do(outbox: Outbox) -> None:
    anna, ben = people(2)
    outbox.release([anna, replace(ben, values={})], {"en": Text("Hello", "{{ name }}")})
    first, second = outbox.composer().compose(claim(outbox))
    assert isinstance(first, Mail)
    assert "name" in fault(second)


def test_a_message_to_people_inside_says_what_was_posted(outbox: Outbox) -> None:
    outbox.page("mara", "ines")
    rows = claim(outbox)
    made = outbox.composer().compose(rows)
    for row, one in zip(rows, made, strict=True):
        mail = read(one)
        assert isinstance(one, Mail)
        assert (one.sender, one.recipient) == ("desk@sender.example", f"{row.person}@mail.example")
        assert (mail["To"], mail["Message-ID"]) == (one.recipient, row.message_id)
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content().startswith("Please look.")
        assert one.message.endswith(b"\r\n")


@pytest.mark.parametrize("subject", ["two\nlines", "a\r\nBcc: x@evil.example"])
def test_a_message_inside_that_cannot_be_said_is_named_and_the_others_go(outbox: Outbox, subject: str) -> None:
    outbox.page("mara", subject=subject)
    outbox.page("ines")
    broken, sound = outbox.composer().compose(claim(outbox))
    assert "no mail can be made of this message" in fault(broken)
    assert isinstance(sound, Mail)


def test_a_message_inside_whose_text_or_address_is_gone_is_named(outbox: Outbox) -> None:
    outbox.page("mara")
    rows = claim(outbox)
    (stranger,) = outbox.composer().compose([rows[0]._replace(person="nobody")])
    assert "nobody" in fault(stranger)
    change(outbox, Outgoing, content_sealed=b"v1" + b"x" * 90)
    assert "no mail can be made" in fault(outbox.composer().compose(rows)[0])
    outbox.write(lambda session: session.exec(delete(Outgoing)))
    assert fault(outbox.composer().compose(rows)[0]) == "the text of this message is gone"


def test_the_date_is_that_of_this_attempt(outbox: Outbox) -> None:
    outbox.release(1)
    rows = claim(outbox)
    composer = outbox.composer()
    outbox.clock.move(timedelta(hours=1))
    assert read(composer.compose(rows)[0])["Date"].datetime == outbox.clock.now()
