"""Acts beside approvals that a passkey signs for: publishing, withdrawing, confirming what was said by telephone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from incident.approval_rules import ApprovalRules
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.announcing import (
    ToPublish,
    correct_announcement,
    find_announcement,
    publish_announcement,
    require_publisher,
    withdraw_announcement,
)
from incident.verbs.release_steps import bound_release
from incident.verbs.signatures import Signed, Signing, ask_signature, take_signature
from incident.verbs.spoken import confirm_spoken_approval
from notifications.models import Announcement, Release
from notifications.quorum import Way
from notifications.release import Seen


@dataclass(frozen=True, slots=True)
class Publishing:
    """An edition as somebody is about to publish it; `corrects` is the page it goes on, None for a new one."""

    asked: ToPublish
    corrects: UUID | None = None

    @property
    def purpose(self) -> str:
        return _purpose("publish", self.asked.edition_id, self.asked.digest, self.asked.correction, str(self.corrects))

    @property
    def about(self) -> Mapping[str, str]:
        return {"edition": str(self.asked.edition_id)}


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A public page as somebody is about to withdraw it, with the reason that will stand on it."""

    incident_id: UUID
    announcement_id: UUID
    reason: str

    @property
    def purpose(self) -> str:
        return _purpose("withdraw", self.announcement_id, self.reason)

    @property
    def about(self) -> Mapping[str, str]:
        return {"announcement": str(self.announcement_id)}


@dataclass(frozen=True, slots=True)
class Confirming:
    """An approval by telephone as its giver is about to confirm it."""

    release_id: UUID
    seen: Seen

    @property
    def purpose(self) -> str:
        return _purpose("confirm", self.release_id, self.seen.edition, self.seen.audience, self.seen.facts)

    @property
    def about(self) -> Mapping[str, str]:
        return {"release": str(self.release_id)}


def begin_publication(act: Act, asked: Publishing) -> Signing:
    """Ask for a signature that publishes exactly this text. Raises what `publish_announcement` does of the person."""
    require_publisher(act, asked.asked)
    return ask_signature(act, asked)


def finish_publication(act: Act, signed: Signed, asked: Publishing, rules: ApprovalRules) -> Announcement:
    """Publish, or correct the page, by a signature that was verified; challenge and counter move with it."""
    require_publisher(act, asked.asked)
    take_signature(act, signed, asked)
    if asked.corrects is None:
        return publish_announcement(act, asked.asked, way=Way.PASSKEY, rules=rules)
    return correct_announcement(act, asked.corrects, asked.asked, way=Way.PASSKEY, rules=rules)


def begin_withdrawal(act: Act, asked: Withdrawing) -> Signing:
    """Ask for a signature that withdraws this page with this reason. Raises Forbidden, NotFound."""
    find_announcement(act, asked.announcement_id, asked.incident_id)
    return ask_signature(act, asked)


def finish_withdrawal(act: Act, signed: Signed, asked: Withdrawing, rules: ApprovalRules) -> Announcement:
    """Withdraw a public page by a signature that was verified."""
    find_announcement(act, asked.announcement_id, asked.incident_id)
    take_signature(act, signed, asked)
    given = (asked.incident_id, asked.announcement_id, asked.reason)
    return withdraw_announcement(act, *given, way=Way.PASSKEY, rules=rules)


def begin_confirmation(act: Act, asked: Confirming) -> Signing:
    """Ask for a signature that confirms exactly what was said by telephone. Raises NotFound, Forbidden."""
    bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    return ask_signature(act, asked)


def finish_confirmation(act: Act, signed: Signed, asked: Confirming, rules: ApprovalRules) -> Release:
    """Confirm an approval by telephone by a signature that was verified."""
    bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    take_signature(act, signed, asked)
    return confirm_spoken_approval(act, asked.release_id, asked.seen, way=Way.PASSKEY, rules=rules)


def _purpose(act: str, row: UUID, *seen: str) -> str:
    """Each part is hashed by itself first, so that no two ways of parting the same words give one purpose."""
    parts = "|".join(hashlib.sha256(part.encode()).hexdigest() for part in seen)
    return f"{act}:{row}:{hashlib.sha256(parts.encode()).hexdigest()}"
