"""Whom a duty says to tell and whether they were; decisions not to notify; the duties to keep the register itself."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from incident.models.law import Decision, Filing
from incident.queries.breach_entry import Notification, Record, Refusal, Rule, Step, Submission
from incident.queries.breach_lines import RISK, Line
from incident.queries.breach_records import Owed
from incident.queries.breach_sealed import Opened, Vault, reasons_for_delay

REGISTER = "internal_register"
OURSELVES = (REGISTER, "internal_assessment")
COUNTED_APART = "controller"  # business customers: there can be hundreds
NOT_TO_NOTIFY = ("not_due", "waived", "unlikely")
STATUTE = "statute"


def notifications_of(
    line: Line, vault: Vault, filings: Mapping[UUID, Sequence[Filing]], headings: frozenset[str]
) -> tuple[Notification, ...]:
    """Each duty of a statute to tell somebody else that is, or may be, owed; those that were met and settled too."""
    others = (found for found in line.owed if found.addressee_kind not in (*OURSELVES, COUNTED_APART))
    return tuple(
        _notification(found, vault, filings.get(found.id, ()), headings, line.now)
        for found in others
        if found.stands and found.kind == STATUTE
    )


def _notification(
    owed: Owed, vault: Vault, filings: Sequence[Filing], headings: frozenset[str], now: datetime
) -> Notification:
    step, rule = _step(owed), owed.rule
    at = owed.met_at or (now if step is Step.OPEN else None)
    late = at is not None and owed.due_at is not None and at > owed.due_at
    return Notification(
        duty=owed.duty,
        regime=str(rule["regime"]),
        law=str(rule["law"]),
        article=str(rule["article"]),
        title=str(rule["title"]),
        addressee_kind=owed.addressee_kind,
        addressee=owed.addressee,
        stage=owed.stage,
        step=step,
        due_at=owed.due_at,
        provisional=owed.provisional,
        told_at=owed.met_at,
        late=late,
        delay_reasons=reasons_for_delay(vault, filings, headings) if late else "",
        submissions=tuple(
            Submission(row.submitted_at, row.submitted_to, row.channel, row.reference)
            for row in filings
            if row.submitted_at is not None
        ),
        missing=tuple(owed.missing),
    )


def _step(owed: Owed) -> Step:
    settled = ((owed.met_at, Step.TOLD), (owed.waived_at, Step.WAIVED), (owed.not_due_at, Step.NOT_DUE))
    for at, step in settled:
        if at is not None:
            return step
    return Step.UNDECIDED if owed.applies == "unknown" else Step.OPEN


def refusals_of(line: Line, decisions: Iterable[Opened], every: Mapping[str, Owed]) -> tuple[Refusal, ...]:
    """Every decision not to notify that concerns this line, reopened ones too. `every`: the incident's, by id."""
    return tuple(
        Refusal(
            subject=row.subject,
            outcome=row.outcome,
            rules=rules,
            reason=one.text,
            who=one.who,
            at=row.at,
            look_again_at=row.look_again_at,
            reopened_at=row.reopened_at,
        )
        for one in decisions
        if isinstance(row := one.row, Decision)
        and row.outcome in NOT_TO_NOTIFY
        and ((rules := _settled_here(line, row, every)) or row.subject == f"{RISK}{line.dataset.id}")
    )


def _settled_here(line: Line, decision: Decision, every: Mapping[str, Owed]) -> tuple[Rule, ...]:
    """The rules of the duties of this line that a decision settles, each once."""
    named = decision.covers or [decision.subject.partition(":")[2]]
    found = (every[name] for name in named if name in every)
    mine = (owed for owed in found if owed.concerns(line.entity, line.dataset.id))
    return tuple(dict.fromkeys(Rule(str(owed.rule["law"]), str(owed.rule["article"])) for owed in mine))


def records_of(owed: Sequence[Owed]) -> Iterator[Record]:
    """The duties to keep a register, of whatever law, and other duties whose records a law says how long to keep."""
    for found in owed:
        rule, retention = found.rule, found.rule.get("retention")
        if found.stands and (retention or found.addressee_kind == REGISTER):
            yield Record(
                duty=found.duty,
                regime=str(rule["regime"]),
                law=str(rule["law"]),
                article=str(rule["article"]),
                applies=found.applies,
                recorded_at=found.met_at,
                retention=_said(retention) if retention else "",
                keep_until=_until(found, owed, retention) if retention else None,
            )


def _said(retention: Mapping[str, Any]) -> str:
    amount, unit = int(retention["amount"]), str(retention["unit"]).replace("_", " ")
    return f"{amount} {unit.removesuffix('s') if amount == 1 else unit}"


def _until(owed: Owed, every: Iterable[Owed], retention: Mapping[str, Any]) -> date | None:
    """The last day of retention; None while the record is not made or its clock has no decided start.

    Laws count from a determination, from awareness, from the record or from the notification: the latest of the start,
    the record and what was told under the same law is never short.
    """
    if owed.met_at is None or owed.starts_at is None or owed.provisional:
        return None
    told = (one.met_at for one in every if one.rule["regime"] == owed.rule["regime"] and one.met_at is not None)
    begins = max(owed.starts_at, owed.met_at, *told).date()
    amount, unit = int(retention["amount"]), str(retention["unit"])
    if unit not in ("months", "years"):
        return begins + timedelta(days=amount) if unit == "days" else None
    months = begins.year * 12 + begins.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(begins.day, monthrange(year, month + 1)[1]))
