"""Tables of the case: the incident, its members, its moves and the guards that were passed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from incident.phases import Guard, Move, Phase
from incident.roles import Visibility
from notifications.columns import document, instant, word
from notifications.ids import new_id


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Incident(SQLModel, table=True):
    """The case. `version` counts decisions and moves only: signals, entries and deliveries never touch this row."""

    __tablename__ = "incident"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    codename: str = Field(unique=True, max_length=64)  # "amber-heron": what people say aloud, tells nothing
    kind: str = Field(max_length=64)  # of the runbook, such as "public_bucket"
    title_sealed: bytes
    severity: Severity = word(Severity)
    phase: Phase = word(Phase, index=True)
    visibility: Visibility = word(Visibility)
    version: int = 1
    commander_id: UUID | None = None
    opened_at: datetime = instant(index=True)
    opened_by: str = Field(max_length=128)
    closed_at: datetime | None = instant(default=None)
    review_sealed: bytes | None = None
    drill: bool = False


class Membership(SQLModel, table=True):
    """A person belongs to an incident: may see it when it is restricted or sealed."""

    __tablename__ = "membership"
    incident_id: UUID = Field(foreign_key="incident.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", primary_key=True)
    since: datetime = instant()


class PhaseMove(SQLModel, table=True):
    """One move; the times of phases come from these rows."""

    __tablename__ = "phase_move"
    __table_args__ = (UniqueConstraint("incident_id", "version"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    version: int  # of the incident after the move
    move: Move = word(Move)
    before: Phase = word(Phase)
    after: Phase = word(Phase)
    at: datetime = instant()
    actor: str = Field(max_length=128)
    passed: list[str] = document(default_factory=list)


class Pass(SQLModel, table=True):
    """A guard the incident commander passed: pinned with its reason until somebody makes it good."""

    __tablename__ = "guard_pass"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    guard: Guard = word(Guard)
    reason_sealed: bytes
    at: datetime = instant()
    actor: str = Field(max_length=128)
    settled_at: datetime | None = instant(default=None)
    settled_by: str = Field(default="", max_length=128)


class Task(SQLModel, table=True):
    """One step of the runbook, copied into the incident when it opened, or added by hand."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("incident_id", "key"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    key: str = Field(max_length=64)
    position: int
    phase: Phase = word(Phase)
    step: dict[str, object] = document()  # the frozen step: title, text, role, evidence to keep, what it breaks
    role: str = Field(default="", max_length=64)
    due_at: datetime | None = instant(default=None)
    assignee_id: UUID | None = None
    state: str = Field(default="open", max_length=16)  # open | started | done | skipped
    settled_at: datetime | None = instant(default=None)
    settled_by: str = Field(default="", max_length=128)
    note_sealed: bytes | None = None

    @property
    def title(self) -> str:
        """What the step is called; its key where it has no title."""
        return str(self.step.get("title", self.key))


class Evidence(SQLModel, table=True):
    """Bytes kept as evidence: sealed as received, with their SHA-256 and who kept them when."""

    __tablename__ = "evidence"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    name_sealed: bytes
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    size: int
    content_sealed: bytes | None  # None once erased on schedule
    collected_at: datetime = instant()  # true time
    kept_at: datetime = instant()  # recorded time
    kept_by: str = Field(max_length=128)
    erased_at: datetime | None = instant(default=None)
    task_id: UUID | None = Field(default=None, foreign_key="task.id")
