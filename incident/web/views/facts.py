"""The fact sheet as a form, by data set, and what the facts say about the risk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from incident.web.views.hints import HintOffer, HintsBar
from incident.web.views.shell import Choice, Problem


@dataclass(frozen=True, slots=True)
class FactField:
    """One question: its name in the form, the words, the kind of answer, and what is answered now.

    `hint` helps to answer it; `hints` are answers that alerts suggest, none of which counts as one. `known` are
    values said elsewhere, each with what it is called; any other can be written.
    """

    name: str
    path: str
    label: str
    shape: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    answered: bool = False
    problem: Problem | None = None
    hints: tuple[HintOffer, ...] = ()
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RiskView:
    """The assessed risk of one data set, and what was decided."""

    risk: str
    reasons: tuple[tuple[str, str, str], ...]  # direction, text, source
    missing: tuple[str, ...]
    decided: str = ""
    decided_at: datetime | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class KnownDataset:
    """One data set in a line: our role, how many people (None: not known), the risk as decided, else as assessed."""

    id: str
    title: str
    role: str
    people: int | None
    risk: str
    decided: bool


@dataclass(frozen=True, slots=True)
class DatasetForm:
    """One data set in its own role."""

    id: str
    title: str
    role: str
    sections: tuple[tuple[str, tuple[FactField, ...]], ...]
    answered: int
    asked: int
    risk: RiskView | None = None
    new: bool = False
    single: tuple[tuple[str, tuple[FactField, ...]], ...] = ()  # what only single laws ask
    unnamed: bool = False  # the one an incident begins with, to which nobody has given a name

    def with_fields(self, change: Callable[[FactField], FactField]) -> "DatasetForm":
        """The form with each of its own fields changed; what only single laws ask stays."""
        sections = tuple((title, tuple(map(change, fields))) for title, fields in self.sections)
        return replace(self, sections=sections)


@dataclass(frozen=True, slots=True)
class FactsView:
    """The whole sheet: what every data set shares, then each data set, by section.

    `draft_at`: answers kept but not saved. `single`: what only single laws ask.
    """

    version: int
    saved_at: datetime | None
    saved_by: str
    shared: tuple[tuple[str, tuple[FactField, ...]], ...]
    datasets: tuple[DatasetForm, ...]
    draft_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    single: tuple[tuple[str, tuple[FactField, ...]], ...] = ()
    history: tuple[tuple[int, datetime, str], ...] = ()
    hints: HintsBar | None = None
    answers: tuple[tuple[str, tuple[tuple[str, "SaidAnswer"], ...]], ...] = ()  # of the version, for paper
    draft_digest: str = ""  # of the answers that stand while the page is made


@dataclass(frozen=True, slots=True)
class SaidAnswer:
    """An answer in words, and what stands for a long one until it is unfolded ("": it is short)."""

    whole: str
    few: str = ""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One question that two sheets answer differently. `dataset`: its name, "" for all."""

    ask: str
    dataset: str
    before: SaidAnswer
    after: SaidAnswer


@dataclass(frozen=True, slots=True)
class FactVersionView:
    """A saved version: what changed in it, and every answer by data set."""

    number: int
    newest: int
    saved_at: datetime
    saved_by: str
    digest: str
    changes: tuple[AnswerChange, ...]
    answers: tuple[tuple[str, tuple[tuple[str, SaidAnswer], ...]], ...]
