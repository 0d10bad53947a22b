"""Who is told that an alert opened an incident, and who is let into it where it is restricted."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from incident.adapters.rules import TEAM, Decision
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership
from incident.models.paging import Team
from incident.models.people import UserAccount
from incident.outreach import PAGED, opened_message
from incident.queries.access import access_to
from incident.queries.teams import rota_of
from incident.roles import Action, Actor, Role, may
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import post, put_out
from incident.verbs.page_events import Roads
from incident.verbs.pages import page_teams, teams_to_page
from notifications.models import Outgoing


def page_opened(act: Act, incident_id: UUID, decision: Decision, domain: str, console: str) -> int:
    """Page those whom the rule names, else the default team, else the usual roles; returns how many people by mail.

    A team's page goes on until somebody answers; beside the default team's privacy officers are mailed. Of a restricted
    incident all of these are members from then on: others do not see it. Where nobody of those named is there and reads
    incidents, the usual roles stand in. A step of other verbs, which have asked for permission.
    """
    incident, roads = act.session.get_one(Incident, incident_id), Roads(domain, console)
    teams, people = whom(act, decision)
    if decision.restricted:
        _let_in(act, incident_id, [*people, *_members(act, teams)], decision.rule)
    address = f"{console}/incidents/{incident.codename}" if console else ""
    message = opened_message(incident_id, incident.codename, incident.severity.value, address)
    access = access_to(act.session, incident_id)
    people = [account for account in people if may(_as_actor(account), Action.READ, access)]
    if people and act.session.get(Outgoing, message.occasion) is None:
        number = put_out(act, incident_id, message, people, domain)
    else:
        number = post(act, incident_id, message.to(frozenset()) if teams else message, domain)
    page_teams(act, incident_id, teams, roads)
    return number


def whom(act: Act, decision: Decision) -> tuple[list[Team], list[UserAccount]]:
    """The teams and the people that a decision to open an incident pages, as of now."""
    names = [word.removeprefix(TEAM) for word in decision.page if word.startswith(TEAM)]
    teams = teams_to_page(act, names, default=not decision.page)
    people = called(act, [word for word in decision.page if not word.startswith(TEAM)])
    if not people and not (teams and decision.page):
        people = called(act, (Role.PRIVACY_OFFICER,) if teams else tuple(PAGED))
    return teams, people


def called(act: Act, page: Sequence[str]) -> list[UserAccount]:
    """Everybody whom roles and addresses name and who reads incidents, by address."""
    named = {word.lower() for word in page}
    return [
        account for account in readers(act) if account.email.lower() in named or not named.isdisjoint(account.roles)
    ]


def _members(act: Act, teams: Sequence[Team]) -> list[UserAccount]:
    """Everybody in these teams who reads incidents: their page may go on to each of them."""
    ids = {person for team in teams for person in rota_of(act.session, team).members}
    return [account for account in readers(act) if account.id in ids]


def readers(act: Act) -> list[UserAccount]:
    """Everybody whose roles let them read incidents, by address."""
    accounts = act.session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    reading = (account for account in accounts if may(_as_actor(account), Action.READ, None))
    return sorted(reading, key=lambda account: account.email)


def _let_in(act: Act, incident_id: UUID, people: Sequence[UserAccount], rule: str) -> None:
    for account in people:  # one may be named twice
        if act.session.get(Membership, (incident_id, account.id)) is None:
            act.session.add(Membership(incident_id=incident_id, user_id=account.id, since=act.now))
            act.session.flush()
    names = ", ".join(dict.fromkeys(account.name for account in people)) or "nobody"
    text = f"Restricted by the rule “{rule}” of its source: it is open to {names}."
    record(act, incident_subject(incident_id), "member.added", {"text": text})


def _as_actor(account: UserAccount) -> Actor:
    return Actor(account.id, account.name, frozenset(Role(role) for role in account.roles))
