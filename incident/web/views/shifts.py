"""The hand-over between shifts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandoverView:
    """The note that is pinned. `parts` are (heading, text), empty once erased; `mine`: the reader wrote it."""

    seq: int
    at: datetime
    who: str
    parts: tuple[tuple[str, str], ...]
    taken_at: datetime | None = None
    taken_by: str = ""
    mine: bool = False
