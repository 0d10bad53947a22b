"""Tables of answers: what people write back, what they are told, the bank of approved answers, what support asked."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifications.columns import instant, number, word
from notifications.ids import new_id
from notifications.replies import ReplyClass

OPEN = text("settled_at IS NULL")
UNTOLD = text("told_at IS NULL AND incident_id IS NOT NULL")
KEPT = text("content_sealed IS NOT NULL")


class Match(StrEnum):
    """How it was found what a reply answers."""

    MESSAGE = "message"  # its In-Reply-To or References name a mail of ours
    ADDRESS = "address"  # its sender is among the people of exactly one incident's released editions
    PERSON = "person"  # somebody said so
    NONE = "none"  # nobody knows: a person looks


class Reply(SQLModel, table=True):
    """One mail that answers us, sorted. `settled_at` empty: an open item of its owner, due then."""

    __tablename__ = "reply"
    __table_args__ = (
        Index("ix_reply_open", "incident_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_reply_untold", "incident_id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        Index("ix_reply_incident", "incident_id", "received_at"),
        Index("ix_reply_kept", "received_at", sqlite_where=KEPT, postgresql_where=KEPT),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    mail_id: UUID = Field(foreign_key="received_mail.id", unique=True)  # one reply of a mail, however often it is read
    incident_id: UUID | None = Field(default=None, foreign_key="incident.id")
    edition_id: UUID | None = Field(default=None, foreign_key="edition.id")
    release_id: UUID | None = Field(default=None, foreign_key="release.id")
    audience_id: UUID | None = Field(default=None, foreign_key="audience.id", index=True)  # it goes when that goes
    delivery_id: int | None = number(default=None)  # no foreign key: replies outlive a purge
    person: str = Field(default="", max_length=200)  # the host's stable id; "": not known, or purged
    account: str = Field(default="", max_length=200)  # the host's id of the customer
    matched_by: Match = word(Match)
    same_address: bool = False  # it comes from the address the mail went to
    kind: ReplyClass = word(ReplyClass)
    read_as: ReplyClass = word(ReplyClass)  # the class the rules gave it
    ground: str = Field(max_length=300)  # why
    automatic: bool = False  # a program sent it: it is answered by nobody
    locale: str = Field(default="en", max_length=16)
    scope: str = Field(max_length=128)  # audience:<id>, or mail:<date> for one that answers no release
    content_sealed: bytes | None  # JSON: sender, name, subject, text, message_id, references, quoted, cut
    received_at: datetime = instant()
    owner_role: str = Field(default="", max_length=32)
    owner_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    due_at: datetime | None = instant(default=None)
    settled_at: datetime | None = instant(default=None)
    settled_by: str = Field(default="", max_length=128)  # "rules" for what asks nothing
    told_at: datetime | None = instant(default=None)  # a line of the timeline counts it since then
    purged_at: datetime | None = instant(default=None)
    version: int = 1


class ReplyReading(SQLModel, table=True):
    """Somebody opened what a reply says."""

    __tablename__ = "reply_reading"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    reply_id: UUID = Field(foreign_key="reply.id", index=True)
    by: str = Field(max_length=128)
    at: datetime = instant()


class AnswerState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"  # a later version was approved
    REFUSED = "refused"


class Answer(SQLModel, table=True):
    """A place in the bank: of one incident, or of all of them."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("incident_id", "key"),
        Index(
            "uq_answer_general",
            "key",
            unique=True,
            sqlite_where=text("incident_id IS NULL"),
            postgresql_where=text("incident_id IS NULL"),
        ),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID | None = Field(default=None, foreign_key="incident.id")
    key: str = Field(max_length=64)
    versions: int = 0
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


class AnswerVersion(SQLModel, table=True):
    """One version: a question and its answer in each language, written by one person and approved by another."""

    __tablename__ = "answer_version"
    __table_args__ = (
        UniqueConstraint("answer_id", "number"),
        CheckConstraint("state <> 'approved' OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="second_person"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    answer_id: UUID = Field(foreign_key="answer.id", index=True)
    number: int
    state: AnswerState = word(AnswerState)
    content_sealed: bytes  # JSON: question, texts by locale; scope of the incident, or "answers"
    digest: str = Field(max_length=64)  # what an approver signs
    facts_digest: str = Field(default="", max_length=64)  # of every fact the checks read; "" for a general one
    fact_version: int = 0
    drafted_by: UUID
    drafted_at: datetime = instant()
    approved_by: UUID | None = None
    approved_at: datetime | None = instant(default=None)
    reason: str = Field(default="", max_length=500)  # why warnings may stand, or why it was refused
    look_again_at: datetime | None = instant(default=None)  # a fact it rests on has changed


class SentState(StrEnum):
    WAITING = "waiting"  # free words: a second person reads them first
    SENT = "sent"  # in the ledger
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # taken back before anybody sent it, or its reply was dealt with otherwise


ENDED = (SentState.REFUSED, SentState.WITHDRAWN)  # nothing of it went out


class ReplyAnswer(SQLModel, table=True):
    """What one reply was answered: by a version of the bank, or in free words that a second person approved."""

    __tablename__ = "reply_answer"
    __table_args__ = (
        UniqueConstraint("reply_id", "number"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="second_person"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    reply_id: UUID = Field(foreign_key="reply.id", index=True)
    number: int
    version_id: UUID | None = Field(default=None, foreign_key="answer_version.id")
    locale: str = Field(max_length=16)
    scope: str = Field(max_length=128)
    content_sealed: bytes | None  # JSON: subject, text
    digest: str = Field(max_length=64)
    state: SentState = word(SentState)
    drafted_by: UUID
    drafted_at: datetime = instant()
    approved_by: UUID | None = None
    occasion: str = Field(default="", max_length=200)  # in the ledger: "reply:<id>:<number>"
    sent_at: datetime | None = instant(default=None)
    reason: str = Field(default="", max_length=500)  # why a second answer goes, or why it was refused


class Completeness(SQLModel, table=True):
    """A decision that everybody affected is in the released audiences: whoever is in none of them is not affected."""

    __tablename__ = "completeness"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    facts_digest: str = Field(max_length=64)  # it lapses when a fact changes
    fact_version: int
    reason_sealed: bytes  # scope "incident:<id>"
    at: datetime = instant()
    by: str = Field(max_length=128)
    withdrawn_at: datetime | None = instant(default=None)


class SupportLookup(SQLModel, table=True):
    """One question of support: who asked, about whom by a fingerprint, when, and what was answered."""

    __tablename__ = "support_lookup"
    __table_args__ = (Index("ix_support_lookup_by", "by", "at"), Index("ix_support_lookup_at", "at"))
    id: UUID = Field(default_factory=new_id, primary_key=True)
    by: str = Field(max_length=128)
    asked: str = Field(max_length=16)  # customer | person | address
    subject_blind: str = Field(max_length=64, index=True)  # keyed, under the scope "support"
    answer: str = Field(max_length=16)  # yes | no | unknown
    locale: str = Field(max_length=16)
    version_id: UUID | None = None  # of the sentence that was shown
    at: datetime = instant()
