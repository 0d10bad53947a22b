"""The round of what came in: mails read, news carried to their rows, answers sorted, next channels opened."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from incident.channel_rules import ChannelRules
from incident.looks import Look
from incident.reply_rules import ReplyRules
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_mails import FinderMails
from incident.verbs.incident_notes import IncidentNotes
from incident.verbs.later_news import tell_news
from incident.verbs.next_channels import PIECE, open_next_channel, releases_with_unreached, tell_opened
from incident.verbs.received_mail import PIECE as MAILS
from incident.verbs.received_mail import NewsReader, ReceivedMails, next_mails
from incident.verbs.replies import HandedMails, Taker, incidents_with_untold, tell_replies
from notifications.hearing import PIECE as FEW
from notifications.hearing import untold_releases, waiting_news
from notifications.incoming import MailState
from notifications.name_records import Lookups
from notifications.received import anything_older, erase_older
from notifications.sealing import Keys
from notifications.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)
PIECES = 10  # of a thousand people in one round: others wait behind them
NEWS = 40  # pieces of news in one round


@dataclass(frozen=True, slots=True)
class IncomingRules:
    """What a round goes by: domains of our Message-IDs, what opens next, how long what came in is kept, by when answers
    are dealt with. `mail`: how reports and notes by mail are taken; None: they are replies like any other mail."""

    own_domains: frozenset[str]
    channels: ChannelRules = field(default_factory=ChannelRules)
    keep: timedelta = timedelta(days=90)
    replies: ReplyRules = field(default_factory=ReplyRules)
    mail: MailReception | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did. `answers` are mails settled into replies; `more`: something waits that it did not get to."""

    read: int
    heeded: int
    opened: int
    troubles: tuple[str, ...]
    more: bool = False
    answers: int = 0


def look_at_incoming(store: Store, keys: Keys, rules: IncomingRules, now: datetime) -> Round:
    """One round, each mail and each release in its own transaction; what fails is named and stays due.

    Raises StoreUnavailable when the database cannot be written.
    """
    turn = _Turn(name="incoming", store=store, keys=keys, actor=system("sweep"), now=now, rules=rules)
    mails = turn.read(partial(next_mails, state=MailState.OPEN))
    for mail_id in mails:
        turn.take(mail_id)
    heeded, more = turn.heed()
    for release_id in turn.read(untold_releases):
        turn.do(f"release {release_id}", partial(tell_news, release_id=release_id))
    unreached = partial(releases_with_unreached, rules=rules.channels, now=now)
    opened = sum(turn.open(release_id) for release_id in turn.read(unreached))
    answers = turn.read(partial(next_mails, state=MailState.HANDED_ON))
    settled = turn.settle_all(answers)
    for incident_id in turn.read(partial(incidents_with_untold, now=now)):
        turn.do(f"incident {incident_id}", partial(tell_replies, incident_id=incident_id, rules=rules.replies))
    with store.read() as session:
        over = anything_older(session, now, rules.keep)
    if over:
        turn.do("received mail", lambda act: erase_older(act.session, act.now, rules.keep))
    more = more or MAILS in (len(mails), len(answers)) or settled < len(answers)
    return Round(len(mails), heeded, opened, tuple(turn.troubles), more, settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn(Look):
    rules: IncomingRules

    def take(self, mail_id: UUID) -> None:
        """Read one mail."""
        mails = ReceivedMails(self.store, self.keys, self.rules.own_domains, self.now)
        self.attempt(f"mail {mail_id}", partial(mails.read, mail_id), "read")

    def settle_all(self, waiting: Sequence[UUID]) -> int:
        """Make of each mail that is no bounce what it is; how many. What name servers leave no time for waits on."""
        mail, takers, lookups = self.rules.mail, tuple[Taker, ...](), None
        if mail is not None:
            lookups = Lookups(mail.look_up)
            notes = IncidentNotes(self.store, self.keys, mail, lookups, self.now)
            takers = (notes, FinderMails(self.store, self.keys, mail, lookups, self.now))
        mails = HandedMails(self.store, self.keys, self.rules.replies, self.now, takers)
        for number, mail_id in enumerate(waiting):
            if lookups is not None and lookups.spent:
                return number
            self.attempt(f"mail {mail_id}", partial(mails.settle, mail_id), "settled")
        return len(waiting)

    def heed(self) -> tuple[int, bool]:
        """Carry news to their rows, piece by piece; how many, and whether more wait."""
        reader, heeded = NewsReader(self.store, self.keys, self.now), 0
        for _ in range(NEWS):
            news = self.read(partial(waiting_news, now=self.now))
            failed = reader.heed_all(news)
            self.troubles.extend(f"news {one}" for one in failed)
            heeded += len(news)
            if len(news) < FEW or failed:
                return heeded, False
        return heeded, True

    def open(self, release_id: UUID) -> int:
        """Piece by piece, then the line; for how many people."""
        name, opened = f"release {release_id}", 0
        for _ in range(PIECES):
            piece = self.do(name, partial(open_next_channel, release_id=release_id, rules=self.rules.channels)) or 0
            opened += piece
            if piece < PIECE:
                break
        if opened:
            self.do(name, partial(tell_opened, release_id=release_id, rules=self.rules.channels))
        return opened

    def do(self, what: str, work: Callable[[Act], T]) -> T | None:
        return self.attempt(what, partial(self.write, work), "looked at")
