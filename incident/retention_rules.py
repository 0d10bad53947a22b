"""How long what names people is kept after a release was closed out, and when it goes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """Days: of waiting for bounces, of keeping an audience after that, of keeping a report's file.

    `while_open`: nothing goes while its incident is open.
    """

    bounce_days: int = 5
    audience_days: int = 90
    file_days: int = 1095
    while_open: bool = True

    def closes_at(self, ended: datetime) -> datetime:
        """When a release is closed out that ended then: bounces come for days (RFC 5321 4.5.4.1)."""
        return ended + timedelta(days=self.bounce_days)

    def audience_goes_at(self, closed: Sequence[datetime]) -> datetime:
        """When an audience goes of which these things ended; the last of them counts."""
        return max(closed) + timedelta(days=self.audience_days)

    def file_goes_at(self, finished: datetime) -> datetime:
        """When the file of a report goes."""
        return finished + timedelta(days=self.file_days)


USUAL_RETENTION = RetentionRules()
