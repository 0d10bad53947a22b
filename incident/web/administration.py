"""The front page of the administration: each part in one line, how it stands, and what wants a hand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.installation import NotReady
from incident.mail_relays import relays_of
from incident.queries.administration import chain_standing, count_parts, tried_relays
from incident.queries.people_list import read_people
from incident.roles import Action, Actor, Role
from incident.verbs.relay_trials import place_of
from incident.web.frame import Desk, Seated
from incident.web.people import signs
from incident.web.times import lasted
from incident.web.views.administration import AreaGroup, AreaLine
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/admin"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]


@router.get(PAGE)
def show_areas(desk: Seated, by: Keeper) -> Response:
    """Every part and how it stands."""
    with desk.edge.read() as session:
        groups = (
            AreaGroup(worded("Who comes in"), (_people(by, session), _roles())),
            AreaGroup(worded("What comes in and goes out"), (*_parts(by, session), _relays(desk, by, session))),
            AreaGroup(worded("What is kept"), (_audit(desk, by, session),)),
        )
        return desk.page("admin.html", session, {"groups": groups})


def _people(by: Actor, session: Session) -> AreaLine:
    people = read_people(session, by)
    able = [one for one in people if one.disabled_at is None]
    bare = sum(not one.passkeys and signs(one) for one in able)
    admins = sum(Role.ADMINISTRATOR in one.roles for one in able)
    said = [worded_number("{number} person", "{number} people", len(able))]
    said += [worded("{number} without a passkey", number=bare)] if bare else []
    said += [worded("{number} disabled", number=len(people) - len(able))] if len(able) < len(people) else []
    alone = worded("One administrator only: if they are away, nobody lets anybody in.") if admins == 1 else ""
    return AreaLine(worded("People"), "/admin/people", "users", tuple(said), "soon" if alone else "", alone)


def _roles() -> AreaLine:
    said = (
        worded_number("{number} role", "{number} roles", len(Role)),
        worded_number("{number} act", "{number} acts", len(Action)),
    )
    return AreaLine(worded("Roles"), "/admin/roles", "list-check", said)


def _parts(by: Actor, session: Session) -> tuple[AreaLine, ...]:
    counts = count_parts(session, by)
    monitors = [worded_number("{number} monitor", "{number} monitors", counts.sources)]
    monitors += [worded("{number} silent", number=counts.silent)] if counts.silent else []
    endpoints = [worded_number("{number} endpoint", "{number} endpoints", counts.endpoints)]
    endpoints += [worded("{number} off", number=counts.endpoints_off)] if counts.endpoints_off else []
    teams = (worded_number("{number} team", "{number} teams", counts.teams),)
    return (
        AreaLine(worded("Monitors"), "/sources", "bell", tuple(monitors), "late" if counts.silent else ""),
        AreaLine(worded("Webhooks and chat"), "/endpoints", "link", tuple(endpoints)),
        AreaLine(worded("On call"), "/on-call", "phone", teams),
    )


def _relays(desk: Desk, by: Actor, session: Session) -> AreaLine:
    name, href, icon = worded("Relays"), "/admin/relays", "send"
    try:
        relays = relays_of(desk.edge.settings)
    except NotReady as error:
        return AreaLine(name, href, icon, (worded("no relay that may be used"),), "late", str(error))
    tried = tried_relays(session, desk.edge.keys, by)
    seen = [tried[place_of(relay)] for relay in relays if place_of(relay) in tried]
    said = [worded_number("{number} relay", "{number} relays", len(relays))]
    if not seen:
        return AreaLine(name, href, icon, (*said, worded("never tried")), "soon", worded("Try it before you need it."))
    since = desk.edge.clock.now() - max(at for at, _ in seen)
    said.append(worded("last tried {span} ago", span=lasted(since)))
    failed = sum(not good for _, good in seen)
    tone = "late" if failed else ""
    mend = worded_number("{number} relay took no mail when tried.", "{number} relays took no mail when tried.", failed)
    return AreaLine(name, href, icon, tuple(said), tone, mend if failed else "")


def _audit(desk: Desk, by: Actor, session: Session) -> AreaLine:
    chain, now = chain_standing(session, desk.edge.keys, by), desk.edge.clock.now()
    said = [worded_number("{number} checkpoint", "{number} checkpoints", chain.checkpoints)]
    if chain.checkpoint_at:
        said.append(worded("the last {span} ago", span=lasted(now - chain.checkpoint_at)))
    if chain.proven_at:
        said.append(worded("proven {span} ago", span=lasted(now - chain.proven_at)))
    else:
        said.append(worded("never proven from the console"))
    broken = chain.proven_at is not None and not chain.holds
    mend = worded("The last proof found the timeline broken.") if broken else ""
    return AreaLine(worded("Audit"), "/admin/audit", "shield-check", tuple(said), "late" if broken else "", mend)
