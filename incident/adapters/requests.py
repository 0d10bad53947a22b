"""A request out of files: a body, and headers as JSON, where names that begin with _ are notes."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from incident.adapters.answers import Asked


def headers_in(document: str | bytes) -> dict[str, object]:
    """The headers of a JSON object. Raises ValueError for what is none."""
    try:
        found = json.loads(document)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def asked_from(headers: Mapping[str, object], body: bytes) -> Asked:
    """What was asked; `_method` and `_query` of the headers are the request's own, other notes are left out."""
    names = {name.lower(): str(text) for name, text in headers.items() if not name.startswith("_")}
    query = dict(parse_qsl(str(headers.get("_query", "")), keep_blank_values=True))
    return Asked(names, body, str(headers.get("_method", "POST")).upper(), query)
