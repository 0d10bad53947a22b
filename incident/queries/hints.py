"""The hints of an incident: what its alerts and the assets declared for them make likely, by fact of the sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.adapters.signals import Asset, AssetKind
from incident.facts import DataSet, FactSheet
from incident.hints import OF_DATASET, Declared, Said, Stance, Suggestion, Teller, gather, is_shared, stance
from incident.models.entries import EntryHeader, incident_subject
from incident.models.intake import SignalRow, Source
from incident.queries.access import access_to
from incident.queries.assets import DeclaredAsset, declared_assets
from incident.queries.sources import signal_document
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

MOST_READ = 1_000  # alerts of an incident, those heard last
READ = "hints.read"  # the line that says so
HOLDS = timedelta(days=1)  # then reading again is written down again


@dataclass(frozen=True, slots=True)
class Hints:
    """What is suggested, and what it was read from: `read` of `alerts`, `erased` of them because their day is gone."""

    suggestions: tuple[Suggestion, ...] = ()
    alerts: int = 0
    read: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class HintPlace:
    """How a suggestion stands to the sheet at one place: a data set, or "" for what all of them share."""

    dataset: str
    stance: Stance


@dataclass(frozen=True)
class _Moment:
    """When hints are read, and how old a declaration may be."""

    session: Session
    keys: Keys
    now: datetime
    good_for: timedelta | None

    @cached_property
    def declared(self) -> tuple[DeclaredAsset, ...]:
        return declared_assets(self.session, self.keys)

    @cached_property
    def patterns(self) -> tuple[DeclaredAsset, ...]:
        """Those that must be held against every asset."""
        return tuple(one for one in self.declared if not one.declaration.exact)

    @cached_property
    def exact(self) -> Mapping[str, Sequence[DeclaredAsset]]:
        """Those of one name, by it: an inventory names each of its hosts."""
        found: dict[str, list[DeclaredAsset]] = {}
        for one in self.declared:
            if one.declaration.exact:
                found.setdefault(one.declaration.pattern.lower(), []).append(one)
        return found


def gather_hints(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, now: datetime, good_for: timedelta | None
) -> Hints:
    """What the alerts of an incident suggest, those heard last first. Raises NotFound and Forbidden by permission.

    Whoever shows it to somebody writes that down: `verbs.hints.read_hints`.
    """
    require(actor, Action.READ, access_to(session, incident_id))
    mine = col(SignalRow.incident_id) == incident_id
    total = int(session.exec(select(func.count()).select_from(SignalRow).where(mine)).one())
    if not total:
        return Hints()
    query = (
        select(SignalRow, Source.slug)
        .join(Source, col(Source.id) == col(SignalRow.source_id))
        .where(mine)
        .order_by(col(SignalRow.last_seen_at).desc(), col(SignalRow.id).desc())
        .limit(MOST_READ)
    )
    rows = session.exec(query).all()
    told = [(row, slug, signal_document(session, keys, row)) for row, slug in rows]
    at = _Moment(session, keys, now, good_for)
    by_asset: dict[tuple[str, str], tuple[Said, ...]] = {}
    suggestions = gather(
        (Teller(slug, str(said.get("title", "")), row.first_seen_at), (*_own(said), *_of_asset(at, said, by_asset)))
        for row, slug, said in told
        if said
    )
    return Hints(suggestions, total, len(rows), sum(not said for _, _, said in told))


def places_of(suggestion: Suggestion, sheet: FactSheet) -> tuple[HintPlace, ...]:
    """How a suggestion stands to what a sheet says, for each data set where it is one of theirs."""
    fact = suggestion.fact
    if is_shared(fact):
        return (HintPlace("", stance(suggestion.value, sheet.shared.get(fact))),)
    return tuple(HintPlace(one.id, stance(suggestion.value, _answer(one, fact))) for one in sheet.datasets)


def read_lately(session: Session, actor: Actor, incident_id: UUID, now: datetime) -> bool:
    """Whether the timeline says already that this person read the hints. For callers that have asked for permission."""
    mine = (
        col(EntryHeader.subject) == incident_subject(incident_id),
        col(EntryHeader.action) == READ,
        col(EntryHeader.actor) == actor.label,
        col(EntryHeader.at) > now - HOLDS,
    )
    return session.exec(select(EntryHeader.seq).where(*mine).limit(1)).first() is not None


def _answer(dataset: DataSet, fact: str) -> object:
    return getattr(dataset, OF_DATASET[fact]) if fact in OF_DATASET else dataset.facts.get(fact)


def _own(said: Mapping[str, Any]) -> Iterator[Said]:
    """The hints of the alert itself."""
    for hint in said.get("hints") or ():
        value = hint["value"]
        yield Said(hint["fact"], tuple(value) if isinstance(value, list) else value, hint["why"])


def _of_asset(at: _Moment, said: Mapping[str, Any], known: dict[tuple[str, str], tuple[Said, ...]]) -> tuple[Said, ...]:
    """What is declared of its asset; once for each asset."""
    asset = said.get("asset")
    if not isinstance(asset, dict) or asset.get("kind") not in list(AssetKind):
        return ()
    named = (str(asset["kind"]), str(asset["name"]))
    if named not in known:
        touched = Asset(AssetKind(named[0]), named[1])
        known[named] = tuple(_declared_of(at, touched))
    return known[named]


def _declared_of(at: _Moment, asset: Asset) -> Iterator[Said]:
    for one in (*at.exact.get(asset.name.lower(), ()), *at.patterns):
        if one.declaration.fits(asset):
            source = Declared(str(one.declaration), one.declared_at, one.declared_by, one.outdated(at.now, at.good_for))
            for fact, value in one.declaration.facts():
                yield Said(fact, value, "As declared for this asset.", source)
