"""Strict reading of JSON that a stranger may have shaped: limits first, then parsing, then a look at every text."""

import json
import re
from collections.abc import Iterator
from math import isinf
from typing import NoReturn, TypeAlias

from incident.adapters.signals import Unreadable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 64
MAX_NODES = 50_000
LARGEST_EXACT_INT = 2**53
"""Beyond it a reader that uses doubles sees another number (RFC 8259 §6), so it is kept as text."""

_UTF8_BOM = b"\xef\xbb\xbf"
# Possessive, and closing quote optional: an unterminated string is one token, so the scan stays linear.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_object(body: bytes, *, to_keep: bool = True) -> dict[str, Json]:
    """Read one JSON object. Raises Unreadable with the reason, also for any other kind of document.

    Without `to_keep`, texts may hold what no database keeps: to prove a delivery that is then set aside.
    """
    document = read_json(body, to_keep=to_keep)
    if not isinstance(document, dict):
        raise Unreadable("The body is JSON but not an object.")
    return document


def read_json(body: bytes, *, to_keep: bool = True) -> Json:
    """Read UTF-8 JSON under limits (depth 64, 50 000 values). Raises Unreadable with the reason.

    Integers beyond 2^53 and numbers too large for a double come back as text, digit for digit. Refused: NaN and
    Infinity, a name given twice in one object, NUL, and lone surrogates (RFC 8259 §§4, 6, 8).
    """
    text = _decoded(body)
    _check_shape(text)
    try:
        document: Json = json.loads(
            text,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    if to_keep:
        _check_texts(document)
    return document


def read_lines(body: bytes) -> Json:
    """As `read_json`; several lines of JSON are one list, so that the limits hold for all of them together."""
    lines = [line.strip() for line in body.removeprefix(_UTF8_BOM).splitlines() if line.strip()]
    are_objects = all(line.startswith(b"{") and line.endswith(b"}") for line in lines)
    return read_json(b"[" + b",\n".join(lines) + b"]" if len(lines) > 1 and are_objects else body)


def each_object(document: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """The objects of a list, or the one object there is, each with what stands before a field's name: `[0].`, or "".

    Raises Unreadable at the first that is none.
    """
    listed = document if isinstance(document, list) else [document]
    for index, one in enumerate(listed):
        place = f"[{index}]." if listed is document else ""
        if not isinstance(one, dict):
            raise Unreadable(f"{place[:-1] or 'The body'} must be an object.")
        yield one, place


def _decoded(body: bytes) -> str:
    body = body.removeprefix(_UTF8_BOM)
    if not body.strip():
        raise Unreadable("The body is empty.")
    if b"\x00" in body:
        raise Unreadable("The body holds NUL bytes: it is not UTF-8 JSON (UTF-16 and UTF-32 are not read).")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8 (byte {error.start}).") from error


def _check_shape(text: str) -> None:
    """Refuse what would exhaust the parser, before the parser sees it; linear, no recursion."""
    depth, nodes = 0, 1
    for match in _TOKEN.finditer(text):
        mark = match.group()[0]
        if mark in "[{":
            depth += 1
            nodes += 1
        elif mark in "]}":
            depth -= 1
        elif mark == ",":
            nodes += 1
        if depth > MAX_DEPTH:
            raise Unreadable(f"Nested deeper than {MAX_DEPTH} levels.")
        if nodes > MAX_NODES:
            raise Unreadable(f"More than {MAX_NODES} values.")


def _integer(digits: str) -> int | str:
    if len(digits) > len(str(-LARGEST_EXACT_INT)):
        return digits
    value = int(digits)
    return value if abs(value) <= LARGEST_EXACT_INT else digits


def _number(digits: str) -> float | str:
    value = float(digits)
    return digits if isinf(value) else value


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a JSON number.")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result: dict[str, Json] = {}
    for name, value in pairs:
        if name in result:
            raise Unreadable(f"The name {name[:60]!a} is given twice in one object.")
        result[name] = value
    return result


def _check_texts(document: Json) -> None:
    for text in _texts(document):
        found = _UNSTORABLE.search(text)
        if found:
            kind = "NUL" if found.group() == "\x00" else "a lone surrogate"
            raise Unreadable(f"A text holds {kind}, which no database keeps.")


def _texts(document: Json) -> Iterator[str]:
    waiting: list[Json] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield from node
            waiting.extend(node.values())
