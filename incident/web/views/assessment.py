"""The assessment: one question at a time, what the draft would change, and per data set risk, severity and tests."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.duties import QuestionLine
from incident.web.views.facts import FactField
from incident.web.views.hints import HintOffer
from incident.web.views.shell import Choice, Problem


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The question that is asked now. `line` says what waits for it, None where nothing does.

    `hints` are answers that alerts suggest; `took` is the key of the one that stands in the field, kept nowhere yet.
    """

    path: str
    dataset: str
    dataset_title: str
    field: FactField
    line: QuestionLine | None = None
    back: tuple[str, str] | None = None  # words and address of the question before
    hints: tuple[HintOffer, ...] = ()
    took: str = ""
    seen: str = ""  # a digest of the answer that stands: whoever keeps another has seen this one


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """An answer to go back to. `changed`: by the draft; `passed`: nobody knew."""

    href: str
    ask: str
    said: str
    changed: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class RiskShift:
    """The risk of a data set now and with the draft; "" where there is no such data set."""

    title: str
    before: str
    after: str
    reopens: bool = False


@dataclass(frozen=True, slots=True)
class DutyShift:
    """Duties that would come, go, be certain or move: how many alike, the first of their moments now and then."""

    title: str
    rule: str
    number: int = 1
    before: datetime | None = None
    after: datetime | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class EffectView:
    """What the draft would change. `kinds` are heading and lines; `fields` how many answers differ from the version."""

    fields: int
    risks: tuple[RiskShift, ...] = ()
    kinds: tuple[tuple[str, int, tuple[DutyShift, ...]], ...] = ()
    previewed: bool = False

    @property
    def nothing(self) -> bool:
        return not self.kinds and not any(one.before != one.after or one.reopens for one in self.risks)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A criterion that holds: which way it works, how much, why, and the facts it was read from.

    `step`: others rest on it, by itself it decides nothing.
    """

    raises: bool
    weight: str
    text: str
    source: str
    facts: tuple[str, ...]
    presumed: tuple[str, ...] = ()
    step: bool = False


@dataclass(frozen=True, slots=True)
class LegalTestLine:
    """The test of another law: yes, no or unknown, with its reasons and what would decide it."""

    title: str
    answer: str
    reasons: tuple[ReasonLine, ...]
    missing: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of the severity score; `choices` are the values a person may set instead."""

    name: str
    label: str
    value: str
    why: str
    assumed: bool
    overridden: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SeverityView:
    """The severity score: shown beside the assessment, never instead."""

    score: str
    band: str
    formula: str
    flags: tuple[str, ...]
    parts: tuple[ScorePart, ...]
    source: str


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One advice on a data set; `wide`: on all."""

    risk: str
    text: str
    who: str
    at: datetime
    version: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision on the risk of a data set; `reopened_at`: it no longer stands."""

    risk: str
    reason: str
    who: str
    at: datetime
    version: int
    look_again_at: datetime | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """That the authority or the people were told already, when; `people`: how many, None where nobody counted."""

    at: datetime
    people: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetVerdict:
    """What the saved facts say of one data set, and what people advised and decided."""

    id: str
    title: str
    role: str
    risk: str
    authority: str
    subjects: str
    reasons: tuple[ReasonLine, ...]
    missing: tuple[QuestionLine, ...]
    severity: SeverityView
    tests: tuple[LegalTestLine, ...]
    advice: tuple[AdviceLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()
    by_controller: bool = False  # we only process it: authority and people are told by whose data it is
    authority_told: ToldBefore | None = None
    subjects_told: ToldBefore | None = None

    @property
    def decided(self) -> DecisionLine | None:
        return next((one for one in self.decisions if one.reopened_at is None), None)

    @property
    def before(self) -> DecisionLine | None:
        """What was decided last, where that does not stand any more and nobody has decided again."""
        return None if self.decided else next(iter(self.decisions), None)


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """The page. `question` None: nothing is left to ask. `saved`: the version that was just saved."""

    version: int
    draft: bool
    question: QuestionView | None
    open: tuple[QuestionLine, ...]
    answered: tuple[tuple[str, tuple[AnsweredLine, ...]], ...]
    effect: EffectView | None
    datasets: tuple[DatasetVerdict, ...]
    passed: int = 0
    saved: bool = False
    problems: tuple[Problem, ...] = ()
    draft_digest: str = ""  # of the answers the page shows
