"""Whom a step of a page tells: people on call, a team, an endpoint; nobody there, then everybody who responds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from incident.models.incidents import Incident
from incident.models.paging import PageCall, PagerNumber, Team
from incident.models.people import UserAccount
from incident.outreach import PAGED
from incident.queries.access import access_to
from incident.queries.teams import Rota, rota_of
from incident.roles import Actor, Visibility, known_roles, sees
from incident.rota import Step, Target
from incident.verbs.act import Act
from incident.verbs.rota import number_place
from notifications.endpoints import Endpoint, EndpointKind

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody is told: by mail, or by a provider endpoint at a number."""

    account: UserAccount
    provider: Endpoint | None = None
    number: str = ""

    @property
    def name(self) -> str:
        return self.provider.name if self.provider else MAIL


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a step tells. `fell_back`: nobody it names was there, so everybody who responds is told."""

    ways: tuple[Way, ...]
    endpoints: tuple[Endpoint, ...]
    fell_back: bool = False


def recipients_of(act: Act, page: PageCall, step: Step) -> Recipients:
    """Who is told now. Of a restricted incident those who see it; of a sealed one no endpoint hears and no provider."""
    team = act.session.get(Team, page.team_id) if page.team_id else None
    rota = rota_of(act.session, team) if team else None
    sealed = _is_sealed(act, page)
    endpoints = () if sealed else tuple(_endpoints(act, step))
    people = _people(act, page, step, rota)
    fell_back = not people and not endpoints
    if fell_back:
        people = _seeing(act, page, _responders(act))
    via = (MAIL,) if sealed else step.via
    return Recipients(tuple(way for one in people for way in _ways(act, one, via)), endpoints, fell_back)


def _people(act: Act, page: PageCall, step: Step, rota: Rota | None) -> list[UserAccount]:
    wanted: list[UUID] = []
    accounts: list[UserAccount] = []
    for target in step.to:
        kind, _, name = target.partition(":")
        if kind == Target.ON_CALL and rota:
            wanted += [turn.person for turn in rota.on_call(act.now, name)]
        elif kind == Target.TEAM and rota:
            wanted += rota.members
        elif kind == Target.PERSON:
            mine = col(UserAccount.email) == name
            accounts += act.session.exec(select(UserAccount).where(mine)).all()
        elif kind == Target.RESPONDERS:
            accounts += _responders(act)
    accounts += [found for person in wanted if (found := act.session.get(UserAccount, person)) is not None]
    return _seeing(act, page, accounts)


def _seeing(act: Act, page: PageCall, accounts: Iterable[UserAccount]) -> list[UserAccount]:
    """Each once, by address: who still signs in here, and may know the incident where it is about one."""
    access = access_to(act.session, page.incident_id) if page.incident_id else None
    found = {
        one.id: one
        for one in accounts
        if one.disabled_at is None and (access is None or sees(Actor(one.id, one.name, known_roles(one.roles)), access))
    }
    return sorted(found.values(), key=lambda one: one.email)


def _responders(act: Act) -> list[UserAccount]:
    """Everybody whom an alert pages where there is no team."""
    accounts = act.session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    return [one for one in accounts if not PAGED.isdisjoint(one.roles)]


def _endpoints(act: Act, step: Step) -> Sequence[Endpoint]:
    names = [target.partition(":")[2] for target in step.to if target.startswith(f"{Target.ENDPOINT}:")]
    query = select(Endpoint).where(col(Endpoint.name).in_(names), col(Endpoint.active).is_(True))
    found = act.session.exec(query.order_by(col(Endpoint.name))).all() if names else []
    return [one for one in found if one.kind is not EndpointKind.PROVIDER]  # one calls people, by `via`


def _ways(act: Act, account: UserAccount, via: Sequence[str]) -> list[Way]:
    """By which ways somebody is reached; by mail where no other one is there for them."""
    ways = [Way(account)] if MAIL in via else []
    names = [name for name in via if name != MAIL]
    row = act.session.get(PagerNumber, account.id) if names else None
    if row is not None:
        number = act.open(row.number_sealed, number_place(account.id))
        providers = select(Endpoint).where(
            col(Endpoint.name).in_(names),
            col(Endpoint.active).is_(True),
            col(Endpoint.kind) == EndpointKind.PROVIDER,
        )
        found = act.session.exec(providers.order_by(col(Endpoint.name))).all()
        ways += [Way(account, provider, number) for provider in found]
    return ways or [Way(account)]


def _is_sealed(act: Act, page: PageCall) -> bool:
    if page.incident_id is None:
        return False
    return act.session.get_one(Incident, page.incident_id).visibility is Visibility.SEALED
