"""What the breach register opens: titles, saved facts, moments, advice, decisions, and the reasons for late filings."""

import contextlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.anchors import AWARE, Anchor, Arguable, Clue, by_name
from incident.facts import read_sheet
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.intake import Intake, SignalRow
from incident.models.law import Advice, AnchorRecord, Decision, FactVersion, Filing
from incident.queries.anchors import anchor_place
from incident.queries.breach_records import Ids, pieces
from incident.queries.facts import SavedFacts, facts_place
from incident.queries.timeline import names_of
from notifications.message import read_text
from notifications.models import DataKey
from notifications.sealing import Keys, Place

MOMENTS = ("occurred_from", "occurred_until", "detected", "discovered", AWARE)
FORMS = "filings/*/*/notice.toml"  # form by form, language by language
UNDERLINE = "----"


@dataclass(frozen=True, slots=True)
class Opened:
    """An advice or a decision with its text and the name of who gave it."""

    row: Advice | Decision
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Vault:
    """Opens values of many incidents; their data keys are read at once and held while they are needed."""

    session: Session
    keys: Keys
    held: Sequence[DataKey]

    @classmethod
    def of(cls, session: Session, keys: Keys, incidents: Iterable[Incident]) -> "Vault":
        scopes = [incident_subject(row.id) for row in incidents]
        held = [
            key
            for piece in pieces(scopes)
            for key in session.exec(select(DataKey).where(col(DataKey.scope).in_(piece))).all()
        ]
        return cls(session, keys, held)

    def open(self, blob: bytes, place: Place) -> str:
        return self.keys.open(self.session, blob, place)

    def text(self, incident_id: UUID, table: str, column: str, row: UUID) -> Place:
        """A place under an incident's own key."""
        return Place(table, column, str(row), incident_subject(incident_id))


def latest_sheets(vault: Vault, ids: Ids) -> dict[UUID, SavedFacts]:
    """The newest saved version of each incident that has one."""
    newest = (
        select(col(FactVersion.incident_id).label("incident"), func.max(FactVersion.number).label("newest"))
        .where(col(FactVersion.incident_id).in_(ids))
        .group_by(col(FactVersion.incident_id))
        .subquery()
    )
    same = (col(FactVersion.incident_id) == newest.c.incident) & (col(FactVersion.number) == newest.c.newest)
    found = {}
    for row in vault.session.exec(select(FactVersion).join(newest, same)).all():
        text = vault.open(row.sheet_sealed, facts_place(row.incident_id, row.id))
        found[row.incident_id] = SavedFacts(row.number, read_sheet(json.loads(text)), row.digest, row.saved_at)
    return found


def moments_of(vault: Vault, ids: Ids, incidents: Iterable[Incident]) -> dict[UUID, Mapping[str, Sequence[Anchor]]]:
    """The recorded moments the register shows, by incident and name, with the candidates the case itself holds."""
    found: dict[UUID, list[Anchor]] = defaultdict(list)
    wanted = (col(AnchorRecord.incident_id).in_(ids), col(AnchorRecord.name).in_(MOMENTS))
    for row in vault.session.exec(select(AnchorRecord).where(*wanted)).all():
        found[row.incident_id].append(_anchor(vault, row))
    first = (
        select(SignalRow.incident_id, func.min(Intake.received_at))
        .join(Intake, col(SignalRow.intake_id) == col(Intake.id))
        .where(col(SignalRow.incident_id).in_(ids))
        .group_by(col(SignalRow.incident_id))
    )
    for incident_id, at in vault.session.exec(first).all():
        if incident_id is not None:
            found[incident_id].append(_candidate(Clue.RECEIVED, at))
    for incident in incidents:
        found[incident.id].append(_candidate(Clue.OPENED, incident.opened_at))
    return {incident_id: by_name(anchors) for incident_id, anchors in found.items()}


def _anchor(vault: Vault, row: AnchorRecord) -> Anchor:
    """How well a candidate can be argued is sealed with its reason; of a decided moment it does not matter."""
    said = {}
    if not row.decided and row.reason_sealed is not None:
        said = json.loads(vault.open(row.reason_sealed, anchor_place(row.incident_id, row.id)))
    return Anchor(
        name=row.name,
        at=row.at,
        scope=row.scope,
        decided=row.decided,
        clue=Clue(said.get("clue", Clue.OTHER)),
        arguable=Arguable(said.get("arguable", Arguable.CLEAR)),
        id=str(row.id),
        corrects=str(row.corrects) if row.corrects else None,
        recorded_at=row.recorded_at,
    )


def _candidate(clue: Clue, at: datetime) -> Anchor:
    return Anchor(AWARE, at, decided=False, clue=clue, arguable=Arguable.ARGUABLE)


def advice_in(vault: Vault, ids: Ids) -> dict[UUID, list[Opened]]:
    """Every advice, the newest last, by incident."""
    query = select(Advice).where(col(Advice.incident_id).in_(ids)).order_by(col(Advice.at), col(Advice.id))
    rows = vault.session.exec(query).all()
    return _opened(vault, [(row, row.text_sealed, "advice", "text_sealed") for row in rows])


def decisions_in(vault: Vault, ids: Ids) -> dict[UUID, list[Opened]]:
    """Every decision, reopened ones too, the newest last, by incident."""
    query = select(Decision).where(col(Decision.incident_id).in_(ids)).order_by(col(Decision.at), col(Decision.id))
    rows = vault.session.exec(query).all()
    return _opened(vault, [(row, row.reason_sealed, "decision", "reason_sealed") for row in rows])


def _opened(vault: Vault, rows: Sequence[tuple[Advice | Decision, bytes, str, str]]) -> dict[UUID, list[Opened]]:
    names = names_of(vault.session, [row.actor for row, *_ in rows])
    found: dict[UUID, list[Opened]] = defaultdict(list)
    for row, sealed, table, column in rows:
        text = vault.open(sealed, vault.text(row.incident_id, table, column, row.id))
        found[row.incident_id].append(Opened(row, text, names[row.actor]))
    return found


@cache
def delay_headings(folders: tuple[Path, ...]) -> frozenset[str]:
    """Under what a filing gives the reasons for its delay, in every form and language of these template folders."""
    found = set()
    for file in (file for folder in folders for file in folder.glob(FORMS)):
        with contextlib.suppress(OSError, tomllib.TOMLDecodeError):  # a broken form takes no register away
            headings = tomllib.loads(file.read_text(encoding="utf-8")).get("headings", {})
            found.add(str(headings.get("delay", "")))
    return frozenset(found - {""})


def reasons_for_delay(vault: Vault, filings: Iterable[Filing], headings: frozenset[str]) -> str:
    """What the first of these filings says under one of these headings, "" where none says anything."""
    for filing in filings:
        place = vault.text(filing.incident_id, "filing", "draft_sealed", filing.id)
        text = read_text(json.loads(vault.open(filing.draft_sealed, place))).text
        said = " ".join(_under(text.splitlines(), headings)).strip()
        if said:
            return said
    return ""


def _under(lines: Sequence[str], headings: frozenset[str]) -> Iterator[str]:
    """The lines between one of these headings and the next heading."""
    inside = False
    for at, line in enumerate(lines):
        heads = at + 1 < len(lines) and lines[at + 1].startswith(UNDERLINE)
        if heads:
            inside = line.strip() in headings
        elif inside and line.strip() and not line.startswith(UNDERLINE):
            yield line.strip()
