"""Figures: each a picture with the table behind it."""

from dataclasses import dataclass

from markupsafe import Markup

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class Key:
    """One row of bars in the legend: its tone and its name, in the order they stand in the picture."""

    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure. `wide` and `narrow` are the same picture for two widths, None where there is nothing to draw.

    `rows` begin with what heads them; the last is the sum where `summed`. `nothing` says why there is no picture.
    """

    id: str
    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...] = ()
    wide: Markup | None = None
    narrow: Markup | None = None
    summed: bool = False
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class FiguresView:
    """All of them for a period. `headline` are (words, number, how it is to be read)."""

    figures: tuple[FigureView, ...]
    periods: tuple[Choice, ...] = ()
    query: str = ""
    headline: tuple[tuple[str, str, str], ...] = ()
    left_out: str = ""
    counted: int = 0
