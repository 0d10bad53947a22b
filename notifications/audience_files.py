"""Lists of people read as a stream: CSV and JSON Lines, line by line; a broken line is named and stops nothing."""

import csv
import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from notifications.audience import LineFault, NewMember

LONGEST_LINE = 64 * 1024
COLUMNS = ("person", "address", "account", "role", "locale", "region")
ALIASES: Mapping[str, str] = {"id": "person", "email": "address", "e-mail": "address", "mail": "address"}
KNOWN_VALUES = ("name",)

Line = tuple[int, NewMember | LineFault]


def read_csv(stream: BinaryIO) -> Iterator[Line]:
    """Members of a CSV file with a header line, UTF-8, comma or semicolon; a cell does not go on in the next line.

    Columns: person (or id), address (or email), account, role, locale, region; every other column is a value of its
    own name that a text may print. Yields the line number with each member or fault, so that one broken quote costs
    one line and not the rest of the file.
    """
    lines = _lines(stream)
    head = next(lines, (1, ""))[1] or ""
    separator = ";" if head.count(";") > head.count(",") else ","
    names = [_column(name) for name in _cells(head, separator) or ()]
    if "person" not in names:
        yield 1, LineFault(1, "person", "there is no column person (or id)", "name it in the first line")
        return
    for number, line in lines:
        if line is None:
            yield number, LineFault(number, "line", f"is longer than {LONGEST_LINE} bytes", "one person per line")
        elif line.strip():
            yield number, _from_cells(names, _cells(line, separator), number)


def read_jsonl(stream: BinaryIO) -> Iterator[Line]:
    """Members of a JSON Lines file: the same names as keys, further values in the object `values`."""
    for number, line in _lines(stream):
        if line is None:
            yield number, LineFault(number, "line", f"is longer than {LONGEST_LINE} bytes", "one person per line")
        elif line.strip():
            yield number, _from_json(line, number)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """Numbered lines; None for one that is too long, which is read away without being kept."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        whole, rest = len(raw) <= LONGEST_LINE, raw
        while not rest.endswith(b"\n") and (rest := stream.readline(LONGEST_LINE)):
            whole = False
        yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace") if whole else None


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of a line; None when its quotes do not close."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _column(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return ALIASES.get(plain, plain)


def _from_cells(names: list[str], row: list[str] | None, number: int) -> NewMember | LineFault:
    if row is None:
        return LineFault(number, "line", "has quotes that do not close", 'write a quote inside a cell twice: ""')
    if len(row) != len(names):
        message = f"has {len(row)} columns, the first line names {len(names)}"
        return LineFault(number, "line", message, "quote cells that hold the separator")
    return _member({name: cell.strip() for name, cell in zip(names, row, strict=True) if name}, number)


def _from_json(raw: str, number: int) -> NewMember | LineFault:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return LineFault(number, "line", "is no JSON object", "write one object per line")
    if not isinstance(found, dict):
        return LineFault(number, "line", "is no JSON object", "write one object per line")
    values = found.pop("values", {})
    flat = {_column(str(key)): value for key, value in found.items()}
    if isinstance(values, dict):
        flat = {**{str(key): value for key, value in values.items()}, **flat}
    if not all(isinstance(value, str | int) for value in flat.values()):
        return LineFault(number, "line", "holds something that is neither text nor a whole number", "write text")
    return _member({key: str(value) for key, value in flat.items()}, number)


def _member(cells: Mapping[str, str], number: int) -> NewMember | LineFault:
    if not cells.get("person"):
        return LineFault(number, "person", "is empty", "give the host's stable id of the person")
    return NewMember(
        person=cells["person"],
        address=cells.get("address", ""),
        account=cells.get("account", ""),
        role=cells.get("role", ""),
        locale=cells.get("locale") or "en",
        region=cells.get("region", ""),
        values={name: cell for name, cell in cells.items() if name not in COLUMNS and cell},
    )
