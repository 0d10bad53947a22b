"""Payloads with members left out or replaced, so that every adapter is tried by the payloads there are."""

import copy
import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from hypothesis import strategies as st

from incident.adapters.answers import Asked
from incident.adapters.registry import Adapter
from incident.adapters.requests import asked_from
from tests.expected_signals import Expectation, read

Path = tuple[str | int, ...]
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**70,
    10**400,
    "",
    " \r\n\t ",
    "x" * 5000,
    "\u202e\u0000-",
    "<script>{{7*7}}</script>",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "\uff11\uff12",
    [],
    [[]],
    {},
    {"a": {"b": []}},
    [None, 1, "x", {}],
)


def asked_of(one: Expectation) -> Asked:
    """The request of an expected file, with the method and the query its headers note."""
    sent = read(one.body.with_suffix(".headers.json"))
    return asked_from(sent, one.body.read_bytes())


def decides(adapter: Adapter) -> frozenset[str]:
    """Members that the adapter's module names as deciding, besides those whose text is in title and key."""
    module = import_module(adapter.read.__module__)
    return frozenset(getattr(module, "DECIDES", ()))


def paths(node: Any, place: Path = ()) -> Iterator[Path]:
    """Every member and item of a document, the outer ones first."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in members:
        yield (*place, name)
        yield from paths(value, (*place, name))


def at(document: Any, place: Path) -> Any:
    """What stands at a place."""
    for name in place:
        document = document[name]
    return document


def texts(node: Any) -> Iterator[str]:
    """Every text and number in a document, as texts."""
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts(value)
    elif node is not None:
        yield str(node)


def without(document: Any, places: Sequence[Path]) -> Any:
    """The document without these members; items of lists stay."""
    changed = copy.deepcopy(document)
    for place in sorted(places, key=len, reverse=True):
        at(changed, place[:-1]).pop(place[-1], None)
    return changed


def optional(document: Any, words: Sequence[str], deciding: frozenset[str]) -> list[Path]:
    """Members that make up neither title nor key and do not decide: nothing of an alert may depend on them."""
    joined = "\n".join(words)

    def counts(place: Path) -> bool:
        inner = {str(name) for below in paths(at(document, place)) for name in below} | {str(n) for n in place}
        said = [text.strip() for text in texts(at(document, place))]
        is_part = any(text in joined for text in said if len(text) > 1)
        return not inner & deciding and not is_part and not any(word in text for word in words for text in said)

    return [place for place in paths(document) if isinstance(place[-1], str) and counts(place)]


def replaced(document: Any, place: Path, junk: Any) -> bytes:
    """The document with another value at a place, as bytes; what JSON cannot hold is written as it comes."""
    changed = copy.deepcopy(document)
    at(changed, place[:-1])[place[-1]] = junk
    return json.dumps(changed).encode()


def damaged(body: bytes) -> st.SearchStrategy[bytes]:
    """The bytes cut short, with one of them changed, or doubled."""
    if not body:
        return st.binary(max_size=50)
    places = st.integers(0, len(body) - 1)
    flipped = st.tuples(places, st.integers(1, 255)).map(
        lambda one: body[: one[0]] + bytes([body[one[0]] ^ one[1]]) + body[one[0] + 1 :]
    )
    return st.one_of(places.map(lambda cut: body[:cut]), flipped, st.just(body * 2), st.binary(max_size=50))
