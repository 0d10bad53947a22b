"""Turns as entries of a calendar. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from incident import calendars
from incident.rota.turns import Turn


def calendar(team: str, turns: Sequence[Turn], names: Mapping[UUID, str], now: datetime, host: str) -> str:
    """The calendar of a team. `names` of people by id; whoever has none is left out. `host` stands in each UID."""
    events = (_event(team, turn, names[turn.person]) for turn in turns if turn.person in names)
    return calendars.calendar(f"On call: {team}", events, now, host)


def _event(team: str, turn: Turn, name: str) -> calendars.Event:
    key = f"{team}\n{turn.layer}\n{turn.person}\n{turn.begins.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    stands_in = " (stands in)" if turn.stands_in else ""
    return calendars.Event(key, turn.begins, turn.ends, f"{name} on call: {team}, {turn.layer}{stands_in}")
