"""What a person keeps for themselves on the console: views of the board, the address of their calendar of deadlines."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from notifications.columns import instant


class SavedView(SQLModel, table=True):
    """A choice of incidents of the board, by its name. `query` is the query string of its address."""

    __tablename__ = "saved_view"
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    name: str = Field(max_length=80)
    query: str = Field(max_length=500)
    made_at: datetime = instant()


class DeadlineFeed(SQLModel, table=True):
    """The calendar of the deadlines one person may see: what its address is known by."""

    __tablename__ = "deadline_feed"
    user_id: UUID = Field(foreign_key="user_account.id", primary_key=True)
    digest: str = Field(max_length=64, unique=True)  # SHA-256 of the token in the address
    made_at: datetime = instant()


class Presence(SQLModel, table=True):
    """A page of an incident that somebody has open, by the stream it holds. Of no use after a minute, then deleted.

    No foreign keys: writing one would wait for whoever has locked the incident.
    """

    __tablename__ = "presence"
    id: UUID = Field(primary_key=True)
    incident_id: UUID = Field(index=True)
    user_id: UUID
    section: str = Field(max_length=16)  # the tab; "": the overview
    opened_at: datetime = instant()
    seen_at: datetime = instant(index=True)  # when its process last said that the stream is open
    left_at: datetime | None = instant(default=None)
