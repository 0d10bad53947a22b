"""Mails of finders and of people of the console, signed and received, and the round that takes them."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from incident.doors import mail_reception_of
from incident.incoming_mail import IncomingRules, Round, look_at_incoming
from incident.models.entries import EntryHeader, incident_subject
from incident.models.finders import FinderMail, FinderStatement, FinderThread
from incident.models.incidents import Evidence, Incident
from incident.queries.finders import OpenedThread, open_thread
from incident.queries.timeline import read_timeline
from incident.reply_rules import ReplyRules
from incident.roles import Role, system
from incident.runbooks import usable
from incident.settings import Settings, shipped
from incident.verbs.act import Act
from incident.verbs.finder_letters import MailReception
from incident.verbs.reading import Reception
from incident.verbs.received_mail import receive_mail
from notifications.incoming import ReceivedMail
from notifications.models import Delivery
from notifications.received import Incoming
from tests.dkim_keys import NameServer, SigningDomain
from tests.incident.cases import LawCase

SECURITY = "security@brightdesk.example"
NOTES = "incident@reply.brightdesk.example"
DOMAIN = "brightdesk.example"
FINDER = SigningDomain("finder.example")
ANN = "ann@finder.example"


def written(text: str, *, sender: str = f"Ann <{ANN}>", subject: str = "A leak", **head: Any) -> EmailMessage:
    """A mail as a person writes it. `head`: further fields, - written as _."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = sender, head.pop("to", SECURITY), subject
    for name, value in head.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


class Desk:
    """A door for mails to the security address, a name server that knows the finder's key, and a settings file."""

    def __init__(self, case: LawCase, **settings: Any) -> None:
        self.case = case
        self.server = NameServer.of(FINDER, SigningDomain("example.org", number=3))
        chosen = {"security_addresses": SECURITY, "incident_address": NOTES, "mail_from": f"notices@{DOMAIN}"}
        self.settings = Settings(organisation="Brightdesk", **{**chosen, **settings})
        runbooks = usable([shipped("runbooks")])
        reception = Reception(case.organisation, runbooks, DOMAIN, "https://console.example")
        found = mail_reception_of(self.settings, reception)
        assert found is not None
        self.mail: MailReception = replace(found, look_up=self.server)
        self.number = 0

    def act(self, session: Session) -> Act:
        return Act(session, self.case.keys, system("tests"), self.case.clock.now())

    def receive(self, mail: bytes | EmailMessage, recipient: str = SECURITY, sender: str | None = ANN) -> UUID:
        raw = mail if isinstance(mail, bytes) else self.dated(mail)
        incoming = Incoming(raw, "lmtp" if recipient else "imap", recipient, sender)
        return self.case.store.write(lambda session: receive_mail(self.act(session), incoming)).id

    def dated(self, mail: EmailMessage) -> bytes:
        """With a Date and a Message-ID where it has none, signed by nobody."""
        self.number += 1
        if "Date" not in mail:
            mail["Date"] = format_datetime(self.case.clock.now())
        if "Message-ID" not in mail:
            mail["Message-ID"] = f"<m{self.number}@finder.example>"
        return mail.as_bytes()

    def round(self) -> Round:
        own = frozenset({DOMAIN})
        rules = IncomingRules(own, replies=ReplyRules(own), mail=self.mail)
        return look_at_incoming(self.case.store, self.case.keys, rules, self.case.clock.now())

    def come_in(self, *mails: bytes | EmailMessage, **where: Any) -> list[UUID]:
        """Receive and settle them, in their order."""
        ids = []
        for mail in mails:
            ids.append(self.receive(mail, **where))
            found = self.round()
            assert found.troubles == (), found
        return ids

    def received(self, mail_id: UUID) -> ReceivedMail:
        return self.case.look(lambda session: session.get_one(ReceivedMail, mail_id))

    def threads(self) -> list[FinderThread]:
        query = select(FinderThread).order_by(col(FinderThread.id))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def opened(self, thread: FinderThread | None = None) -> OpenedThread:
        def look(session: Session) -> OpenedThread:
            row = session.get_one(FinderThread, thread.id if thread else self.threads()[-1].id)
            return open_thread(session, self.case.keys, row)

        return self.case.look(look)

    def mails(self) -> list[FinderMail]:
        query = select(FinderMail).order_by(col(FinderMail.kept_at), col(FinderMail.number))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def statements(self) -> list[FinderStatement]:
        query = select(FinderStatement).order_by(col(FinderStatement.id))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def incidents(self) -> list[Incident]:
        """Those that mail opened."""
        mine = select(Incident).where(col(Incident.id) != self.case.incident_id).order_by(col(Incident.id))
        return self.case.look(lambda session: list(session.exec(mine).all()))

    def evidence(self, incident_id: UUID) -> list[Evidence]:
        query = select(Evidence).where(col(Evidence.incident_id) == incident_id).order_by(col(Evidence.id))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def letters(self) -> list[Delivery]:
        """Mails of ours to finders, in the ledger."""
        query = select(Delivery).where(col(Delivery.occasion).startswith("finder:")).order_by(col(Delivery.id))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def lines(self, incident_id: UUID) -> list[tuple[str, str, datetime]]:
        """Action, text and true time of the timeline, the first first."""
        actor = system("tests")
        found = self.case.look(lambda session: read_timeline(session, self.case.keys, actor, incident_id, limit=200))
        return [(line.action, line.text, line.occurred_at) for line in reversed(found)]

    def actions(self, incident_id: UUID) -> list[str]:
        mine = select(EntryHeader.action).where(col(EntryHeader.subject) == incident_subject(incident_id))
        return self.case.look(lambda session: list(session.exec(mine.order_by(col(EntryHeader.seq))).all()))

    def person(self, role: Role) -> str:
        return f"{role}@example.org"
