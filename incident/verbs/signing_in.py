"""Signing in and out: attempts that slow down, sessions that begin and end."""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.errors import Forbidden
from incident.models.entries import ADMINISTRATION
from incident.models.people import SignInAttempt, UserAccount, UserSession
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.people import token_digest
from notifications.wording import worded

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pace:
    """How tries slow down: `free` of them at once, then a wait that doubles with each, up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        return min(timedelta(seconds=2 ** min(failures - self.free, 16)), self.longest)


ACCOUNT = Pace(free=5, longest=timedelta(seconds=30))
ADDRESS = Pace(free=20, longest=timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in: the digest of the e-mail address typed, and the network address it came from."""

    account: str
    address: str

    @property
    def by_account(self) -> str:
        return f"account:{self.account}"

    @property
    def by_address(self) -> str:
        return f"address:{self.address}"

    @property
    def known(self) -> str:
        return f"known:{token_digest(f'{self.account} {self.address}')}"


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: the token for the browser, which is kept nowhere, and the row beside it."""

    token: str
    csrf: str


def count_attempt(act: Act, attempt: Attempt) -> timedelta:
    """Count a try before its password is looked at. Returns how long to wait; zero lets it through.

    A try that must wait is not counted, so the wait never grows by asking and nobody is locked out for good. From an
    address this account signed in from lately, only the address slows down: strangers cannot keep its owner out.
    """
    keys = {attempt.by_address: ADDRESS}
    if not _is_known(act, attempt):
        keys[attempt.by_account] = ACCOUNT
    return count_try(act, keys, attempt.address, "Sign-ins")


def count_try(act: Act, keys: Mapping[str, Pace], address: str, said: str) -> timedelta:
    """Count a try under each key at that key's pace. Returns how long to wait; zero lets it through.

    `said` is what slows down, in the line that says so; `address` the network it came from.
    """
    rows = {key: _row(act, key) for key in sorted(keys)}
    waits = [row.last_at + keys[key].wait(row.failures) - act.now for key, row in rows.items() if row.failures]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        return longest
    for key, row in rows.items():
        row.failures, row.last_at = row.failures + 1, act.now
        act.session.add(row)
        if row.failures == keys[key].free:
            text = f"{said} slow down after {row.failures} failures ({key.partition(':')[0]})."
            record(act, ADMINISTRATION, "sign_in.slowed", {"text": text, "address": address})
    return timedelta()


def forget_tries(act: Act, *keys: str) -> None:
    """A try has succeeded: those before it count no longer."""
    act.session.execute(delete(SignInAttempt).where(col(SignInAttempt.key).in_(keys)))


def sign_in(act: Act, user_id: UUID, verified: str, attempt: Attempt, leaving: str | None = None) -> Begun:
    """Begin a session for an account whose password was just verified against the hash `verified`.

    `leaving` is the token the browser came with; it ends, so no session outlives a sign-in. Raises Forbidden when the
    account was disabled or its password changed in the meantime.
    """
    account = act.session.get(UserAccount, user_id)
    if account is None or account.disabled_at is not None or account.password != verified:
        raise Forbidden(worded("This account changed while you signed in. Sign in again."))
    forget_tries(act, attempt.by_account, attempt.by_address)
    known = act.session.get(SignInAttempt, attempt.known) or SignInAttempt(key=attempt.known, last_at=act.now)
    known.last_at = act.now
    _forget_old(act, leaving)
    begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    row = UserSession(
        token_digest=token_digest(begun.token),
        user_id=user_id,
        csrf=begun.csrf,
        created_at=act.now,
        last_seen_at=act.now,
    )
    act.session.add_all((known, row))
    record(act, ADMINISTRATION, "signed_in", {"text": f"{account.name} signed in.", "address": attempt.address})
    return begun


def sign_out(act: Act, token: str) -> None:
    """End one session; one that is over already is no error."""
    gone = act.session.execute(
        delete(UserSession)
        .where(col(UserSession.token_digest) == token_digest(token))
        .returning(col(UserSession.user_id))
    ).all()
    if gone:
        record(act, ADMINISTRATION, "signed_out", {"text": f"{act.actor.name} signed out."})


def mark_seen(act: Act, digest: str) -> None:
    """Note that a session is in use; never backwards."""
    here = (col(UserSession.token_digest) == digest, col(UserSession.last_seen_at) < act.now)
    act.session.execute(update(UserSession).where(*here).values(last_seen_at=act.now))


def is_over(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session has ended by idling for 30 minutes or after 12 hours, used or not."""
    return now >= last_seen_at + IDLE or now >= created_at + ABSOLUTE


def _is_known(act: Act, attempt: Attempt) -> bool:
    row = act.session.get(SignInAttempt, attempt.known)
    return row is not None and act.now < row.last_at + KNOWN_FOR


def _row(act: Act, key: str) -> SignInAttempt:
    row = act.session.get(SignInAttempt, key, with_for_update=True)
    if row is None:
        with contextlib.suppress(IntegrityError), act.session.begin_nested():  # another try may make it first
            act.session.add(SignInAttempt(key=key, failures=0, last_at=act.now))
        row = act.session.get_one(SignInAttempt, key, with_for_update=True)
    row.last_at = min(row.last_at, act.now)  # the clock stepped back: nobody waits until it is there again
    if act.now >= row.last_at + FORGOTTEN_AFTER:
        row.failures = 0
    return row


def _forget_old(act: Act, leaving: str | None) -> None:
    """Rows that can let nobody in any more, and the session that ends with this sign-in."""
    over = (col(UserSession.created_at) <= act.now - ABSOLUTE) | (col(UserSession.last_seen_at) <= act.now - IDLE)
    if leaving:
        over |= col(UserSession.token_digest) == token_digest(leaving)
    act.session.execute(delete(UserSession).where(over))
    act.session.execute(delete(SignInAttempt).where(col(SignInAttempt.last_at) <= act.now - KNOWN_FOR))
