"""The page of a person's own passkeys."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One passkey that can be used."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasskeysView:
    """What there is, and whether one more can be added. `barred`: why this installation can have none; "": it can."""

    lines: tuple[PasskeyLine, ...]
    most: int
    minutes: int  # how long after signing in a passkey may be added
    is_fresh: bool
    barred: str = ""
