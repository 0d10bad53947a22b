"""Risk, severity and the tests of other laws, from facts alone: one data set or many."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from incident.assessment import (
    Direction,
    Limbs,
    Reason,
    Regime,
    Verdict,
    assess,
    limbs,
    reasons_for,
    regime_named,
    regimes_of,
    risk_of,
)
from incident.errors import Fault, Invalid
from incident.facts import DataSet, FactSheet, read_sheet
from incident.facts.vocabulary import nearest
from incident.law.answers import Answer, any_of, no
from incident.severity import Severity, severity

T = TypeVar("T")
Document = dict[str, object]

KEYS = ("facts", "regime", "jurisdiction")
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
ALIASES = {"UK": "GB"}
OURS = (None, "controller", "joint")
CONTROLLER_DECIDES = Reason(
    "controller_decides",
    Direction.LOWERS,
    "We only process these data for others: they tell the authority and the people, and we tell them.",
    "GDPR Art. 33(2)",
    (),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a sheet, under one regime or under those its places point to."""

    sheet: FactSheet
    regime: Regime | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One data set, or several together, with everything said of it."""

    limbs: Limbs
    own: Limbs
    reasons: tuple[Reason, ...]
    severity: Severity
    tests: tuple[Verdict, ...]


def answer(document: object) -> Document:
    """The assessment of one document: a fact sheet, or {"facts", "regime", "jurisdiction"}.

    The limbs are the strongest answer among the data sets of which we are controller, alone or jointly; a role nobody
    stated is taken as one. Keys beside these three are not asked of this command and passed over, but for one that
    looks like a slip of the pen. Raises Invalid naming each fault.
    """
    question = _question(document)
    found = [(dataset, _answered(question, dataset)) for dataset in question.sheet.datasets]
    ours = [one for dataset, one in found if dataset.role in OURS]
    together = _together(ours) if ours else _controllers_decide([one for _, one in found])
    return {**_document(together), "datasets": [{"id": dataset.id, **_document(one)} for dataset, one in found]}


def _question(document: object) -> Question:
    if not isinstance(document, Mapping):
        raise Invalid(Fault("document", "is not an object", 'give a fact sheet, or {"facts": …, "regime": …}'))
    if "facts" not in document:
        return Question(read_sheet(document))
    faults = [
        Fault(str(key), "is no part of the question", mend)
        for key in document
        if key not in KEYS and (mend := nearest(str(key), KEYS)).startswith("did you mean")
    ]
    regime = _tried(lambda: _regime(document.get("regime")), faults)
    place = _tried(lambda: _place(document.get("jurisdiction")), faults)
    sheet = _tried(lambda: read_sheet(document["facts"]), faults)
    if faults or sheet is None:
        raise Invalid(*faults)
    return Question(sheet, regime, place)


def _tried(read: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return read()
    except Invalid as error:
        faults.extend(error.faults)
        return None


def _regime(value: object) -> Regime | None:
    return None if value is None else regime_named(str(value))


def _place(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not PLACE.fullmatch(value):
        raise Invalid(
            Fault("jurisdiction", f"{value!r} is no country or region", "ISO 3166, such as PL or US-CA, or EU")
        )
    return ALIASES.get(value, value)


def _answered(question: Question, dataset: DataSet) -> Answered:
    facts = question.sheet.view(dataset)
    regimes = (question.regime,) if question.regime else regimes_of(facts, question.jurisdiction)
    found = assess(facts, question.jurisdiction or _only_place(regimes))
    return Answered(
        limbs(facts, found, regimes),
        Limbs(found.authority, found.subjects),
        reasons_for(found, regimes),
        severity(facts),
        found.tests,
    )


def _only_place(regimes: Sequence[Regime]) -> str | None:
    """The place of a regime that has one country only: no presumption of another country is asked for there."""
    places = {place for regime in regimes for place in regime.places}
    return places.pop() if len(places) == 1 else None


def _together(found: Sequence[Answered]) -> Answered:
    """The strongest of several data sets: yes, else unknown, else no; the highest severity."""
    return Answered(
        _strongest(one.limbs for one in found),
        _strongest(one.own for one in found),
        tuple({reason.criterion: reason for one in found for reason in one.reasons}.values()),
        max((one.severity for one in found), key=lambda one: one.score),
        tuple(_joined(verdicts) for verdicts in zip(*(one.tests for one in found), strict=True)),
    )


def _joined(verdicts: Sequence[Verdict]) -> Verdict:
    reasons = {reason.criterion: reason for verdict in verdicts for reason in verdict.reasons}
    answer = any_of(verdict.answer for verdict in verdicts)
    return Verdict(verdicts[0].name, verdicts[0].title, answer, tuple(reasons.values()))


def _strongest(found: Iterable[Limbs]) -> Limbs:
    parts = list(found)
    return Limbs(any_of(one.authority for one in parts), any_of(one.subjects for one in parts))


def _controllers_decide(found: Sequence[Answered]) -> Answered:
    """Nothing of this is ours to notify; severity and the other tests are shown all the same."""
    none = no(CONTROLLER_DECIDES.text)
    joined = _together(found)
    return Answered(Limbs(none, none), joined.own, (CONTROLLER_DECIDES,), joined.severity, joined.tests)


def _document(found: Answered) -> Document:
    authority, subjects = found.limbs.authority, found.limbs.subjects
    return {
        "document": True,
        "notify_authority": authority.truth.value,
        "notify_subjects": subjects.truth.value,
        "risk": risk_of(found.own.authority, found.own.subjects).value,
        "reasons": _reasons(found.reasons),
        "missing": list(dict.fromkeys((*authority.missing, *subjects.missing))),
        "severity": {
            "dpc": found.severity.dpc,
            "ei": found.severity.ei,
            "cb": found.severity.cb,
            "score": found.severity.score,
            "band": found.severity.band.value,
            "flags": list(found.severity.flags),
        },
        "tests": [_test(test.name, test.answer, test.reasons) for test in found.tests],
    }


def _test(name: str, answer: Answer, reasons: Sequence[Reason]) -> Document:
    return {
        "name": name,
        "answer": answer.truth.value,
        "reasons": _reasons(reasons),
        "missing": list(answer.missing),
    }


def _reasons(found: Iterable[Reason]) -> list[Document]:
    return [
        {"criterion": one.criterion, "direction": one.direction.value, "text": _text(one), "source": one.source}
        for one in found
    ]


def _text(reason: Reason) -> str:
    presumed = dict.fromkeys(reason.presumed)
    return f"{reason.text} Presumed: {'; '.join(presumed)}." if presumed else reason.text
