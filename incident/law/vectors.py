"""Test vectors that stand beside a rule: facts in, the answer and where stated the moment out.

A duty may state its ordinary `case`, which is a yes; a vector then says only what is otherwise: `set` replaces facts,
`drop` takes them away. `shared` names sets of examples that hold for every duty with such a case.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime

from incident.anchors import NAMES, Anchor
from incident.errors import Invalid
from incident.facts import FactSheet, read_sheet
from incident.law.answers import Answer, Truth, any_of
from incident.law.circumstances import Circumstances, Organisation
from incident.law.derivation import derive
from incident.law.duties import OWES_NOTHING, Duty
from notifications.clock import require_utc

CASE = ("facts", "findings", "anchors", "submitted")
KEYS = ("about", *CASE, "set", "drop", "applies", "missing", "due_at", "addressees")
Wrong = tuple[str, str, str]  # key, what is wrong, mend
MEND = "facts or set, applies, and what else it states"


@dataclass(frozen=True, slots=True)
class Example:
    """One vector as written, before it is laid over a case."""

    raw: Mapping[str, object]
    at: str


@dataclass(frozen=True, slots=True)
class Vector:
    """One example of one duty: `missing` names facts that must be asked for, `due_at` the moment of the deadline."""

    duty: Duty
    about: str
    sheet: FactSheet
    applies: str
    findings: Mapping[str, str] = field(default_factory=dict)
    anchors: tuple[Anchor, ...] = ()
    submitted: Mapping[str, datetime] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    due_at: datetime | None = None
    addressees: tuple[str, ...] = ()


def read_examples(raws: object, at: str) -> tuple[list[Example], list[Wrong]]:
    """The vectors of a list, and what is wrong with the others."""
    found: list[Example] = []
    wrong: list[Wrong] = []
    for number, raw in enumerate(raws if isinstance(raws, list) else []):
        key = f"{at}[{number}]"
        if not isinstance(raw, Mapping) or not set(raw) <= set(KEYS) or "applies" not in raw:
            wrong.append((key, f"has not the keys of a vector ({', '.join(KEYS)})", MEND))
        else:
            found.append(Example(raw, key))
    return found, wrong


def read_vectors(
    raw: Mapping[str, object], duty: Duty, shared: Mapping[str, tuple[Example, ...]]
) -> tuple[list[Vector], list[Wrong]]:
    """Every vector of a duty of a pack, its own and the shared ones, and what is wrong with them."""
    examples, wrong = read_examples(raw.get("vectors"), "vectors")
    for name in _texts(raw.get("shared")):
        if name not in shared:
            wrong.append(("shared", f"{name!r} is no set of examples", f"one of {', '.join(shared)}"))
        examples.extend(shared.get(name, ()))
    case = raw.get("case")
    base: Mapping[str, object] = case if isinstance(case, Mapping) else {}
    if case is not None:
        examples.insert(0, Example({"about": "The ordinary case", "applies": "yes"}, "case"))
    vectors: list[Vector] = []
    for example in examples:
        try:
            vectors.append(_vector(_laid_over(base, example.raw), duty))
        except (Invalid, ValueError, AttributeError, TypeError, KeyError) as error:
            wrong.append((example.at, str(error), MEND))
    absent = set(Truth) - {vector.applies for vector in vectors}
    if absent:
        wrong.append(("vectors", "do not cover every answer", f"add one that answers {', '.join(sorted(absent))}"))
    return vectors, wrong


def failure(vector: Vector) -> str:
    """How the rule answers otherwise than its vector says; empty when it agrees.

    A rule that nobody owes yet, or only as a recommendation, is judged as if it were in force.
    """
    duty = replace(vector.duty, status="in_force") if vector.duty.status in OWES_NOTHING else vector.duty
    answers = {name: Answer(Truth(value), missing=()) for name, value in vector.findings.items()}
    findings = {dataset.id: answers for dataset in vector.sheet.datasets}
    submitted = {("", name): at for name, at in vector.submitted.items()}
    known = Circumstances(Organisation(), anchors=vector.anchors, findings=findings, submitted=submitted)
    rows = derive(vector.sheet, (duty,), known)
    together = any_of(Answer(row.applies, row.why, row.missing) for row in rows)
    if together.truth != vector.applies:
        return f"answers {together.truth}, not {vector.applies}: {'; '.join(together.why)}"
    absent = set(vector.missing) - set(together.missing)
    if absent:
        return f"does not ask for {', '.join(sorted(absent))}"
    due = {None if row.provisional else row.due_at for row in rows}
    if vector.due_at is not None and due != {vector.due_at}:
        return f"is due {', '.join(map(str, due))}, not {vector.due_at}"
    named = tuple(row.addressee for row in rows)
    if vector.addressees and named != vector.addressees:
        return f"is owed to {', '.join(named)}, not {', '.join(vector.addressees)}"
    return ""


def _laid_over(case: Mapping[str, object], raw: Mapping[str, object]) -> dict[str, object]:
    """The case with what the vector says otherwise. A vector with `facts` of its own stands alone."""
    if "facts" in raw:
        return dict(raw)
    merged: dict[str, object] = {**{name: deepcopy(case[name]) for name in CASE if name in case}, **raw}
    for name in CASE[1:]:
        merged[name] = {**_table(case.get(name)), **_table(raw.get(name))}
    facts = deepcopy(dict(_table(case.get("facts"))))
    for path in _texts(raw.get("drop")):
        if path.partition(".")[0] in (*CASE[1:],):
            _drop(merged, path)
        else:
            _drop(facts, path)
    _set(facts, _table(raw.get("set")))
    merged["facts"] = facts
    return merged


def _set(facts: dict[str, object], changes: Mapping[str, object]) -> None:
    for key, value in changes.items():
        inner = facts.get(key)
        if isinstance(value, Mapping) and isinstance(inner, dict) and key != "reach":
            _set(inner, value)
        else:
            facts[key] = deepcopy(value)


def _drop(document: dict[str, object], path: str) -> None:
    *sections, name = path.split(".")
    inner: object = document
    for section in sections:
        inner = inner.get(section) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or name not in inner:
        raise ValueError(f"drop names {path!r}, which the case does not state")
    del inner[name]


def _vector(raw: Mapping[str, object], duty: Duty) -> Vector:
    findings = {str(name): str(value) for name, value in _table(raw.get("findings")).items()}
    answers = {str(raw["applies"]), *findings.values()}
    if not answers <= set(Truth):
        raise ValueError(f"answers are yes, no or unknown, not {', '.join(sorted(answers - set(Truth)))}")
    moments = {str(name): require_utc(at) for name, at in _table(raw.get("anchors")).items()}  # type: ignore[arg-type]
    strange = set(moments) - set(NAMES)
    if strange:
        raise ValueError(f"{', '.join(sorted(strange))} is no anchor")
    return Vector(
        duty=duty,
        about=str(raw.get("about", "")),
        sheet=read_sheet(raw.get("facts", {})),
        applies=str(raw["applies"]),
        findings=findings,
        anchors=tuple(Anchor(name, at) for name, at in moments.items()),
        submitted={name: require_utc(at) for name, at in _table(raw.get("submitted")).items()},  # type: ignore[arg-type]
        missing=_texts(raw.get("missing")),
        due_at=require_utc(raw["due_at"]) if "due_at" in raw else None,  # type: ignore[arg-type]
        addressees=_texts(raw.get("addressees")),
    )


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    items: Iterable[object] = value if isinstance(value, list) else ()
    return tuple(str(item) for item in items)
