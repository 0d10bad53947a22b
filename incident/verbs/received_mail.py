"""From kept mails to news of deliveries: each is read from the table, at most three times, then set aside."""

import logging
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import ADMINISTRATION
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.bounces import NotAReport, Report, read_report
from notifications.heard import Heard, heard_in
from notifications.hearing import Heeded, heed
from notifications.incoming import MailState, ReceivedMail
from notifications.received import Incoming, Kept, keep_mail, keep_news, raw_mail
from notifications.sealing import Keys, Unsealable
from notifications.store import Store, StoreUnavailable
from notifications.wording import worded

log = logging.getLogger(__name__)
DOOR = "mail door"
TRIES = 3
PIECE = 200  # mails read in one tick: deadlines wait behind them
OTHER = "other"


def receive_mail(act: Act, mail: Incoming) -> Kept:
    """Keep a mail before anybody is told that we have it."""
    act.require(Action.REPORT)
    return keep_mail(act.session, act.keys, mail, act.now)


def next_mails(session: Session, state: MailState) -> list[UUID]:
    """The next mails in this state, the oldest first, at most `PIECE`."""
    query = select(ReceivedMail.id).where(col(ReceivedMail.state) == state)
    return list(session.exec(query.order_by(col(ReceivedMail.received_at)).limit(PIECE)).all())


class ReceivedMails:
    """Reads kept mails of one installation. `own_domains` are those of our Message-IDs."""

    def __init__(self, store: Store, keys: Keys, own_domains: Collection[str], now: datetime) -> None:
        self._store, self._keys, self._domains, self._now = store, keys, own_domains, now

    def read(self, mail_id: UUID) -> MailState | None:
        """Read one: a report's news are kept, any other mail is handed on. None: it is not open any more.

        The try is counted first, so that a mail which kills its reader stops nothing for ever. What cannot be read is
        set aside for a person with the reason. Raises StoreUnavailable.
        """
        tries = self._store.write(lambda session: count_try(session, mail_id, MailState.OPEN))
        if tries is None:
            return None
        try:
            if tries > TRIES:
                raise Unsealable(f"Reading it failed {TRIES} times; the log says where.")
            found, mail = self._found(mail_id)
        except Unsealable as error:
            return self._write(mail_id, MailState.QUARANTINED, trouble=str(error))
        if isinstance(found, NotAReport):
            state = MailState.QUARANTINED if found.fault else MailState.HANDED_ON
            return self._write(mail_id, state, kind=OTHER, trouble=found.fault)
        heard = heard_in(found, f"mail:{mail.sha256}")
        return self._write(mail_id, MailState.READ, kind=found.kind.value, heard=heard, door=mail.door)

    def _found(self, mail_id: UUID) -> tuple[Report | NotAReport, ReceivedMail]:
        with self._store.read() as session:
            mail = session.get_one(ReceivedMail, mail_id)
            raw = raw_mail(session, self._keys, mail)
            session.expunge(mail)
        if raw is None:
            raise Unsealable("It was erased on schedule before it was read.")
        return read_report(raw, self._domains, "" if mail.from_nobody else None), mail

    def _write(
        self,
        mail_id: UUID,
        state: MailState,
        *,
        kind: str = "",
        trouble: str = "",
        heard: Heard | None = None,
        door: str = "",
    ) -> MailState:
        values = {"state": state, "kind": kind, "trouble": trouble[:500], "read_at": self._now}

        def work(session: Session) -> None:
            read = update(ReceivedMail).where(still(mail_id, MailState.OPEN)).values(**values)
            if session.execute(read.returning(col(ReceivedMail.id))).first() is not None and heard is not None:
                keep_news(session, self._keys, heard, door, self._now, mail_id)

        self._store.write(work)
        return state


class NewsReader:
    """Carries news to delivery rows, many in one transaction; where one fails, one by one."""

    def __init__(self, store: Store, keys: Keys, now: datetime) -> None:
        self._store, self._keys, self._now = store, keys, now

    def heed_all(self, waiting: Collection[UUID]) -> list[UUID]:
        """Heed these pieces of news. Returns those that could not be; they wait on. Raises StoreUnavailable."""
        try:
            self._store.write(lambda session: [self._heed(session, one) for one in waiting])
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("news: some of %d could not be heeded; they are tried one by one", len(waiting))
            return [one for one in waiting if not self._alone(one)]
        return []

    def _alone(self, news_id: UUID) -> bool:
        try:
            self._store.write(lambda session: self._heed(session, news_id))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("news: %s could not be heeded", news_id)
            return False
        return True

    def _heed(self, session: Session, news_id: UUID) -> Heeded:
        act = Act(session, self._keys, system("news"), self._now)
        act.require(Action.REPORT)
        return heed(session, self._keys, news_id, self._now)


def view_mail(act: Act, mail_id: UUID) -> bytes:
    """Show a mail that was set aside to a person as it was received; that it was looked at is written down.

    Raises NotFound for one that is erased or not set aside, since one that became a reply is its incident's; Forbidden.
    """
    act.require(Action.READ_QUARANTINE)
    mail = _mail(act, mail_id)
    if mail.state is not MailState.QUARANTINED:
        raise NotFound(worded("There is no such mail."))
    raw = raw_mail(act.session, act.keys, mail)
    if raw is None:
        raise NotFound(worded("The mail was erased on schedule; its hash is kept."))
    body = {"text": "A received mail was viewed.", "mail": str(mail_id), "sha256": mail.sha256}
    record(act, ADMINISTRATION, "mail.viewed", body)
    return raw


def settle_mail(act: Act, mail_id: UUID) -> None:
    """A person has dealt with a mail that could not be read. Raises Conflict when it is not set aside."""
    act.require(Action.READ_QUARANTINE)
    mail = _mail(act, mail_id)
    settled = update(ReceivedMail).where(still(mail_id, MailState.QUARANTINED)).values(state=MailState.SETTLED)
    if act.session.execute(settled.returning(col(ReceivedMail.id))).first() is None:
        raise Conflict(worded("This mail is {state}, not in quarantine.", state=mail.state.replace("_", " ")))
    body = {"text": "A mail that could not be read was settled.", "mail": str(mail_id), "sha256": mail.sha256}
    record(act, ADMINISTRATION, "mail.settled", body)


def still(mail_id: UUID, state: MailState) -> ColumnElement[bool]:
    """Whether a mail is in this state still: of two that are at it, one finds it so."""
    return and_(col(ReceivedMail.id) == mail_id, col(ReceivedMail.state) == state)


def count_try(session: Session, mail_id: UUID, state: MailState) -> int | None:
    """Count one more try at a mail in this state; how many there were. None: it is not in it any more."""
    counted = update(ReceivedMail).where(still(mail_id, state)).values(tries=col(ReceivedMail.tries) + 1)
    return session.execute(counted.returning(col(ReceivedMail.tries))).scalar_one_or_none()


def _mail(act: Act, mail_id: UUID) -> ReceivedMail:
    mail = act.session.get(ReceivedMail, mail_id)
    if mail is None:
        raise NotFound(worded("There is no such mail."))
    return mail
