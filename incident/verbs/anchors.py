"""Record the moments the law counts from: candidates for awareness, the decision between them, corrections."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.anchors import AWARE, NAMES, USUALLY, Arguable, Clue, fault_in_scope
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.law.circumstances import Organisation
from incident.law.counting import stamp
from incident.models.entries import incident_subject
from incident.models.law import AnchorRecord
from incident.queries.anchors import anchor_place
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.obligations import rederive
from incident.verbs.versions import count_decision, lock_incident
from notifications.ids import new_id
from notifications.wording import worded

LONGEST_WHY = 5000


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to record: when, why this one, and what shows it ("intake:<id>", "entry:<seq>", "evidence:<id>").

    `arguable` None: as usual for its clue.
    """

    at: datetime
    why: str
    name: str = AWARE
    scope: str = ""
    evidence: str = ""
    clue: Clue = Clue.OTHER
    arguable: Arguable | None = None


def propose_awareness(act: Act, incident_id: UUID, organisation: Organisation, moment: Moment) -> AnchorRecord:
    """Put a candidate on the awareness worksheet. The earliest arguable one gives the provisional clock."""
    act.require(Action.PROPOSE_ANCHOR, incident_id)
    _check(act, moment, moment.name == AWARE or "only awareness has candidates: record this moment")
    lock_incident(act, incident_id)
    row = _add(act, incident_id, moment, decided=False)
    _write_down(act, incident_id, "awareness.proposed", f"Candidate for awareness: {stamp(moment.at)}", moment)
    rederive(act, incident_id, organisation)
    return row


def decide_awareness(
    act: Act, incident_id: UUID, version: int, organisation: Organisation, moment: Moment
) -> AnchorRecord:
    """Decide the moment of awareness, which ends the provisional clock in its scope.

    A second decision for one scope is a correction that names the first. `version` is the incident's as the caller saw
    it; a changed one raises LostRace.
    """
    act.require(Action.DECIDE_ANCHOR, incident_id)
    _check(act, moment, moment.name == AWARE or "this decides awareness and no other moment")
    count_decision(act, incident_id, version)
    earlier = _standing(act, incident_id, AWARE, moment.scope)
    row = _add(act, incident_id, moment, decided=True, corrects=earlier)
    said = f"Awareness decided: {stamp(moment.at)}" + (f", correcting {stamp(earlier.at)}" if earlier else "")
    _write_down(act, incident_id, "awareness.decided", said, moment)
    rederive(act, incident_id, organisation)
    return row


def record_moment(act: Act, incident_id: UUID, organisation: Organisation, moment: Moment) -> AnchorRecord:
    """Record another moment the law counts from. Each is recorded once; a second one raises Conflict: correct it."""
    act.require(Action.PROPOSE_ANCHOR, incident_id)
    _check(act, moment, moment.name != AWARE or "awareness is proposed, then decided")
    lock_incident(act, incident_id)
    if _standing(act, incident_id, moment.name, moment.scope) is not None:
        raise Conflict(worded("{name} is recorded already: correct that record.", name=moment.name))
    row = _add(act, incident_id, moment, decided=True)
    _write_down(act, incident_id, "moment.recorded", f"{moment.name}: {stamp(moment.at)}", moment)
    rederive(act, incident_id, organisation)
    return row


def correct_moment(
    act: Act, incident_id: UUID, organisation: Organisation, anchor_id: UUID, moment: Moment
) -> AnchorRecord:
    """Correct a recorded moment by a later record that names it; name, scope and whether it is decided stay.

    Who corrects a decided awareness needs the right to decide it. Raises Conflict for a record corrected before.
    """
    wanted = (col(AnchorRecord.incident_id) == incident_id, col(AnchorRecord.id) == anchor_id)
    act.require(Action.PROPOSE_ANCHOR, incident_id)
    lock_incident(act, incident_id)
    wrong = act.session.exec(select(AnchorRecord).where(*wanted)).first()
    if wrong is None:
        raise NotFound(worded("There is no such moment on this incident."))
    if wrong.decided and wrong.name == AWARE:
        act.require(Action.DECIDE_ANCHOR, incident_id)
    if act.session.exec(select(AnchorRecord.id).where(col(AnchorRecord.corrects) == anchor_id)).first():
        raise Conflict(worded("This record was corrected before: correct the newer one."))
    fitting = (moment.name, moment.scope) == (wrong.name, wrong.scope)
    _check(act, moment, fitting or f"a correction keeps the name {wrong.name!r} and the scope {wrong.scope!r}")
    row = _add(act, incident_id, moment, decided=wrong.decided, corrects=wrong)
    said = f"{wrong.name} corrected: {stamp(wrong.at)} → {stamp(moment.at)}"
    _write_down(act, incident_id, "moment.corrected", said, moment)
    rederive(act, incident_id, organisation)
    return row


def _check(act: Act, moment: Moment, fits: bool | str) -> None:
    aware = moment.at.tzinfo is not None
    rules: tuple[tuple[bool, Callable[[], Fault]], ...] = (
        (fits is True, lambda: Fault("name", str(fits), worded("use the verb for it"))),
        (
            moment.name in NAMES,
            lambda: Fault("name", worded("{name!r} is no moment of the law", name=moment.name), ", ".join(NAMES)),
        ),
        (
            aware,
            lambda: Fault(
                "at", worded("names no instant"), worded("give it a time zone, such as 2026-11-24T09:00:00Z")
            ),
        ),
        (
            not aware or moment.at <= act.now,
            lambda: Fault("at", worded("{at} is to come", at=stamp(moment.at)), worded("it has happened")),
        ),
        (
            not fault_in_scope(moment.scope),
            lambda: Fault("scope", fault_in_scope(moment.scope), worded("leave it empty")),
        ),
        (bool(moment.why.strip()), lambda: Fault("why", worded("is empty"), worded("say why it is this moment"))),
        (
            len(moment.why) <= LONGEST_WHY,
            lambda: Fault(
                "why", worded("is longer than {longest_why} characters", longest_why=LONGEST_WHY), worded("shorten it")
            ),
        ),
        (
            len(moment.evidence) <= 200,
            lambda: Fault("evidence", worded("is longer than 200 characters"), worded("name its id")),
        ),
    )
    faults = [fault() for holds, fault in rules if not holds]
    if faults:
        raise Invalid(*faults)


def _standing(act: Act, incident_id: UUID, name: str, scope: str) -> AnchorRecord | None:
    """The decided record of this name and scope that no later one corrects."""
    here = (col(AnchorRecord.incident_id) == incident_id, col(AnchorRecord.name) == name)
    rows = act.session.exec(select(AnchorRecord).where(*here, col(AnchorRecord.scope) == scope)).all()
    corrected = {row.corrects for row in rows}
    standing = [row for row in rows if row.decided and row.id not in corrected]
    return max(standing, key=lambda row: row.recorded_at, default=None)


def _add(
    act: Act, incident_id: UUID, moment: Moment, *, decided: bool, corrects: AnchorRecord | None = None
) -> AnchorRecord:
    anchor_id = new_id()
    arguable = moment.arguable or USUALLY[moment.clue]
    said = json.dumps({"why": moment.why.strip(), "clue": moment.clue, "arguable": arguable}, ensure_ascii=False)
    row = AnchorRecord(
        id=anchor_id,
        incident_id=incident_id,
        name=moment.name,
        scope=moment.scope,
        at=moment.at,
        decided=decided,
        reason_sealed=act.seal(said, anchor_place(incident_id, anchor_id)),
        evidence=moment.evidence,
        recorded_at=act.now,
        recorded_by=act.actor.label,
        corrects=corrects.id if corrects else None,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _write_down(act: Act, incident_id: UUID, action: str, said: str, moment: Moment) -> None:
    scope = f" for {moment.scope}" if moment.scope else ""
    body = {"text": f"{said}{scope}. {moment.why.strip()}", "name": moment.name, "at": stamp(moment.at)}
    record(act, incident_subject(incident_id), action, {**body, "evidence": moment.evidence})
