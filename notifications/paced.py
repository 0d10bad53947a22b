"""Columns of a release that say how far it is opened and when it is sent, and the samples rates are read from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import false
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant, number, word
from notifications.ramp import Stage

ZERO = {"server_default": "0"}


class Paced(SQLModel):
    """The pace and the sending hours of a release. Every column has a default that means: everybody, at any hour."""

    pace: dict[str, object] = document(default_factory=dict, sa_column_kwargs={"server_default": "{}"})  # its steps
    stage: Stage = word(Stage, default=Stage.WHOLE, sa_column_kwargs={"server_default": Stage.WHOLE.value})
    step: int = Field(default=0, sa_column_kwargs=ZERO)  # of the pace, from 0
    next_step_at: datetime | None = instant(default=None)
    troubled: int = Field(default=0, sa_column_kwargs=ZERO)  # people in trouble when the step began
    canary: list[int] = document(default_factory=list, sa_column_kwargs={"server_default": "[]"})  # members: the first
    canary_confirmed_at: datetime | None = instant(default=None)
    canary_confirmed_by: UUID | None = None
    admitted: int | None = None  # how many members may have a row so far; None: everybody
    fanned: int = number(default=0, sa_column_kwargs=ZERO)  # members who have one, or need none
    all_at_once: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})  # why no steps
    hours: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})  # of sending; "": any
    opens_at: datetime | None = instant(default=None)  # when its closed window opens
    window_closed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # nothing is begun


class Sample(SQLModel, table=True):
    """How many people of a release had an answer at a moment. Kept for an hour."""

    __tablename__ = "release_sample"
    release_id: UUID = Field(foreign_key="release.id", primary_key=True)
    at: datetime = instant(primary_key=True)
    answered: int = number(default=0)
