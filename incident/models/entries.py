"""Tables of the timeline: append-only headers, erasable bodies, one head per chain."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from notifications.columns import instant
from notifications.sealing import Place


class EntryHeader(SQLModel, table=True):
    """One line of a chain, for ever. Triggers refuse to update or delete it on both databases."""

    __tablename__ = "entry_header"
    subject: str = Field(primary_key=True, max_length=128)
    seq: int = Field(primary_key=True)
    at: datetime = instant()
    actor: str = Field(max_length=128)
    action: str = Field(max_length=64)
    prev: str = Field(max_length=64)
    commitment: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class EntryBody(SQLModel, table=True):
    """What the line says: salt and sealed canonical JSON. May be re-sealed or erased; the commitment stays."""

    __tablename__ = "entry_body"
    subject: str = Field(primary_key=True, max_length=128)
    seq: int = Field(primary_key=True)
    salt: bytes | None
    sealed: bytes | None
    erased_at: datetime | None = instant(default=None)


class ChainHead(SQLModel, table=True):
    """The end of one chain; locked last in a transaction."""

    __tablename__ = "chain_head"
    subject: str = Field(primary_key=True, max_length=128)
    seq: int
    hash: str = Field(max_length=64)


APPEND_ONLY = ("entry_header",)
_INCIDENT = "incident:"


def incident_subject(incident_id: UUID) -> str:
    """The chain of an incident; also the scope of its data key and the `subject` notifications keep."""
    return f"{_INCIDENT}{incident_id}"


def incident_of_subject(subject: str) -> UUID:
    """The incident whose subject this is. Raises ValueError for the subject of something else."""
    return UUID(subject.removeprefix(_INCIDENT))


ADMINISTRATION = "administration"


def subject_for(incident_id: UUID | None) -> str:
    """The chain of an incident, or the administration's for what belongs to none."""
    return incident_subject(incident_id) if incident_id else ADMINISTRATION


def body_place(subject: str, seq: int) -> Place:
    """Where the body of an entry is sealed for."""
    return Place("entry_body", "sealed", f"{subject}#{seq}", subject)
