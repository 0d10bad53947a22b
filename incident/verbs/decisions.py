"""Decisions: signed, dated records on one version of the facts. Not to notify is a record like any other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from incident.assessment import ENGINE, Risk, assess
from incident.assessment.criteria import facts_read
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.facts import Change
from incident.facts.sheet import FactSheet, paths_of
from incident.law.circumstances import Organisation
from incident.law.duties import read_duty
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
from notifications.wording import worded

OBLIGATION, GROUP = "obligation:", "group:"
SETTLING = {"not_due": "not due", "waived": "waived"}
RISKS = (Risk.UNLIKELY, Risk.RISK, Risk.HIGH)
LOOK_AGAIN = timedelta(days=30)  # a decision not to notify is looked at again, if nobody names another day
NOT_TO_NOTIFY = ("not_due", Risk.UNLIKELY)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided of what, and why.

    `subject` is "risk:<data set>" with the outcome unlikely, risk or high; "obligation:<id>" with not_due, waived or
    notify; or "group:<what they have in common>" with the same outcomes for every obligation of `covers`. `advice_id`
    is the advice it follows or departs from; None: the latest on this subject. `based_on` is the version of the facts
    that was read.
    """

    subject: str
    outcome: str
    reason: str
    advice_id: UUID | None = None
    look_again_at: datetime | None = None
    based_on: int | None = None
    covers: tuple[UUID, ...] = ()


def decide(act: Act, incident_id: UUID, version: int, organisation: Organisation, ruling: Ruling) -> Decision:
    """Decide a risk, an obligation or a group of them. It stands until a fact it rests on changes.

    It may depart from the advice and from the assessment: upwards freely, downwards with reasons. A decision not to
    notify has a day to look again, in 30 days unless another is named. `version` is the incident's as the caller saw
    it; a changed one raises LostRace, and facts saved since the ruling's own raise Conflict. Raises Invalid for an
    outcome that does not fit its subject, a reason that is missing, or no saved facts; NotFound for a subject this
    incident does not have.
    """
    act.require(Action.DECIDE, incident_id)
    lock_incident(act, incident_id)  # facts that are being saved at this moment are waited for
    saved = latest_facts(act.session, act.keys, incident_id)
    if ruling.based_on is not None and ruling.based_on != saved.number:
        raise Conflict(
            worded(
                "The facts are at version {number}, you decided on {based_on}. Read, then decide.",
                number=saved.number,
                based_on=ruling.based_on,
            )
        )
    obligations = _subject(act, incident_id, saved, ruling)
    advice = _advice(act, incident_id, ruling)
    faults = [*on_facts(saved), *(said("reason", ruling.reason) if _lowers(ruling, saved, advice) else [])]
    if ruling.look_again_at is not None and ruling.look_again_at <= act.now:
        faults.append(Fault("look_again_at", worded("is past"), worded("a day to come, or none")))
    if faults:
        raise Invalid(*faults)
    count_decision(act, incident_id, version)
    decision = _add(act, incident_id, saved, ruling, advice)
    _settle(act, obligations, decision)
    record(act, incident_subject(incident_id), "decided", _body(decision, obligations, saved.sheet, ruling, advice))
    if not obligations:
        rederive(act, incident_id, organisation)
    return decision


def reopen_resting_on(act: Act, incident_id: UUID, sheet: FactSheet, changes: Iterable[Change]) -> list[Decision]:
    """Reopen the decisions that rest on a changed fact: the facts their test reads, of the data sets they concern."""
    changed = {change.path for change in changes}
    standing = (col(Decision.incident_id) == incident_id, col(Decision.reopened_at).is_(None))
    reopened = []
    for decision in act.session.exec(select(Decision).where(*standing)).all() if changed else ():
        obligations = _obligations(act, incident_id, decision)
        if changed.isdisjoint(_rests_on(decision, obligations)):
            continue
        decision.reopened_at = act.now
        reopened.append(decision)
        unsettled = [row for row in obligations if row.decision_id == decision.id]
        for row in unsettled:
            row.not_due_at = row.waived_at = None
        keep_reminders(act.session, unsettled, act.now)
    act.session.add_all(reopened)
    if reopened:
        names = ", ".join(_named(one, _obligations(act, incident_id, one), sheet) for one in reopened)
        text = f"Decisions reopened, the facts they rest on changed: {names}"
        record(act, incident_subject(incident_id), "decisions.reopened", {"text": text})
    return reopened


def _rests_on(decision: Decision, obligations: Sequence[Obligation]) -> set[str]:
    """Paths of facts, as `difference` names them, that this decision was taken on."""
    if not obligations:
        return paths_of([decision.subject.removeprefix(RISK)], facts_read())
    rested: set[str] = set()
    for row in obligations:
        expression = read_duty(row.rule).expression
        rested |= paths_of(row.datasets, expression.facts | (facts_read() if expression.findings else frozenset()))
    return rested


def _subject(act: Act, incident_id: UUID, saved: SavedFacts, ruling: Ruling) -> list[Obligation]:
    """The obligations a ruling is about, none for a risk. Raises Invalid and NotFound."""
    allowed: tuple[str, ...] = (*SETTLING, "notify")
    found: list[Obligation] = []
    if ruling.subject.startswith((OBLIGATION, GROUP)):
        found = _named_by(act, incident_id, ruling)
    elif ruling.subject.startswith(RISK):
        names = [dataset.id for dataset in saved.sheet.datasets]
        if ruling.subject.removeprefix(RISK) not in names:
            raise NotFound(worded("The facts have no such data set; there are: {names}.", names=", ".join(names)))
        allowed = RISKS
    else:
        mend = "risk:<data set>, obligation:<id>, or group:<name> with the obligations it covers"
        raise Invalid(Fault("subject", worded("{subject!r} cannot be decided", subject=ruling.subject), mend))
    if ruling.outcome not in allowed:
        raise Invalid(
            Fault(
                "outcome",
                worded("{outcome!r} does not fit", outcome=ruling.outcome),
                worded("one of {allowed}", allowed=", ".join(allowed)),
            )
        )
    return found


def _named_by(act: Act, incident_id: UUID, ruling: Ruling) -> list[Obligation]:
    wanted = list(ruling.covers)
    if ruling.subject.startswith(OBLIGATION):
        try:
            wanted = [UUID(ruling.subject.removeprefix(OBLIGATION))]
        except ValueError:
            wanted = []
    elif not wanted or not ruling.subject.removeprefix(GROUP).strip():
        raise Invalid(
            Fault("covers", worded("names no group"), worded("choose the duties and say what they have in common"))
        )
    found = _by_id(act, incident_id, wanted)
    if not wanted or len(found) != len(set(wanted)):
        raise NotFound(worded("There is no such duty on this incident."))
    return found


def _obligations(act: Act, incident_id: UUID, decision: Decision) -> list[Obligation]:
    """The obligations a decision is about."""
    if decision.subject.startswith(OBLIGATION):
        return _by_id(act, incident_id, [UUID(decision.subject.removeprefix(OBLIGATION))])
    return _by_id(act, incident_id, [UUID(name) for name in decision.covers])


def _by_id(act: Act, incident_id: UUID, wanted: Sequence[UUID]) -> list[Obligation]:
    if not wanted:
        return []
    here = (col(Obligation.id).in_(wanted), col(Obligation.incident_id) == incident_id)
    return list(act.session.exec(select(Obligation).where(*here).order_by(col(Obligation.duty))).all())


def _lowers(ruling: Ruling, saved: SavedFacts, advice: Advice | None) -> bool:
    """Whether less would be done than was advised or assessed; what nobody assessed may hide a high risk."""
    if ruling.outcome == "notify":
        return False
    if ruling.outcome in SETTLING:
        return True
    dataset = next(one for one in saved.sheet.datasets if one.id == ruling.subject.removeprefix(RISK))
    assessed = assess(saved.sheet.view(dataset)).risk
    others = [Risk.HIGH if assessed is Risk.UNKNOWN else assessed, *([Risk(advice.risk)] if advice else [])]
    return RISKS.index(Risk(ruling.outcome)) < max(RISKS.index(other) for other in others)


def _advice(act: Act, incident_id: UUID, ruling: Ruling) -> Advice | None:
    """The advice that was named, else the latest on this subject."""
    if ruling.advice_id is not None:
        advice = act.session.get(Advice, ruling.advice_id)
        if advice is None or advice.incident_id != incident_id:
            raise NotFound(worded("There is no such advice on this incident."))
        return advice
    if not ruling.subject.startswith(RISK):
        return None
    mine = (col(Advice.incident_id) == incident_id, col(Advice.subject).in_(("", ruling.subject)))
    latest = select(Advice).where(*mine).order_by(col(Advice.at).desc(), col(Advice.id).desc())
    return act.session.exec(latest.limit(1)).first()


def _add(act: Act, incident_id: UUID, saved: SavedFacts, ruling: Ruling, advice: Advice | None) -> Decision:
    decision_id = new_id()
    place = place_in(incident_id, "decision", "reason_sealed", decision_id)
    later = act.now + LOOK_AGAIN if ruling.outcome in NOT_TO_NOTIFY else None
    decision = Decision(
        id=decision_id,
        incident_id=incident_id,
        subject=ruling.subject,
        covers=[str(identity) for identity in ruling.covers],
        outcome=ruling.outcome,
        fact_version=saved.number,
        advice_id=advice.id if advice else None,
        reason_sealed=act.seal(ruling.reason.strip(), place),
        at=act.now,
        actor=act.actor.label,
        engine=ENGINE,
        look_again_at=ruling.look_again_at or later,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def _settle(act: Act, obligations: Sequence[Obligation], decision: Decision) -> None:
    for row in obligations:
        row.decision_id = decision.id
        row.not_due_at = act.now if decision.outcome == "not_due" else None
        row.waived_at = act.now if decision.outcome == "waived" else None
    act.session.add_all(obligations)
    keep_reminders(act.session, obligations, act.now)


def on_facts(saved: SavedFacts) -> list[Fault]:
    """What is wrong with advising or deciding on these facts."""
    return (
        []
        if saved.number
        else [Fault("facts", worded("are not saved yet"), worded("save a first version, unknowns included"))]
    )


def said(name: str, text: str) -> list[Fault]:
    """What is wrong with a reason that must be given."""
    return [] if text.strip() else [Fault(name, worded("is empty"), worded("say why, for those who read it in a year"))]


def _body(
    decision: Decision, obligations: Sequence[Obligation], sheet: FactSheet, ruling: Ruling, advice: Advice | None
) -> dict[str, object]:
    differs = f" The advice was: {advice.risk}." if advice and decision.subject.startswith(RISK) else ""
    again = f" To look at again on {decision.look_again_at:%Y-%m-%d}." if decision.look_again_at else ""
    why = ruling.reason.strip() or "no less than was assessed and advised"
    stop = "" if why.endswith((".", "!", "?")) else "."
    text = f"Decided, {_named(decision, obligations, sheet)}: {why}{stop}{differs}{again}"
    return {
        "text": text,
        "subject": decision.subject,
        "covers": decision.covers,
        "outcome": decision.outcome,
        "version": decision.fact_version,
        "engine": decision.engine,
    }


def _named(decision: Decision, obligations: Sequence[Obligation], sheet: FactSheet) -> str:
    outcome = SETTLING.get(decision.outcome, decision.outcome)
    if decision.subject.startswith(GROUP):
        return f"{len(obligations)} duties ({decision.subject.removeprefix(GROUP)}) are {outcome}"
    if not obligations:
        return f"risk of {sheet.name_of(decision.subject.removeprefix(RISK))} is {decision.outcome}"
    return f"{obligations[0].rule['title']} ({obligations[0].rule['article']}) is {outcome}"
