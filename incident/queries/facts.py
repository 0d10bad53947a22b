"""The saved versions of the fact sheet, and the draft of answers not saved yet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.facts import FactSheet, read_sheet, sheet_document, unknown_sheet
from incident.models.entries import incident_subject
from incident.models.law import FactDraft, FactVersion
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place

PASSED = "_passed"  # in a draft: what was asked and nobody knew, as "data set/path"; never part of a version


@dataclass(frozen=True, slots=True)
class SavedFacts:
    """What is known: number 0 and an unknown sheet before the first version is saved."""

    number: int
    sheet: FactSheet
    digest: str = ""
    saved_at: datetime | None = None
    saved_by: str = ""


def facts_place(incident_id: UUID, version_id: UUID) -> Place:
    """Where a version's sheet is sealed for."""
    return Place("fact_version", "sheet_sealed", str(version_id), incident_subject(incident_id))


def draft_place(incident_id: UUID) -> Place:
    """Where the draft is sealed for."""
    return Place("fact_draft", "sheet_sealed", str(incident_id), incident_subject(incident_id))


def latest_facts(session: Session, keys: Keys, incident_id: UUID) -> SavedFacts:
    """The newest saved version, for callers that have asked for permission."""
    newest = col(FactVersion.number).desc()
    query = select(FactVersion).where(col(FactVersion.incident_id) == incident_id).order_by(newest).limit(1)
    row = session.exec(query).first()
    return SavedFacts(0, unknown_sheet()) if row is None else _opened(session, keys, row)


def read_facts(session: Session, keys: Keys, actor: Actor, incident_id: UUID, number: int | None = None) -> SavedFacts:
    """One saved version, the newest unless `number` is given. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    if number is None:
        return latest_facts(session, keys, incident_id)
    wanted = (col(FactVersion.incident_id) == incident_id, col(FactVersion.number) == number)
    row = session.exec(select(FactVersion).where(*wanted)).first()
    return SavedFacts(0, unknown_sheet()) if row is None else _opened(session, keys, row)


def fact_versions(session: Session, actor: Actor, incident_id: UUID) -> list[FactVersion]:
    """Every saved version, newest first, without opening one."""
    require(actor, Action.READ, access_to(session, incident_id))
    wanted = col(FactVersion.incident_id) == incident_id
    return list(session.exec(select(FactVersion).where(wanted).order_by(col(FactVersion.number).desc())).all())


def read_draft(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> Mapping[str, object] | None:
    """The answers not saved yet, as they were given; None when there is no draft."""
    require(actor, Action.FACTS, access_to(session, incident_id))
    row = session.get(FactDraft, incident_id)
    if row is None:
        return None
    found: Mapping[str, object] = json.loads(keys.open(session, row.sheet_sealed, draft_place(incident_id)))
    return found


def draft_of(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> Mapping[str, object]:
    """The draft as it is, else the saved facts to begin one from. Raises NotFound and Forbidden by permission."""
    draft = read_draft(session, keys, actor, incident_id)
    return draft if draft is not None else sheet_document(latest_facts(session, keys, incident_id).sheet)


def passed_of(draft: Mapping[str, object]) -> tuple[str, ...]:
    """The questions that were passed, as "data set/path"."""
    marks = draft.get(PASSED)
    return tuple(str(mark) for mark in marks) if isinstance(marks, list) else ()


def has_answers(draft: Mapping[str, object], saved: FactSheet) -> bool:
    """Whether a draft says anything else than the version: marks of what was passed are no answers."""
    return {name: value for name, value in draft.items() if name != PASSED} != sheet_document(saved)


def seen_digest(number: int, document: object) -> str:
    """What a page shows, as a digest: the number of the version, and the answers that stand. Equal answers are one."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{number}\n{text}".encode()).hexdigest()


def _opened(session: Session, keys: Keys, row: FactVersion) -> SavedFacts:
    text = keys.open(session, row.sheet_sealed, facts_place(row.incident_id, row.id))
    return SavedFacts(row.number, read_sheet(json.loads(text)), row.digest, row.saved_at, row.saved_by)


def draft_changed_at(session: Session, incident_id: UUID) -> datetime | None:
    """When the draft was last changed, for callers that have read it."""
    return session.exec(select(FactDraft.changed_at).where(col(FactDraft.incident_id) == incident_id)).first()
