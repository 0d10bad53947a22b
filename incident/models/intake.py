"""Tables of intake: sources, requests as received, the signals read from them, and refusals."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from incident.models.incidents import Severity
from notifications.columns import document, instant, word
from notifications.ids import new_id

SENT_TEST = "sent test "
"""Begins the keys of what a test of ours sent, not the monitor: with a space no delivery can have such an id."""


class IntakeState(StrEnum):
    OPEN = "open"  # stored, not yet read
    APPLIED = "applied"
    QUARANTINED = "quarantined"  # authentic but unreadable: a person looks
    SETTLED = "settled"  # a person looked at a quarantined one


class SignalOutcome(StrEnum):
    """What became of a signal by the rules of its source; kept and counted are all."""

    INCIDENT = "incident"  # opened or joined one
    RECORDED = "recorded"
    IGNORED = "ignored"


class Source(SQLModel, table=True):
    """One monitor: its address, how it proves who it is, and what its signals open."""

    __tablename__ = "source"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(unique=True, max_length=64)  # POST /hooks/{slug}
    adapter: str = Field(max_length=64)
    scheme: str = Field(max_length=32)  # standard_webhooks | bearer | basic
    rules: dict[str, object] = document(default_factory=dict)  # match → kind, severity
    admission: dict[str, object] = document(
        default_factory=dict, sa_column_kwargs={"server_default": "{}"}
    )  # networks, certificate; empty: everybody may send
    enabled: bool = True
    created_at: datetime = instant()


class SourceSecret(SQLModel, table=True):
    """A live secret of a source; two may live at once, so that a rotation loses nothing."""

    __tablename__ = "source_secret"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    source_id: UUID = Field(foreign_key="source.id", index=True)
    sealed: bytes  # scope "register"
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


class Intake(SQLModel, table=True):
    """One authenticated request as received: raw bytes and headers sealed, SHA-256 clear, committed before the 202."""

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("source_id", "intake_key"),
        Index(
            "ix_intake_open",
            "received_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_intake_quarantined",
            "received_at",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index("ix_intake_heard", "source_id", "received_at"),
        Index(
            "ix_intake_heard_again",
            "source_id",
            "last_repeat_at",
            sqlite_where=text("last_repeat_at IS NOT NULL"),
            postgresql_where=text("last_repeat_at IS NOT NULL"),
        ),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    source_id: UUID = Field(foreign_key="source.id")
    intake_key: str = Field(max_length=200)
    received_at: datetime = instant()
    sha256: str = Field(max_length=64)
    size: int
    scope: str = Field(max_length=64)  # "intake:<date>"
    headers_sealed: bytes | None
    body_sealed: bytes | None
    state: IntakeState = word(IntakeState)
    repeats: int = 0
    last_repeat_at: datetime | None = instant(default=None)
    tries: int = 0
    trouble: str = Field(default="", max_length=500)
    incident_id: UUID | None = Field(default=None, foreign_key="incident.id", index=True)


class SignalRow(SQLModel, table=True):
    """One alert read from an intake, and the incident it opened or joined."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("source_id", "key", "started_at_text"),
        Index("ix_signal_group", "source_id", "group_digest", "incident_id"),
        Index("ix_signal_sort", "incident_id", "alike_digest", "resolved_at"),  # what a storm is counted by
        Index("ix_signal_alike", "source_id", "alike_digest"),
        Index("ix_signal_heard", "source_id", "first_seen_at"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    intake_id: UUID = Field(foreign_key="intake.id", index=True)
    source_id: UUID = Field(foreign_key="source.id")
    incident_id: UUID | None = Field(default=None, foreign_key="incident.id")
    key: str = Field(max_length=300)
    group_digest: str = Field(default="", max_length=64)  # SHA-256 of the monitor's group: one group, one incident
    # Keyed: equal for alerts that read alike, numbers left out.
    alike_digest: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    outcome: SignalOutcome = word(
        SignalOutcome, default=SignalOutcome.RECORDED, sa_column_kwargs={"server_default": "recorded"}
    )
    # Of the source, which decided; "" where none fits.
    rule: str = Field(default="", max_length=80, sa_column_kwargs={"server_default": ""})
    started_at_text: str = Field(max_length=64)  # as the monitor wrote it; evidence, not a clock
    started_at: datetime | None = instant(default=None)
    state: str = Field(max_length=16)  # firing | resolved
    severity: Severity = word(Severity)
    content_sealed: bytes  # JSON of the signal; scope "intake:<date>"
    scope: str = Field(max_length=64)
    first_seen_at: datetime = instant()
    last_seen_at: datetime = instant()
    resolved_at: datetime | None = instant(default=None)
    seen: int = 1


class StrayRefusal(SQLModel, table=True):
    """Requests that were refused and are of no source, counted by the kind of address, reason and day."""

    __tablename__ = "stray_refusal"
    __table_args__ = (UniqueConstraint("place", "reason", "day"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: str = Field(max_length=64)  # "address": none of ours; "events/<provider>", "chat/<name>"
    reason: str = Field(max_length=64)
    day: str = Field(max_length=10)
    count: int = 0
    last_at: datetime = instant()


class Refusal(SQLModel, table=True):
    """Requests a source sent that were refused, counted by reason and day."""

    __tablename__ = "refusal"
    __table_args__ = (UniqueConstraint("source_id", "reason", "day"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    source_id: UUID = Field(foreign_key="source.id")
    reason: str = Field(max_length=64)
    day: str = Field(max_length=10)
    count: int = 0
    last_at: datetime = instant()
