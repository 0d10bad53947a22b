"""What endpoints can be told of: programs and chat rooms, where more people read than may know of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from notifications.wording import worded


class EventType(StrEnum):
    """The words an endpoint subscribes to. A test is sent whatever it wants, a page where a step of it names it."""

    INCIDENT_OPENED = "incident.opened"
    RELEASE_REQUESTED = "release.requested"
    RELEASE_APPROVED = "release.approved"
    RELEASE_REFUSED = "release.refused"
    RELEASE_VOID = "release.void"
    RELEASE_FINISHED = "release.finished"
    RELEASE_WAITS = "release.waits"
    APPROVAL_DOUBTED = "approval.doubted"
    DEADLINE_REMINDER = "deadline.reminder"
    DECISION_DUE = "decision.due"
    NOTICE_RELEASED = "notice.released"
    PAGE_SENT = "page.sent"
    PAGE_ACKNOWLEDGED = "page.acknowledged"
    PAGE_ENDED = "page.ended"
    TEST = "endpoint.test"


WORDS: Mapping[EventType, str] = {
    EventType.INCIDENT_OPENED: worded("An alert opened an incident"),
    EventType.RELEASE_REQUESTED: worded("Approval of a notice is asked for"),
    EventType.RELEASE_APPROVED: worded("A notice was released"),
    EventType.RELEASE_REFUSED: worded("A release was refused"),
    EventType.RELEASE_VOID: worded("A release no longer holds"),
    EventType.RELEASE_FINISHED: worded("Sending of a notice is finished"),
    EventType.RELEASE_WAITS: worded("Sending of a notice waits for a person"),
    EventType.APPROVAL_DOUBTED: worded("An approval by telephone is not confirmed, or denied"),
    EventType.DEADLINE_REMINDER: worded("A deadline comes near, or is late"),
    EventType.DECISION_DUE: worded("A decision is to be looked at again"),
    EventType.NOTICE_RELEASED: worded("A notice in the product, with its full text and whom it goes to"),
    EventType.PAGE_SENT: worded("A page"),
    EventType.PAGE_ACKNOWLEDGED: worded("A page was acknowledged"),
    EventType.PAGE_ENDED: worded("A page is over"),
    EventType.TEST: worded("A test"),
}
UNASKED = (EventType.TEST, EventType.PAGE_SENT, EventType.PAGE_ACKNOWLEDGED, EventType.PAGE_ENDED)
WANTED = tuple(event for event in EventType if event not in UNASKED)
FOR_ROOMS = tuple(event for event in WANTED if event is not EventType.NOTICE_RELEASED)  # people read there


@dataclass(frozen=True, slots=True)
class EndpointEvent:
    """What is said of something that happened: no names of people, no words that somebody typed.

    `headline` "" takes the words of the type. `path` is that of a page of the console, "" for the incident's own.
    """

    type: EventType
    headline: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    @property
    def said(self) -> str:
        return self.headline or WORDS[self.type]
