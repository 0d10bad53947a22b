"""Tables of reports: conversations with finders, by mail or by form, what they said, addresses of incidents."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant, word
from notifications.dkim_checks import Verdict
from notifications.ids import new_id

KEPT = text("purged_at IS NULL")


class ThreadState(StrEnum):
    OPEN = "open"
    GATHERED = "gathered"  # one of too many within an hour: in an incident with the others, answered by nobody yet


class Door(StrEnum):
    """How a conversation began."""

    MAIL = "mail"
    FORM = "form"  # the public form, by anybody
    INSIDE = "inside"  # the form in the console, by a person who is signed in
    PROGRAM = "program"  # brought by a program, which told its own user the token


class Way(StrEnum):
    """Who wrote to whom."""

    IN = "in"
    OUT = "out"


class FinderThread(SQLModel, table=True):
    """A conversation with somebody who reported something. `reference` is what they may know it by."""

    __tablename__ = "finder_thread"
    __table_args__ = (
        Index("ix_finder_thread_incident", "incident_id", "opened_at"),
        Index("ix_finder_thread_blind", "address_blind", "greeted_at"),
        Index("ix_finder_thread_opened", "state", "opened_at"),
        Index("ix_finder_thread_kept", "incident_id", sqlite_where=KEPT, postgresql_where=KEPT),
        Index("ix_finder_thread_reporter", "reporter_id", "opened_at"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(unique=True, max_length=16)
    incident_id: UUID = Field(foreign_key="incident.id")
    state: ThreadState = word(ThreadState)
    scope: str = Field(max_length=64)  # "finder:<id>"
    address_blind: str = Field(max_length=64)  # keyed, under the scope "finders"; "" where nobody can be answered
    contact_sealed: bytes | None  # JSON: address, name, reach; None once purged
    our_address: str = Field(max_length=320)  # which of ours they wrote to: answers go there
    locale: str = Field(default="en", max_length=16)
    automatic: bool = False  # a program reports: nothing answers it
    detected_at: datetime = instant()  # when a server of ours first had it
    detected_how: str = Field(max_length=200)
    opened_at: datetime = instant()
    greeted_at: datetime | None = instant(default=None)
    mails: int = 0
    last_at: datetime = instant()
    purged_at: datetime | None = instant(default=None)
    evidence_erased_at: datetime | None = instant(default=None)
    door: Door = word(Door, default=Door.MAIL, sa_column_kwargs={"server_default": "mail"})
    token_digest: str | None = Field(default=None, unique=True, max_length=64)  # SHA-256 of reference and token
    reporter_id: UUID | None = Field(default=None, foreign_key="user_account.id")  # who was signed in; None once purged
    followed_up_at: datetime | None = instant(default=None)  # when the finder last read what we answered


class FinderMail(SQLModel, table=True):
    """One message of a conversation, theirs or ours, in its order. A mail with a known Message-ID of theirs is counted.

    One of theirs without `mail_id` came by the form: `sha256` and `size` are those of it as it is kept as evidence.
    """

    __tablename__ = "finder_mail"
    __table_args__ = (UniqueConstraint("thread_id", "number"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    thread_id: UUID = Field(foreign_key="finder_thread.id")
    number: int
    way: Way = word(Way)
    mail_id: UUID | None = Field(default=None, foreign_key="received_mail.id", unique=True)
    origin_key: str | None = Field(default=None, unique=True, max_length=64)  # SHA-256 of what makes it the same one
    message_digest: str = Field(default="", max_length=64, index=True)  # SHA-256 of its Message-ID
    content_sealed: bytes | None  # JSON, scope "finder:<id>": sender, name, subject, text, message_id, references, …
    sha256: str = Field(default="", max_length=64)  # of the mail as received
    size: int = 0
    automatic: bool = False
    same_address: bool = True  # it comes from the address the conversation began with
    dkim: Verdict = word(Verdict)
    dkim_domain: str = Field(default="", max_length=255)
    dkim_detail: str = Field(default="", max_length=120)
    aligned: bool = False
    at: datetime = instant()  # when a server of ours first had it; of ours: when it was written
    kept_at: datetime = instant()
    evidence: list[str] = document(default_factory=list)  # ids of what was kept of it
    repeats: int = 0
    last_repeat_at: datetime | None = instant(default=None)
    read_at: datetime | None = instant(default=None)  # first opened by a person
    written_by: UUID | None = None  # None: theirs, or our automatic answer
    occasion: str = Field(default="", max_length=200)  # in the ledger: "finder:<thread>:<number>"


class ReportCount(SQLModel, table=True):
    """How much came by the form within an hour: in all, and from one network, which only a keyed fingerprint names.

    It is tied to no report, and goes with the first count after its hour.
    """

    __tablename__ = "report_count"
    key: str = Field(primary_key=True, max_length=96)
    began_at: datetime = instant()
    number: int = 0


class FinderReading(SQLModel, table=True):
    """Somebody opened what stands in a conversation."""

    __tablename__ = "finder_reading"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    thread_id: UUID = Field(foreign_key="finder_thread.id", index=True)
    by: str = Field(max_length=128)
    at: datetime = instant()


class StatementState(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"  # a person put it into the facts
    DECLINED = "declined"
    SUPERSEDED = "superseded"  # the finder said otherwise later


class FinderStatement(SQLModel, table=True):
    """What a finder said, as one answer to one question, and the fact it proposes. It changes no fact by itself."""

    __tablename__ = "finder_statement"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    thread_id: UUID = Field(foreign_key="finder_thread.id", index=True)
    question: str = Field(max_length=32)
    answer: str = Field(max_length=32)
    fact: str = Field(max_length=64)
    value: str = Field(max_length=32)
    state: StatementState = word(StatementState)
    note_sealed: bytes | None = None  # scope "finder:<id>"
    recorded_at: datetime = instant()
    recorded_by: str = Field(max_length=128)
    decided_at: datetime | None = instant(default=None)
    decided_by: str = Field(default="", max_length=128)
    fact_version: int | None = None


class IncidentAddress(SQLModel, table=True):
    """An address of one incident that mails become lines of its timeline by; its token cannot be guessed."""

    __tablename__ = "incident_address"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    token_digest: str = Field(unique=True, max_length=64)
    token_sealed: bytes  # scope "incident:<id>"
    made_at: datetime = instant()
    made_by: str = Field(max_length=128)
    retired_at: datetime | None = instant(default=None)


class IncidentMail(SQLModel, table=True):
    """A mail that became a line of a timeline, once for its Message-ID and sender."""

    __tablename__ = "incident_mail"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    mail_id: UUID = Field(foreign_key="received_mail.id", unique=True)
    origin_key: str = Field(unique=True, max_length=64)
    by: str = Field(max_length=128)
    seq: int  # of the line
    at: datetime = instant()
