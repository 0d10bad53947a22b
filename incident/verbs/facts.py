"""Save what is known: a draft that holds answers, and versions from which everything in law follows."""

import hashlib
import json
from collections.abc import Callable, Mapping
from uuid import UUID

from sqlmodel import col, select

from incident.chain import canonical
from incident.errors import Fault, Invalid, Overtaken
from incident.facts import Change, FactSheet, difference, read_sheet, sheet_document
from incident.law.circumstances import Organisation
from incident.models.entries import incident_subject
from incident.models.law import FactDraft, FactVersion
from incident.queries.facts import (
    PASSED,
    SavedFacts,
    draft_of,
    draft_place,
    facts_place,
    latest_facts,
    passed_of,
    seen_digest,
)
from incident.queries.open_questions import value_at
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.decisions import reopen_resting_on
from incident.verbs.entries import record
from incident.verbs.obligations import rederive
from incident.verbs.versions import lock_incident
from notifications.ids import new_id
from notifications.wording import worded

Document = Mapping[str, object]
LARGEST = 500_000  # characters of the canonical document
SHOWN = 40  # changes named on the timeline; the rest are counted


def save_facts(
    act: Act,
    incident_id: UUID,
    organisation: Organisation,
    document: object,
    *,
    based_on: int | None = None,
    seen: str = "",
) -> FactVersion:
    """Save a version of the fact sheet, put what changed on the timeline, and derive the duties anew.

    `document` is flat or by data set. `based_on` is the version the caller saw: a newer one raises Overtaken. `seen`
    says which answers the caller saw (seen_digest): others kept since then, as a draft, raise it too, for a version
    takes the place of the draft; only what was asked and nobody knew stays marked in it. A sheet equal to the saved
    one makes no new version. Decisions that rest on changed facts reopen. Raises Invalid with every fault.
    """
    act.require(Action.FACTS, incident_id)
    sheet = read_sheet(document)
    lock_incident(act, incident_id)
    before = latest_facts(act.session, act.keys, incident_id)
    if based_on is not None and based_on != before.number:
        raise Overtaken(
            worded(
                "The facts are at version {number}, your page showed {based_on}. Read them, then save.",
                number=before.number,
                based_on=based_on,
            )
        )
    _see(act, incident_id, before, seen)
    text = _canonical(sheet)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest == before.digest:
        return _row(act, incident_id, before.number)
    version = _add(act, incident_id, before.number + 1, text, digest)
    _end_draft(act, incident_id, sheet)
    changes = difference(before.sheet, sheet) if before.number else ()
    record(act, incident_subject(incident_id), "facts.saved", _body(version, changes))
    reopen_resting_on(act, incident_id, sheet, changes)
    rederive(act, incident_id, organisation)
    return version


def save_draft(act: Act, incident_id: UUID, document: Document, *, seen: str = "") -> None:
    """Keep answers that are not a version yet, whatever state they are in. They derive nothing.

    `seen` says which answers the caller saw: others kept since then raise Overtaken, and stay.
    """

    def change(before: Document) -> Document:
        marks = passed_of(before)
        return {PASSED: [*marks], **document} if marks else document

    change_draft(act, incident_id, change, seen=seen)


def discard_draft(act: Act, incident_id: UUID, saved: Document, *, seen: str = "") -> None:
    """Let what is saved stand again in place of the draft. Raises Overtaken as `save_draft`."""
    change_draft(act, incident_id, lambda _: saved, seen=seen)
    text = f"{act.actor.name} threw the draft of the facts away; what was saved stands."
    record(act, incident_subject(incident_id), "facts.draft_discarded", {"text": text})


def change_draft(act: Act, incident_id: UUID, change: Callable[[Document], Document], *, seen: str = "") -> None:
    """Keep what `change` makes of the answers as they stand at this moment; nobody keeps others meanwhile."""
    act.require(Action.FACTS, incident_id)
    lock_incident(act, incident_id)
    _see(act, incident_id, latest_facts(act.session, act.keys, incident_id), seen)
    _keep(act, incident_id, change(draft_of(act.session, act.keys, act.actor, incident_id)))


def _see(act: Act, incident_id: UUID, before: SavedFacts, seen: str) -> None:
    if seen and seen != seen_digest(before.number, draft_of(act.session, act.keys, act.actor, incident_id)):
        raise Overtaken(worded("Other answers were kept since your page was read. Read them, then repeat."))


def _keep(act: Act, incident_id: UUID, document: Document) -> None:
    text = json.dumps(document, ensure_ascii=False)
    if len(text) > LARGEST:
        raise Invalid(
            Fault(
                "facts",
                worded("is longer than {largest} characters", largest=LARGEST),
                worded("keep lists of people in the audience"),
            )
        )
    sealed = act.seal(text, draft_place(incident_id))
    draft = act.session.get(FactDraft, incident_id)
    before = draft.changed_by if draft is not None else ""
    if draft is None:
        draft = FactDraft(incident_id=incident_id, sheet_sealed=sealed, changed_at=act.now, changed_by="")
    draft.sheet_sealed, draft.changed_at, draft.changed_by = sealed, act.now, act.actor.label
    act.session.add(draft)
    if before != act.actor.label:  # once for whoever writes on it, not for each answer
        text = f"{act.actor.name} keeps answers as a draft of the facts; no version is saved by that."
        record(act, incident_subject(incident_id), "facts.drafted", {"text": text})


def _canonical(sheet: FactSheet) -> str:
    text = canonical(sheet_document(sheet)).decode()
    if len(text) > LARGEST:
        raise Invalid(
            Fault(
                "facts",
                worded("is longer than {largest} characters", largest=LARGEST),
                worded("keep lists of people in the audience"),
            )
        )
    return text


def _add(act: Act, incident_id: UUID, number: int, text: str, digest: str) -> FactVersion:
    version_id = new_id()
    version = FactVersion(
        id=version_id,
        incident_id=incident_id,
        number=number,
        sheet_sealed=act.seal(text, facts_place(incident_id, version_id)),
        digest=digest,
        saved_at=act.now,
        saved_by=act.actor.label,
    )
    act.session.add(version)
    act.session.flush()
    return version


def _row(act: Act, incident_id: UUID, number: int) -> FactVersion:
    wanted = (col(FactVersion.incident_id) == incident_id, col(FactVersion.number) == number)
    return act.session.exec(select(FactVersion).where(*wanted)).one()


def _end_draft(act: Act, incident_id: UUID, sheet: FactSheet) -> None:
    """The version takes its place. What was passed and is not answered stays marked, so that it is not asked again."""
    draft = act.session.get(FactDraft, incident_id)
    if draft is None:
        return
    marks = [mark for mark in passed_of(draft_of(act.session, act.keys, act.actor, incident_id)) if _open(sheet, mark)]
    if marks:
        document = {**sheet_document(sheet), PASSED: marks}
        draft.sheet_sealed = act.seal(json.dumps(document, ensure_ascii=False), draft_place(incident_id))
        act.session.add(draft)
    else:
        act.session.delete(draft)


def _open(sheet: FactSheet, mark: str) -> bool:
    """Whether the sheet says nothing at the place of a mark, and has that place."""
    dataset, _, path = mark.partition("/")
    there = not dataset or any(one.id == dataset for one in sheet.datasets)
    return there and value_at(sheet, path, dataset) is None


def _body(version: FactVersion, changes: tuple[Change, ...]) -> dict[str, object]:
    lines = [str(change) for change in changes[:SHOWN]]
    more = f"; and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    text = f"Facts saved as version {version.number}"
    text += f": {'; '.join(lines)}{more}" if lines else "."
    return {"text": text, "version": version.number, "digest": version.digest, "changes": lines}
