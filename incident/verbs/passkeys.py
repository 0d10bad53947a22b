"""Passkeys: enrolled and removed by their owner; a release approved by the signature of one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Conflict, Fault, Invalid, NotFound, Refused
from incident.models.entries import ADMINISTRATION
from incident.models.releasing import Passkey
from incident.queries.passkeys import passkeys_of
from incident.queries.seats import require_seat
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.approvals import approve_release
from incident.verbs.entries import record
from incident.verbs.people import find_user
from incident.verbs.release_steps import bound_release, require_reason
from incident.verbs.signatures import (
    Signed,
    Signing,
    ask_signature,
    consume_challenge,
    new_challenge,
    take_signature,
    tell_owner,
)
from notifications.ids import new_id
from notifications.models import Release
from notifications.quorum import Way
from notifications.release import Seen
from notifications.wording import worded

MOST = 10
LONGEST_NAME = 100
ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a browser is asked to make: for whom, in answer to which challenge, beside which credentials."""

    challenge: bytes
    user_id: UUID
    email: str
    person: str
    existing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey whose making was verified. `challenge` is the one it answers."""

    name: str
    credential_id: str
    public_key: bytes
    sign_count: int
    challenge: bytes


@dataclass(frozen=True, slots=True)
class ToApprove:
    """A release as somebody is about to approve it: what was seen, and how many people they typed that it reaches."""

    release_id: UUID
    seen: Seen
    recipients: int

    @property
    def purpose(self) -> str:
        """What a challenge is for: this release, as it was seen, and nothing else."""
        seen = "|".join((self.seen.edition, self.seen.audience, self.seen.facts, str(self.recipients)))
        return f"approve:{self.release_id}:{hashlib.sha256(seen.encode()).hexdigest()}"

    @property
    def about(self) -> Mapping[str, str]:
        return {"release": str(self.release_id)}


def begin_enrolment(act: Act, name: str) -> Enrolment:
    """Ask for a passkey of the actor's own. Raises Invalid for an unusable name, Refused when there are enough."""
    act.require(Action.PASSKEYS)
    account = find_user(act, act.actor.id)
    existing = passkeys_of(act.session, act.actor)
    _usable(name, existing)
    credentials = tuple(row.credential_id for row in existing)
    return Enrolment(new_challenge(act, ENROL), account.id, account.email, account.name, credentials)


def finish_enrolment(act: Act, new: NewPasskey, domain: str) -> Passkey:
    """Keep a passkey that was verified; its owner is told by mail. `domain` stands in the Message-ID.

    Raises Conflict when its challenge is over or was answered, and for a credential that is enrolled already.
    """
    act.require(Action.PASSKEYS)
    consume_challenge(act, ENROL, new.challenge)
    _usable(new.name, passkeys_of(act.session, act.actor))
    row = Passkey(
        id=new_id(),
        user_id=act.actor.id,
        name=new.name.strip(),
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        created_at=act.now,
    )
    try:
        with act.session.begin_nested():
            act.session.add(row)
    except IntegrityError:
        raise Conflict(worded("This passkey is enrolled already.")) from None
    account = find_user(act, act.actor.id)
    said = f"The passkey “{row.name}” was added to your account. It can approve what goes out."
    tell_owner(act, account, f"passkey.added:{row.id}", ("A passkey was added", said), domain)
    text = f"{account.name} added the passkey “{row.name}”."
    record(act, ADMINISTRATION, "passkey.added", {"text": text, "about": str(account.id), "passkey": str(row.id)})
    return row


def remove_passkey(act: Act, passkey_id: UUID, reason: str, domain: str) -> None:
    """End one of the actor's own passkeys at once; its owner is told by mail. Raises NotFound."""
    act.require(Action.PASSKEYS)
    why = require_reason(reason)
    mine = (col(Passkey.id) == passkey_id, col(Passkey.user_id) == act.actor.id, col(Passkey.removed_at).is_(None))
    ended = update(Passkey).where(*mine).values(removed_at=act.now).returning(col(Passkey.name))
    name = act.session.execute(ended).scalar_one_or_none()
    if name is None:
        raise NotFound(worded("You have no such passkey."))
    account = find_user(act, act.actor.id)
    said = f"The passkey “{name}” was removed from your account. It can approve nothing any more."
    tell_owner(act, account, f"passkey.removed:{passkey_id}", ("A passkey was removed", said), domain)
    text = f"{account.name} removed the passkey “{name}”: {why}"
    record(act, ADMINISTRATION, "passkey.removed", {"text": text, "about": str(account.id), "passkey": str(passkey_id)})


def begin_approval(act: Act, asked: ToApprove) -> Signing:
    """Ask for a signature that approves exactly what was seen.

    Raises Invalid when the number of recipients is another, Refused for a person without a passkey.
    """
    bound = bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    require_seat(act.session, bound, act.actor, act.now)
    expected = bound.release.recipients
    if asked.recipients != expected:
        fault = f"{asked.recipients:,} is not how many this reaches"
        raise Invalid(Fault("count", fault, worded("type {expected} to approve", expected=f"{expected:,}")))
    return ask_signature(act, asked)


def finish_approval(
    act: Act, signed: Signed, asked: ToApprove, address: str = "", rules: ApprovalRules = USUAL
) -> Release:
    """Approve by a signature that was verified; its challenge is used up and its counter moves on with the approval.

    Raises Conflict when the challenge is over, was answered, or was for something else, and when the passkey was used
    at the same moment; else what `approve_release` raises.
    """
    bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    take_signature(act, signed, asked)
    return approve_release(act, asked.release_id, asked.seen, address, way=Way.PASSKEY, rules=rules)


def _usable(name: str, existing: list[Passkey]) -> None:
    if len(existing) >= MOST:
        raise Refused(worded("You have {most} passkeys, which is the most: remove one first.", most=MOST))
    plain = name.strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid(
            Fault(
                "name",
                worded("is empty, overlong or not printable"),
                worded("1 to {longest_name} characters", longest_name=LONGEST_NAME),
            )
        )
    if plain in {row.name for row in existing}:
        raise Invalid(
            Fault("name", worded("is the name of another passkey of yours"), worded("such as “Work phone 2”"))
        )
