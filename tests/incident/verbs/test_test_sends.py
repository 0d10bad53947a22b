"""A test goes to whoever asks for it and to nobody else, as the mail it would be, a few times an hour."""

import email
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.errors import Forbidden, NotFound, Refused
from incident.queries.timeline import read_timeline
from incident.roles import Actor, Role
from incident.verbs.test_sends import AN_HOUR, TestMail, send_test
from notifications.branding import read_logo
from notifications.composing import Composer, From
from notifications.ids import new_id
from notifications.ledger import Worker, claim
from notifications.message import Rendered
from notifications.models import Delivery
from notifications.smtp import Mail
from tests.incident.cases import LawCase
from tests.pictures import png

HTML = '<html lang="de"><body><img src="cid:logo" alt="Org"><h1>Titel</h1><p>Guten Tag,</p></body></html>'
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DOMAIN = "example.org"


def mail_of(case: LawCase, incident_id: UUID | None = None) -> TestMail:
    rendered = Rendered("Ihre Daten", "Titel\n=====\n\nGuten Tag,\n", HTML)
    return TestMail(incident_id or case.incident_id, "“E-mail”, draft, version 1", rendered, "de", read_logo(png()).uri)


def rows(case: LawCase) -> list[Delivery]:
    query = select(Delivery).where(col(Delivery.occasion).startswith("test:"))
    return case.look(lambda session: list(session.exec(query).all()))


def sent(case: LawCase) -> EmailMessage:
    now, worker = case.clock.now(), Worker("test.1")
    claimed = case.store.write(lambda session: claim(session, worker, now))
    composer = Composer(case.store, case.keys, case.clock, From("notices@example.org", "Org", "privacy@example.org"))
    (made,) = composer.compose(claimed)
    assert isinstance(made, Mail)
    assert made.recipient == "responder@example.org"
    return email.message_from_bytes(made.message, policy=SMTP)


def test_a_test_is_the_mail_as_it_would_go_out_to_the_one_who_asks(case: LawCase) -> None:
    case.act(Role.RESPONDER, send_test, mail_of(case), DOMAIN)
    assert [row.person for row in rows(case)] == [str(case.people[Role.RESPONDER].id)]
    message = sent(case)
    assert (message["To"], message["Subject"]) == ("responder@example.org", "[Test] Ihre Daten")
    assert (message["Content-Language"], message["Reply-To"]) == ("de", "privacy@example.org")
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]


def test_the_timeline_says_that_it_went_and_not_where(case: LawCase) -> None:
    case.act(Role.RESPONDER, send_test, mail_of(case), DOMAIN)
    actor = case.people[Role.PRIVACY_OFFICER]
    line = case.look(lambda session: read_timeline(session, case.keys, actor, case.incident_id, limit=1))[0]
    assert line.action == "notice.tested"
    assert "draft, version 1" in line.text
    assert "@" not in line.text


def test_a_few_an_hour_are_enough_and_each_person_has_their_own(case: LawCase) -> None:
    for _ in range(AN_HOUR):
        case.act(Role.RESPONDER, send_test, mail_of(case), DOMAIN)
    with pytest.raises(Refused, match="within an hour"):
        case.act(Role.RESPONDER, send_test, mail_of(case), DOMAIN)
    case.act(Role.PRIVACY_OFFICER, send_test, mail_of(case), DOMAIN)
    case.clock.move(timedelta(hours=1, seconds=1))
    case.act(Role.RESPONDER, send_test, mail_of(case), DOMAIN)
    assert len(rows(case)) == AN_HOUR + 2


@SQLITE
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DECIDER])
def test_who_may_not_write_notices_gets_no_test(case: LawCase, role: Role) -> None:
    with pytest.raises(Forbidden):
        case.act(role, send_test, mail_of(case), DOMAIN)
    assert rows(case) == []


@SQLITE
def test_a_program_gets_no_test_and_an_unknown_incident_has_none(case: LawCase) -> None:
    case.people[Role.HOST] = Actor(new_id(), "program", frozenset({Role.RESPONDER}))
    with pytest.raises(Refused, match="person of the console"):
        case.act(Role.HOST, send_test, mail_of(case), DOMAIN)
    with pytest.raises(NotFound):
        case.act(Role.RESPONDER, send_test, mail_of(case, new_id()), DOMAIN)
