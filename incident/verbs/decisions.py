"""Advice and decisions: signed, dated records on one version of the facts. Not to notify is a record like any other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.assessment import CRITERIA, ENGINE, GROUPS, Risk
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.facts import Change
from incident.law.circumstances import Organisation
from incident.law.duties import read_duty
from incident.law.expressions import parse
from incident.models.entries import incident_subject
from incident.models.law import Advice, Decision, Obligation
from incident.queries.facts import SavedFacts, latest_facts
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from incident.verbs.obligations import RISK, rederive
from incident.verbs.reminders import keep_reminders
from incident.verbs.versions import count_decision, lock_incident
from notifications.ids import new_id

OBLIGATION = "obligation:"
SETTLING = {"not_due": "not due", "waived": "waived"}
RISKS = (Risk.UNLIKELY, Risk.RISK, Risk.HIGH)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided of what, and why.

    `subject` is "risk:<data set>" with the outcome unlikely, risk or high, or "obligation:<id>" with not_due, waived or
    notify. `advice_id` is the advice it follows or departs from. `based_on` is the version of the facts that was read.
    """

    subject: str
    outcome: str
    reason: str
    advice_id: UUID | None = None
    look_again_at: datetime | None = None
    based_on: int | None = None


def advise(act: Act, incident_id: UUID, risk: Risk, text: str) -> Advice:
    """What the privacy officer or counsel advises, on the facts saved now. Raises Invalid without risk or reasons."""
    act.require(Action.ADVISE, incident_id)
    saved = latest_facts(act.session, act.keys, incident_id)
    faults = [*_on_facts(saved), *_said("text", text)]
    if risk not in RISKS:
        faults.append(Fault("risk", "is not settled", f"one of {', '.join(RISKS)}"))
    if faults:
        raise Invalid(*faults)
    advice_id = new_id()
    advice = Advice(
        id=advice_id,
        incident_id=incident_id,
        fact_version=saved.number,
        risk=risk,
        text_sealed=act.seal(text.strip(), place_in(incident_id, "advice", "text_sealed", advice_id)),
        at=act.now,
        actor=act.actor.label,
        engine=ENGINE,
    )
    act.session.add(advice)
    act.session.flush()
    body = {"text": f"Advice: {risk}. {text.strip()}", "risk": risk, "fact_version": saved.number}
    record(act, incident_subject(incident_id), "advised", body)
    return advice


def decide(act: Act, incident_id: UUID, version: int, organisation: Organisation, ruling: Ruling) -> Decision:
    """Decide a risk or an obligation. It stands until a fact it rests on changes.

    `version` is the incident's as the caller saw it; a changed one raises LostRace, and facts saved since the ruling's
    own raise Conflict. Raises Invalid for an outcome that does not fit its subject, no reason, or no saved facts;
    NotFound for a subject this incident does not have.
    """
    act.require(Action.DECIDE, incident_id)
    lock_incident(act, incident_id)  # facts that are being saved at this moment are waited for
    saved = latest_facts(act.session, act.keys, incident_id)
    if ruling.based_on is not None and ruling.based_on != saved.number:
        raise Conflict(f"The facts are at version {saved.number}, you decided on {ruling.based_on}. Read, then decide.")
    obligation = _subject(act, incident_id, saved, ruling)
    faults = [*_on_facts(saved), *_said("reason", ruling.reason)]
    if ruling.look_again_at is not None and ruling.look_again_at <= act.now:
        faults.append(Fault("look_again_at", "is past", "a day to come, or none"))
    if faults:
        raise Invalid(*faults)
    advice = _advice(act, incident_id, ruling)
    count_decision(act, incident_id, version)
    decision = _add(act, incident_id, saved, ruling)
    if obligation is not None:
        _settle(act, obligation, decision)
    record(act, incident_subject(incident_id), "decided", _body(decision, obligation, ruling, advice))
    if obligation is None:
        rederive(act, incident_id, organisation)
    return decision


def reopen_resting_on(act: Act, incident_id: UUID, changes: Iterable[Change]) -> list[Decision]:
    """Reopen the decisions that rest on a changed fact: the facts their test reads, of the data sets they concern."""
    changed = {change.path for change in changes}
    standing = (col(Decision.incident_id) == incident_id, col(Decision.reopened_at).is_(None))
    reopened = []
    for decision in act.session.exec(select(Decision).where(*standing)).all() if changed else ():
        obligation = _obligation(act, incident_id, decision.subject)
        if changed.isdisjoint(_rests_on(decision, obligation)):
            continue
        decision.reopened_at = act.now
        reopened.append(decision)
        if obligation is not None and obligation.decision_id == decision.id:
            obligation.not_due_at = obligation.waived_at = None
            keep_reminders(act.session, [obligation], act.now)
    act.session.add_all(reopened)
    if reopened:
        names = ", ".join(_named(decision, _obligation(act, incident_id, decision.subject)) for decision in reopened)
        text = f"Decisions reopened, the facts they rest on changed: {names}"
        record(act, incident_subject(incident_id), "decisions.reopened", {"text": text})
    return reopened


def _rests_on(decision: Decision, obligation: Obligation | None) -> set[str]:
    """Paths of facts, as `difference` names them, that this decision was taken on."""
    if obligation is None:
        datasets, facts = [decision.subject.removeprefix(RISK)], _assessed()
    else:
        expression = read_duty(obligation.rule).expression
        facts = expression.facts | (_assessed() if expression.findings else frozenset())
        datasets = obligation.datasets
    own = {f"datasets.{dataset}.{fact}" for dataset in datasets for fact in (*facts, "role", "entity", "controllers")}
    return own | set(facts) | {f"datasets.{dataset}" for dataset in datasets}


def _assessed() -> frozenset[str]:
    """Every fact the risk assessment reads."""
    people = frozenset({"people.count_min", "people.count_max"})
    return people.union(*(parse(criterion.test, GROUPS).facts for criterion in CRITERIA))


def _subject(act: Act, incident_id: UUID, saved: SavedFacts, ruling: Ruling) -> Obligation | None:
    """The obligation a ruling is about, None for a risk. Raises Invalid and NotFound."""
    if ruling.subject.startswith(OBLIGATION):
        obligation = _obligation(act, incident_id, ruling.subject)
        if obligation is None:
            raise NotFound("There is no such obligation on this incident.")
        allowed: tuple[str, ...] = (*SETTLING, "notify")
    elif ruling.subject.startswith(RISK):
        names = [dataset.id for dataset in saved.sheet.datasets]
        if ruling.subject.removeprefix(RISK) not in names:
            raise NotFound(f"The facts have no such data set; there are: {', '.join(names)}.")
        obligation, allowed = None, RISKS
    else:
        mend = "risk:<data set> or obligation:<id>"
        raise Invalid(Fault("subject", f"{ruling.subject!r} cannot be decided", mend))
    if ruling.outcome not in allowed:
        raise Invalid(Fault("outcome", f"{ruling.outcome!r} does not fit", f"one of {', '.join(allowed)}"))
    return obligation


def _obligation(act: Act, incident_id: UUID, subject: str) -> Obligation | None:
    if not subject.startswith(OBLIGATION):
        return None
    try:
        wanted = UUID(subject.removeprefix(OBLIGATION))
    except ValueError:
        return None
    here = (col(Obligation.id) == wanted, col(Obligation.incident_id) == incident_id)
    return act.session.exec(select(Obligation).where(*here)).first()


def _advice(act: Act, incident_id: UUID, ruling: Ruling) -> Advice | None:
    if ruling.advice_id is None:
        return None
    advice = act.session.get(Advice, ruling.advice_id)
    if advice is None or advice.incident_id != incident_id:
        raise NotFound("There is no such advice on this incident.")
    return advice


def _add(act: Act, incident_id: UUID, saved: SavedFacts, ruling: Ruling) -> Decision:
    decision_id = new_id()
    place = place_in(incident_id, "decision", "reason_sealed", decision_id)
    decision = Decision(
        id=decision_id,
        incident_id=incident_id,
        subject=ruling.subject,
        outcome=ruling.outcome,
        fact_version=saved.number,
        advice_id=ruling.advice_id,
        reason_sealed=act.seal(ruling.reason.strip(), place),
        at=act.now,
        actor=act.actor.label,
        engine=ENGINE,
        look_again_at=ruling.look_again_at,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def _settle(act: Act, obligation: Obligation, decision: Decision) -> None:
    obligation.decision_id = decision.id
    obligation.not_due_at = act.now if decision.outcome == "not_due" else None
    obligation.waived_at = act.now if decision.outcome == "waived" else None
    act.session.add(obligation)
    keep_reminders(act.session, [obligation], act.now)


def _on_facts(saved: SavedFacts) -> list[Fault]:
    return [] if saved.number else [Fault("facts", "are not saved yet", "save a first version, unknowns included")]


def _said(name: str, text: str) -> list[Fault]:
    return [] if text.strip() else [Fault(name, "is empty", "say why, for those who read it in a year")]


def _body(
    decision: Decision, obligation: Obligation | None, ruling: Ruling, advice: Advice | None
) -> dict[str, object]:
    differs = f" The advice was: {advice.risk}." if advice and decision.subject.startswith(RISK) else ""
    text = f"Decided, {_named(decision, obligation)}: {ruling.reason.strip()}{differs}"
    return {"text": text, "subject": decision.subject, "outcome": decision.outcome, "version": decision.fact_version}


def _named(decision: Decision, obligation: Obligation | None) -> str:
    if obligation is None:
        return f"risk of {decision.subject.removeprefix(RISK)} is {decision.outcome}"
    outcome = SETTLING.get(decision.outcome, decision.outcome)
    return f"{obligation.rule['title']} ({obligation.rule['article']}) is {outcome}"
