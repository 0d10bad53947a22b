"""What happened, told inside: which message goes to which roles when an incident opens or a release gets on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from incident.endpoint_events import EndpointEvent, EventType
from incident.notice_kinds import TITLES, NoticeKind
from incident.roles import ALLOWED, Action, Role
from incident.zones import beside_utc


class Happened(StrEnum):
    """What of a release people inside are told."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class ReleaseNews:
    """A release as a message inside may speak of it: codename and numbers, nothing of the case itself.

    `wanted` are the roles whose approval it asks for.
    """

    release_id: UUID
    codename: str
    kind: str
    recipients: int
    reason: str = ""
    address: str = ""  # of the release's page
    wanted: frozenset[Role] = frozenset({Role.APPROVER})

    @property
    def what(self) -> str:
        """What people inside call the notice."""
        return f"“{TITLES[NoticeKind(self.kind)]}”"

    @property
    def people(self) -> str:
        """How many it goes to, in words."""
        return f"{self.recipients:,} {'recipient' if self.recipients == 1 else 'recipients'}"


class Doubt(StrEnum):
    """What may be wrong with an approval by telephone."""

    UNCONFIRMED = "unconfirmed"
    DENIED = "denied"

    def occasion(self, approval_id: UUID) -> str:
        """The occasion of the message about it."""
        return f"page:approval:{approval_id}:{self}"


class Pacing(StrEnum):
    """What those in charge are told while a large release is opened step by step."""

    CONFIRM = "confirm"
    HELD = "held"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Page:
    """The HTML of a message beside its text, its language, and the data: URI of the logo that it names."""

    html: str
    locale: str = "en"
    logo: str = ""


@dataclass(frozen=True, slots=True)
class InternalMessage:
    """One message to everybody inside who holds one of the roles and may see the incident.

    `occasion` makes it go once to each, however often the same thing is noticed. `event` is what endpoints are told.
    """

    occasion: str
    roles: frozenset[Role]
    subject: str
    text: str
    page: Page | None = None
    event: EndpointEvent | None = None

    def to(self, roles: frozenset[Role]) -> "InternalMessage":
        """The same message to these roles alone."""
        return replace(self, roles=roles)

    def in_zone(self, zone: str) -> "InternalMessage":
        """The same with its moments in a named zone, and in UTC beside it."""
        return replace(self, subject=beside_utc(self.subject, zone), text=beside_utc(self.text, zone))

    @property
    def content(self) -> dict[str, str]:
        """What is sealed and sent."""
        page = {"html": self.page.html, "locale": self.page.locale, "logo": self.page.logo} if self.page else {}
        return {"subject": self.subject, "text": self.text, **page}


def messages_about(happened: Happened, news: ReleaseNews) -> tuple[InternalMessage, ...]:
    """The messages that follow. Subjects carry a codename and no facts: mail may be read by others."""
    roles, subject, text = TOLD[happened]
    if happened in SEATED:
        roles |= news.wanted
    lines = [
        text(news),
        *([f"Reason: {news.reason}"] if news.reason else []),
        *([news.address] if news.address else []),
    ]
    occasion = f"page:release:{news.release_id}:{happened}"
    said = "\n\n".join(lines) + "\n"
    return (InternalMessage(occasion, roles, f"[{news.codename}] {subject}", said, event=_event_of(happened, news)),)


def opened_message(
    incident_id: UUID, codename: str, severity: str, address: str = "", *, by: str = "An alert"
) -> InternalMessage:
    """The page that goes out when something opened an incident: codename and severity, nothing of the case itself."""
    lines = [f"{by} opened the incident {codename} ({severity}). Take it up in the console."]
    text = "\n\n".join([*lines, *([address] if address else [])]) + "\n"
    event = EndpointEvent(EventType.INCIDENT_OPENED, "" if by == "An alert" else f"{by} opened an incident")
    subject = f"[{codename}] Incident opened: {severity}"
    return InternalMessage(f"page:opened:{incident_id}", PAGED, subject, text, event=event)


def finder_message(codename: str, thread_id: UUID, hour: str, address: str = "") -> InternalMessage:
    """A finder wrote again: said once in each `hour`, however many mails come, and nothing of what they say."""
    lines = [f"The finder of {codename} wrote again. Read it in the console.", *([address] if address else [])]
    text = "\n\n".join(lines)
    occasion = f"page:finder:{thread_id}:{hour}"
    return InternalMessage(occasion, PAGED, f"[{codename}] The finder wrote", f"{text}\n")


def publication_message(edition_id: UUID, codename: str, kind: str, address: str = "") -> InternalMessage:
    """To whoever may publish: a text for everybody waits for a second person. `address`: of the page to do it on."""
    lines = [
        f"“{TITLES[NoticeKind(kind)]}” waits for another person to publish it.",
        *([address] if address else []),
    ]
    event = EndpointEvent(EventType.RELEASE_REQUESTED, facts={"notice": kind.replace("_", " ")})
    subject, text = f"[{codename}] Your approval is asked for", "\n\n".join(lines) + "\n"
    return InternalMessage(f"page:edition:{edition_id}:requested", PUBLISHERS, subject, text, event=event)


def spoken_message(news: ReleaseNews, approver: UUID, witness: str, until: datetime) -> InternalMessage:
    """To an approver whose yes by telephone was written down: confirm it, or say that it was not yours."""
    lines = [
        f"{witness} has written down that you approved, by telephone, {news.what} to {news.people}. "
        f"Sign in and confirm it by {until:%Y-%m-%d %H:%M} UTC, or sending stops.",
        "If you said nothing of the kind, deny it there: nothing further goes out.",
        *([news.address] if news.address else []),
    ]
    occasion = f"page:release:{news.release_id}:spoken:{approver}"
    subject = f"[{news.codename}] Confirm what you said by telephone"
    return InternalMessage(occasion, frozenset(), subject, "\n\n".join(lines) + "\n")


def doubt_message(doubt: Doubt, news: ReleaseNews, approval_id: UUID, approver: str) -> InternalMessage:
    """To those in charge: an approval by telephone was not confirmed, or was denied."""
    subject, text = DOUBTS[doubt]
    said = text.format(approver=approver, what=news.what)
    event = EndpointEvent(EventType.APPROVAL_DOUBTED, subject, path=_page_of(news))
    return InternalMessage(doubt.occasion(approval_id), WRITERS, f"[{news.codename}] {subject}", said, event=event)


def _event_of(happened: Happened, news: ReleaseNews) -> EndpointEvent:
    facts = {"notice": news.kind.replace("_", " "), "recipients": str(news.recipients)}
    return EndpointEvent(EVENTS[happened], facts=facts, path=_page_of(news))


def _page_of(news: ReleaseNews) -> str:
    return f"/releases/{news.release_id}"


EVENTS: Mapping[Happened, EventType] = {happened: EventType(f"release.{happened}") for happened in Happened}


def pacing_message(pacing: Pacing, news: ReleaseNews, key: str) -> InternalMessage:
    """To those in charge and to who may confirm, once for each `key`; the reason in the news says what came of it."""
    subject, text = PACED[pacing]
    said = f"{text.format(what=news.what, people=news.people)}\n\n{news.reason}\n"
    occasion = f"page:release:{news.release_id}:{pacing}:{key}"
    kind = EventType.DEADLINE_REMINDER if pacing is Pacing.LATE else EventType.RELEASE_WAITS
    event = EndpointEvent(kind, subject, path=_page_of(news))
    return InternalMessage(occasion, WRITERS | news.wanted, f"[{news.codename}] {subject}", said, event=event)


Line = Callable[[ReleaseNews], str]
PAGED = frozenset({Role.RESPONDER, Role.COMMANDER, Role.PRIVACY_OFFICER})
WRITERS = frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER})
PUBLISHERS = ALLOWED[Action.ANNOUNCE]
SEATED = (Happened.REQUESTED, Happened.VOID)  # whoever was asked to approve is told of these
DOUBTS: Mapping[Doubt, tuple[str, str]] = {
    Doubt.UNCONFIRMED: (
        "Stopped: an approval by telephone was not confirmed",
        "{approver} has not confirmed in time to have approved {what} by telephone. Whatever had not gone "
        "out is stopped. Reach {approver}; once it is confirmed, sending can go on.\n",
    ),
    Doubt.DENIED: (
        "An approval by telephone is denied",
        "{approver} denies having approved {what} by telephone. Nothing further goes out. Find out who "
        "called, and who wrote it down.\n",
    ),
}
PACED: Mapping[Pacing, tuple[str, str]] = {
    Pacing.CONFIRM: (
        "Confirm the first mails of a release",
        "{what} to {people} has gone to its first few. Nobody else gets it before a person has "
        "looked at what came of them and confirms it on the release's page.",
    ),
    Pacing.HELD: (
        "Sending holds: too many mails fail",
        "{what} to {people} goes to nobody further until a person has looked at why so many of "
        "the last mails failed, and lets it go on or stops it.",
    ),
    Pacing.LATE: (
        "A deadline is at risk: sending is too slow",
        "{what} to {people} will not have reached everybody in time. On the release's page it "
        "can be sent to all at once, or at any hour.",
    ),
}
TOLD: Mapping[Happened, tuple[frozenset[Role], str, Line]] = {
    Happened.REQUESTED: (
        frozenset(),
        "Your approval is asked for",
        lambda news: f"{news.what} to {news.people} waits for your approval: read it and approve it, or refuse.",
    ),
    Happened.APPROVED: (
        WRITERS,
        "Released",
        lambda news: f"{news.what} to {news.people} was released and is being sent.",
    ),
    Happened.REFUSED: (
        WRITERS,
        "Release refused",
        lambda news: f"{news.what} was not released.",
    ),
    Happened.VOID: (
        WRITERS,
        "Release void",
        lambda news: f"The release of {news.what} no longer holds; nothing further goes out.",
    ),
    Happened.FINISHED: (
        WRITERS,
        "Sending finished",
        lambda news: f"Every one of the {news.people} of {news.what} has a result.",
    ),
}
