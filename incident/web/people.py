"""The pages on which administrators look after people: who may come in, as what, and since when not any more."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from pydantic import Field

from incident.auth.dependencies import acting
from incident.auth.passwords import hash_password, new_password
from incident.queries.people_list import (
    PersonLine,
    ProgramLine,
    read_passkey_names,
    read_people,
    read_person,
    read_programs,
)
from incident.roles import ALLOWED, Action, Actor, Role
from incident.verbs.people import NewUser, add_user, change_password, change_roles, disable, enable
from incident.web.forms import Line, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.role_words import OF_PEOPLE, ROLES, role_name
from incident.web.typed import NOT_AN_ADDRESS, require_name
from incident.web.views import Choice
from incident.web.views.people import PasskeyRow, PeopleView, PersonRow, PersonView, ProgramRow
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/admin/people"
ONE = f"{PAGE}/{{user_id}}"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
SHOWN = ("all", "without-passkey", "disabled")


class NewPersonForm(Sent):
    """Somebody to add. Their first password is made here and shown once."""

    email: Line
    name: Line
    zone: Line = "UTC"
    roles: list[Line] = Field(default_factory=list)


class RolesForm(Sent):
    """All roles somebody has from now on; `confirmation` is their address, asked for where one is taken away."""

    roles: list[Line] = Field(default_factory=list)
    confirmation: Line = ""


class ConfirmedForm(Sent):
    """What takes something away: the address of whom it is taken from, typed."""

    confirmation: Line = ""


@router.get(PAGE)
def show_people(desk: Seated, by: Keeper, show: str = "all") -> Response:
    """Everybody with an account, programs with a token, and the form to add somebody."""
    with desk.edge.read() as session:
        lines, programs = read_people(session, by), read_programs(session, by)
        rows = tuple(person_row(line) for line in lines if _is_shown(line, show))
        view = PeopleView(
            rows=rows,
            programs=tuple(map(_program, programs)),
            roles=_choices(()),
            shown=show if show in SHOWN else SHOWN[0],
            total=len(lines),
            zone=desk.edge.settings.zone,
        )
        return desk.page("people.html", session, {"view": view})


@router.post(PAGE)
def add(desk: Seated, by: Keeper, form: Annotated[NewPersonForm, Form()]) -> Response:
    """Add somebody; their password is on the answer and on no later page."""
    made = new_password()
    new = NewUser(form.email, form.name, tuple(form.roles), hash_password(made), form.zone.strip())
    added = desk.edge.write(by, lambda act: add_user(act, new).id)
    return _page(desk, by, added, made)


@router.get(ONE)
def show_person(desk: Seated, by: Keeper, user_id: UUID) -> Response:
    """One account."""
    return _page(desk, by, user_id)


@router.post(f"{ONE}/roles")
def set_roles(desk: Seated, by: Keeper, user_id: UUID, form: Annotated[RolesForm, Form()]) -> Response:
    """Give these roles and no others."""
    person = _person(desk, by, user_id)
    if not {str(role) for role in person.roles} <= set(form.roles):
        require_name(form.confirmation, person.email, NOT_AN_ADDRESS)
    desk.edge.write(by, lambda act: change_roles(act, user_id, form.roles))
    return see(f"{PAGE}/{user_id}")


@router.post(f"{ONE}/password")
def reset_password(desk: Seated, by: Keeper, user_id: UUID) -> Response:
    """Make another password, shown this once."""
    made = new_password()
    hashed = hash_password(made)
    desk.edge.write(by, lambda act: change_password(act, user_id, hashed))
    return _page(desk, by, user_id, made)


@router.post(f"{ONE}/deactivation")
def shut_out(desk: Seated, by: Keeper, user_id: UUID, form: Annotated[ConfirmedForm, Form()]) -> Response:
    """End an account's access at once."""
    require_name(form.confirmation, _person(desk, by, user_id).email, NOT_AN_ADDRESS)
    desk.edge.write(by, lambda act: disable(act, user_id))
    return see(f"{PAGE}/{user_id}")


@router.post(f"{ONE}/activation")
def let_in(desk: Seated, by: Keeper, user_id: UUID) -> Response:
    """Let a disabled account in again."""
    desk.edge.write(by, lambda act: enable(act, user_id))
    return see(f"{PAGE}/{user_id}")


def person_row(line: PersonLine) -> PersonRow:
    """An account as the list shows it."""
    return PersonRow(
        href=f"{PAGE}/{line.id}",
        name=line.name,
        email=line.email,
        roles=tuple(map(role_name, line.roles)),
        last_signed_in=line.last_signed_in,
        passkeys=line.passkeys,
        disabled_at=line.disabled_at,
        signed_in=line.sessions > 0,
        signs=signs(line),
    )


def signs(line: PersonLine) -> bool:
    """Whether the person has a role that can use a passkey."""
    return not ALLOWED[Action.PASSKEYS].isdisjoint(line.roles)


def _is_shown(line: PersonLine, show: str) -> bool:
    if show == "without-passkey":
        return line.disabled_at is None and signs(line) and not line.passkeys
    return show != "disabled" or line.disabled_at is not None


def _page(desk: Desk, by: Actor, user_id: UUID, password: str = "") -> Response:
    with desk.edge.read() as session:
        line = read_person(session, by, user_id)
        keys = tuple(PasskeyRow(*one) for one in read_passkey_names(session, by, user_id))
        view = PersonView(
            row=person_row(line),
            zone=line.zone,
            created_at=line.created_at,
            sessions=line.sessions,
            passkeys=keys,
            roles=_choices(line.roles),
            barred=_barred(line, read_people(session, by), by),
            own=line.id == by.id,
            password=password,
        )
        return desk.page("person.html", session, {"view": view})


def _person(desk: Desk, by: Actor, user_id: UUID) -> PersonLine:
    with desk.edge.read() as session:
        return read_person(session, by, user_id)


def _barred(line: PersonLine, everybody: list[PersonLine], by: Actor) -> str:
    """Why the verb would refuse to end this account's access, said before anybody tries."""
    able = [one for one in everybody if one.disabled_at is None and Role.ADMINISTRATOR in one.roles]
    if line.id == by.id:
        return worded("This is you. Another administrator ends your access, so that nobody locks themselves out.")
    if [one.id for one in able] == [line.id]:
        return worded("The only administrator. Make another person administrator first.")
    return ""


def _program(line: ProgramLine) -> ProgramRow:
    return ProgramRow(line.name, tuple(map(role_name, line.roles)), line.created_at, line.last_used_at, line.revoked_at)


def _choices(held: tuple[Role, ...]) -> tuple[Choice, ...]:
    """The roles of people, and those of programs only where somebody has one."""
    return tuple(
        Choice(role, name, role in held, about)
        for role, (name, about) in ROLES.items()
        if role in held or role in OF_PEOPLE
    )
