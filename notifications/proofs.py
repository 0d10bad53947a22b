"""The proof that stays of a release: tables of its numbered close-out reports, and what stands for a person in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel

from notifications.columns import document, instant
from notifications.columns import number as large
from notifications.ids import new_id
from notifications.sealing import DataKeyring, Keys

SCOPE = "proof"  # one key for the whole installation: it answers "was this person told?" over every release
TOLD = "told:"
RUNNING = text("finished_at IS NULL")


class CloseOut(SQLModel, table=True):
    """One numbered report of a release: who was told when by which channel with which answer, as of `finished_at`.

    The person by person file lies in the parts, under a key of its own (`close_out:<id>`), until `file_purged_at`.
    Its digest and counts stay, and are an entry of the chain `ledger:<release id>`.
    """

    __tablename__ = "close_out"
    __table_args__ = (
        UniqueConstraint("release_id", "number"),
        Index("ix_close_out_running", "begun_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    release_id: UUID = Field(foreign_key="release.id", index=True)
    number: int  # from 1 within its release
    begun_at: datetime = instant()
    begun_by: str = Field(max_length=128)  # as the timeline names an actor
    expected: int = 0  # rows of the release when it was begun
    last: int = large(default=0)  # the last row it covers
    done_to: int = large(default=0)  # the last row whose line is in a part
    rows: int = 0  # lines written so far
    parts: int = 0
    size: int = large(default=0)  # bytes of the compressed file
    finished_at: datetime | None = instant(default=None)
    digest: str = Field(default="", max_length=64)  # SHA-256 of the file as it is before compression
    counts: dict[str, object] = document(default_factory=dict)
    entry: int = 0  # seq in the chain of the ledger
    file_purged_at: datetime | None = instant(default=None)


class CloseOutPart(SQLModel, table=True):
    """Some thousand lines of a report's file: a gzip member, sealed. All parts in their order are one gzip file."""

    __tablename__ = "close_out_part"
    close_out_id: UUID = Field(foreign_key="close_out.id", primary_key=True)
    number: int = Field(primary_key=True)  # from 0
    sealed: bytes


def close_out_scope(report_id: UUID) -> str:
    """The scope of a report's data key: destroyed with its file."""
    return f"close_out:{report_id}"


def told_as(keyring: DataKeyring, person: str) -> str:
    """What stands in a ledger row for a person once the audience is purged: a keyed hash (HMAC-SHA256).

    Whoever knows the host's id of a person finds the rows by it, and nobody without the key finds a person by a row.
    """
    return TOLD + keyring.blind(f"told\n{person}")


def proof_key(session: Session, keys: Keys) -> DataKeyring:
    """The key of `told_as`; made on first use, which needs a writing session."""
    return keys.for_scope(session, SCOPE)
