"""Sessions of people: the cookie, who it belongs to, signing in and out."""

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from fastapi import Request, Response
from sqlmodel import col, select

from incident.auth.edge import Edge
from incident.auth.passwords import verify_password
from incident.errors import Forbidden
from incident.models.people import UserAccount, UserSession
from incident.roles import Actor, known_roles, system
from incident.settings import Settings
from incident.verbs.people import token_digest
from incident.verbs.signing_in import SEEN_EVERY, Attempt, Begun, count_attempt, is_over, mark_seen, sign_in, sign_out
from notifications.store import StoreUnavailable
from notifications.wording import worded

COOKIE = "seventytwo"
DOOR = system("sign-in")


class TooSoon(Exception):
    """Too many failures: the next try is heard after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, int(wait.total_seconds() + 0.999))
        super().__init__(worded("Too many failed sign-ins. Try again in {seconds} s.", seconds=self.seconds))


class WrongSignIn(Forbidden):
    """No such account, a wrong password, or a disabled account: which one is not said."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a live session: who, how this person reads times and words, and the token forms carry."""

    actor: Actor
    email: str
    zone: str
    locale: str
    csrf: str
    digest: str
    since: datetime


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and to https; browsers take that prefix over https only."""
    return f"__Host-{COOKIE}" if settings.cookies_are_secure else COOKIE


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Hand the token to the browser. It has no Max-Age: it goes when the browser does, or the session before it."""
    response.set_cookie(
        cookie_name(settings), token, path="/", secure=settings.cookies_are_secure, httponly=True, samesite="lax"
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the token and everything kept with it out of the browser."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.cookies_are_secure, httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def token_of(request: Request) -> str | None:
    """The session token the browser sent, if any."""
    return request.cookies.get(cookie_name(request.app.state.settings)) or None


def find_session(edge: Edge, token: str | None, *, seen: bool = True) -> SignedIn | None:
    """The person a token belongs to; None once it idled, grew old, or the account was disabled.

    `seen` False looks without keeping the session alive: for connections that stay open by themselves.
    """
    if not token:
        return None
    digest, now = token_digest(token), edge.clock.now()
    with edge.read() as session:
        mine = col(UserSession.token_digest) == digest
        joined = select(UserSession, UserAccount).join(UserAccount, col(UserAccount.id) == col(UserSession.user_id))
        found = session.exec(joined.where(mine, col(UserAccount.disabled_at).is_(None))).first()
        if found is None or is_over(found[0].created_at, found[0].last_seen_at, now):
            return None
        row, account = found
        signed_in = _signed_in(row, account)
        stale = now >= row.last_seen_at + SEEN_EVERY
    if seen and stale:
        with contextlib.suppress(StoreUnavailable):  # a page may be read while the database takes no writes
            edge.write(signed_in.actor, lambda act: mark_seen(act, digest))
    return signed_in


def begin_session(edge: Edge, email: str, password: str, address: str, leaving: str | None = None) -> Begun:
    """Sign a person in: `address` is where the request came from, `leaving` the token the browser came with.

    Raises TooSoon, HashingBusy, and WrongSignIn, which says the same for every way of being wrong.
    """
    wanted = email.strip().lower()
    attempt = Attempt(hashlib.sha256(wanted.encode()).hexdigest(), network_of(address))
    wait = edge.write(DOOR, lambda act: count_attempt(act, attempt))
    if wait > timedelta():
        raise TooSoon(wait)
    with edge.read() as session:
        found = session.exec(select(UserAccount).where(col(UserAccount.email) == wanted)).first()
    usable = found if found is not None and found.disabled_at is None else None
    if not verify_password(password, usable.password if usable else None) or usable is None:
        raise WrongSignIn(worded("E-mail address or password is wrong."))
    user_id, verified = usable.id, usable.password
    return edge.write(_actor(usable), lambda act: sign_in(act, user_id, verified, attempt, leaving))


def end_session(edge: Edge, signed_in: SignedIn, token: str) -> None:
    """Sign a person out of this browser."""
    edge.write(signed_in.actor, lambda act: sign_out(act, token))


def _actor(account: UserAccount) -> Actor:
    return Actor(account.id, account.name, known_roles(account.roles))


def _signed_in(row: UserSession, account: UserAccount) -> SignedIn:
    return SignedIn(
        _actor(account), account.email, account.zone, account.locale, row.csrf, row.token_digest, row.created_at
    )


def network_of(address: str) -> str:
    """What slows down together: an IPv4 address, an IPv6 /64 (one subscriber owns all of it)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
