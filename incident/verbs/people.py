"""People and programs that may come in: accounts, their roles and passwords, bearer tokens. All on the record."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import ApiToken, UserAccount, UserSession
from incident.roles import Action, Role
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded

LONGEST_NAME = 200
TOKEN_PREFIX = "72_"  # noqa: S105 (lets secret scanners find a leaked token)


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to add. `password` is its argon2id hash: hashing takes too long for a transaction."""

    email: str
    name: str
    roles: tuple[str, ...]
    password: str
    zone: str = "UTC"
    locale: str = "en"


def add_user(act: Act, new: NewUser) -> UserAccount:
    """Add a person who signs in. Raises Invalid, naming each field, and Conflict for an address already used."""
    act.require(Action.ADMINISTER)
    email, faults = _email(new.email)
    faults += [*_name_faults(new.name), *_role_faults(new.roles), *_hash_faults(new.password), *_zone_faults(new.zone)]
    if faults:
        raise Invalid(*faults)
    account = UserAccount(
        id=new_id(),
        email=email,
        name=new.name.strip(),
        roles=sorted(set(new.roles)),
        password=new.password,
        locale=new.locale,
        zone=new.zone,
        created_at=act.now,
    )
    _add_unless_taken(act, account, f"{email} has an account already.")
    _write_down(act, "user.added", f"{account.name} <{email}> may sign in as {_listed(account.roles)}.", account.id)
    return account


def change_roles(act: Act, user_id: UUID, roles: Sequence[str]) -> UserAccount:
    """Give a person these roles and no others. Everywhere the person is signed in ends.

    Raises Invalid for an unknown role, Conflict when nobody would be left to administer, and for a person who takes the
    administrator's role from themselves.
    """
    act.require(Action.ADMINISTER)
    faults = _role_faults(roles)
    if faults:
        raise Invalid(*faults)
    if Role.ADMINISTRATOR not in roles:
        _not_oneself(
            act,
            user_id,
            worded(
                "You cannot give up administering: another administrator does it, so that nobody locks themselves out."
            ),
        )
    account = find_user(act, user_id)
    before, account.roles = account.roles, sorted(set(roles))
    act.session.flush()
    _keep_an_administrator(act)
    end_sessions(act, user_id)
    text = f"Roles of {account.name}: {_listed(before)} → {_listed(account.roles)}."
    _write_down(act, "user.roles", text, user_id)
    return account


def change_password(act: Act, user_id: UUID, hashed: str) -> None:
    """Change one's own password, or another's as administrator. Everywhere the person is signed in ends."""
    if act.actor.is_system or act.actor.id != user_id:
        act.require(Action.ADMINISTER)
    faults = _hash_faults(hashed)
    if faults:
        raise Invalid(*faults)
    account = find_user(act, user_id)
    account.password = hashed
    end_sessions(act, user_id)
    _write_down(act, "user.password", f"Password of {account.name} changed.", user_id)


def disable(act: Act, user_id: UUID) -> None:
    """End an account's access at once; what it wrote stays. Raises Conflict for the last administrator and oneself."""
    act.require(Action.ADMINISTER)
    _not_oneself(
        act,
        user_id,
        worded("You cannot end your own access: another administrator does it, so that nobody locks themselves out."),
    )
    account = find_user(act, user_id)
    if account.disabled_at is not None:
        raise Conflict(worded("{name} is disabled already.", name=account.name))
    account.disabled_at = act.now
    act.session.flush()
    _keep_an_administrator(act)
    end_sessions(act, user_id)
    _write_down(act, "user.disabled", f"{account.name} may not sign in any more.", user_id)


def enable(act: Act, user_id: UUID) -> None:
    """Let a disabled account in again."""
    act.require(Action.ADMINISTER)
    account = find_user(act, user_id)
    if account.disabled_at is None:
        raise Conflict(worded("{name} is not disabled.", name=account.name))
    account.disabled_at = None
    _write_down(act, "user.enabled", f"{account.name} may sign in again.", user_id)


def add_api_token(act: Act, name: str, roles: Sequence[str]) -> str:
    """Make a bearer token for a program and return it, once; only its SHA-256 is kept."""
    act.require(Action.ADMINISTER)
    faults = [*_name_faults(name), *_role_faults(roles)]
    if faults:
        raise Invalid(*faults)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        id=new_id(), name=name.strip(), digest=token_digest(token), roles=sorted(set(roles)), created_at=act.now
    )
    _add_unless_taken(act, row, f"There is a token named {row.name} already.")
    _write_down(act, "token.added", f"Token {row.name} made with {_listed(row.roles)}.", row.id)
    return token


def revoke_api_token(act: Act, name: str) -> None:
    """End a token at once. Raises NotFound when no live token has this name."""
    act.require(Action.ADMINISTER)
    live = (col(ApiToken.name) == name.strip(), col(ApiToken.revoked_at).is_(None))
    row = act.session.exec(select(ApiToken).where(*live)).first()
    if row is None:
        raise NotFound(worded("There is no live token named {name}.", name=name.strip()))
    row.revoked_at = act.now
    _write_down(act, "token.revoked", f"Token {row.name} revoked.", row.id)


def token_digest(token: str) -> str:
    """What is kept of a session's or a program's token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_user(act: Act, user_id: UUID) -> UserAccount:
    """The account. Raises NotFound."""
    account = act.session.get(UserAccount, user_id)
    if account is None:
        raise NotFound(worded("There is no such person."))
    return account


def find_by_email(act: Act, email: str) -> UserAccount:
    """The account that signs in with this address. Raises NotFound."""
    wanted = col(UserAccount.email) == email.strip().lower()
    account = act.session.exec(select(UserAccount).where(wanted)).first()
    if account is None:
        raise NotFound(worded("Nobody signs in as {email}.", email=email))
    return account


def end_sessions(act: Act, user_id: UUID) -> None:
    """Sign a person out everywhere."""
    act.session.execute(delete(UserSession).where(col(UserSession.user_id) == user_id))


def _add_unless_taken(act: Act, row: UserAccount | ApiToken, taken: str) -> None:
    """Two who add the same at once are told apart by the database and by nothing else."""
    try:
        with act.session.begin_nested():
            act.session.add(row)
    except IntegrityError:
        raise Conflict(taken) from None


def _keep_an_administrator(act: Act) -> None:
    """Of two administrators who end each other at once, the slower one is refused: the accounts are held."""
    enabled = select(UserAccount).where(col(UserAccount.disabled_at).is_(None)).order_by(col(UserAccount.id))
    able = act.session.exec(enabled.with_for_update())
    if not any(Role.ADMINISTRATOR in account.roles for account in able):
        raise Conflict(worded("Nobody would be left to administer: make another person administrator first."))


def _not_oneself(act: Act, user_id: UUID, why: str) -> None:
    if not act.actor.is_system and act.actor.id == user_id:
        raise Conflict(why)


def _write_down(act: Act, action: str, text: str, about: UUID) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(about)})


def _email(value: str) -> tuple[str, list[Fault]]:
    try:
        found = validate_email(value.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        return "", [Fault("email", str(error).rstrip("."), worded("such as name@example.org"))]
    return found.normalized.lower(), []


def _name_faults(name: str) -> list[Fault]:
    plain = name.strip()
    if plain and len(plain) <= LONGEST_NAME and plain.isprintable():
        return []
    return [
        Fault(
            "name",
            worded("is empty, overlong or not printable"),
            worded("1 to {longest_name} characters on one line", longest_name=LONGEST_NAME),
        )
    ]


def _role_faults(roles: Sequence[str]) -> list[Fault]:
    listed = ", ".join(Role)
    faults = [Fault("role", worded("{role} is no role", role=role), listed) for role in roles if role not in set(Role)]
    return faults if roles else [Fault("role", worded("is missing"), listed)]


def _hash_faults(hashed: str) -> list[Fault]:
    if hashed.startswith("$argon2id$"):
        return []
    return [Fault("password", worded("is not an argon2id hash"), worded("hash it before the transaction"))]


def _zone_faults(zone: str) -> list[Fault]:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [Fault("zone", worded("{zone} is no IANA time zone", zone=zone), worded("such as Europe/Berlin"))]
    return []


def _listed(roles: Sequence[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles) or "nothing"
