"""Reads of teams: their layers as the rota counts them, who is on call, the turns to come, a calendar by its token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from incident.calendars import address_digest
from incident.errors import NotFound
from incident.models.paging import PagerNumber, RotaLayer, RotaOverride, Team
from incident.models.people import UserAccount
from incident.roles import ALLOWED, Action, Actor, require
from incident.rota import Layer, Override, Step, Turn, on_call, turns
from notifications.wording import worded

AHEAD = timedelta(weeks=6)
CALENDAR_BACK, CALENDAR_AHEAD = timedelta(weeks=4), timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Rota:
    """A team with what its rota is counted from."""

    team: Team
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...]

    def on_call(self, moment: datetime, layer: str = "") -> tuple[Turn, ...]:
        """Who is on call, in one layer where it is named."""
        return tuple(turn for turn in on_call(self.layers, self.overrides, moment) if layer in ("", turn.layer))

    def turns(self, since: datetime, until: datetime) -> tuple[Turn, ...]:
        return turns(self.layers, self.overrides, since, until)

    @property
    def members(self) -> tuple[UUID, ...]:
        """Everybody in its layers, each once."""
        return tuple(dict.fromkeys(person for layer in self.layers for person in layer.people))

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(self.team.steps)


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """An override that is not over."""

    id: UUID
    layer: str
    person: UUID
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A team as people read it: who is on call now, the turns of six weeks, overrides. `names` of people by id."""

    rota: Rota
    now: tuple[Turn, ...]
    ahead: tuple[Turn, ...]
    overrides: tuple[OverrideLine, ...]
    names: Mapping[UUID, str]


def read_teams(session: Session, actor: Actor, now: datetime) -> list[TeamPage]:
    """Every team, the default one first. Raises Forbidden."""
    require(actor, Action.ON_CALL, None)
    order = (col(Team.is_default).desc(), col(Team.name))
    rows = session.exec(select(Team).where(col(Team.retired_at).is_(None)).order_by(*order)).all()
    return [_page(session, row, now) for row in rows]


def read_team(session: Session, actor: Actor, name: str, now: datetime) -> TeamPage:
    """One team. Raises Forbidden and NotFound."""
    require(actor, Action.ON_CALL, None)
    row = team_named(session, name)
    if row is None:
        raise NotFound(worded("There is no such team."))
    return _page(session, row, now)


def team_named(session: Session, name: str) -> Team | None:
    """The team of this name, unless it was given up."""
    return session.exec(select(Team).where(col(Team.name) == name, col(Team.retired_at).is_(None))).first()


def default_team(session: Session) -> Team | None:
    """The team that takes what names no other; None where there is none."""
    return session.exec(select(Team).where(col(Team.is_default).is_(True), col(Team.retired_at).is_(None))).first()


def rota_of(session: Session, team: Team) -> Rota:
    """What the rota of a team is counted from; of two overrides the later one counts."""
    layers = session.exec(layers_of(team.id)).all()
    mine = (col(RotaOverride.team_id) == team.id, col(RotaOverride.revoked_at).is_(None))
    overrides = session.exec(select(RotaOverride).where(*mine).order_by(col(RotaOverride.id))).all()
    return Rota(
        team,
        tuple(layer_of(row) for row in layers),
        tuple(Override(row.layer, row.user_id, row.begins_at, row.ends_at) for row in overrides),
    )


def layers_of(team_id: UUID):  # type: ignore[no-untyped-def]
    """The statement that reads a team's layers in their order."""
    return select(RotaLayer).where(col(RotaLayer.team_id) == team_id).order_by(col(RotaLayer.position))


def layer_of(row: RotaLayer) -> Layer:
    """A stored layer as the rota counts it."""
    people = tuple(UUID(person) for person in row.people)
    return Layer(row.name, people, date.fromisoformat(row.begins), time.fromisoformat(row.at), row.zone, row.weeks)


def steps_of(documents: Sequence[Mapping[str, object]]) -> tuple[Step, ...]:
    """Stored steps."""
    return tuple(Step(_words(one["to"]), int(str(one["minutes"])), _words(one["via"])) for one in documents)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def may_be_called(session: Session) -> list[UserAccount]:
    """Who can be put on call, by name: people who may work on an incident."""
    accounts = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    able = (one for one in accounts if not ALLOWED[Action.NOTE].isdisjoint(one.roles))
    return sorted(able, key=lambda one: one.name)


def read_callable(session: Session, actor: Actor) -> list[UserAccount]:
    """The same, for the form that puts somebody on call. Raises Forbidden."""
    require(actor, Action.ON_CALL, None)
    return may_be_called(session)


def has_number(session: Session, actor: Actor) -> bool:
    """Whether the reader has a number to be paged at. Raises Forbidden."""
    require(actor, Action.ON_CALL, None)
    return session.get(PagerNumber, actor.id) is not None


def team_of_feed(session: Session, token: str, now: datetime) -> TeamPage | None:
    """The team whose calendar a token opens; None for one that opens nothing."""
    mine = (col(Team.feed_digest) == address_digest(token), col(Team.retired_at).is_(None))
    row = session.exec(select(Team).where(*mine)).first()
    if row is None:
        return None
    rota = rota_of(session, row)
    ahead = rota.turns(now - CALENDAR_BACK, now + CALENDAR_AHEAD)
    return TeamPage(rota, (), ahead, (), _names(session, rota))


def _page(session: Session, team: Team, now: datetime) -> TeamPage:
    rota = rota_of(session, team)
    mine = (col(RotaOverride.team_id) == team.id, col(RotaOverride.revoked_at).is_(None))
    rows = session.exec(
        select(RotaOverride).where(*mine, col(RotaOverride.ends_at) > now).order_by(col(RotaOverride.begins_at))
    ).all()
    lines = tuple(OverrideLine(row.id, row.layer, row.user_id, row.begins_at, row.ends_at) for row in rows)
    return TeamPage(rota, rota.on_call(now), rota.turns(now, now + AHEAD), lines, _names(session, rota))


def _names(session: Session, rota: Rota) -> dict[UUID, str]:
    wanted = {*rota.members, *(one.person for one in rota.overrides)}
    return dict(session.exec(select(UserAccount.id, UserAccount.name).where(col(UserAccount.id).in_(wanted))).all())
