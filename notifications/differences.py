"""What differs between two texts, word by word and line by line: what was added, what was taken away. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

BREAK = "\n"


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow each other and had the same happen to them, with one space between."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the later text, with what stood there before; of a line that is gone, only that."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(piece.change is not Change.SAME for piece in self.pieces)


Token = tuple[Change, str]


def differences(before: str, after: str) -> tuple[Line, ...]:
    """Every line of the later text in order, changed or not. Spaces within a line are no difference."""
    old, new = _words(before), _words(after)
    return tuple(_lines([token for run in _runs(old, new) for token in run]))


def counts(lines: Sequence[Line]) -> tuple[int, int]:
    """How many words were added, how many taken away."""
    words = [(piece.change, len(piece.text.split())) for line in lines for piece in line.pieces]
    added, removed = (sum(number for kind, number in words if kind is wanted) for wanted in list(Change)[1:])
    return added, removed


def _words(text: str) -> list[tuple[str, ...]]:
    """The words of each line; a line without any is empty."""
    return [tuple(line.split()) for line in text.strip().splitlines()]


def _runs(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> Iterator[list[Token]]:
    """Lines that stayed as they are; lines that changed, compared word by word."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield [(Change.SAME, word) for line in new[c:d] for word in (*line, BREAK)]
        else:
            yield list(_compared(_flat(old[a:b]), _flat(new[c:d])))


def _flat(lines: Sequence[tuple[str, ...]]) -> list[str]:
    return [word for line in lines for word in (*line, BREAK)]


def _compared(old: list[str], new: list[str]) -> Iterator[Token]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((Change.SAME, word) for word in new[c:d])
        else:
            yield from ((Change.REMOVED, word) for word in old[a:b])
            yield from ((Change.ADDED, word) for word in new[c:d])


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    """Cut at the line breaks; where lines were joined, the break that is gone ends nothing."""
    row: list[Token] = []
    for change, word in tokens:
        if word != BREAK:
            row.append((change, word))
        elif change is not Change.REMOVED or (row and all(gone is Change.REMOVED for gone, _word in row)):
            yield _line(row)
            row = []
    if row:
        yield _line(row)


def _line(row: Sequence[Token]) -> Line:
    joined = groupby(row, key=lambda token: token[0])
    return Line(tuple(Piece(change, " ".join(word for _change, word in words)) for change, words in joined))
