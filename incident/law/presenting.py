"""One derived duty as the JSON document that the command line and the API answer with."""

from datetime import datetime

from incident.law.answers import Truth
from incident.law.derivation import Derived
from incident.law.duties import SUBMITTED, Duty

TO_BE_CHECKED = "citation to be checked"


def row_document(row: Derived) -> dict[str, object]:
    """`due_at` only where the start is decided, else `provisional_due_at`; both null where the answer is no."""
    duty, clock = row.duty, row.clock
    moment = iso(row.due_at)
    missing = [*row.missing, *_moments_missing(row)]
    return {
        "id": duty.id,
        "kind": duty.kind.value,
        "jurisdiction": duty.jurisdiction,
        "regime": duty.regime,
        "law": duty.law,
        "article": duty.article,
        "title": duty.title,
        "addressee_kind": duty.addressee_kind,
        "addressee": row.addressee,
        "stage": duty.stage,
        "entity": row.entity,
        "datasets": list(row.datasets),
        "applies": row.applies.value,
        "why": list(row.why),
        "missing": missing if row.applies is not Truth.NO else [],
        "starts_from": clock.starts_from,
        "due_at": None if row.provisional else moment,
        "provisional_due_at": moment if row.provisional else None,
        "target_at": iso(row.target_at),
        "soft": row.soft,
        "qualifier": duty.qualifier,
        "blocked": clock.blocked,
        "counting": duty.counting,
        "trace": list(clock.trace),
        "other_readings": [{"reading": other.reading, "due_at": iso(other.due_at)} for other in clock.readings],
        "confidence": duty.confidence.value,
        "unverified": list(duty.unverified),
        "status": duty.status,
        "applies_from": duty.applies_from.isoformat() if duty.applies_from else None,
        "source": source_of(duty),
        "url": duty.url,
    }


def _moments_missing(row: Derived) -> list[str]:
    """The moments a clock waits for: its anchor, or the filing it follows."""
    if row.applies is Truth.NO or not (row.blocked or row.clock.awaits_anchor):
        return []
    own = [] if row.duty.anchor == SUBMITTED else [f"anchors.{row.duty.anchor}"]
    return own + [f"submitted.{name}" for name in row.duty.after]


def source_of(duty: Duty) -> str:
    """The citation in one line: law, article, and the official address or that it is still to be checked."""
    return f"{duty.law}, {duty.article}: {duty.url or TO_BE_CHECKED}"


def iso(moment: datetime | None) -> str | None:
    """A moment in UTC as JSON carries it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
