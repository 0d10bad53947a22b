"""What a passkey signs for: a challenge for one purpose, used up by one answer, with the passkey's counter."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from incident.errors import Conflict, Refused
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount
from incident.models.releasing import Passkey, PasskeyChallenge
from incident.outreach import InternalMessage
from incident.queries.passkeys import passkeys_of
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from incident.verbs.people import find_user
from notifications.ids import new_id
from notifications.wording import worded

WAITS = timedelta(minutes=5)
CHALLENGE_BYTES = 32  # W3C WebAuthn level 2 §13.4.3 asks for 16 at least
OVER = worded("This request is over, was answered already, or is not yours: begin again.")


class Signable(Protocol):
    """An act that a passkey signs for, as the signer had it before their eyes."""

    @property
    def purpose(self) -> str:
        """What a challenge is for: this act, as it was seen, and nothing else; at most 200 characters."""

    @property
    def about(self) -> Mapping[str, str]:
        """The ids it concerns, for the record."""


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


def ask_signature(act: Act, asked: Signable) -> Signing:
    """Ask for a signature of the actor's. A step of verbs that asked for permission. Raises Refused: no passkey."""
    credentials = tuple(row.credential_id for row in passkeys_of(act.session, act.actor))
    if not credentials:
        raise Refused(worded("You have no passkey here yet: add one on the page of your passkeys."))
    return Signing(new_challenge(act, asked.purpose), credentials)


def take_signature(act: Act, signed: Signed, asked: Signable) -> None:
    """Use a verified signature up: its challenge goes, the counter moves on. A step of the verb it was given for.

    Raises Conflict when the challenge is over, was answered, or was for something else, and when the passkey was used
    at the same moment.
    """
    consume_challenge(act, asked.purpose, signed.challenge)
    mine = (
        col(Passkey.id) == signed.passkey_id,
        col(Passkey.user_id) == act.actor.id,
        col(Passkey.removed_at).is_(None),
        col(Passkey.sign_count) == signed.counted,
    )
    used = update(Passkey).where(*mine).values(sign_count=signed.count, last_used_at=act.now).returning(col(Passkey.id))
    if signed.is_copied or not act.session.execute(used).all():
        raise Conflict(worded("This passkey was used or removed at the same moment: begin again."))


def report_copy(act: Act, signed: Signed, asked: Signable, domain: str) -> None:
    """Write down that a signature was refused because its counter went back, and tell the owner by mail."""
    act.require(Action.PASSKEYS)
    consume_challenge(act, asked.purpose, signed.challenge)
    row = act.session.get_one(Passkey, signed.passkey_id)
    account = find_user(act, row.user_id)
    said = (
        f"An approval with your passkey “{row.name}” was refused: its counter went back, as it does when a second "
        "copy of the key exists. Remove the passkey and add a new one; tell whoever administers this console."
    )
    tell_owner(act, account, f"passkey.copied:{new_id()}", ("A passkey was refused", said), domain)
    text = (
        f"Approval with the passkey “{row.name}” of {account.name} refused: its counter went from {signed.counted} to "
        f"{signed.count}, so a copy of the key may exist."
    )
    body = {"text": text, "about": str(account.id), "passkey": str(row.id), **asked.about}
    record(act, ADMINISTRATION, "passkey.refused", body)


def new_challenge(act: Act, purpose: str) -> bytes:
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


def consume_challenge(act: Act, purpose: str, challenge: bytes) -> None:
    """Use a challenge up: of two answers at once, one finds it. Raises Conflict."""
    waiting = (
        col(PasskeyChallenge.user_id) == act.actor.id,
        col(PasskeyChallenge.purpose) == purpose,
        col(PasskeyChallenge.challenge) == challenge,
        col(PasskeyChallenge.expires_at) > act.now,
    )
    if not act.session.execute(delete(PasskeyChallenge).where(*waiting).returning(col(PasskeyChallenge.id))).all():
        raise Conflict(OVER)


def tell_owner(act: Act, account: UserAccount, occasion: str, said: tuple[str, str], domain: str) -> None:
    """Tell somebody by mail what happened to a passkey of theirs. `said` is subject and text."""
    subject, text = said
    advice = "If this was not you, tell whoever administers this console at once."
    message = InternalMessage(occasion, frozenset(), subject, f"{text}\n\n{advice}\n")
    put_under(act, ADMINISTRATION, message, [account], domain)
