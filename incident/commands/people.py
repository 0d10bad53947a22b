"""`seventytwo user`: people who sign in, their roles, and shutting somebody out at once."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from incident.commands.opened import Opened
from incident.roles import Role

if TYPE_CHECKING:
    from incident.models.people import UserAccount

group = typer.Typer(help="People who sign in.", no_args_is_help=True)
ROLES = ", ".join(role for role in Role if role not in (Role.HOST, Role.EDGE))
Email = Annotated[str, typer.Argument(help="The address the person signs in with.")]
Roles = Annotated[list[str], typer.Option("--role", help=f"Repeat for several. {ROLES}.")]


@group.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="As it is shown to others.")],
    role: Roles,
    zone: Annotated[str, typer.Option(help="IANA zone of the person.")] = "UTC",
) -> None:
    """Add a person. The password is asked for; without a terminal one is made and printed once.

    Nobody is made an administrator by being the first: say so with --role administrator.
    """
    from incident.queries.people import read_accounts
    from incident.verbs.people import NewUser, add_user

    hashed, shown = _password()
    with Opened() as opened:
        opened.write(lambda act: add_user(act, NewUser(email, name, tuple(role), hashed, zone)))
        with opened.installation.store.read() as session:
            unled = not any(_administers(one) for one in read_accounts(session, opened.actor))
    print(f"{email} may sign in.{shown}")
    if unled:
        print(
            "There is no administrator yet: nobody can add people, monitors or settings in the console.\n"
            f"Make one: seventytwo user add ADDRESS --name NAME --role {Role.ADMINISTRATOR}",
            file=sys.stderr,
        )


def _administers(account: "UserAccount") -> bool:
    return account.disabled_at is None and Role.ADMINISTRATOR in account.roles


@group.command("list")
def list_all() -> None:
    """Everybody with an account: roles, zone, and whether it is disabled."""
    from incident.queries.people import read_accounts

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_accounts(session, opened.actor)
    for account in found:
        roles = ", ".join(role.replace("_", " ") for role in account.roles)
        state = f", disabled {account.disabled_at:%Y-%m-%d %H:%M} UTC" if account.disabled_at else ""
        print(f"{account.email}  {account.name}  ({roles}; {account.zone}{state})")
    if not found:
        print("Nobody may sign in yet: seventytwo user add --help")


@group.command()
def roles(email: Email, role: Roles) -> None:
    """Give a person these roles and no others; everywhere they are signed in ends."""
    from incident.verbs.people import change_roles, find_by_email

    with Opened() as opened:
        opened.write(lambda act: change_roles(act, find_by_email(act, email).id, role))
    print(f"{email}: {', '.join(role)}.")


@group.command()
def password(email: Email) -> None:
    """Give a person another password; everywhere they are signed in ends."""
    from incident.verbs.people import change_password, find_by_email

    hashed, shown = _password()
    with Opened() as opened:
        opened.write(lambda act: change_password(act, find_by_email(act, email).id, hashed))
    print(f"{email} has another password.{shown}")


@group.command()
def disable(email: Email) -> None:
    """End a person's access at once; what they wrote stays."""
    from incident.verbs.people import disable as shut_out
    from incident.verbs.people import find_by_email

    with Opened() as opened:
        opened.write(lambda act: shut_out(act, find_by_email(act, email).id))
    print(f"{email} may not sign in any more.")


@group.command()
def enable(email: Email) -> None:
    """Let a disabled person in again."""
    from incident.verbs.people import enable as let_in
    from incident.verbs.people import find_by_email

    with Opened() as opened:
        opened.write(lambda act: let_in(act, find_by_email(act, email).id))
    print(f"{email} may sign in again.")


def _password() -> tuple[str, str]:
    """The hash of a password typed twice, else of a new one, and what is said of it. Hashed before any transaction."""
    from incident.auth.passwords import hash_password, new_password

    if sys.stdin.isatty():
        return hash_password(typer.prompt("Password", hide_input=True, confirmation_prompt=True)), ""
    made = new_password()
    return hash_password(made), f" Password, shown once: {made}"
