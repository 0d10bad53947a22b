"""What the editor of a notice shows of its text: what was found at which line, and what each language lacks."""

from dataclasses import dataclass

from incident.web.views.approvals import DifferenceView
from incident.web.views.telling import EditionText, FindingLine


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line of the text in the field. `level` is the worst that stands open there: "error", "warning" or ""."""

    text: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class FoundAt:
    """What was found at one line, which is quoted; at line 0 what is missing, or is of the subject or the whole."""

    line: int
    quote: str
    findings: tuple[FindingLine, ...]

    @property
    def level(self) -> str:
        """The worst that stands open here: "error", "warning" or ""."""
        return min((one.level for one in self.findings if not one.ticked), default="")


@dataclass(frozen=True, slots=True)
class TextState:
    """One language of a notice: how much stands open in it, which parts are empty or missing, and what was found where.

    `locale` "" holds what concerns no one language.
    """

    locale: str
    language: str
    errors: int
    warnings: int
    empty: tuple[str, ...] = ()
    places: tuple[FoundAt, ...] = ()


@dataclass(frozen=True, slots=True)
class EditorView:
    """The text of one language in the editor. `tried`: as it is in the field, kept nowhere; `html` is its page then."""

    text: EditionText
    lines: tuple[EditedLine, ...]
    states: tuple[TextState, ...]
    difference: DifferenceView | None = None
    tried: bool = False
    html: str = ""

    @property
    def open(self) -> bool:
        """Whether anything stands open, in whichever language."""
        return any(one.errors or one.warnings for one in self.states)

    @property
    def errors_elsewhere(self) -> int:
        """Errors that are not of the text in the field, and stop a release as well."""
        return sum(one.errors for one in self.elsewhere)

    @property
    def warnings_elsewhere(self) -> int:
        """Warnings that are not of the text in the field."""
        return sum(one.warnings for one in self.elsewhere)

    @property
    def here(self) -> TextState:
        """The language that is being edited."""
        return next(one for one in self.states if one.locale == self.text.locale)

    @property
    def elsewhere(self) -> tuple[TextState, ...]:
        """What concerns no one language, and other languages something was found in."""
        return tuple(one for one in self.states if one.locale != self.text.locale and one.places)
