"""Passkeys: enrolled and removed by their owner; a release approved by the signature of one."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Conflict, Fault, Invalid, NotFound, Refused
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount
from incident.models.releasing import Passkey, PasskeyChallenge
from incident.outreach import InternalMessage
from incident.queries.passkeys import passkeys_of
from incident.queries.seats import require_seat
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.approvals import approve_release
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from incident.verbs.people import find_user
from incident.verbs.release_steps import bound_release, require_reason
from notifications.ids import new_id
from notifications.models import Release
from notifications.quorum import Way
from notifications.release import Seen

WAITS = timedelta(minutes=5)
CHALLENGE_BYTES = 32  # W3C WebAuthn level 2 §13.4.3 asks for 16 at least
MOST = 10
LONGEST_NAME = 100
ENROL = "enrol"
OVER = "This request is over, was answered already, or is not yours: begin again."


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


@dataclass(frozen=True, slots=True)
class Signing:
    """What a browser is asked to sign, and with which of the person's credentials."""

    challenge: bytes
    credentials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was verified. `counted` is the counter kept until now, `count` what the authenticator says."""

    passkey_id: UUID
    challenge: bytes
    counted: int
    count: int

    @property
    def is_copied(self) -> bool:
        """A counter that does not go on means a second copy of the key (W3C WebAuthn level 2 §6.1.1).

        Passkeys that are kept in step over several devices do not count; they always say 0.
        """
        return (self.count > 0 or self.counted > 0) and self.count <= self.counted


def begin_enrolment(act: Act, name: str) -> Enrolment:
    """Ask for a passkey of the actor's own. Raises Invalid for an unusable name, Refused when there are enough."""
    act.require(Action.PASSKEYS)
    account = find_user(act, act.actor.id)
    existing = passkeys_of(act.session, act.actor)
    _usable(name, existing)
    credentials = tuple(row.credential_id for row in existing)
    return Enrolment(_challenge(act, ENROL), account.id, account.email, account.name, credentials)


def finish_enrolment(act: Act, new: NewPasskey, domain: str) -> Passkey:
    """Keep a passkey that was verified; its owner is told by mail. `domain` stands in the Message-ID.

    Raises Conflict when its challenge is over or was answered, and for a credential that is enrolled already.
    """
    act.require(Action.PASSKEYS)
    _consume(act, ENROL, new.challenge)
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
        raise Conflict("This passkey is enrolled already.") from None
    account = find_user(act, act.actor.id)
    said = f"The passkey “{row.name}” was added to your account. It can approve what goes out."
    _tell(act, account, f"passkey.added:{row.id}", ("A passkey was added", said), domain)
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
        raise NotFound("You have no such passkey.")
    account = find_user(act, act.actor.id)
    said = f"The passkey “{name}” was removed from your account. It can approve nothing any more."
    _tell(act, account, f"passkey.removed:{passkey_id}", ("A passkey was removed", said), domain)
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
        raise Invalid(Fault("count", fault, f"type {expected:,} to approve"))
    credentials = tuple(row.credential_id for row in passkeys_of(act.session, act.actor))
    if not credentials:
        raise Refused("You have no passkey here yet: add one on the page of your passkeys.")
    return Signing(_challenge(act, asked.purpose), credentials)


def finish_approval(
    act: Act, signed: Signed, asked: ToApprove, address: str = "", rules: ApprovalRules = USUAL
) -> Release:
    """Approve by a signature that was verified; its challenge is used up and its counter moves on with the approval.

    Raises Conflict when the challenge is over, was answered, or was for something else, and when the passkey was used
    at the same moment; else what `approve_release` raises.
    """
    bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    _consume(act, asked.purpose, signed.challenge)
    mine = (
        col(Passkey.id) == signed.passkey_id,
        col(Passkey.user_id) == act.actor.id,
        col(Passkey.removed_at).is_(None),
        col(Passkey.sign_count) == signed.counted,
    )
    used = update(Passkey).where(*mine).values(sign_count=signed.count, last_used_at=act.now).returning(col(Passkey.id))
    if signed.is_copied or not act.session.execute(used).all():
        raise Conflict("This passkey was used or removed at the same moment: begin again.")
    return approve_release(act, asked.release_id, asked.seen, address, way=Way.PASSKEY, rules=rules)


def report_copy(act: Act, signed: Signed, asked: ToApprove, domain: str) -> None:
    """Write down that a signature was refused because its counter went back, and tell the owner by mail."""
    bound_release(act, asked.release_id, Action.APPROVE_RELEASE)
    _consume(act, asked.purpose, signed.challenge)
    row = act.session.get_one(Passkey, signed.passkey_id)
    account = find_user(act, row.user_id)
    said = (
        f"An approval with your passkey “{row.name}” was refused: its counter went back, as it does when a second "
        "copy of the key exists. Remove the passkey and add a new one; tell whoever administers this console."
    )
    _tell(act, account, f"passkey.copied:{new_id()}", ("A passkey was refused", said), domain)
    text = (
        f"Approval with the passkey “{row.name}” of {account.name} refused: its counter went from {signed.counted} to "
        f"{signed.count}, so a copy of the key may exist."
    )
    body = {"text": text, "about": str(account.id), "passkey": str(row.id), "release": str(asked.release_id)}
    record(act, ADMINISTRATION, "passkey.refused", body)


def _challenge(act: Act, purpose: str) -> bytes:
    """A new challenge; the last one of this person and purpose, and everybody's that are over, go."""
    last = (col(PasskeyChallenge.user_id) == act.actor.id) & (col(PasskeyChallenge.purpose) == purpose)
    act.session.execute(delete(PasskeyChallenge).where(last | (col(PasskeyChallenge.expires_at) <= act.now)))
    row = PasskeyChallenge(
        id=new_id(),
        user_id=act.actor.id,
        purpose=purpose,
        challenge=secrets.token_bytes(CHALLENGE_BYTES),
        expires_at=act.now + WAITS,
    )
    act.session.add(row)
    act.session.flush()
    return row.challenge


def _consume(act: Act, purpose: str, challenge: bytes) -> None:
    """Use a challenge up: of two answers at once, one finds it."""
    waiting = (
        col(PasskeyChallenge.user_id) == act.actor.id,
        col(PasskeyChallenge.purpose) == purpose,
        col(PasskeyChallenge.challenge) == challenge,
        col(PasskeyChallenge.expires_at) > act.now,
    )
    if not act.session.execute(delete(PasskeyChallenge).where(*waiting).returning(col(PasskeyChallenge.id))).all():
        raise Conflict(OVER)


def _usable(name: str, existing: list[Passkey]) -> None:
    if len(existing) >= MOST:
        raise Refused(f"You have {MOST} passkeys, which is the most: remove one first.")
    plain = name.strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid(Fault("name", "is empty, overlong or not printable", f"1 to {LONGEST_NAME} characters"))
    if plain in {row.name for row in existing}:
        raise Invalid(Fault("name", "is the name of another passkey of yours", "such as “Work phone 2”"))


def _tell(act: Act, account: UserAccount, occasion: str, said: tuple[str, str], domain: str) -> None:
    subject, text = said
    advice = "If this was not you, tell whoever administers this console at once."
    message = InternalMessage(occasion, frozenset(), subject, f"{text}\n\n{advice}\n")
    put_under(act, ADMINISTRATION, message, [account], domain)
