"""Lists of people read as a stream: CSV and JSON Lines, line by line; a broken line is named and stops nothing."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from notifications.audience import LineFault, NewMember

LONGEST_LINE = 64 * 1024
COLUMNS = ("person", "address", "account", "role", "locale", "region")
ALIASES: Mapping[str, str] = {"id": "person", "email": "address", "e-mail": "address", "mail": "address"}
KNOWN_VALUES = ("name",)

Line = tuple[int, NewMember | LineFault]
Row = tuple[int, dict[str, str] | LineFault]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file whose first line was read: the names of its columns, and its other lines as they come."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_csv(stream: BinaryIO) -> Iterator[Line]:
    """Members of a CSV file with a header line, UTF-8, comma or semicolon; a cell does not go on in the next line.

    Columns: person (or id), address (or email), account, role, locale, region; every other column is a value of its
    own name that a text may print. Yields the line number with each member or fault, so that one broken quote costs
    one line and not the rest of the file.
    """
    table = read_table(stream)
    if "person" not in table.columns:
        yield 1, LineFault(1, "person", "there is no column person (or id)", "name it in the first line")
        return
    for number, row in table.rows:
        yield number, row if isinstance(row, LineFault) else _member(row, number)


def read_jsonl(stream: BinaryIO) -> Iterator[Line]:
    """Members of a JSON Lines file: the same names as keys, further values in the object `values`."""
    for number, row in read_objects(stream):
        yield number, row if isinstance(row, LineFault) else _member(row, number)


def read_table(stream: BinaryIO, aliases: Mapping[str, str] = ALIASES) -> Table:
    """Any CSV file with a header line: UTF-8 with or without a byte order mark, comma or semicolon, one row a line.

    Names of columns are in lower case with _ for blanks; `aliases` are other names of some. Cells are stripped, empty
    lines left out. A fault stands where a line is too long, not UTF-8, has quotes that do not close, or another number
    of cells than the first line.
    """
    lines = _lines(stream)
    head = next(lines, (1, ""))[1]
    first = head if isinstance(head, str) else ""
    separator = ";" if first.count(";") > first.count(",") else ","
    names = tuple(_column(name, aliases) for name in _cells(first, separator) or ())
    return Table(names, _rows(lines, names, separator))


def read_objects(stream: BinaryIO, aliases: Mapping[str, str] = ALIASES) -> Iterator[Row]:
    """Any JSON Lines file of flat objects; whole numbers become text, null is as if it were not there."""
    for number, line in _lines(stream):
        if isinstance(line, LineFault):
            yield number, line
        elif line.strip():
            yield number, _flat(line, number, aliases)


def _rows(lines: Iterator[tuple[int, str | LineFault]], names: tuple[str, ...], separator: str) -> Iterator[Row]:
    for number, line in lines:
        if isinstance(line, LineFault):
            yield number, line
        elif line.strip():
            yield number, _row(names, _cells(line, separator), number)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str | LineFault]]:
    """Numbered lines; a fault for one that is too long, which is read away without being kept, or is no UTF-8."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        whole, rest = len(raw) <= LONGEST_LINE, raw
        while not rest.endswith(b"\n") and (rest := stream.readline(LONGEST_LINE)):
            whole = False
        yield number, _text(raw, number) if whole else _too_long(number)


def _too_long(number: int) -> LineFault:
    return LineFault(number, "line", f"is longer than {LONGEST_LINE} bytes", "one entry per line")


def _text(raw: bytes, number: int) -> str | LineFault:
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return LineFault(number, "line", "is not UTF-8", "save the file as UTF-8")


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of a line; None when its quotes do not close."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _column(name: str, aliases: Mapping[str, str]) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return aliases.get(plain, plain)


def _row(names: tuple[str, ...], cells: list[str] | None, number: int) -> dict[str, str] | LineFault:
    if cells is None:
        return LineFault(number, "line", "has quotes that do not close", 'write a quote inside a cell twice: ""')
    if len(cells) != len(names):
        message = f"has {len(cells)} columns, the first line names {len(names)}"
        return LineFault(number, "line", message, "quote cells that hold the separator")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}


def _flat(raw: str, number: int, aliases: Mapping[str, str]) -> dict[str, str] | LineFault:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return LineFault(number, "line", "is no JSON object", "write one object per line")
    values = found.pop("values", {})
    flat = {_column(str(key), aliases): value for key, value in found.items() if value is not None}
    if isinstance(values, dict):
        flat = {**{str(key): value for key, value in values.items()}, **flat}
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in flat.values()):
        return LineFault(number, "line", "holds something that is neither text nor a whole number", "write text")
    return {key: str(value) for key, value in flat.items()}


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
