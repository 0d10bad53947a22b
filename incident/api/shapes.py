"""The two kinds of JSON documents, what comes in and what goes out, and the words that occur in many of them."""

import contextlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from incident.auth.edge import Edge
from incident.errors import Fault
from notifications.audience import LineFault

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
PROSE = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
Reason = Annotated[str, Field(max_length=500, pattern=PROSE)]
LARGEST = 2**31 - 2  # of a version: the column is an integer, and the next version goes into it too

Reference = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9-]*$")]  # codename or id of an incident, or ""
Version = Annotated[int, Field(ge=0, le=LARGEST)]
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
Codename = Annotated[
    str, Path(max_length=64, pattern=r"^[A-Za-z0-9-]+$", description="Codename or id of the incident.")
]
Locale = Annotated[str, Query(max_length=16, pattern=r"^[A-Za-z0-9_-]*$", description="Such as de; else its own.")]


class In(BaseModel):
    """What a caller sends: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Out(BaseModel):
    """What a caller gets: exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def from_row(cls, row: object) -> Self:
        """What a row has under the names of the fields, all of which it must have."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class FaultOut(Out):
    """One thing wrong with one value."""

    field: str
    message: str
    mend: str

    @classmethod
    def of(cls, fault: Fault | LineFault) -> "FaultOut":
        return cls(field=fault.field, message=fault.message, mend=fault.mend)


class LineFaultOut(FaultOut):
    """One thing wrong with one line of a file."""

    line: int


def word_of(vocabulary: type[StrEnum]) -> BeforeValidator:
    """How a word of a closed vocabulary is read, which JSON has no type for."""

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in set(vocabulary):
            raise ValueError("should be one of " + ", ".join(vocabulary))
        return vocabulary(value)

    return BeforeValidator(read)


def _instant(value: object) -> datetime:
    found = None
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    if found is None or found.utcoffset() is None or not 1970 <= found.year < 2200:
        raise ValueError("should be an instant with its zone, such as 2026-11-24T18:14:00+01:00")
    return found


Instant = Annotated[datetime, BeforeValidator(_instant)]


def _read_id(value: object) -> UUID:
    with contextlib.suppress(ValueError):
        if isinstance(value, str):
            return UUID(value)
    raise ValueError("should be an id, as this API gives it")


Identity = Annotated[UUID, BeforeValidator(_read_id)]


def edge_of(request: Request) -> Edge:
    """The installation behind a request."""
    return Edge.of(request)


AtEdge = Annotated[Edge, Depends(edge_of)]
