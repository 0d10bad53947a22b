"""Lists of people read as a stream: CSV and JSON Lines, line by line; a broken line is named and stops nothing."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from notifications.countries import country_named
from notifications.members import LineFault, NewMember
from notifications.placeholders import NAME
from notifications.wording import worded

LONGEST_LINE = 64 * 1024
NO_PERSON = worded("it tells people apart, such as your customer number: name it in the first line, or map one")
COLUMNS = ("person", "address", "account", "role", "locale", "region", "segment")
ALIASES: Mapping[str, str] = {"id": "person", "email": "address", "e-mail": "address", "mail": "address"}
SUPPOSED: Mapping[str, str] = {  # what these hold, unless the file has such a column or the caller says otherwise
    **dict.fromkeys(("language", "lang", "sprache"), "locale"),
    **dict.fromkeys(("country", "land"), "region"),
}
HEADINGS: Mapping[str, str] = {  # common headings in the languages of our texts: de, es, fr, it, nl, pl, pt
    "person": (
        "kundennummer kunden-nr kunden-nr. kundennr kunden_id kunden-id personen-id benutzer-id nutzer-id "
        "mitgliedsnummer número_de_cliente numero_de_cliente id_cliente id_usuario numéro_client numéro_de_client "
        "numero_client n°_client identifiant identifiant_client codice_cliente numero_cliente id_utente "
        "klantnummer klant-id gebruikers-id numer_klienta nr_klienta id_klienta id_użytkownika número_do_cliente "
        "código_do_cliente id_do_cliente id_usuário customer_number customer_no customer_no. client_number "
        "member_number"
    ),
    "address": (
        "e-mail-adresse e-mailadresse emailadresse mailadresse correo correo_electrónico correo_electronico "
        "dirección_de_correo adresse_e-mail adresse_mail adresse_électronique courriel indirizzo_e-mail "
        "indirizzo_email posta_elettronica e-mailadres emailadres adres_e-mail adres_email endereço_de_e-mail "
        "endereço_de_email"
    ),
    "locale": "sprache idioma langue lingua taal język jezyk língua",
    "region": "land staat bundesland país pais pays paese regione región région region kraj państwo",
    "segment": "gruppe kundengruppe segmento groupe gruppo groep grupa grupo",
    "name": "vollständiger_name nombre nombre_completo nom nom_complet nome nome_completo naam imię_i_nazwisko",
}
GUESSES: Mapping[str, str] = {  # what is offered to a person who says what each column is, and to nobody else
    **ALIASES,
    **dict.fromkeys(("person_id", "user_id", "uid", "uuid"), "person"),
    **dict.fromkeys(("email_address", "e-mail_address", "mail_address"), "address"),
    **dict.fromkeys(("account_id", "customer", "customer_id", "organisation_id", "organization_id"), "account"),
    **SUPPOSED,
    **dict.fromkeys(("country_code", "state"), "region"),
    **dict.fromkeys(("full_name", "display_name"), "name"),
    **{word: name for name, words in HEADINGS.items() for word in words.split()},
}
LEFT_OUT = ""  # what a column is called that is not read

Line = tuple[int, NewMember | LineFault]
Row = tuple[int, dict[str, str] | LineFault]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file whose first line was read: what its columns are taken for, its other lines as they come, and what
    the columns are called in the file."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    given: tuple[str, ...] = ()


def read_csv(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Line]:
    """Members of a CSV file with a header line, UTF-8, comma or semicolon; a cell does not go on in the next line.

    Columns: person (or id), address (or email), account, role, locale, region, segment; every other column is a value
    of its own name that a text may print, but for one of SUPPOSED that stands for a locale or a region the file does
    not have. `mapping` says otherwise, by the name in the file; "" leaves a column out.
    Yields the line number with each member or fault, so that one broken quote costs one line and not the rest of the
    file; a first line that cannot be read right is one fault, and nothing of the file is taken.
    """
    table = read_table(stream, _aliases(mapping or {}), SUPPOSED)
    fault = _mapped_fault(table.given, mapping or {}) or _head_fault(table.columns)
    if fault is not None:
        yield 1, fault
        return
    for number, row in table.rows:
        yield number, row if isinstance(row, LineFault) else _member(row, number)


def read_jsonl(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Line]:
    """Members of a JSON Lines file: the same names as keys, further values in the object `values`."""
    for number, row in read_objects(stream, _aliases(mapping or {}), SUPPOSED):
        yield number, row if isinstance(row, LineFault) else _member(row, number)


def header_of(first: str) -> tuple[str, ...]:
    """The names of the columns as the first line of a CSV file gives them, unchanged."""
    line = first.strip().removeprefix("\ufeff")
    return tuple(name.strip() for name in _cells(line, _separator(line)) or ())


def meaning_of(column: str, guesses: Mapping[str, str] = GUESSES) -> str:
    """What a column of this name is taken for: one of COLUMNS, or a value; "" when no text could print it."""
    name = _column(column, guesses)
    return name if name in COLUMNS or re.fullmatch(NAME, name) else LEFT_OUT


def mapping_faults(mapping: Mapping[str, str]) -> list[str]:
    """The file's columns that are to be taken for what nothing can be: neither of COLUMNS nor a name of a value."""
    return [column for column, name in mapping.items() if name != LEFT_OUT and not re.fullmatch(NAME, name)]


def read_table(
    stream: BinaryIO, aliases: Mapping[str, str] = ALIASES, supposed: Mapping[str, str] | None = None
) -> Table:
    """Any CSV file with a header line: UTF-8 with or without a byte order mark, comma or semicolon, one row a line.

    Names of columns are in lower case with _ for blanks; `aliases` are other names of some, `supposed` of those no
    other column is. Cells are stripped, empty lines left out. A fault stands where a line is too long, not UTF-8, has
    quotes that do not close, or another number of cells than the first line.
    """
    lines = _lines(stream)
    head = next(lines, (1, ""))[1]
    first = head if isinstance(head, str) else ""
    separator = _separator(first)
    given = tuple(_plain(name) for name in _cells(first, separator) or ())
    names = _named(given, aliases, supposed or {})
    return Table(names, _rows(lines, names, separator), given)


def read_objects(
    stream: BinaryIO, aliases: Mapping[str, str] = ALIASES, supposed: Mapping[str, str] | None = None
) -> Iterator[Row]:
    """Any JSON Lines file of flat objects; whole numbers become text, null is as if it were not there."""
    for number, line in _lines(stream):
        if isinstance(line, LineFault):
            yield number, line
        elif line.strip():
            yield number, _flat(line, number, aliases, supposed or {})


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
    return LineFault(
        number, "line", worded("is longer than {most} bytes", most=LONGEST_LINE), worded("one entry per line")
    )


def _text(raw: bytes, number: int) -> str | LineFault:
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return LineFault(number, "line", worded("is not UTF-8"), worded("save the file as UTF-8"))


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of a line; None when its quotes do not close."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _separator(first: str) -> str:
    return ";" if first.count(";") > first.count(",") else ","


def _column(name: str, aliases: Mapping[str, str]) -> str:
    plain = _plain(name)
    return aliases.get(plain, plain)


def _named(given: Sequence[str], aliases: Mapping[str, str], supposed: Mapping[str, str]) -> tuple[str, ...]:
    """What columns are taken for: the first of `supposed` counts where nothing else is that already."""
    names = [aliases.get(name, name) for name in given]
    for place, name in enumerate(given):
        if name not in aliases and (meant := supposed.get(name)) and meant not in names:
            names[place] = meant
    return tuple(names)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _aliases(mapping: Mapping[str, str]) -> dict[str, str]:
    """What a caller says of columns goes before what their names suggest."""
    return {**ALIASES, **{_plain(column): name for column, name in mapping.items()}}


def _mapped_fault(given: Sequence[str], mapping: Mapping[str, str]) -> LineFault | None:
    if all(_plain(column) in given for column in mapping):
        return None
    return LineFault(
        1,
        "columns",
        worded("lacks a column that the mapping names"),
        worded("write it as in the first line of the file"),
    )


def _head_fault(columns: Sequence[str]) -> LineFault | None:
    """Why a file cannot be read at all. Names columns by number: without a first line they would be somebody's data."""
    places: dict[str, list[str]] = {}
    for number, name in enumerate(columns, 1):
        places.setdefault(name, []).append(str(number))
    if not places.keys() & {"person", "account"}:
        return LineFault(1, "person", worded("there is no column person (or id)"), NO_PERSON)
    for name, numbers in places.items():
        if name != LEFT_OUT and not re.fullmatch(NAME, name):
            mend = worded("a-z, 0-9 and _ in the first line, or map it or leave it out")
            return LineFault(1, f"column {numbers[0]}", worded("has a name no text can print"), mend)
        if name != LEFT_OUT and len(numbers) > 1:
            return LineFault(
                1,
                name,
                worded("is what columns {numbers} are taken for", numbers=", ".join(numbers)),
                worded("leave out all but one"),
            )
    return None


def _row(names: tuple[str, ...], cells: list[str] | None, number: int) -> dict[str, str] | LineFault:
    if cells is None:
        return LineFault(
            number, "line", worded("has quotes that do not close"), worded('write a quote inside a cell twice: ""')
        )
    if len(cells) != len(names):
        message = worded("has {columns} columns, the first line names {named}", columns=len(cells), named=len(names))
        return LineFault(number, "line", message, worded("quote cells that hold the separator"))
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}


def _flat(raw: str, number: int, aliases: Mapping[str, str], supposed: Mapping[str, str]) -> dict[str, str] | LineFault:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return LineFault(number, "line", worded("is no JSON object"), worded("write one object per line"))
    values = found.pop("values", None) or {}
    if not isinstance(values, dict):
        return LineFault(number, "values", worded("is no JSON object"), worded('write {"name": "…"}'))
    names = _named([_plain(key) for key in found], aliases, supposed)
    named = list(zip(names, found.values(), strict=True))
    kept = [(name, value) for name, value in named if name != LEFT_OUT and value is not None]
    flat = {**{key: value for key, value in values.items() if value is not None}, **dict(kept)}
    if len(dict(kept)) < len(kept):
        return LineFault(
            number, "line", worded("has two keys that are taken for the same"), worded("leave out all but one")
        )
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in flat.values()):
        return LineFault(
            number, "line", worded("holds something that is neither text nor a whole number"), worded("write text")
        )
    return {key: str(value) for key, value in flat.items()}


def _member(cells: Mapping[str, str], number: int) -> NewMember | LineFault:
    if not cells.get("person") and not cells.get("account"):
        return LineFault(
            number, "person", worded("is empty"), worded("give the host's stable id, or in the product an account")
        )
    return NewMember(
        person=cells.get("person", ""),
        address=cells.get("address", ""),
        account=cells.get("account", ""),
        role=cells.get("role", ""),
        locale=cells.get("locale", ""),
        region=country_named(cells.get("region", "")),
        segment=cells.get("segment", ""),
        values={name: cell for name, cell in cells.items() if name not in COLUMNS and cell},
    )
