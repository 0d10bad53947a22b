"""Somebody changes their own password: tries slow down as at the sign-in, other sessions end, the owner is told."""

from sqlalchemy import delete
from sqlmodel import col

from incident.errors import Conflict
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount, UserSession
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.people import find_user
from incident.verbs.signatures import tell_owner
from incident.verbs.signing_in import ACCOUNT, ADDRESS, Attempt, Pace, count_try, forget_tries
from notifications.ids import new_id
from notifications.wording import worded


def count_change(act: Act, attempt: Attempt) -> float:
    """Count a try before the old password is looked at. Returns the seconds to wait; zero lets it through."""
    return count_try(act, _keys(attempt), attempt.address, "Changes of a password").total_seconds()


def change_own_password(act: Act, verified: str, hashed: str, attempt: Attempt, keep: str, domain: str) -> None:
    """Give oneself another password, `hashed` by argon2id; `verified` is the hash the old one was verified against.

    Every session but the one of the digest `keep` ends. Raises Conflict when the account changed in the meantime.
    """
    account = find_user(act, act.actor.id)
    if account.disabled_at is not None or account.password != verified:
        raise Conflict(worded("This account changed in the meantime. Nothing is changed by you."))
    account.password = hashed
    others = (col(UserSession.user_id) == account.id, col(UserSession.token_digest) != keep)
    ended = len(act.session.execute(delete(UserSession).where(*others).returning(col(UserSession.user_id))).all())
    forget_tries(act, *_keys(attempt))
    _tell(act, account, ended, attempt, domain)


def _keys(attempt: Attempt) -> dict[str, Pace]:
    return {f"password:{attempt.account}": ACCOUNT, attempt.by_address: ADDRESS}


def _tell(act: Act, account: UserAccount, ended: int, attempt: Attempt, domain: str) -> None:
    text = f"{account.name} changed their own password; other sessions ended: {ended}."
    said = {"text": text, "about": str(account.id), "address": attempt.address}
    record(act, ADMINISTRATION, "user.password", said)
    mail = "The password you sign in to the incident console with was changed. You are signed out everywhere else."
    tell_owner(act, account, f"user.password:{new_id()}", ("Your password was changed", mail), domain)
