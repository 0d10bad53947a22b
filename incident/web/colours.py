"""The tokens of the design as their file has them: names, values in each choice of colours, and contrast (WCAG 2.2)."""

import re
from dataclasses import dataclass
from functools import cache

from incident.web.pages import STATIC
from notifications.wording import worded

BOTH = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
TOKEN = re.compile(rf"--([a-z0-9-]+): var\(--usual, {BOTH}\) var\(--high, {BOTH}\);")
PLAIN = re.compile(r"^  --((?:s\d|radius|radius-s|side|sans|mono)): ([^;]+);", re.MULTILINE)
GROUNDS = ("bg", "surface", "sunken", "quiet-soft")
INKS = ("ink", "ink-2", "ink-3", "accent", "late", "soon", "ahead", "met", "blocked")
SOFT = ("accent", "late", "soon", "ahead", "met", "blocked")
TEXT, TEXT_HIGH, LINES = 4.5, 7.0, 3.0  # WCAG 1.4.3, 1.4.6, 1.4.11
SCHEMES = (
    worded("Light"),
    worded("Dark"),
    worded("High contrast, light"),
    worded("High contrast, dark"),
)


@dataclass(frozen=True, slots=True)
class Colour:
    """One token: its value in each scheme, in the order of `SCHEMES`, and what it is for."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of one colour on a ground: their contrast in each scheme, and whether each is enough."""

    ink: str
    ground: str
    ratios: tuple[float, ...]

    @property
    def enough(self) -> tuple[bool, ...]:
        wanted = (TEXT, TEXT, TEXT_HIGH, TEXT_HIGH)
        return tuple(ratio >= least for ratio, least in zip(self.ratios, wanted, strict=True))


@cache
def colours() -> tuple[Colour, ...]:
    """Every colour of the design."""
    return tuple(Colour(name, tuple(values)) for name, *values in TOKEN.findall(_text()))


@cache
def measures() -> tuple[tuple[str, str], ...]:
    """Space, radii and type."""
    return tuple((name, value.strip()) for name, value in PLAIN.findall(_text()))


@cache
def pairs() -> tuple[Pair, ...]:
    """All words and grounds that meet: each ink on each ground, and each standing on its own soft one."""
    known = {colour.name: colour.values for colour in colours()}
    meet = [(ink, ground) for ink in INKS for ground in GROUNDS[:3]]
    meet += [(ink, "quiet-soft") for ink in ("ink", "ink-2", "ink-3")] + [(ink, f"{ink}-soft") for ink in SOFT]
    meet += [("ink", f"{ink}-soft") for ink in SOFT] + [("accent-ink", "accent")]
    return tuple(
        Pair(ink, ground, tuple(map(contrast, known[ink], known[ground]))) for ink, ground in dict.fromkeys(meet)
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (#rrggbb), from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 2)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _text() -> str:
    return (STATIC / "tokens.css").read_text(encoding="utf-8")
