"""Tables of what comes in about what went out: mails as received, and each piece of news of a delivery."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from notifications.columns import instant, number, word
from notifications.ids import new_id

OPEN_MAIL = text("state = 'open'")
WAITING_NEWS = text("state = 'waiting'")
RAW = text("raw_sealed IS NOT NULL")
REPLY = "reply"  # the kind of a mail that became an answer: it is kept as long as that
FINDER = "finder"  # of a mail of somebody who reports something: it is kept as long as the conversation
KEPT_LONGER = (REPLY, FINDER)
CONTENT = text("content_sealed IS NOT NULL")
UNTOLD = text("state = 'applied' AND told_at IS NULL")


class MailState(StrEnum):
    OPEN = "open"  # kept, not yet read
    READ = "read"  # a report: its news stand in delivery_news
    HANDED_ON = "handed_on"  # no report: for whoever reads answers
    QUARANTINED = "quarantined"  # reading it failed: a person looks
    SETTLED = "settled"  # somebody has dealt with it


class NewsState(StrEnum):
    WAITING = "waiting"  # no row is known yet, or a worker has it in hand
    APPLIED = "applied"  # it moved its row
    UNCHANGED = "unchanged"  # it told nothing new of its row
    DOUBTFUL = "doubtful"  # it names a row and, without a proof of who says so, another person's address
    UNMATCHED = "unmatched"  # no mail of ours


class ReceivedMail(SQLModel, table=True):
    """One mail as received: raw bytes sealed, SHA-256 clear, committed before the 250. Equal bytes are counted."""

    __tablename__ = "received_mail"
    __table_args__ = (
        Index("ix_received_mail_open", "received_at", sqlite_where=OPEN_MAIL, postgresql_where=OPEN_MAIL),
        Index("ix_received_mail_state", "state", "received_at"),
        Index("ix_received_mail_raw", "received_at", sqlite_where=RAW, postgresql_where=RAW),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(unique=True, max_length=64)
    size: int
    door: str = Field(max_length=16)  # lmtp | imap
    recipient: str = Field(default="", max_length=320)  # which address of ours the envelope named, "" where it is lost
    from_nobody: bool | None = None  # the envelope's sender was empty, as reports have it; None: not known
    received_at: datetime = instant()
    scope: str = Field(max_length=64)  # "mail:<date>"
    raw_sealed: bytes | None  # None once erased on schedule
    state: MailState = word(MailState)
    kind: str = Field(
        default="", max_length=16
    )  # status | complaint | guessed | other | reply | finder | note | repeat, once read
    repeats: int = 0
    last_repeat_at: datetime | None = instant(default=None)
    tries: int = 0
    trouble: str = Field(default="", max_length=500)
    read_at: datetime | None = instant(default=None)


class DeliveryNews(SQLModel, table=True):
    """One thing heard of one mail, from a report or a provider, and what it did to the delivery row."""

    __tablename__ = "delivery_news"
    __table_args__ = (
        Index("ix_delivery_news_waiting", "next_at", sqlite_where=WAITING_NEWS, postgresql_where=WAITING_NEWS),
        Index("ix_delivery_news_untold", "release_id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        Index("ix_delivery_news_state", "state", "heard_at"),
        Index("ix_delivery_news_content", "heard_at", sqlite_where=CONTENT, postgresql_where=CONTENT),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=200)  # the same when it comes again
    source: str = Field(max_length=16)  # lmtp | imap | ses | sendgrid | postmark | mailgun
    news: str = Field(max_length=16)  # delivered | bounced | suppressed | complaint | deferred
    proven: bool = False  # whoever says so has proven who it is
    status: str = Field(default="", max_length=16)  # RFC 3463
    mail_id: UUID | None = Field(default=None, foreign_key="received_mail.id", index=True)
    heard_at: datetime = instant()
    said_at: datetime | None = instant(default=None)  # the sender's own time
    scope: str = Field(max_length=64)  # "mail:<date>"
    content_sealed: bytes | None  # JSON: message_ids, provider_ids, addresses, detail; None once erased on schedule
    state: NewsState = word(NewsState)
    next_at: datetime = instant()  # looked at again then, while it waits
    delivery_id: int | None = number(default=None, index=True)  # no foreign key: news outlive a purge
    release_id: UUID | None = None
    told_at: datetime | None = instant(default=None)  # a line of the timeline counts it since then
