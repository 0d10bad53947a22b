"""Test vectors that stand beside a rule: facts in, the answer and where stated the moment out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incident.anchors import Anchor
from incident.errors import Invalid
from incident.facts import FactSheet, read_sheet
from incident.law.answers import Answer, Truth, any_of
from incident.law.derivation import Circumstances, Organisation, derive
from incident.law.duties import Duty
from notifications.clock import require_utc

KEYS = ("about", "facts", "findings", "anchors", "applies", "missing", "due_at")


@dataclass(frozen=True, slots=True)
class Vector:
    """One example: `missing` names facts that must be asked for, `due_at` the moment of the deadline."""

    duty: Duty
    about: str
    sheet: FactSheet
    applies: str
    findings: Mapping[str, str] = field(default_factory=dict)
    anchors: tuple[Anchor, ...] = ()
    missing: tuple[str, ...] = ()
    due_at: datetime | None = None


def read_vector(raw: object, duty: Duty) -> Vector | str:
    """A vector, or what is wrong with it."""
    if not isinstance(raw, Mapping) or not set(raw) <= set(KEYS) or not {"facts", "applies"} <= set(raw):
        return f"has not the keys of a vector ({', '.join(KEYS)})"
    findings = {str(name): str(value) for name, value in dict(raw.get("findings", {})).items()}
    answers = {str(raw["applies"]), *findings.values()}
    if not answers <= set(Truth):
        return f"answers are yes, no or unknown, not {', '.join(sorted(answers - set(Truth)))}"
    try:
        anchors = tuple(Anchor(name, require_utc(at)) for name, at in dict(raw.get("anchors", {})).items())
        due_at = require_utc(raw["due_at"]) if "due_at" in raw else None
        sheet = read_sheet(raw["facts"])
    except (Invalid, ValueError, AttributeError) as error:
        return str(error)
    about = str(raw.get("about", ""))
    missing = tuple(str(name) for name in raw.get("missing", ()))
    return Vector(duty, about, sheet, str(raw["applies"]), findings, anchors, missing, due_at)


def failure(vector: Vector) -> str:
    """How the rule answers otherwise than its vector says; empty when it agrees."""
    answers = {name: Answer(Truth(value), missing=()) for name, value in vector.findings.items()}
    findings = {dataset.id: answers for dataset in vector.sheet.datasets}
    circumstances = Circumstances(Organisation(), anchors=vector.anchors, findings=findings)
    rows = derive(vector.sheet, (vector.duty,), circumstances)
    together = any_of(Answer(row.applies, row.why, row.missing) for row in rows)
    if together.truth != vector.applies:
        return f"answers {together.truth}, not {vector.applies}: {'; '.join(together.why)}"
    absent = set(vector.missing) - set(together.missing)
    if absent:
        return f"does not ask for {', '.join(sorted(absent))}"
    due = {row.due_at for row in rows}
    if vector.due_at is not None and due != {vector.due_at}:
        return f"is due {due}, not {vector.due_at}"
    return ""
