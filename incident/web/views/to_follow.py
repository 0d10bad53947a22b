"""What authorities were told is to follow, as pages show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PointLine:
    """One point: since when it is told to follow, whether the facts answer it by now, and where it is answered."""

    said: str
    since: datetime
    answered: bool
    href: str


@dataclass(frozen=True, slots=True)
class ToFollowView:
    """What one authority waits for. `draft`: a further filing is drafted, and `go` leads to it instead of to a new one.

    `codename` and `title` are those of the incident, where several incidents are shown.
    """

    duty: str
    href: str
    to: str
    points: tuple[PointLine, ...]
    go: str
    draft: bool = False
    codename: str = ""
    title: str = ""

    @property
    def since(self) -> datetime:
        return min(point.since for point in self.points)

    @property
    def answered(self) -> int:
        return sum(point.answered for point in self.points)
