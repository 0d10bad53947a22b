"""The chain as a pure rule: what a change does to it, and what checkpoints prove."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from incident.chain import (
    CHECKPOINTS,
    GENESIS,
    Break,
    Checkpoint,
    Head,
    Header,
    against_checkpoints,
    canonical,
    commitment,
    digest,
    from_line,
    line_digest,
    read_checkpoints,
    sealed_heads,
    sign,
    to_line,
    uncovered,
    verify_body,
    verify_headers,
    verify_signature,
)

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
Chain = list[tuple[Header, str]]


def chain_of(*texts: str, subject: str = "incident:1") -> Chain:
    entries: Chain = []
    prev = GENESIS
    for seq, text in enumerate(texts, 1):
        at = AT + timedelta(minutes=seq)
        header = Header(subject, seq, at, "user:1", "noted", prev, commitment(b"salt", text.encode()))
        prev = digest(header)
        entries.append((header, prev))
    return entries


def head_of(chain: Chain) -> Head:
    return (chain[-1][0].seq, chain[-1][1]) if chain else (0, GENESIS)


def lines_of(*heads: dict[str, Head], keys: tuple[Ed25519PrivateKey, ...] = ()) -> list[str]:
    lines: list[str] = []
    for number, each in enumerate(heads, 1):
        key = keys[number - 1] if keys else KEY
        prev = line_digest(lines[-1]) if lines else GENESIS
        lines.append(to_line(sign(AT + timedelta(hours=number), each, key, number, prev)))
    return lines


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_holds(length: int) -> None:
    chain = chain_of(*"abcdefgh"[:length])
    assert verify_headers("incident:1", chain, head_of(chain) if chain else None) == []


@given(st.data())
def test_any_change_to_any_header_is_found_at_its_place(data: st.DataObject) -> None:
    chain = chain_of(*"abcdef")
    seq = data.draw(st.integers(1, 6))
    name = data.draw(st.sampled_from(["at", "actor", "action", "prev", "commitment", "subject"]))
    header, stored = chain[seq - 1]
    changed: Any = header.at + timedelta(microseconds=1) if name == "at" else f"x{getattr(header, name)}"
    chain[seq - 1] = (replace(header, **{name: changed}), stored)
    assert verify_headers("incident:1", chain, head_of(chain))[0].seq == seq


@given(st.integers(1, 5))
def test_a_change_with_its_own_hash_mended_is_found_by_the_next_entry(seq: int) -> None:
    chain = chain_of(*"abcdef")
    changed = replace(chain[seq - 1][0], actor="user:2")
    chain[seq - 1] = (changed, digest(changed))
    assert [found.seq for found in verify_headers("incident:1", chain, head_of(chain))] == [seq + 1]


@given(st.integers(1, 5))
def test_a_missing_entry_is_found(seq: int) -> None:
    whole = chain_of(*"abcdef")
    left = [entry for entry in whole if entry[0].seq != seq]
    found = verify_headers("incident:1", left, head_of(whole))
    assert found == [Break("incident:1", seq, f"entries {seq} to {seq} are missing")]


@given(st.integers(1, 5))
def test_two_entries_that_changed_places_are_found(seq: int) -> None:
    chain = chain_of(*"abcdef")
    (one, one_hash), (two, two_hash) = chain[seq - 1], chain[seq]
    chain[seq - 1] = (replace(two, seq=one.seq), two_hash)
    chain[seq] = (replace(one, seq=two.seq), one_hash)
    assert verify_headers("incident:1", chain, head_of(chain))[0].seq == seq


def test_a_cut_tail_is_found_by_the_head_row() -> None:
    whole = chain_of(*"abcdef")
    assert verify_headers("incident:1", whole[:4], head_of(whole))[0].seq == 5
    assert verify_headers("incident:1", [], head_of(whole))[0].seq == 1


def test_a_head_row_that_was_lost_set_back_or_changed_is_found() -> None:
    chain = chain_of(*"abcdef")
    assert verify_headers("incident:1", chain, None)[0].what == "the chain has lost its head row"
    assert verify_headers("incident:1", chain, (4, chain[3][1]))[0].seq == 5
    assert verify_headers("incident:1", chain, (6, GENESIS))[0].seq == 6


def test_a_changed_text_is_found_and_an_erased_one_is_no_break() -> None:
    header = chain_of("a")[0][0]
    assert verify_body(header, b"salt", b"a") is None
    assert verify_body(header, b"salt", b"b") == Break("incident:1", 1, "text was changed")
    assert verify_body(header, b"other", b"a") is not None
    assert verify_body(header, None, None) is None


def test_the_hash_is_that_of_the_length_prefixed_fields() -> None:
    header = Header("incident:1", 7, AT, "user:1", "noted", GENESIS, "c" * 64)
    fields = ("incident:1", "7", "2026-11-24T09:00:00.000000+00:00", "user:1", "noted", GENESIS, "c" * 64)
    expected = b"\x01" + b"".join(len(field).to_bytes(4, "big") + field.encode() for field in fields)
    assert digest(header) == hashlib.sha256(expected).hexdigest()
    assert digest(replace(header, at=AT.astimezone(timezone(timedelta(hours=5))))) == digest(header)


def test_fields_cannot_flow_into_each_other() -> None:
    header = Header("incident:1", 1, AT, "user:12", "noted", GENESIS, "c")
    assert digest(header) != digest(replace(header, actor="user:1", action="2noted"))


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.lists(st.text()))))
def test_one_document_has_one_byte_string(document: dict[str, object]) -> None:
    shuffled = dict(reversed(list(document.items())))
    try:
        expected = canonical(document)
    except UnicodeEncodeError:
        return
    assert canonical(shuffled) == expected
    assert json.loads(expected) == document


def test_a_document_with_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"x": float("nan")})


def test_a_checkpoint_reads_back_from_its_line() -> None:
    checkpoint = sign(AT, {"incident:1": (3, "a" * 64), "administration": (1, "b" * 64)}, KEY)
    assert from_line(to_line(checkpoint)) == checkpoint
    assert verify_signature(checkpoint)


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '{"heads":{}}', '{"heads":[],"at":"x"}', "\ufffd"])
def test_what_is_no_checkpoint_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        from_line(line)
    assert read_checkpoints([line], 0) == ([], [Break(CHECKPOINTS, 1, "is no checkpoint")])


@pytest.mark.parametrize("change", ["number", "at", "prev", "heads", "key", "signature"])
def test_a_signature_covers_the_whole_checkpoint(change: str) -> None:
    checkpoint = sign(AT, {"incident:1": (3, "a" * 64)}, KEY)
    other: dict[str, Any] = {
        "number": 2,
        "at": AT + timedelta(seconds=1),
        "prev": "f" * 64,
        "heads": {"incident:1": (2, "a" * 64)},
        "key": OTHER.public_key().public_bytes_raw().hex(),
        "signature": "00" * 64,
    }
    assert not verify_signature(replace(checkpoint, **{change: other[change]}))


def test_a_file_of_checkpoints_holds() -> None:
    lines = lines_of({"a": (1, "x")}, {"a": (2, "y"), "b": (1, "z")}, {"b": (4, "w")})
    checkpoints, breaks = read_checkpoints(lines, 3)
    assert breaks == []
    assert sealed_heads(checkpoints) == {"a": (2, "y"), "b": (4, "w")}


@pytest.mark.parametrize(
    ("keep", "line"), [((1, 2), 1), ((0, 2), 2), ((0, 1), 3), ((1, 0, 2), 1), ((), 1), ((0, 1, 1, 2), 3)]
)
def test_lines_taken_out_or_moved_are_found(keep: tuple[int, ...], line: int) -> None:
    lines = lines_of({"a": (1, "x")}, {"a": (2, "y")}, {"a": (3, "z")})
    assert read_checkpoints([lines[index] for index in keep], 3)[1][0].seq == line


def test_a_spoilt_line_does_not_hide_the_others() -> None:
    lines = lines_of({"a": (1, "x")}, {"a": (2, "y")}, {"a": (3, "z")})
    checkpoints, breaks = read_checkpoints([lines[0], "spoilt", lines[2]], 3)
    assert [one.number for one in checkpoints] == [1, 3]
    assert [found.seq for found in breaks] == [2, 3]


def test_a_checkpoint_by_another_key_is_found() -> None:
    lines = lines_of({"a": (1, "x")}, {"a": (2, "y")}, keys=(KEY, OTHER))
    found = read_checkpoints(lines, 2)[1]
    assert [one.seq for one in found] == [2]
    assert "another key" in found[0].what


def sealed(*heads: dict[str, Head]) -> list[Checkpoint]:
    return read_checkpoints(lines_of(*heads), 0)[0]


def test_a_shorter_chain_is_found_by_the_checkpoints_that_saw_it_longer() -> None:
    found = against_checkpoints(sealed({"a": (3, "x")}, {"a": (7, "y")}), {"a": (2, "v")}, {})
    assert [(one.subject, one.seq) for one in found] == [("a", 3)]
    assert "entries 3 to 7 are gone" in found[0].what


def test_a_chain_that_is_gone_is_found() -> None:
    assert against_checkpoints(sealed({"a": (3, "x")}), {}, {})[0].seq == 1


def test_a_recomputed_chain_is_found_at_the_first_sealed_entry_that_differs() -> None:
    checkpoints = sealed({"a": (3, "x")}, {"a": (5, "y")}, {"a": (7, "z")})
    hashes = {("a", 3): "x", ("a", 5): "other", ("a", 7): "other"}
    assert [one.seq for one in against_checkpoints(checkpoints, {"a": (9, "w")}, hashes)] == [5]


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 9)),
)
def test_the_window_is_exactly_what_lies_behind_the_sealed_heads(covered: dict[str, int], ends: dict[str, int]) -> None:
    window = uncovered(
        {name: (seq, "") for name, seq in covered.items()}, {name: (seq, "") for name, seq in ends.items()}
    )
    open_entries = {(name, seq) for name, (first, last) in window.items() for seq in range(first, last + 1)}
    assert open_entries == {(name, seq) for name in ends for seq in range(covered.get(name, 0) + 1, ends[name] + 1)}
