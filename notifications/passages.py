"""Where things stand in a written text: its title, its sections with their lines, its sentences with their words."""

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from notifications.blocks import FACT, ITEM, LINK, UNDERLINE, Block, read_blocks
from notifications.placeholders import BRACES

WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*|\d+(?:[.,:\u00a0\u202f]\d+)*")
END = re.compile(r"[.!?\u2026]+[\"'\u201d\u201c\u00bb)\]]*(?=\s|$)")
LAST_WORD = re.compile(r"(\S+?)[.!?\u2026]+[\"'\u201d\u201c\u00bb)\]]*$")
UNIT = re.compile(r"\d\s[^\W\d_]{1,2}\.$")
NUMBERING = re.compile(r"\(?\d{1,3}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A section: its heading, "" before the first one, the line of the heading, and what stands below it.

    `start` is the line the text below begins on, from 1.
    """

    heading: str
    line: int
    start: int
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return read_blocks(self.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or an item of a list, without addresses and placeholders, and the line it begins on."""

    text: str
    line: int
    item: bool = False  # of a list

    @property
    def words(self) -> tuple[str, ...]:
        """Words and numbers; a word with an apostrophe or hyphen is one."""
        return tuple(WORD.findall(self.text))


def title_of(text: str) -> tuple[str, int]:
    """The title of a text and its line; "" and 0 where it has none."""
    lines = _lines(text)
    return next(((line, n) for n, line, mark in _headings(lines) if mark == "="), ("", 0))


def passages(text: str) -> tuple[Passage, ...]:
    """The sections of a text, as `blocks.sections` reads them; a title begins none and belongs to none."""
    lines = _lines(text)
    found = {n: (line, mark) for n, line, mark in _headings(lines)}
    parts: list[tuple[str, int, int, list[str]]] = [("", 0, 1, [])]
    skip = 0
    for number, line in enumerate(lines, 1):
        if number == skip:
            continue
        heading, mark = found.get(number, ("", ""))
        if mark == "-":
            parts.append((heading, number, number + 2, []))
        else:
            parts[-1][3].append("" if mark else line)
        skip = number + 1 if mark else skip
        if mark == "=":
            parts[-1][3].append("")
    return tuple(
        Passage(heading, line, start, "\n".join(inside))
        for heading, line, start, inside in parts
        if heading or any(inside)
    )


def section_named(found: Collection[Passage], heading: str) -> Passage | None:
    """The last section with this heading, in any case."""
    wanted = heading.strip().casefold()
    return next((part for part in reversed(tuple(found)) if part.heading.strip().casefold() == wanted), None)


def sentences(passage: Passage, abbreviations: Collection[str] = ()) -> tuple[Sentence, ...]:
    """The sentences of a section in order; facts ("Label: value") hold none. `abbreviations` end with a full stop."""
    short = {word.casefold() for word in abbreviations}
    return tuple(_split_all(passage, short))


def line_at(text: str, offset: int, start: int = 1) -> int:
    """The line of an offset in a text that begins on line `start`."""
    return start + text.count("\n", 0, offset)


def flat(text: str) -> str:
    """A text as phrases are compared: one blank between words, no case."""
    return " ".join(text.casefold().split())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r\n", "\n").split("\n")]


def _headings(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Titles and headings: number of the line, text, and the mark it is underlined with."""
    for index, line in enumerate(lines[:-1]):
        begins = index == 0 or not lines[index - 1]
        if line and begins and UNDERLINE.fullmatch(lines[index + 1]):
            yield index + 1, line, lines[index + 1][0]


def _split_all(passage: Passage, abbreviations: Collection[str]) -> Iterator[Sentence]:
    for first, unit, item in _units(passage):
        cleaned = BRACES.sub("", LINK.sub("", unit))
        begin = 0
        for match in END.finditer(cleaned):
            if not _ends(cleaned[begin : match.end()], cleaned[match.end() :], abbreviations):
                continue
            yield from _sentence(cleaned[: match.end()], begin, first, item)
            begin = match.end()
        yield from _sentence(cleaned, begin, first, item)


def _ends(said: str, rest: str, abbreviations: Collection[str]) -> bool:
    """Whether a full stop ends a sentence: not after an abbreviation, an initial or a number such as "24.".

    After a unit ("at 09:00 h.") it does, when a capital letter follows.
    """
    found = LAST_WORD.search(said)
    if UNIT.search(said) and rest.lstrip()[:1].isupper():
        return True
    if found is None or not said.rstrip("\"'\u201d\u201c\u00bb)]").endswith("."):
        return True
    word = found[1].lstrip("(\"'\u201e\u00ab").casefold()
    return f"{word}." not in abbreviations and len(word) > 1 and not NUMBERING.fullmatch(word)


def _sentence(unit: str, begin: int, first: int, item: bool) -> Iterator[Sentence]:
    text = unit[begin:]
    indent = len(text) - len(text.lstrip())
    if WORD.search(text):
        yield Sentence(" ".join(text.split()), line_at(unit, begin + indent, first), item)


def _units(passage: Passage) -> Iterator[tuple[int, str, bool]]:
    """Paragraphs and items of lists, with the line they begin on and whether they are items; no group of facts."""
    group: list[tuple[int, str]] = []
    for number, line in enumerate((*_lines(passage.text), ""), passage.start):
        if line:
            group.append((number, line))
        elif group:
            yield from _of_group(group)
            group = []


def _of_group(group: list[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    items = [index for index, (_, line) in enumerate(group) if ITEM.fullmatch(line)]
    prose = group[: items[0]] if items else group
    if prose and not (len(prose) > 1 and all(FACT.fullmatch(line) for _, line in prose)):
        yield prose[0][0], "\n".join(line for _, line in prose), False
    for begin, end in itertools.pairwise([*items, len(group)]):
        number, line = group[begin]
        item = ITEM.fullmatch(line)
        assert item is not None
        yield number, "\n".join((item[2], *(line for _, line in group[begin + 1 : end]))), True
