"""A finished release to three people who write back, and what becomes of it."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, select, update

from incident.channel_rules import ChannelRules, NextChannel
from incident.incoming_mail import IncomingRules, Round, look_at_incoming
from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Task
from incident.models.replies import Reply
from incident.notice_kinds import NoticeKind
from incident.reply_rules import ReplyRules
from incident.roles import Role, system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from incident.verbs.settling import settle_release
from notifications.incoming import ReceivedMail
from notifications.models import Channel, Delivery, DeliveryState, Release
from notifications.received import Incoming
from tests.incident.cases import LawCase
from tests.incident.notices import Desk

DOMAIN = "brightdesk.example"
ALL = ChannelRules({"*": (NextChannel.IN_APP, NextChannel.POSTAL)})
ROLES = (Role.RESPONDER, Role.PRIVACY_OFFICER, Role.LEGAL)


def tell(desk: Desk) -> None:
    """A notice to three people is released, and every one of them has it."""
    case, release = desk.case, desk.released(NoticeKind.PEOPLE, desk.users())
    sent = update(Delivery).where(col(Delivery.release_id) == release.id)
    values = {"state": DeliveryState.ACCEPTED, "settled_at": case.clock.now()}
    case.store.write(lambda session: session.exec(sent.values(**values)))
    case.store.write(lambda session: settle_release(acting(case, session), release.id))


def acting(case: LawCase, session: Session) -> Act:
    return Act(session, case.keys, system("tests"), case.clock.now())


class Mailbag:
    """People of a finished release, and the door their answers come back by."""

    def __init__(self, desk: Desk) -> None:
        self.case, self.desk = desk.case, desk
        self.rules = IncomingRules(frozenset({DOMAIN}), ALL, replies=ReplyRules(frozenset({DOMAIN})))
        self.release: Release = self.case.look(lambda session: session.exec(select(Release)).one())

    def act(self, session: Session) -> Act:
        return acting(self.case, session)

    def row(self, person: str = "u0") -> Delivery:
        wanted = (col(Delivery.person) == person, col(Delivery.release_id) == self.release.id)
        mails = (*wanted, col(Delivery.channel) == Channel.EMAIL)
        return self.case.look(lambda session: session.exec(select(Delivery).where(*mails)).one())

    def written(self, text: str, *headers: str, sender: str = "u0@example.net", answers: str | None = None) -> bytes:
        """A mail that answers the one this person got; `answers` "": it names none."""
        identity = self.row(sender.partition("@")[0]).message_id if answers is None else answers
        named = [f"In-Reply-To: {identity}", f"References: {identity}"] if identity else []
        own = f"Message-ID: <{abs(hash((text, headers, sender)))}@mail.example>"
        head = [f"From: {sender}", "To: notices@brightdesk.example", "Subject: Re: Your data", own, *named, *headers]
        return "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode()

    def receive(self, mail: bytes, sender: str = "u0@example.net") -> UUID:
        incoming = Incoming(mail, "lmtp", "notices@brightdesk.example", sender)
        return self.case.store.write(lambda session: receive_mail(self.act(session), incoming)).id

    def round(self) -> Round:
        return look_at_incoming(self.case.store, self.case.keys, self.rules, self.case.clock.now())

    def get(self, text: str, *headers: str, sender: str = "u0@example.net", answers: str | None = None) -> Reply:
        """It comes in and is sorted."""
        kept = self.receive(self.written(text, *headers, sender=sender, answers=answers), sender)
        assert self.round().troubles == ()
        return self.reply(kept)

    def reply(self, mail_id: UUID) -> Reply:
        mine = select(Reply).where(col(Reply.mail_id) == mail_id)
        return self.case.look(lambda session: session.exec(mine).one())

    def again(self, reply: Reply) -> Reply:
        return self.case.look(lambda session: session.get_one(Reply, reply.id))

    def replies(self) -> list[Reply]:
        return self.case.look(lambda session: list(session.exec(select(Reply)).all()))

    def mail(self, mail_id: UUID) -> ReceivedMail:
        return self.case.look(lambda session: session.get_one(ReceivedMail, mail_id))

    def lines(self, action: str) -> int:
        mine = (col(EntryHeader.subject) == incident_subject(self.desk.incident_id), col(EntryHeader.action) == action)
        return len(self.case.look(lambda session: session.exec(select(EntryHeader).where(*mine)).all()))

    def tasks(self) -> dict[str, str]:
        added = select(Task).where(col(Task.key).startswith("replies-"))
        return {task.key: task.state for task in self.case.look(lambda session: session.exec(added).all())}

    def wait(self, hours: float) -> None:
        self.case.clock.move(timedelta(hours=hours))
