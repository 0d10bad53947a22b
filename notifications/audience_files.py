"""Lists of people read as a stream: CSV and JSON Lines, line by line; a broken line is named and stops nothing."""

import csv
import io
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
    """Members of a CSV file with a header line, UTF-8, comma or semicolon.

    Columns: person (or id), address (or email), account, role, locale, region; every other column is a value of its
    own name that a text may print. Yields the line number with each member or fault.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    head = text.readline(LONGEST_LINE)
    separator = ";" if head.count(";") > head.count(",") else ","
    names = [_column(name) for name in next(csv.reader([head], delimiter=separator), [])]
    if "person" not in names:
        yield 1, LineFault(1, "person", "there is no column person (or id)", "name it in the first line")
        return
    rows = csv.reader(_bounded(text), delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num + 1, LineFault(rows.line_num + 1, "line", str(error), "mend its quotes")
            continue
        if row:
            yield rows.line_num + 1, _from_cells(names, row, rows.line_num + 1)


def read_jsonl(stream: BinaryIO) -> Iterator[Line]:
    """Members of a JSON Lines file: the same names as keys, further values in the object `values`."""
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), 1):
        if raw.strip():
            yield number, _from_json(raw, number)


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of at most LONGEST_LINE characters; a longer one comes in pieces, which then are faults of their own."""
    return iter(lambda: text.readline(LONGEST_LINE), "")


def _column(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return ALIASES.get(plain, plain)


def _from_cells(names: list[str], row: list[str], number: int) -> NewMember | LineFault:
    if len(row) != len(names):
        message = f"has {len(row)} columns, the first line names {len(names)}"
        return LineFault(number, "line", message, "quote cells that hold the separator")
    return _member({name: cell.strip() for name, cell in zip(names, row, strict=True) if name}, number)


def _from_json(raw: bytes, number: int) -> NewMember | LineFault:
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
