"""The front page of the administration: each part in one line, how it stands, and what wants a hand."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.installation import NotReady
from incident.mail_relays import relays_of
from incident.organisation import retention_rules_of
from incident.queries.administration import chain_standing, count_parts, tried_relays
from incident.queries.people_list import read_people
from incident.queries.retention_standing import retention_standing
from incident.roles import Action, Actor, Role
from incident.verbs.relay_trials import place_of
from incident.web.frame import Desk, Seated
from incident.web.law_packs import packs
from incident.web.organisation_page import organisation_view
from incident.web.people import signs
from incident.web.role_words import OF_PEOPLE, ROLES
from incident.web.runbook_pages import runbook_rows
from incident.web.text_templates import texts_view
from incident.web.times import lasted
from incident.web.views.administration import AreaGroup, AreaLine
from notifications.wording import Said, worded, worded_number

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
            AreaGroup(
                worded("What is said and done"), (_organisation(desk), _law(), _runbooks(desk), _templates(desk))
            ),
            AreaGroup(worded("What is kept"), (_retention(desk, by, session), _audit(desk, by, session))),
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
        worded_number("{number} role of people", "{number} roles of people", len(OF_PEOPLE)),
        worded("{number} of programs alone", number=len(ROLES) - len(OF_PEOPLE)),
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


def _organisation(desk: Desk) -> AreaLine:
    view, settings = organisation_view(desk.edge.settings), desk.edge.settings
    languages = worded_number("{number} language", "{number} languages", len(settings.notice_locales))
    mend = worded_number("{number} thing to mend", "{number} things to mend", view.open) if view.open else ""
    said = (settings.organisation, languages)
    return AreaLine(worded("Organisation"), "/admin/organisation", "building", said, "soon" if mend else "", mend)


def _law() -> AreaLine:
    rows = packs()
    said = [worded_number("{number} pack", "{number} packs", len(rows))]
    said.append(worded_number("{number} duty", "{number} duties", sum(row.duties for row in rows)))
    unseen = sum(row.open for row in rows)
    said += [worded("{number} not seen in a source", number=unseen)] if unseen else []
    return AreaLine(worded("Law"), "/admin/law", "scale", tuple(said))


def _runbooks(desk: Desk) -> AreaLine:
    rows = runbook_rows(desk.edge.settings)
    said = [worded_number("{number} runbook", "{number} runbooks", sum(bool(row.href) for row in rows))]
    own = sum(row.own for row in rows)
    said += [worded("{number} of your own", number=own)] if own else []
    faulty = sum(bool(row.faults) for row in rows)
    mend = worded_number("{number} runbook has faults", "{number} runbooks have faults", faulty) if faulty else ""
    return AreaLine(worded("Runbooks"), "/admin/runbooks", "list-check", tuple(said), "late" if mend else "", mend)


def _templates(desk: Desk) -> AreaLine:
    view = texts_view(desk.edge.settings)
    said = [worded_number("{number} text", "{number} texts", len(view.notices) + len(view.forms))]
    own = sum(bool(row.own) for row in (*view.notices, *view.forms))
    said += [worded("{number} with files of your own", number=own)] if own else []
    return AreaLine(worded("Templates"), "/admin/templates", "file-text", tuple(said))


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
    said.append(_ago(since, worded("tried just now"), worded("last tried {span} ago", span=lasted(since))))
    failed = sum(not good for _, good in seen)
    tone = "late" if failed else ""
    mend = worded_number("{number} relay took no mail when tried.", "{number} relays took no mail when tried.", failed)
    return AreaLine(name, href, icon, tuple(said), tone, mend if failed else "")


def _ago(since: timedelta, just: Said, before: Said) -> Said:
    """How long ago something was; within a minute it is now."""
    return just if since < timedelta(minutes=1) else before


def _retention(desk: Desk, by: Actor, session: Session) -> AreaLine:
    now = desk.edge.clock.now()
    found = retention_standing(session, by, retention_rules_of(desk.edge.settings), now)
    said = [worded("{number} kept for a time", number=len(found.planned))]
    said += [worded_number("{number} legal hold", "{number} legal holds", len(found.holds))] if found.holds else []
    if found.looked_at:
        since = now - found.looked_at
        said.append(_ago(since, worded("looked just now"), worded("last look {span} ago", span=lasted(since))))
    mend = worded("The last look left something undone.") if found.troubles else ""
    name, tone = worded("Retention"), "late" if mend else ""
    return AreaLine(name, "/admin/retention", "hourglass", tuple(said), tone, mend)


def _audit(desk: Desk, by: Actor, session: Session) -> AreaLine:
    chain, now = chain_standing(session, desk.edge.keys, by), desk.edge.clock.now()
    said = [worded_number("{number} checkpoint", "{number} checkpoints", chain.checkpoints)]
    if chain.checkpoint_at:
        since = now - chain.checkpoint_at
        said.append(_ago(since, worded("the last just now"), worded("the last {span} ago", span=lasted(since))))
    if chain.proven_at:
        since = now - chain.proven_at
        said.append(_ago(since, worded("proven just now"), worded("proven {span} ago", span=lasted(since))))
    else:
        said.append(worded("never proven from the console"))
    broken = chain.proven_at is not None and not chain.holds
    mend = worded("The last proof found the timeline broken.") if broken else ""
    return AreaLine(worded("Audit"), "/admin/audit", "shield-check", tuple(said), "late" if broken else "", mend)
