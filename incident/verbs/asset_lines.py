"""Declared assets read from the lines of a CSV file; a line that cannot be used is named and stops nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from incident.asset_rules import ANY, Declaration, declaration_faults, in_order
from incident.errors import Fault, Invalid
from incident.verbs.register import Entry, Faults, check_columns, numbered
from notifications.audience_files import read_table
from notifications.wording import worded

COLUMNS = ("kind", "name", "categories", "people", "regions", "role", "customers", "entity")
ALIASES = {"asset": "name", "pattern": "name", "asset_kind": "kind", "people_kinds": "people", "countries": "regions"}
MOST_LINES = 20_000
BETWEEN = re.compile(r"[\s,+|]+")


def words_in(text: str) -> tuple[str, ...]:
    """Words of one cell or field, parted by blanks, commas, + or |."""
    return tuple(word for word in BETWEEN.split(text) if word)


def read_declarations(stream: BinaryIO) -> Iterator[Entry[Declaration]]:
    """A declaration a line. Raises Invalid for a first line that names the wrong columns.

    UTF-8, comma or semicolon; columns: COLUMNS, of which `name` must be there. Words in a cell are parted by blanks,
    commas (in quotes), + or |. An empty kind stands for every kind.
    """
    table = read_table(stream, ALIASES)
    check_columns(table.columns, COLUMNS, ("name",))
    return _entries(numbered(table.rows, MOST_LINES))


def declared_by_words(kind: str, name: str, holds: Sequence[str]) -> Declaration:
    """A declaration from words such as "categories=name,contact". Raises Invalid for a word that names no part."""
    parts = [word.partition("=") for word in holds]
    mend = ", ".join(f"{part}=…" for part in COLUMNS[2:])
    faults = [
        Fault("holds", worded("names no part of a declaration"), mend)
        for part, _, _ in parts
        if part not in COLUMNS[2:]
    ]
    if faults:
        raise Invalid(*faults)
    return _declared({**{part: said for part, _, said in parts}, "kind": kind.strip(), "name": name})


def _entries(rows: Iterator[tuple[int, dict[str, str] | Faults]]) -> Iterator[Entry[Declaration]]:
    first: dict[tuple[str, str], int] = {}
    for number, row in rows:
        if isinstance(row, tuple):
            yield number, row
            continue
        declared = _declared(row)
        faults = declaration_faults(declared)
        place = (declared.kind, declared.pattern.lower())
        if not faults and place in first:
            faults = (
                Fault("name", worded("is declared on line {first} already", first=first[place]), worded("say it once")),
            )
        first.setdefault(place, number)
        yield number, faults or declared


def _declared(row: dict[str, str]) -> Declaration:
    lists = {name: words_in(row.get(name, "")) for name in ("categories", "people", "regions", "customers")}
    return in_order(
        Declaration(
            row.get("kind", "").lower() or ANY,
            row["name"],
            categories=lists["categories"],
            people=lists["people"],
            regions=lists["regions"],
            role=row.get("role", ""),
            customers=lists["customers"],
            entity=row.get("entity", ""),
        )
    )
