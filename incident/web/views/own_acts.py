"""What one person did."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnActLine:
    """One act of theirs, with its place on a timeline where it has one."""

    at: datetime
    action: str
    text: str
    icon: str
    codename: str
    href: str
    erased: bool = False
