"""Turns that people swap, and the number somebody is paged at."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.paging import PagerNumber, RotaOverride, Team
from incident.queries.recipients import REGISTER
from incident.queries.teams import layers_of, may_be_called
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.people import find_user
from incident.verbs.teams import find_team
from notifications.ids import new_id
from notifications.sealing import Place
from notifications.wording import worded

LONGEST = timedelta(days=366)
NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164


def add_override(act: Act, name: str, person: str, begins: datetime, ends: datetime, layer: str = "") -> RotaOverride:
    """Let somebody, by the address they sign in with, stand in in a layer; the first one where none is named.

    Where two overlap the later one holds. Raises Invalid and NotFound.
    """
    act.require(Action.ON_CALL)
    team = find_team(act, name)
    layers = [row.name for row in act.session.exec(layers_of(team.id)).all()]
    who = next((one for one in may_be_called(act.session) if one.email == person.strip().lower()), None)
    faults = (
        []
        if who
        else [Fault("person", worded("cannot be put on call"), worded("somebody with a role that works on incidents"))]
    )
    if not layers or (layer and layer not in layers):
        faults.append(Fault("layer", worded("is none of this team"), ", ".join(layers) or worded("add a layer first")))
    if not begins < ends <= begins + LONGEST:
        faults.append(
            Fault("ends", worded("is not after its beginning, or a year later"), worded("later than it begins"))
        )
    elif ends <= act.now:
        faults.append(Fault("ends", worded("is past"), worded("a time to come")))
    if faults or who is None:
        raise Invalid(*faults)
    row = RotaOverride(
        id=new_id(),
        team_id=team.id,
        layer=layer or layers[0],
        user_id=who.id,
        begins_at=begins,
        ends_at=ends,
        made_at=act.now,
        made_by=act.actor.label,
    )
    act.session.add(row)
    act.session.flush()
    span = f"from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC"
    _write_down(act, team, "rota.override", f"{who.name} stands in in {row.layer} of team {name} {span}.")
    return row


def revoke_override(act: Act, name: str, override_id: UUID) -> None:
    """End an override at once; what it was until now stays. Raises NotFound."""
    act.require(Action.ON_CALL)
    team = find_team(act, name)
    row = act.session.get(RotaOverride, override_id)
    if row is None or row.team_id != team.id or row.revoked_at is not None or row.ends_at <= act.now:
        raise NotFound(worded("There is no such override."))
    if row.begins_at < act.now:
        row.ends_at = act.now
    else:
        row.revoked_at = act.now
    act.session.add(row)
    who = find_user(act, row.user_id)
    _write_down(act, team, "rota.override_ended", f"{who.name} no longer stands in in {row.layer} of {team.name}.")


def set_number(act: Act, number: str, user_id: UUID | None = None) -> None:
    """Keep the number somebody is paged at, sealed; "" takes it away. One's own, or anybody's as administrator."""
    whose = user_id or act.actor.id
    act.require(Action.ON_CALL if whose == act.actor.id else Action.ADMINISTER)
    account = find_user(act, whose)
    plain = re.sub(r"[\s()./-]", "", number)
    if plain and not NUMBER.fullmatch(plain):
        raise Invalid(Fault("number", worded("is no telephone number with its country"), "+49 30 123456"))
    row = act.session.get(PagerNumber, whose)
    if not plain:
        if row is not None:
            act.session.delete(row)
    else:
        sealed = act.seal(plain, number_place(whose))
        row = row or PagerNumber(user_id=whose, number_sealed=sealed, updated_at=act.now)
        row.number_sealed, row.updated_at = sealed, act.now
        act.session.add(row)
    act.session.flush()
    said = "is changed" if plain else "is taken away"
    record(act, ADMINISTRATION, "rota.number", {"text": f"The number {account.name} is paged at {said}."})


def number_place(user_id: UUID) -> Place:
    """Where somebody's number is sealed for."""
    return Place("pager_number", "number_sealed", str(user_id), REGISTER)


def _write_down(act: Act, team: Team, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(team.id)})
