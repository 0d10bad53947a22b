"""Documents from strangers are read under limits, and what cannot be kept is refused with a reason."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.documents import LARGEST_EXACT_INT, MAX_DEPTH, MAX_NODES, read_json, read_object
from incident.adapters.signals import Unreadable

HOSTILE = Path(__file__).parents[3] / "shared/payloads/hostile"
UNREADABLE = {"deep_nesting", "empty_body", "gzip_bomb_10mb", "nul_and_surrogate"}


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\xff\xfe{\x00}\x00", "NUL bytes"),
        ('{"title":"é"}'.encode("latin-1"), "not UTF-8"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "-Infinity"),
        (b'{"a":1,"b":{"c":1,"c":2}}', "'c' is given twice"),
        (rb'{"a":"\u0000"}', "NUL"),
        (rb'{"\ud800":1}', "surrogate"),
        (rb'["\udfff"]', "surrogate"),
        (nested(MAX_DEPTH + 1), "deeper"),
        (nested(100_000), "deeper"),
        (b"[" + b"1," * MAX_NODES + b"1]", "values"),
        (b'{"a":1', "Not JSON"),
        (b"{'a':1}", "Not JSON"),
        (b'{"a":"\n"}', "Not JSON"),
        (b"\x1f\x8b\x08", "not UTF-8"),
    ],
    ids=range(17),
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_json(body)


def test_the_deepest_and_the_widest_permitted_are_read() -> None:
    assert read_json(nested(MAX_DEPTH))
    widest = read_json(b"[" + b"1," * (MAX_NODES - 3) + b"1]")
    assert isinstance(widest, list)
    assert len(widest) == MAX_NODES - 2


def test_brackets_in_texts_count_for_nothing() -> None:
    text = '\\"' + "[{,:" * 20_000
    assert read_json(json.dumps([text]).encode()) == [text]


def test_an_unterminated_text_of_escapes_takes_linear_time() -> None:
    with pytest.raises(Unreadable, match="Not JSON"):
        read_json(b'"' + b'\\"' * 500_000)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("9007199254740992", LARGEST_EXACT_INT),
        ("-9007199254740992", -LARGEST_EXACT_INT),
        ("9007199254740993", "9007199254740993"),
        ("-9007199254740993", "-9007199254740993"),
        ("1" * 5_000, "1" * 5_000),
        ("1e999", "1e999"),
        ("0.25", 0.25),
    ],
    ids=range(7),
)
def test_numbers_a_double_cannot_hold_are_kept_as_text(digits: str, expected: object) -> None:
    assert read_json(f"[{digits}]".encode()) == [expected]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_object(b'\xef\xbb\xbf{"a":null}') == {"a": None}


def test_only_an_object_is_an_object() -> None:
    with pytest.raises(Unreadable, match="not an object"):
        read_object(b"[]")


storable = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | storable,
    lambda inner: st.lists(inner) | st.dictionaries(storable, inner),
)


@given(documents)
def test_every_ordinary_document_is_read_as_it_was_written(document: object) -> None:
    assert read_json(json.dumps(document).encode()) == document


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else_happens(body: bytes) -> None:
    try:
        read_json(body)
    except Unreadable:
        return


def test_the_hostile_collection_where_it_is_present(say: Callable[[str], None]) -> None:
    bodies = [path for path in sorted(HOSTILE.glob("*.json")) if not path.name.endswith(".headers.json")]
    unreadable = set()
    for path in bodies:
        try:
            read_json(path.read_bytes())
        except Unreadable:
            unreadable.add(path.stem)
    say(f"hostile documents tried: {len(bodies)}")
    assert unreadable == (UNREADABLE if bodies else set())
