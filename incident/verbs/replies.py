"""From a handed-on mail to a row of answers: read, matched, sorted and owned; counted on the timeline, once an hour."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.replies import Match, Reply
from incident.queries.replies import content_place
from incident.queries.reply_matches import Matched, match_reply
from incident.reply_rules import OWNED, ReplyRules, counted
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.received_mail import TRIES, count_try, still
from incident.verbs.reply_tasks import keep_task
from notifications.audience import scope_of
from notifications.ids import new_id
from notifications.incoming import REPLY, MailState, ReceivedMail
from notifications.mail_parts import TooStrange
from notifications.received import raw_mail
from notifications.replies import Reply as Read
from notifications.replies import ReplyClass, read_reply
from notifications.sealing import Keys, Unsealable
from notifications.store import Store

PAUSE = timedelta(hours=1)  # a storm of answers is one line an hour
RULES = "rules"


Settling = Callable[[Session], UUID | None]


class NotNow(Exception):
    """A mail cannot be settled in this round, and waits for the next one."""


class Taker(Protocol):
    """Takes mails that are no replies, such as reports to a security address."""

    def prepare(self, mail: ReceivedMail, raw: bytes, *, last: bool) -> Settling | None:
        """What settles the mail in one transaction; None: it is none of ours. Reading and asking happen before it.

        `last`: there is no further try. Raises Unsealable or TooStrange for what is set aside, NotNow otherwise.
        """


class HandedMails:
    """Settles handed-on mails into replies, each in a transaction of its own; reading happens before it.

    `takers` are asked first, each whether the mail is theirs.
    """

    def __init__(
        self, store: Store, keys: Keys, rules: ReplyRules, now: datetime, takers: Sequence[Taker] = ()
    ) -> None:
        self._store, self._keys, self._rules, self._now = store, keys, rules, now
        self._takers = takers

    def settle(self, mail_id: UUID) -> UUID | None:
        """Settle one; the id of its reply. None: it waits, somebody was faster, or it is set aside unread.

        The try is counted first, so that a mail which kills its reader stops nothing for ever. Raises StoreUnavailable.
        """
        tries = self._store.write(lambda session: count_try(session, mail_id, MailState.HANDED_ON))
        if tries is None:
            return None
        try:
            if tries > 2 * TRIES:
                raise Unsealable(f"Reading it as an answer failed {TRIES} times; the log says where.")
            return self._store.write(self._prepared(mail_id, last=tries >= 2 * TRIES))
        except NotNow:
            return None
        except (Unsealable, TooStrange) as error:
            self._store.write(lambda session, why=str(error): _set_aside(session, mail_id, why))  # type: ignore[misc]
            return None

    def _prepared(self, mail_id: UUID, *, last: bool) -> Settling:
        with self._store.read() as session:
            mail = session.get_one(ReceivedMail, mail_id)
            raw = raw_mail(session, self._keys, mail)
            session.expunge(mail)
        if raw is None:
            raise Unsealable("It was erased on schedule before it was read.")
        for taker in self._takers:
            if settling := taker.prepare(mail, raw, last=last):
                return settling
        read = read_reply(raw, self._rules.own_domains, mail.from_nobody)
        return lambda session: self._keep(session, mail_id, read)

    def _keep(self, session: Session, mail_id: UUID, read: Read) -> UUID | None:
        act = Act(session, self._keys, system("replies"), self._now)
        act.require(Action.REPORT)
        if not settle_as(session, mail_id, REPLY):
            return None
        mail = session.get_one(ReceivedMail, mail_id)
        row = _row(act, mail, read, match_reply(session, self._keys, read), self._rules)
        session.add(row)
        session.flush()
        return row.id


def settle_as(session: Session, mail_id: UUID, kind: str) -> bool:
    """Mark a handed-on mail as settled and say what became of it; False when somebody was faster. A step of verbs."""
    handed_on = update(ReceivedMail).where(still(mail_id, MailState.HANDED_ON))
    settled = handed_on.values(state=MailState.SETTLED, kind=kind)
    return session.execute(settled.returning(col(ReceivedMail.id))).first() is not None


def incidents_with_untold(session: Session, now: datetime) -> list[UUID]:
    """Incidents with answers that no line counts yet; those of which a line was written within the hour wait."""
    lately = select(Reply.incident_id).where(col(Reply.told_at) > now - PAUSE, col(Reply.incident_id).is_not(None))
    untold = (col(Reply.told_at).is_(None), col(Reply.incident_id).is_not(None))
    query = select(Reply.incident_id).where(*untold, col(Reply.incident_id).not_in(lately)).distinct()
    return [one for one in session.exec(query).all() if one is not None]


def tell_replies(act: Act, incident_id: UUID, rules: ReplyRules) -> int:
    """Write one line that counts the answers since the last, and a task for each class that waits for a person."""
    act.require(Action.TASK, incident_id)
    untold = (col(Reply.incident_id) == incident_id, col(Reply.told_at).is_(None))
    telling = update(Reply).where(*untold).values(told_at=act.now).returning(col(Reply.kind))
    told = Counter(ReplyClass(kind) for kind in act.session.execute(telling).scalars())
    if not told:
        return 0
    for kind in OWNED:
        keep_task(act, incident_id, kind, rules)
    body = {
        "text": f"Answers came in: {counted(told)}.",
        "replies": {kind.value: number for kind, number in told.items()},
    }
    record(act, incident_subject(incident_id), "replies.received", body)
    return sum(told.values())


def _row(act: Act, mail: ReceivedMail, read: Read, matched: Matched, rules: ReplyRules) -> Reply:
    opens = not read.automatic or read.kind is ReplyClass.LEFT
    within = rules.within(read.kind) if opens else None
    away = read.automatic or read.kind is ReplyClass.OUT_OF_OFFICE
    if within is None and matched.by is Match.NONE and not away:
        within = rules.within(ReplyClass.QUESTION)  # whose it is, a person has to say
    row = Reply(
        id=new_id(),
        mail_id=mail.id,
        incident_id=matched.incident_id,
        edition_id=matched.edition_id,
        release_id=matched.release_id,
        audience_id=matched.audience_id,
        delivery_id=matched.delivery_id,
        person=matched.person,
        account=matched.account,
        matched_by=matched.by,
        same_address=matched.same_address,
        kind=read.kind,
        read_as=read.kind,
        ground=read.ground[:300],
        automatic=read.automatic,
        locale=(read.language or matched.locale or "en")[:16],
        scope=scope_of(matched.audience_id) if matched.audience_id else mail.scope,
        content_sealed=None,
        received_at=mail.received_at,
        owner_role=OWNED.get(read.kind, OWNED[ReplyClass.QUESTION]).value if within else "",
        due_at=mail.received_at + within if within else None,
        settled_at=None if within else act.now,
        settled_by="" if within else RULES,
    )
    row.content_sealed = act.seal(json.dumps(_content(read), ensure_ascii=False), content_place(row))
    return row


def _content(read: Read) -> dict[str, object]:
    return {
        "sender": read.sender,
        "name": read.name,
        "subject": read.subject,
        "text": read.text,
        "message_id": read.message_id,
        "references": list(read.references),
        "quoted": read.quoted,
        "cut": read.cut,
    }


def _set_aside(session: Session, mail_id: UUID, why: str) -> None:
    values = {"state": MailState.QUARANTINED, "trouble": why[:500]}
    session.execute(update(ReceivedMail).where(still(mail_id, MailState.HANDED_ON)).values(values))
