"""Sealing: a value opens in its place, with its key, unchanged, and nowhere else."""

import os
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sealing import HEAD_BYTES, DataKeyring, Place, Unsealable, data_key_of

RING = DataKeyring("incident:1", uuid4(), uuid4(), os.urandom(32))
NAMES = st.text(max_size=12)
PLACES = st.tuples(NAMES, NAMES, NAMES)


@given(st.binary(max_size=300), PLACES)
def test_a_value_opens_in_its_place(value: bytes, place: tuple[str, str, str]) -> None:
    blob = RING.seal(value, *place)
    assert RING.open(blob, *place) == value
    assert len(blob) == HEAD_BYTES + len(value) + 16
    assert data_key_of(blob) == RING.dek


@given(PLACES, PLACES)
def test_a_moved_value_does_not_open(here: tuple[str, str, str], there: tuple[str, str, str]) -> None:
    blob = RING.seal(b"secret", *here)
    if here == there:
        return
    with pytest.raises(Unsealable):
        RING.open(blob, *there)


def test_a_place_is_not_the_sum_of_its_letters() -> None:
    blob = RING.seal(b"secret", "table", "column", "12")
    with pytest.raises(Unsealable):
        RING.open(blob, "table", "column1", "2")


@given(st.data())
def test_any_changed_bit_does_not_open(data: st.DataObject) -> None:
    blob = bytearray(RING.seal(b"secret", "t", "c", "r"))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unsealable):
        RING.open(bytes(blob), "t", "c", "r")


@given(st.integers(0, HEAD_BYTES + 16 + 5))
def test_a_shortened_value_does_not_open(length: int) -> None:
    blob = RING.seal(b"secret", "t", "c", "r")[:length]
    with pytest.raises(Unsealable):
        RING.open(blob, "t", "c", "r")


@pytest.mark.parametrize("change", ["scope", "kek", "dek", "key"])
def test_another_scope_or_key_opens_nothing(change: str) -> None:
    blob = RING.seal(b"secret", "t", "c", "r")
    other = {"scope": "incident:2", "kek": uuid4(), "dek": uuid4(), "key": os.urandom(32)}[change]
    with pytest.raises(Unsealable):
        replace(RING, **{change: other}).open(blob, "t", "c", "r")  # type: ignore[arg-type]


def test_equal_values_do_not_look_equal() -> None:
    assert len({RING.seal(b"secret", "t", "c", "r") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "bytes_", [b"", b"v1", b"v2" + b"\0" * 100, b"plain text that was never sealed by anybody at all, truly"]
)
def test_what_is_no_sealed_value_is_named(bytes_: bytes) -> None:
    with pytest.raises(Unsealable, match="not a sealed value"):
        data_key_of(bytes_)


def test_a_fingerprint_meets_its_equal_within_one_scope_only() -> None:
    other = DataKeyring("incident:2", RING.kek, uuid4(), os.urandom(32))
    assert RING.blind("ada@example.org") == RING.blind("ada@example.org")
    assert RING.blind("ada@example.org") != RING.blind("bob@example.org")
    assert RING.blind("ada@example.org") != other.blind("ada@example.org")


def test_a_place_names_its_four_parts() -> None:
    place = Place("table", "column", "row", "scope")
    parts = {replace(place, **{name: "x"}).associated(RING.dek) for name in ("table", "column", "row", "scope")}
    assert len(parts | {place.associated(RING.dek), place.associated(uuid4())}) == 6
