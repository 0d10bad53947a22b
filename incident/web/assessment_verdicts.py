"""What the saved facts say of each data set: risk with its reasons, severity score, other laws, advice, decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from incident.assessment import CRITERIA, Assessment, Direction, Reason, Verdict, Weight
from incident.facts import DataSet, FactSheet
from incident.law.answers import Truth
from incident.queries.decisions import RISK, AdviceGiven, DecisionMade
from incident.queries.open_questions import OpenQuestion, Outlook, is_shared
from incident.severity import MORE_THAN_100, PARTS, SOURCE, UNINTELLIGIBLE, Band, Override, severity
from incident.web.duty_questions import question_line
from incident.web.fact_questions import plain_reason
from incident.web.reasons import part_in_words
from incident.web.views import (
    AdviceLine,
    Choice,
    DatasetVerdict,
    DecisionLine,
    LegalTestLine,
    QuestionLine,
    ReasonLine,
    ScorePart,
    SeverityView,
    ToldBefore,
)
from incident.web.words import our_role
from notifications.wording import Measured, worded, worded_list

WEIGHTS = {found.name: found.weight for found in CRITERIA}
WORKS = {
    Weight.RELIEF: worded("takes risk away"),
    Weight.STEP: worded("supports others"),
    Weight.RISK: worded("makes a risk"),
    Weight.HIGH: worded("makes a high risk"),
}
PART_LABELS = {
    "dpc": worded("Kind of data (DPC)"),
    "ei": worded("Ease of identification (EI)"),
    "confidentiality": worded("Loss of confidentiality"),
    "integrity": worded("Loss of integrity"),
    "availability": worded("Loss of availability"),
    "malicious": worded("Harm was meant"),
}
FLAG_WORDS = {
    MORE_THAN_100: worded("More than 100 people: a flag, it changes no number"),
    UNINTELLIGIBLE: worded("Unintelligible: strongly encrypted, key safe"),
}
AUTHORITY, SUBJECTS = "supervisory_authority", "data_subjects"
YES, NO = Truth.YES.value, Truth.NO.value
TOLD_AS_DECIDED = {"unlikely": (NO, NO), "risk": (YES, NO), "high": (YES, YES)}  # the authority, the people
TIMES = "\u00d7"
BANDS = {
    Band.LOW: worded("Low"),
    Band.MEDIUM: worded("Medium"),
    Band.HIGH: worded("High"),
    Band.VERY_HIGH: worded("Very high"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What people wrote down of the risk: advice and decisions, the newest first, and parts they score otherwise.

    `told` is who was told of which data set: (kind of addressee, id of the data set).
    """

    advice: Sequence[AdviceGiven] = ()
    decisions: Sequence[DecisionMade] = ()
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)
    told: Mapping[tuple[str, str], ToldBefore] = field(default_factory=dict)


def dataset_verdicts(
    outlook: Outlook, assessed: Mapping[str, Assessment], record: Record, case: str
) -> tuple[DatasetVerdict, ...]:
    """One for each data set of the saved sheet. `case` is the incident's address."""
    return tuple(_verdict(dataset, outlook, assessed[dataset.id], record, case) for dataset in outlook.sheet.datasets)


def _verdict(dataset: DataSet, outlook: Outlook, found: Assessment, record: Record, case: str) -> DatasetVerdict:
    decisions = tuple(_decision(one) for one in record.decisions if one.subject == f"{RISK}{dataset.id}")
    standing = next((one.risk for one in decisions if one.reopened_at is None), found.risk.value)
    told = found.authority.truth.value, found.subjects.truth.value
    authority, subjects = told if standing == found.risk.value else TOLD_AS_DECIDED[standing]
    return DatasetVerdict(
        id=dataset.id,
        title=dataset.name,
        role=our_role(dataset.role),
        by_controller=dataset.role in ("processor", "sub_processor"),
        risk=found.risk.value,
        authority=authority,
        subjects=subjects,
        reasons=_reasons(found.reasons),
        missing=_missing(found.missing, dataset, outlook, case),
        severity=_severity(outlook.sheet, dataset, record.overrides.get(dataset.id, ())),
        tests=tuple(_test(one, dataset, outlook, case) for one in found.tests),
        advice=tuple(_advice(one) for one in record.advice if one.dataset in ("", dataset.id)),
        decisions=decisions,
        authority_told=record.told.get((AUTHORITY, dataset.id)),
        subjects_told=record.told.get((SUBJECTS, dataset.id)),
    )


def _reasons(reasons: Iterable[Reason]) -> tuple[ReasonLine, ...]:
    """Those that raise first, the heaviest of them first."""
    order = (Weight.HIGH, Weight.RISK, Weight.STEP, Weight.RELIEF)
    ranked = sorted(reasons, key=lambda one: order.index(WEIGHTS[one.criterion]))
    return tuple(
        ReasonLine(
            raises=one.direction is Direction.RAISES,
            weight=WORKS[WEIGHTS[one.criterion]],
            text=one.text,
            source=one.source,
            facts=tuple(dict.fromkeys(plain_reason(fact) for fact in one.facts if not fact.startswith("presumed: "))),
            presumed=one.presumed,
            step=WEIGHTS[one.criterion] is Weight.STEP,
        )
        for one in ranked
    )


def _missing(paths: Iterable[str], dataset: DataSet, outlook: Outlook, case: str) -> tuple[QuestionLine, ...]:
    """What would decide, each with what else waits for it."""
    titles = {one.id: one.name for one in outlook.sheet.datasets}
    asked = {(one.path, one.dataset): one for one in outlook.questions}
    lines = []
    for path in paths:
        where = "" if is_shared(path) else dataset.id
        lines.append(question_line(asked.get((path, where), OpenQuestion(path, where, 0, 0)), case, titles))
    return tuple(lines)


def _test(found: Verdict, dataset: DataSet, outlook: Outlook, case: str) -> LegalTestLine:
    answer = found.answer.truth
    missing = _missing(found.answer.missing, dataset, outlook, case) if answer is Truth.UNKNOWN else ()
    return LegalTestLine(found.title, answer.value, _reasons(found.reasons), missing)


def _severity(sheet: FactSheet, dataset: DataSet, overrides: tuple[Override, ...]) -> SeverityView:
    found = severity(sheet.view(dataset), overrides)
    set_by_hand = {one.part for one in overrides}
    return SeverityView(
        score=_number(found.score),
        band=BANDS[found.band],
        formula=worded_list((Measured(found.dpc), TIMES, Measured(found.ei), "+", Measured(found.cb)), " "),
        flags=tuple(FLAG_WORDS[flag] for flag in found.flags),
        parts=tuple(
            ScorePart(
                name=name,
                label=PART_LABELS[name],
                value=_number(part.value),
                why=part_in_words(part.why),
                assumed=bool(part.assumed),
                overridden=name in set_by_hand,
                choices=tuple(Choice(f"{value:g}", _number(value), value == part.value) for value in PARTS[name]),
            )
            for name, part in found.parts.items()
        ),
        source=SOURCE,
    )


def _number(value: float) -> str:
    return worded_list([Measured(value)])


def _advice(one: AdviceGiven) -> AdviceLine:
    return AdviceLine(one.risk, one.text, one.who, one.at, one.fact_version, wide=not one.dataset)


def _decision(one: DecisionMade) -> DecisionLine:
    return DecisionLine(one.outcome, one.reason, one.who, one.at, one.fact_version, one.look_again_at, one.reopened_at)
