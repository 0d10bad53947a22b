"""The page that says what each role may do, from the table permission itself is asked of."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.queries.people_list import PersonLine, ProgramLine, read_people, read_programs
from incident.roles import ALLOWED, Action, Actor, Role
from incident.web.frame import Seated
from incident.web.role_words import ACTS, ROLES, role_name
from incident.web.views.people import ActRow, RoleRow, RolesView

router = APIRouter(include_in_schema=False)
PAGE = "/admin/roles"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]


@router.get(PAGE)
def show_roles(desk: Seated, by: Keeper, role: str = "") -> Response:
    """Every role with what it is for; every act with who may do it, or those of one role."""
    with desk.edge.read() as session:
        view = roles_view(read_people(session, by), read_programs(session, by), role)
        return desk.page("roles.html", session, {"view": view})


def roles_view(people: list[PersonLine], programs: list[ProgramLine], wanted: str = "") -> RolesView:
    """The matrix as it is in force, and how many people and programs hold each role."""
    holders = Counter(role for one in people if one.disabled_at is None for role in one.roles)
    running = Counter(role for one in programs if one.revoked_at is None for role in one.roles)
    chosen = Role(wanted) if wanted in set(Role) else None
    rows = tuple(
        RoleRow(
            value=role,
            name=name,
            about=about,
            acts=sum(role in allowed for allowed in ALLOWED.values()),
            holders=holders[role],
            programs=running[role],
            href=PAGE if role is chosen else f"{PAGE}?role={role}#acts",
            chosen=role is chosen,
        )
        for role, (name, about) in ROLES.items()
    )
    acts = tuple(
        ActRow(ACTS[action], tuple(role_name(role) for role in Role if role in allowed))
        for action, allowed in ALLOWED.items()
        if chosen is None or chosen in allowed
    )
    return RolesView(rows, acts, role_name(chosen) if chosen else "")
