"""The register of every personal-data breach, notified or not (GDPR Art. 33(5)): an entry per entity and data set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from incident.anchors import Anchor
from incident.facts import DataSet, unknown_sheet
from incident.law.circumstances import Organisation
from incident.models.incidents import Incident
from incident.models.law import Filing
from incident.phases import Phase
from incident.queries.board import title_place
from incident.queries.breach_entry import Done, Entry, State
from incident.queries.breach_lines import Line, customers_of, effects_of, facts_of, response_of, unknown_in
from incident.queries.breach_records import (
    Owed,
    Sent,
    Towards,
    customers_told,
    notices_sent,
    owed_in,
    recorded_incidents,
    remedial_steps,
    submitted_filings,
    towards_customers,
)
from incident.queries.breach_sealed import Opened, Vault, advice_in, decisions_in, latest_sheets, moments_of
from incident.queries.breach_tellings import REGISTER, notifications_of, records_of, refusals_of
from incident.queries.facts import SavedFacts
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

NOTHING = SavedFacts(0, unknown_sheet())
NO_BREACH = ("data.categories", "breach.kinds")  # none of either: no personal data, or nothing happened to them


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Who keeps the register, and when it is read. `headings`: under what filings give the reasons for a delay."""

    organisation: Organisation
    now: datetime
    headings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries are wanted; None and "": all. The year is that of awareness, in the organisation's zone."""

    year: int | None = None
    regime: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The chosen entries, the newest first, and what there is to choose from.

    `counts`: how many of the chosen year and regime are in each state; what is notified can be open as well.
    """

    entries: tuple[Entry, ...]
    years: tuple[int, ...]
    regimes: tuple[str, ...]
    counts: Mapping[State, int]
    in_all: int


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Every row the register needs, by incident; filings by obligation."""

    vault: Vault
    incidents: Sequence[Incident]
    sheets: Mapping[UUID, SavedFacts]
    moments: Mapping[UUID, Mapping[str, Sequence[Anchor]]]
    owed: Mapping[UUID, Sequence[Owed]]
    towards: Mapping[UUID, Sequence[Towards]]
    told: Mapping[UUID, Mapping[str, datetime]]
    filings: Mapping[UUID, Sequence[Filing]]
    steps: Mapping[UUID, Sequence[Done]]
    sent: Mapping[UUID, Sequence[Sent]]
    advice: Mapping[UUID, Sequence[Opened]]
    decisions: Mapping[UUID, Sequence[Opened]]


def read_register(
    session: Session, keys: Keys, actor: Actor, standpoint: Standpoint, chosen: Chosen = Chosen()
) -> Register:
    """The breach register of what the actor may see, in a fixed number of reads. Raises Forbidden.

    An entry stands for each legal entity and data set that is, or may be, personal data: what a duty to keep a register
    names, and what the saved facts describe unless they say there are no personal data or no breach. Drills are none,
    nor is an incident that was dismissed before anybody saved a fact.
    """
    require(actor, Action.READ, None)
    gathered = _gather(session, keys, actor)
    every = [entry for incident in gathered.incidents for entry in _entries(gathered, incident, standpoint)]
    every.sort(key=lambda entry: (entry.incident, entry.entity, entry.dataset))
    every.sort(key=lambda entry: entry.at, reverse=True)
    zone = ZoneInfo(standpoint.organisation.zone)
    fitting = [
        entry
        for entry in every
        if (chosen.year is None or entry.at.astimezone(zone).year == chosen.year)
        and (not chosen.regime or chosen.regime in entry.regimes)
    ]
    return Register(
        entries=tuple(entry for entry in fitting if chosen.state is None or entry.fits(chosen.state)),
        years=tuple(sorted({entry.at.astimezone(zone).year for entry in every}, reverse=True)),
        regimes=tuple(sorted({regime for entry in every for regime in entry.regimes})),
        counts={state: sum(entry.fits(state) for entry in fitting) for state in State},
        in_all=len(fitting),
    )


def _gather(session: Session, keys: Keys, actor: Actor) -> _Gathered:
    ids, incidents = recorded_incidents(session, actor)
    vault = Vault.of(session, keys, incidents)
    return _Gathered(
        vault=vault,
        incidents=incidents,
        sheets=latest_sheets(vault, ids),
        moments=moments_of(vault, ids, incidents),
        owed=owed_in(session, ids),
        towards=towards_customers(session, ids),
        told=customers_told(session, ids),
        filings=submitted_filings(session, ids),
        steps=remedial_steps(session, ids),
        sent=notices_sent(session, ids, incidents),
        advice=advice_in(vault, ids),
        decisions=decisions_in(vault, ids),
    )


def _entries(gathered: _Gathered, incident: Incident, standpoint: Standpoint) -> Iterator[Entry]:
    saved, owed = gathered.sheets.get(incident.id, NOTHING), gathered.owed.get(incident.id, ())
    kept = [found for found in owed if found.addressee_kind == REGISTER and found.stands]
    if incident.phase is Phase.DISMISSED and not saved.number and not any(found.met_at for found in kept):
        return
    title = ""
    own = standpoint.organisation
    place = saved.sheet.shared.get("organisation.establishment", own.establishment)
    for (entity, _), dataset in _datasets(saved, kept, own.entity).items():
        line = Line(
            incident=incident,
            saved=saved,
            dataset=dataset,
            entity=entity,
            moments=gathered.moments.get(incident.id, {}),
            owed=[found for found in owed if found.concerns(entity, dataset.id)],
            place=str(place or ""),
            now=standpoint.now,
        )
        title = title or gathered.vault.open(incident.title_sealed, title_place(incident.id))
        yield _entry(gathered, line, title, standpoint.headings)


def _datasets(saved: SavedFacts, kept: Sequence[Owed], default: str) -> dict[tuple[str, str], DataSet]:
    """(legal entity, id) → data set: those of the saved facts that may be in a breach, and those a register must name.

    One that was taken out of the facts and is still named is known by its id alone.
    """
    known = {(dataset.entity or default, dataset.id): dataset for dataset in saved.sheet.datasets}
    found = {
        key: dataset
        for key, dataset in known.items()
        if saved.number and all(saved.sheet.view(dataset).get(path) != () for path in NO_BREACH)
    }
    named = [(owed.entity, dataset) for owed in kept for dataset in owed.datasets]
    named += [key for key in known for owed in kept if not owed.datasets and key[0] == owed.entity]  # recorded once
    return found | {key: known.get(key) or DataSet(key[1]) for key in named}


def _entry(gathered: _Gathered, line: Line, title: str, headings: frozenset[str]) -> Entry:
    incident, here = line.incident, line.incident.id
    facts = facts_of(line)
    notifications = notifications_of(line, gathered.vault, gathered.filings, headings)
    decisions = gathered.decisions.get(here, ())
    every = {str(found.id): found for found in gathered.owed.get(here, ())} if decisions else {}
    sent = [found.told for found in gathered.sent.get(here, ()) if found.dataset in ("", line.dataset.id)]
    return Entry(
        incident=incident.codename,
        title=title,
        kind=incident.kind,
        phase=incident.phase.value,
        visibility=incident.visibility.value,
        opened_at=incident.opened_at,
        entity=line.entity,
        dataset=line.dataset.id,
        facts=facts,
        effects=effects_of(line, gathered.advice.get(here, ()), decisions),
        done=tuple(gathered.steps.get(here, ())),
        response=response_of(line),
        notifications=notifications,
        people_told=tuple(sorted(sent, key=lambda told: told.at)),
        customers=customers_of(line, gathered.told.get(here, {}), gathered.towards.get(here, ())),
        refusals=refusals_of(line, decisions, every),
        records=tuple(records_of(line.owed)),
        unknown=unknown_in(line, facts, notifications),
    )
