"""A person's own passkeys, and the challenges that wait for their answer."""

from datetime import datetime

from sqlmodel import Session, col, select

from incident.models.releasing import Passkey, PasskeyChallenge
from incident.roles import Action, Actor, require


def passkeys_of(session: Session, actor: Actor) -> list[Passkey]:
    """The actor's own passkeys that can be used, the oldest first."""
    require(actor, Action.PASSKEYS, None)
    mine = (col(Passkey.user_id) == actor.id, col(Passkey.removed_at).is_(None))
    return list(session.exec(select(Passkey).where(*mine).order_by(col(Passkey.created_at), col(Passkey.id))).all())


def find_passkey(session: Session, actor: Actor, credential_id: str) -> Passkey | None:
    """The actor's own passkey of this credential id (base64url); None also for another person's and a removed one."""
    require(actor, Action.PASSKEYS, None)
    mine = (col(Passkey.user_id) == actor.id, col(Passkey.removed_at).is_(None))
    return session.exec(select(Passkey).where(*mine, col(Passkey.credential_id) == credential_id)).first()


def awaits(session: Session, actor: Actor, purpose: str, challenge: bytes, now: datetime) -> bool:
    """Whether exactly this challenge waits for an answer of the actor, for this purpose and no other."""
    waiting = (
        col(PasskeyChallenge.user_id) == actor.id,
        col(PasskeyChallenge.purpose) == purpose,
        col(PasskeyChallenge.challenge) == challenge,
        col(PasskeyChallenge.expires_at) > now,
    )
    return session.exec(select(PasskeyChallenge.id).where(*waiting)).first() is not None
