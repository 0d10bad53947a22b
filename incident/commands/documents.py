"""One JSON document or JSON Lines, from a file or standard input; answered in kind."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from incident.errors import Fault, Invalid

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Documents:
    """What was read. `lines`: JSON Lines, each answered on a line of its own; a text may still be no JSON."""

    lines: bool
    texts: tuple[str, ...]

    @property
    def compact(self) -> bool:
        """A question on one line has its answer on one line."""
        return self.lines or "\n" not in self.texts[0].strip()


def answer_each(file: str, answer: Callable[[object], object], said: Callable[[object], str] | None = None) -> int:
    """Print the answer to every document of the file, as JSON or by `said` for people; returns the command's status.

    What cannot be answered is told on standard error, each fault with its field and its mend, and ends in status 2;
    among JSON Lines that line answers {"error": […]}, so that questions and answers stay together.
    """
    try:
        documents = read_documents(file)
    except Invalid as error:
        _blame(error, "")
        return 2
    status = 0
    for number, text in enumerate(documents.texts, start=1):
        try:
            found = answer(_parsed(text))
        except Invalid as error:
            _blame(error, f"line {number}: " if documents.lines else "")
            status = 2
            if not documents.lines or said is not None:
                continue
            found = {"error": [{"field": one.field, "message": one.message, "mend": one.mend} for one in error.faults]}
        if said is not None:
            print(said(found))
        else:
            print(json.dumps(found, ensure_ascii=False, indent=None if documents.compact else 2))
    return status


def read_documents(file: str) -> Documents:
    """The documents of a file, or of standard input. Raises Invalid when it cannot be read or is empty."""
    try:
        text = sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(Fault("file", f"cannot be read: {error}", "a JSON file, or - for standard input")) from None
    if not text.strip():
        raise Invalid(Fault("file", "is empty", "one JSON document, or one a line"))
    lines = tuple(line for line in text.splitlines() if line.strip())
    if len(lines) > 1 and not _is_json(text) and any(_is_json(line) for line in lines):
        return Documents(True, lines)
    return Documents(False, (text,))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid(Fault("document", f"is no JSON: {error}", "mend the syntax there")) from None


def _blame(error: Invalid, where: str) -> None:
    for fault in error.faults:
        print(f"seventytwo: {where}{fault}", file=sys.stderr)
