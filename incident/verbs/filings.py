"""File with an authority: keep the draft, then record where, when and under which reference it was submitted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.drafting import Brief
from incident.errors import Conflict, Fault, Invalid, NotFound, Refused
from incident.law.circumstances import Organisation
from incident.law.counting import stamp
from incident.models.entries import incident_subject
from incident.models.incidents import Evidence, Incident
from incident.models.law import Filing, Obligation
from incident.notice_kinds import adds_to
from incident.notice_texts import Written
from incident.phases import FINAL
from incident.queries.duties import met_by_hand
from incident.queries.filings import still_said, text_mark
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import LONGEST_REASON, reason_given, record
from incident.verbs.obligations import rederive
from incident.verbs.reminders import keep_reminders
from incident.verbs.telling import meet, obligation_of, reopen
from incident.verbs.versions import lock_incident
from notifications.ids import new_id
from notifications.message import Text, read_text
from notifications.sealing import Place
from notifications.wording import worded

CHANNELS = ("portal", "mail", "post", "telephone", "in_person")
Rule = tuple[bool, str, str, str]  # whether it holds, of which field, what is wrong, how it is mended


@dataclass(frozen=True, slots=True)
class Submission:
    """How a filing reached the authority. `receipt` is the evidence that shows it, `reference` their number."""

    to: str
    channel: str
    at: datetime
    reference: str = ""
    receipt: UUID | None = None


def draft_place(incident_id: UUID, filing_id: UUID) -> Place:
    """Where the draft of a filing is sealed for."""
    return place_in(incident_id, "filing", "draft_sealed", filing_id)


def keep_filing(act: Act, obligation_id: UUID, form: str, brief: Brief, written: Written) -> Filing:
    """Keep a draft written from the facts (`notice_texts.write_filing`) for one obligation."""
    obligation = act.session.get(Obligation, obligation_id)
    if obligation is None:
        raise NotFound(worded("There is no such duty."))
    act.require(Action.FILE, obligation.incident_id)
    filing_id, (locale, text) = new_id(), next(iter(written.texts.items()))
    filing = Filing(
        id=filing_id,
        incident_id=obligation.incident_id,
        obligation_id=obligation_id,
        form=form,
        locale=locale,
        draft_sealed=_sealed(act, obligation.incident_id, filing_id, text),
        left_open=dict(written.left_open),
        fact_version=brief.case.number,
        drafted_at=act.now,
        drafted_by=act.actor.label,
    )
    act.session.add(filing)
    act.session.flush()
    said = f"Filing drafted ({form}, {locale}) from facts version {brief.case.number}: {obligation.rule['title']}."
    record(act, incident_subject(obligation.incident_id), "filing.drafted", {"text": said, "filing": str(filing_id)})
    return filing


def edit_filing(act: Act, filing_id: UUID, text: Text, seen: str | None = None) -> Filing:
    """Replace the text of a draft. `seen` is the mark of the text it was begun from; None: whatever it is.

    Raises Invalid for an empty text, Conflict once it was submitted, or when somebody else changed it meanwhile.
    """
    filing = _unsubmitted(act, filing_id)
    if not text.text.strip():
        raise Invalid(Fault("text", worded("is empty"), worded("write what the authority is told")))
    _check_seen(
        act, filing, seen, worded("Somebody else changed this filing meanwhile: read theirs, then save yours again.")
    )
    filing.draft_sealed = _sealed(act, filing.incident_id, filing.id, text)
    act.session.add(filing)
    body = {"text": f"Filing edited ({filing.form}, {filing.locale}).", "filing": str(filing.id)}
    record(act, incident_subject(filing.incident_id), "filing.edited", body)
    return filing


def discard_filing(act: Act, filing_id: UUID, reason: str, seen: str | None = None) -> None:
    """Throw a draft away that was never submitted; the reason stays on the timeline. `seen` as in `edit_filing`.

    Raises Invalid without a reason, Conflict once it was submitted, or when somebody else changed it meanwhile.
    """
    filing = _unsubmitted(act, filing_id)
    why = reason_given(reason, worded("say why this draft is not needed"))
    _check_seen(act, filing, seen, worded("Somebody else changed this filing meanwhile: read theirs, then discard it."))
    body = {"text": f"Filing discarded ({filing.form}, {filing.locale}): {why}", "filing": str(filing.id)}
    record(act, incident_subject(filing.incident_id), "filing.discarded", body)
    act.session.delete(filing)


def record_submission(act: Act, filing_id: UUID, submission: Submission, organisation: Organisation) -> Filing:
    """Record that a filing was submitted: it meets its obligation at that moment, and starts the clocks that follow.

    Raises Invalid naming each field: no authority, an unknown channel, a time to come, a receipt that is no evidence of
    this incident. Raises Conflict for a second submission, and for further information on what is not notified yet.
    """
    filing = _unsubmitted(act, filing_id)
    _check(act, filing, submission)
    _check_order(act, filing, submission.at)
    filing.submitted_at, filing.submitted_to = submission.at, submission.to.strip()
    filing.channel, filing.reference = submission.channel, submission.reference.strip()
    filing.receipt_evidence_id, filing.recorded_by = submission.receipt, act.actor.label
    filing.left_open = still_said(filing.left_open, open_filing(act, filing))
    act.session.add(filing)
    act.session.flush()
    reference = f", reference {filing.reference}" if filing.reference else ", no reference yet"
    receipt = "receipt kept" if submission.receipt else "no receipt kept"
    what = "Further information filed" if adds_to(filing.form) else "Filed"
    text = f"{what} with {filing.submitted_to} by {filing.channel} at {stamp(submission.at)}{reference}, {receipt}."
    body = {"text": text, "filing": str(filing.id), "obligation": str(filing.obligation_id)}
    record(act, incident_subject(filing.incident_id), "filing.submitted", body, at=submission.at)
    meet(act, filing.incident_id, filing.obligation_id, f"filing:{filing.id}", at=submission.at)
    rederive(act, filing.incident_id, organisation)
    return filing


def record_answer(act: Act, filing_id: UUID, reference: str, receipt: UUID | None = None) -> Filing:
    """Record the authority's number, and evidence of its receipt, that came after a filing was submitted.

    A number given before is replaced; the entries keep both. Raises NotFound, Conflict before the submission,
    Invalid for nothing new, a number that is too long, and a receipt that is no evidence of this incident.
    """
    filing = _for_filing(act, filing_id)
    if filing.submitted_at is None:
        raise Conflict(worded("This filing is not recorded as submitted yet."))
    said, kept = reference.strip(), receipt or filing.receipt_evidence_id
    _answered(act, filing, said, kept)
    before = f" (before: {filing.reference})" if filing.reference and said != filing.reference else ""
    filing.reference, filing.receipt_evidence_id = said, kept
    act.session.add(filing)
    shown = "receipt kept" if kept else "no receipt kept"
    when = f"what was filed with {filing.submitted_to} at {stamp(filing.submitted_at)}"
    body = {"text": f"Reference {said}{before} for {when}, {shown}.", "filing": str(filing.id)}
    record(act, incident_subject(filing.incident_id), "filing.answered", body)
    return filing


def fulfil(act: Act, incident_id: UUID, obligation_id: UUID, by: str, organisation: Organisation) -> Obligation:
    """Record by hand that an obligation was met now, and start the clocks that follow it. Raises as `meet` does."""
    row = meet(act, incident_id, obligation_id, by)
    rederive(act, incident_id, organisation)
    return row


def take_back_met(
    act: Act, incident_id: UUID, obligation_id: UUID, reason: str, organisation: Organisation
) -> Obligation:
    """Say that an obligation is not met after all, which somebody had recorded by hand; its clock runs again.

    The entry that recorded it stays; this one corrects it. Raises NotFound, Conflict for one that is open or of an
    incident that is over, and Refused for one that something on record met: a release, a filing, a telling.
    """
    act.require(Action.FILE, incident_id)
    lock_incident(act, incident_id)
    incident = act.session.get_one(Incident, incident_id)
    if incident.phase in FINAL:
        raise Conflict(
            worded("{codename} is over: reopen it, so that its clocks are seen.", codename=incident.codename)
        )
    row = obligation_of(act, incident_id, obligation_id)
    if row.met_at is None:
        raise Conflict(worded("This duty is open already."))
    if not met_by_hand(row.met_by):
        raise Refused(worded("It was met by what is on record, not by hand: that stays."))
    why = f": {reason.strip().rstrip('.')[:LONGEST_REASON]}" if reason.strip() else ""
    text = f"{row.rule['title']} ({row.rule['article']}) is not met after all{why}. It had been recorded as met"
    body = {"text": f"{text} at {stamp(row.met_at)} by {row.met_by.rstrip('.')}.", "obligation": str(row.id)}
    reopen(row)
    row.updated_at = act.now
    act.session.add(row)
    act.session.flush()
    keep_reminders(act.session, [row], act.now)
    record(act, incident_subject(incident_id), "obligation.reopened", body)
    rederive(act, incident_id, organisation)
    return row


def open_filing(act: Act, filing: Filing) -> Text:
    """The text of a filing, for verbs that have asked for permission."""
    return read_text(json.loads(act.open(filing.draft_sealed, draft_place(filing.incident_id, filing.id))))


def _sealed(act: Act, incident_id: UUID, filing_id: UUID, text: Text) -> bytes:
    return act.seal(json.dumps(text.document(), ensure_ascii=False), draft_place(incident_id, filing_id))


def _for_filing(act: Act, filing_id: UUID) -> Filing:
    filing = act.session.exec(select(Filing).where(col(Filing.id) == filing_id).with_for_update()).first()
    if filing is None:
        raise NotFound(worded("There is no such filing."))
    act.require(Action.FILE, filing.incident_id)
    return filing


def _unsubmitted(act: Act, filing_id: UUID) -> Filing:
    filing = _for_filing(act, filing_id)
    if filing.submitted_at is not None:
        raise Conflict(worded("This filing was submitted: draft a supplementary one."))
    return filing


def _check_seen(act: Act, filing: Filing, seen: str | None, otherwise: str) -> None:
    if seen is not None and seen != text_mark(open_filing(act, filing)):
        raise Conflict(otherwise)


def _check_order(act: Act, filing: Filing, at: datetime) -> None:
    """Further information comes after what it adds to. Raises Conflict before anything was notified, and Invalid."""
    if not adds_to(filing.form):
        return
    if act.session.get_one(Obligation, filing.obligation_id).met_at is None:
        raise Conflict(
            worded("Further information comes after the notification: record first that the notification was made.")
        )
    others = (col(Filing.obligation_id) == filing.obligation_id, col(Filing.submitted_at).is_not(None))
    first = act.session.exec(select(func.min(Filing.submitted_at)).where(*others)).one()
    if first is not None and at < first:
        said = worded("is before the notification of {at}", at=stamp(first))
        raise Invalid(Fault("at", said, worded("further information comes after it")))


def _answered(act: Act, filing: Filing, reference: str, receipt: UUID | None) -> None:
    """Raises Invalid for what an authority's answer cannot be."""
    news = reference != filing.reference or receipt != filing.receipt_evidence_id
    rules = (
        (bool(reference), "reference", worded("is empty"), worded("the authority's number")),
        (not reference or news, "reference", worded("is recorded already"), worded("the authority's number")),
        _short(reference),
        _is_kept(act, filing, receipt),
    )
    _raise_for(rules)


def _short(reference: str) -> Rule:
    too_long = worded("is longer than 200 characters")
    return len(reference) <= 200, "reference", too_long, worded("the authority's number")


def _is_kept(act: Act, filing: Filing, receipt: UUID | None) -> Rule:
    evidence = act.session.get(Evidence, receipt) if receipt else None
    holds = receipt is None or (evidence is not None and evidence.incident_id == filing.incident_id)
    mend = worded("keep the receipt as evidence first")
    return holds, "receipt", worded("is no evidence of this incident"), mend


def _raise_for(rules: Iterable[Rule]) -> None:
    faults = [Fault(field, message, mend) for holds, field, message, mend in rules if not holds]
    if faults:
        raise Invalid(*faults)


def _check(act: Act, filing: Filing, submission: Submission) -> None:
    aware = submission.at.tzinfo is not None
    _raise_for(
        (
            (
                bool(submission.to.strip()) and len(submission.to) <= 300,
                "to",
                worded("is empty or too long"),
                worded("name the authority"),
            ),
            (
                submission.channel in CHANNELS,
                "channel",
                worded("{value} is unknown", value=repr(submission.channel)),
                ", ".join(CHANNELS),
            ),
            _short(submission.reference),
            (aware, "at", worded("names no instant"), worded("give it a time zone")),
            (
                not aware or submission.at <= act.now,
                "at",
                worded("is to come"),
                worded("record a filing when it was made"),
            ),
            _is_kept(act, filing, submission.receipt),
        )
    )
