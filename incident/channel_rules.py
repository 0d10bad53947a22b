"""Which channels open for people whom a mail does not reach, by kind of notice, and when they are too many. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EVERY_KIND = "*"


class NextChannel(StrEnum):
    """What is done for somebody whose mail bounced or was rejected."""

    IN_APP = "in_app"  # the same notice in the product
    POSTAL = "postal"  # a place on the list that people export for letters
    PUBLIC = "public"  # where too many are left: somebody decides on a public communication (Art. 34(3)(c) GDPR)


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """`channels` by kind of notice, EVERY_KIND for the others; all of a list open at once.

    Too many are left once they are `number` people, or the `share` of those written to; 0 switches either off.
    """

    channels: Mapping[str, tuple[NextChannel, ...]] = field(default_factory=dict)
    number: int = 1000
    share: float = 0.1

    def channels_for(self, kind: str, *, ours: bool = True) -> tuple[NextChannel, ...]:
        """What opens for a kind of notice. Of another party's people (`ours` False) that party gets a list, no more."""
        found = self.channels.get(kind, self.channels.get(EVERY_KIND, ()))
        return tuple(one for one in found if ours or one is NextChannel.POSTAL)

    def too_many(self, lost: int, total: int) -> bool:
        """Whether so many of so many are left."""
        by_number = bool(self.number) and lost >= self.number
        return by_number or (bool(self.share) and total > 0 and lost > 0 and lost / total >= self.share)
