"""Derive what is owed from the saved facts and moments, keep it as obligations, and write down what changed."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from incident.law.answers import Truth
from incident.law.circumstances import Organisation
from incident.law.derivation import Derived, derive
from incident.law.duties import duty_document
from incident.law.packs import shipped_duties
from incident.models.entries import incident_subject
from incident.models.law import Decision, Obligation
from incident.queries.circumstances import Inquiry, circumstances_of, obligations_of
from incident.queries.decisions import RISK as RISK
from incident.queries.facts import latest_facts
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.ageing_answers import look_at_answers_again
from incident.verbs.entries import record
from incident.verbs.lapses import void_resting_on_changes
from incident.verbs.obligation_changes import Changes, summary
from incident.verbs.reminders import keep_reminders
from incident.verbs.telling import follow_tellings, reopen
from incident.verbs.versions import lock_incident

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Rederived:
    """What a derivation changed, in words; empty when nothing did."""

    changes: tuple[str, ...]


def rederive(act: Act, incident_id: UUID, organisation: Organisation) -> Rederived:
    """Derive every duty anew and keep the result: one row per (incident, entity, duty, addressee, stage).

    New rows freeze their rule; running ones keep theirs. A law of which only where and whom it binds is unknown makes
    no row: that is a question about the facts, asked on the page of duties. What the facts no longer carry is
    withdrawn, never deleted. What was met stays met, but a duty to a group opens again when people or customers join it
    who were not told, and a duty to a customer that was told before it arose is met by that telling. Reminders follow
    their deadlines. A difference is one entry on the timeline. Open releases whose text rests on something that changed
    become void, and approved answers are approved anew.
    """
    act = act.by(system("law"))
    act.require(Action.FACTS, incident_id)
    lock_incident(act, incident_id)
    saved = latest_facts(act.session, act.keys, incident_id)
    rows = _kept(act, incident_id)
    inquiry = Inquiry(act.session, act.keys, incident_id, organisation, act.now, tuple(rows.values()))
    derived = derive(saved.sheet, shipped_duties(), circumstances_of(inquiry, saved.sheet))
    changes = Changes()
    touched = [row for item in derived if (row := _keep(act, incident_id, item, rows.get(item.key), changes))]
    found = {item.key for item in derived}
    touched.extend(row for key, row in rows.items() if key not in found and _withdraw(act, row, changes))
    for row in touched:
        row.fact_version, row.updated_at = saved.number, act.now
    act.session.add_all(touched)
    act.session.flush()
    changes.unmet.extend(follow_tellings(act, incident_id, [*changes.added, *changes.restored]))
    keep_reminders(act.session, changes.rows(), act.now)
    lines = summary(changes)
    if lines:
        body = {"text": "Duties: " + "; ".join(lines), "changes": lines, "fact_version": saved.number}
        record(act, incident_subject(incident_id), "duties.derived", body)
    void_resting_on_changes(act, incident_id)
    look_at_answers_again(act, incident_id)
    return Rederived(tuple(lines))


def _kept(act: Act, incident_id: UUID) -> dict[Key, Obligation]:
    rows = obligations_of(act.session, incident_id)
    return {(row.entity, row.duty, row.addressee, row.stage): row for row in rows}


def _keep(act: Act, incident_id: UUID, item: Derived, row: Obligation | None, changes: Changes) -> Obligation | None:
    if row is None:
        return _new(act, incident_id, item, changes) if item.owed_or_open else None
    before = (row.applies, row.due_at or row.target_at, row.provisional, tuple(row.datasets), row.withdrawn_at is None)
    _write(row, item)
    if item.applies is not Truth.NO:
        row.withdrawn_at = None
    elif row.withdrawn_at is None and row.met_at is None:
        row.withdrawn_at = act.now
    if item.applies is Truth.NO and row.met_at is not None:
        row.datasets = list(before[3])  # towards whom it was met: if it applies to them again, they were told
    changes.compare(row, before)
    joined = not set(row.datasets) <= set(before[3])
    if joined and row.addressee_kind == "data_subjects" and row.met_at is not None:
        reopen(row)
        changes.unmet.append(row)
    if row.decision_id and (row.applies != before[0] or joined):
        _reopen(act, row)
        changes.reopened.append(row)
    return row


def _reopen(act: Act, row: Obligation) -> None:
    """A decision was taken on fewer data sets or another answer: it no longer settles this obligation."""
    decision = act.session.get(Decision, row.decision_id)
    if decision is not None and decision.reopened_at is None:
        decision.reopened_at = act.now
        act.session.add(decision)
    same = (col(Obligation.incident_id) == row.incident_id, col(Obligation.decision_id) == row.decision_id)
    for settled in act.session.exec(select(Obligation).where(*same)).all():
        settled.not_due_at = settled.waived_at = None
        act.session.add(settled)
    row.not_due_at = row.waived_at = None


def _new(act: Act, incident_id: UUID, item: Derived, changes: Changes) -> Obligation:
    row = Obligation(
        incident_id=incident_id,
        entity=item.entity,
        duty=item.duty.id,
        addressee=item.addressee,
        addressee_kind=item.duty.addressee_kind,
        stage=item.duty.stage,
        kind=item.duty.kind.value,
        rule=duty_document(item.duty),
        rule_frozen_at=act.now,
        applies=item.applies.value,
        anchor=item.duty.anchor,
        counting=item.duty.counting,
        updated_at=act.now,
    )
    _write(row, item)
    changes.added.append(row)
    return row


def _write(row: Obligation, item: Derived) -> None:
    row.applies = item.applies.value
    row.why, row.missing, row.datasets = list(item.why), list(item.missing), list(item.datasets)
    row.starts_at, row.due_at, row.target_at = item.started_at, item.due_at, item.target_at
    row.provisional, row.blocked = item.provisional, item.blocked
    row.trace = list(item.trace)
    row.readings = [{"reading": other.reading, "due_at": other.due_at.isoformat()} for other in item.readings]


def _withdraw(act: Act, row: Obligation, changes: Changes) -> bool:
    if row.withdrawn_at is not None or row.met_at is not None:
        return False
    row.withdrawn_at = act.now
    changes.withdrawn.append(row)
    return True
