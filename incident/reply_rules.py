"""Who owns an answer that somebody has to deal with, and by when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from incident.roles import Role
from notifications.replies import ReplyClass

OWNED: Mapping[ReplyClass, Role] = {
    ReplyClass.QUESTION: Role.PRIVACY_OFFICER,
    ReplyClass.COMPLAINT: Role.PRIVACY_OFFICER,
    ReplyClass.LEFT: Role.RESPONDER,
}
WORDS: Mapping[ReplyClass, tuple[str, str]] = {  # one, several
    ReplyClass.COMPLAINT: ("complaint", "complaints"),
    ReplyClass.QUESTION: ("question", "questions"),
    ReplyClass.LEFT: ("address no longer used", "addresses no longer used"),
    ReplyClass.OUT_OF_OFFICE: ("automatic answer", "automatic answers"),
    ReplyClass.ACKNOWLEDGEMENT: ("acknowledgement", "acknowledgements"),
}


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """`own_domains` are those of our mails; `hours` within which each class is to be dealt with.

    These are the organisation's own targets. Where a reply asks for a right under Art. 15 to 22 GDPR, Art. 12(3) gives
    one month.
    """

    own_domains: frozenset[str] = frozenset()
    hours: Mapping[ReplyClass, int] = field(
        default_factory=lambda: {ReplyClass.QUESTION: 48, ReplyClass.COMPLAINT: 24, ReplyClass.LEFT: 72}
    )

    def within(self, kind: ReplyClass) -> timedelta | None:
        """How long a person has for it; None for what asks nothing."""
        return timedelta(hours=self.hours[kind]) if kind in OWNED else None


USUAL_REPLIES = ReplyRules()


def counted(numbers: Mapping[ReplyClass, int]) -> str:
    """Such as "1 complaint, 3 questions"."""
    return ", ".join(f"{numbers[kind]:,} {WORDS[kind][numbers[kind] != 1]}" for kind in WORDS if numbers.get(kind))
