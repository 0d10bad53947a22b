"""Tables of paging: teams with their rota, pages with their steps and whom these told, who is who in a chat."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant, word
from notifications.ids import new_id

WAITING = text("sent_at IS NULL AND superseded_at IS NULL")
UNDER_WAY = text("ended_at IS NULL")


class Team(SQLModel, table=True):
    """People who take turns to answer pages. Without any team every responder is paged by mail."""

    __tablename__ = "team"
    __table_args__ = (
        Index(
            "uq_team_default", "is_default", unique=True, sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )  # fmt: skip
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=64)
    is_default: bool = False  # takes what names no team
    steps: list[dict[str, object]] = document(default_factory=list)  # whom a page goes to, step by step
    feed_digest: str = Field(default="", max_length=64, index=True)  # SHA-256 of the token of its calendar; "": none
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


class RotaLayer(SQLModel, table=True):
    """People of a team who take weeks in their order."""

    __tablename__ = "rota_layer"
    __table_args__ = (UniqueConstraint("team_id", "name"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    team_id: UUID = Field(foreign_key="team.id", index=True)
    name: str = Field(max_length=64)
    position: int
    people: list[str] = document(default_factory=list)  # ids of accounts, in their order
    begins: str = Field(max_length=10)  # the day of the first handover, ISO 8601; its weekday is that of every one
    at: str = Field(max_length=5)  # time of day of the handover, HH:MM, clocks of the zone
    zone: str = Field(max_length=64)
    weeks: int = 1


class RotaOverride(SQLModel, table=True):
    """Somebody stands in for a time."""

    __tablename__ = "rota_override"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    team_id: UUID = Field(foreign_key="team.id", index=True)
    layer: str = Field(max_length=64)  # its name
    user_id: UUID = Field(foreign_key="user_account.id")
    begins_at: datetime = instant()
    ends_at: datetime = instant()
    made_at: datetime = instant()
    made_by: str = Field(max_length=128)
    revoked_at: datetime | None = instant(default=None)


class PagerNumber(SQLModel, table=True):
    """The telephone number somebody is paged at."""

    __tablename__ = "pager_number"
    user_id: UUID = Field(foreign_key="user_account.id", primary_key=True)
    number_sealed: bytes  # scope "register"
    updated_at: datetime = instant()


class PageKind(StrEnum):
    INCIDENT = "incident"
    SILENCE = "silence"  # a monitor that should have been heard of was not
    TEST = "test"


class PageCall(SQLModel, table=True):
    """One page: it goes on to the next step until somebody acknowledges it or what it is about is over."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_under_way", "begun_at", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: PageKind = word(PageKind)
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    incident_id: UUID | None = Field(default=None, foreign_key="incident.id", index=True)
    source_id: UUID | None = Field(default=None, foreign_key="source.id")
    subject: str = Field(max_length=64)  # codename, slug of the source, name of the team that is tried
    severity: str = Field(max_length=16)
    steps: list[dict[str, object]] = document(default_factory=list)  # as they were when it began
    begun_at: datetime = instant()
    begun_by: str = Field(max_length=128)
    acknowledged_at: datetime | None = instant(default=None)
    acknowledged_by: str = Field(default="", max_length=128)
    acknowledged_by_way: str = Field(default="", max_length=32)
    ended_at: datetime | None = instant(default=None)
    ended_because: str = Field(default="", max_length=64)


class PageStep(SQLModel, table=True):
    """One step of one round. Sent once, or recorded as superseded by a later one or by an answer."""

    __tablename__ = "page_step"
    __table_args__ = (
        UniqueConstraint("page_id", "round", "position"),
        Index("ix_page_step_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    page_id: UUID = Field(foreign_key="page.id", index=True)
    round: int
    position: int
    due_at: datetime = instant()
    sent_at: datetime | None = instant(default=None)
    superseded_at: datetime | None = instant(default=None)
    superseded_by: str = Field(default="", max_length=32)  # "step" | "acknowledged" | "ended"


class PagedOne(SQLModel, table=True):
    """Somebody or something that a step told: by which way, and in which row of the ledger."""

    __tablename__ = "paged_one"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    page_id: UUID = Field(foreign_key="page.id", index=True)
    step_id: UUID = Field(foreign_key="page_step.id")
    user_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    endpoint_id: UUID | None = Field(default=None, foreign_key="endpoint.id")
    way: str = Field(max_length=64)  # mail | the name of an endpoint
    occasion: str = Field(max_length=200)  # of the row in the ledger
    at: datetime = instant()
    answered_at: datetime | None = instant(default=None)


class SourceWatch(SQLModel, table=True):
    """A monitor that is expected to say something every so many minutes."""

    __tablename__ = "source_watch"
    source_id: UUID = Field(foreign_key="source.id", primary_key=True)
    minutes: int
    since: datetime = instant()  # silence is counted from here at the earliest
    silent_since: datetime | None = instant(default=None)
    page_id: UUID | None = Field(default=None, foreign_key="page.id")


class ChatIdentity(SQLModel, table=True):
    """Who somebody is in a chat."""

    __tablename__ = "chat_identity"
    __table_args__ = (UniqueConstraint("chat", "chat_id"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    chat: str = Field(max_length=16)  # slack | teams
    chat_id: str = Field(max_length=200)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    recorded_at: datetime = instant()
    recorded_by: str = Field(max_length=128)


class ChatCommand(SQLModel, table=True):
    """A command that came from a chat: kept while its signature would be good, so that none is done twice."""

    __tablename__ = "chat_command"
    digest: str = Field(primary_key=True, max_length=64)  # SHA-256 of what proves it
    at: datetime = instant(index=True)
