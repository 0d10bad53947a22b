"""What happened, told inside: which message goes to which roles when an incident opens or a release gets on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from incident.roles import Role


class Happened(StrEnum):
    """What of a release people inside are told."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class ReleaseNews:
    """A release as a message inside may speak of it: codename and numbers, nothing of the case itself."""

    release_id: UUID
    codename: str
    kind: str
    recipients: int
    reason: str = ""
    address: str = ""  # of the release's page


@dataclass(frozen=True, slots=True)
class InternalMessage:
    """One message to everybody inside who holds one of the roles and may see the incident.

    `occasion` makes it go once to each, however often the same thing is noticed.
    """

    occasion: str
    roles: frozenset[Role]
    subject: str
    text: str


def messages_about(happened: Happened, news: ReleaseNews) -> tuple[InternalMessage, ...]:
    """The messages that follow. Subjects carry a codename and no facts: mail may be read by others."""
    roles, subject, text = TOLD[happened]
    lines = [
        text(news),
        *([f"Reason: {news.reason}"] if news.reason else []),
        *([news.address] if news.address else []),
    ]
    occasion = f"page:release:{news.release_id}:{happened}"
    return (InternalMessage(occasion, roles, f"[{news.codename}] {subject}", "\n\n".join(lines) + "\n"),)


def opened_message(incident_id: UUID, codename: str, severity: str, address: str = "") -> InternalMessage:
    """The page that goes out when an alert opened an incident: codename and severity, nothing of the case itself."""
    lines = [f"An alert opened the incident {codename} ({severity}). Take it up in the console."]
    text = "\n\n".join([*lines, *([address] if address else [])]) + "\n"
    return InternalMessage(f"page:opened:{incident_id}", PAGED, f"[{codename}] Incident opened: {severity}", text)


Line = Callable[[ReleaseNews], str]
PAGED = frozenset({Role.RESPONDER, Role.COMMANDER, Role.PRIVACY_OFFICER})
WRITERS = frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER})
TOLD: Mapping[Happened, tuple[frozenset[Role], str, Line]] = {
    Happened.REQUESTED: (
        frozenset({Role.APPROVER}),
        "Your approval is asked for",
        lambda news: f"A notice ({news.kind}) to {news.recipients} recipients waits for a second person to release it.",
    ),
    Happened.APPROVED: (
        WRITERS,
        "Released",
        lambda news: f"The notice ({news.kind}) to {news.recipients} recipients was released and is being sent.",
    ),
    Happened.REFUSED: (
        WRITERS,
        "Release refused",
        lambda news: f"The notice ({news.kind}) was not released.",
    ),
    Happened.VOID: (
        WRITERS | {Role.APPROVER},
        "Release void",
        lambda news: f"The release of the notice ({news.kind}) no longer holds; nothing further goes out.",
    ),
    Happened.FINISHED: (
        WRITERS,
        "Sending finished",
        lambda news: f"Every one of the {news.recipients} recipients of the notice ({news.kind}) has a result.",
    ),
}
