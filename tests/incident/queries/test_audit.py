"""Verification against an attacker who holds the database: triggers dropped first, then each way to change the past."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from incident.chain import CHECKPOINTS, Header, commitment
from incident.keys import KeyRing, KeyTrouble
from incident.models.entries import EntryBody, EntryHeader, body_place
from incident.queries.audit import FILE, verify
from notifications.clock import MovableClock
from notifications.store import Store
from tests.incident.queries.archive import CASE, OTHER, START, Archive, found, recompute


def test_an_untouched_timeline_holds_and_shows_what_is_not_covered_yet(archive: Archive) -> None:
    report = archive.verify()
    assert report.holds
    assert (report.chains, report.entries, report.checkpoints, report.erased) == (2, 12, 2, 0)
    assert report.window == {CASE: (5, 6), OTHER: (5, 6)}
    assert report.last_checkpoint == START + timedelta(minutes=8)
    said = report.text()
    assert "Not under a checkpoint yet: incident:1 5 to 6." in said
    assert said.endswith("The timeline holds.")
    archive.sign()
    assert archive.verify().window == {}


def test_an_empty_installation_holds(store: Store, tmp_path: Path) -> None:
    with store.read() as session:
        report = verify(session, KeyRing(os.urandom(32), MovableClock(START)), tmp_path / "none")
    assert report.holds
    assert (report.chains, report.entries, report.checkpoints, report.window) == (0, 0, 0, {})


@pytest.mark.parametrize("seq", [1, 3, 6])
@pytest.mark.parametrize("column", ["actor", "action", "commitment"])
def test_a_changed_row_is_named(archive: Archive, seq: int, column: str) -> None:
    archive.attack(f"UPDATE entry_header SET {column} = 'x' WHERE subject = :s AND seq = :n", s=CASE, n=seq)
    assert found(archive.verify())[0] == (CASE, seq)


def test_a_row_moved_in_time_is_named(archive: Archive) -> None:
    archive.attack("UPDATE entry_header SET at = '2026-11-24 08:00:00+00' WHERE subject = :s AND seq = 3", s=CASE)
    if archive.store.is_sqlite:
        archive.attack(
            "UPDATE entry_header SET at = '2026-11-24 08:00:00.000000' WHERE subject = :s AND seq = 3", s=CASE
        )
    assert found(archive.verify()) == [(CASE, 3)]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_row_deleted_from_the_middle_is_named(archive: Archive, seq: int) -> None:
    archive.attack(
        "DELETE FROM entry_header WHERE subject = :s AND seq = :n",
        "DELETE FROM entry_body WHERE subject = :s AND seq = :n",
        s=CASE,
        n=seq,
    )
    assert found(archive.verify())[0] == (CASE, seq)


def test_a_header_deleted_alone_leaves_its_text_behind(archive: Archive) -> None:
    archive.attack("DELETE FROM entry_header WHERE subject = :s AND seq = 6", s=CASE)
    assert {what.what for what in archive.verify().breaks} >= {"a text without its entry: the header was deleted"}


def test_two_rows_that_changed_places_are_named(archive: Archive) -> None:
    statements = [f"UPDATE entry_header SET seq = {new} WHERE subject = :s AND seq = {old}" for old, new in SWAP]
    archive.attack(*statements, s=CASE)
    assert found(archive.verify())[0] == (CASE, 3)


SWAP = ((3, 99), (4, 3), (99, 4))


def cut(archive: Archive, last: int) -> None:
    """Cut the tail behind `last` and set the head back, so that the chain looks whole."""
    archive.attack(
        "DELETE FROM entry_header WHERE subject = :s AND seq > :n",
        "DELETE FROM entry_body WHERE subject = :s AND seq > :n",
        "UPDATE chain_head SET seq = :n, hash = (SELECT hash FROM entry_header WHERE subject = :s AND seq = :n) "
        "WHERE subject = :s",
        s=CASE,
        n=last,
    )


def test_a_tail_cut_with_care_is_seen_up_to_the_last_checkpoint(archive: Archive) -> None:
    cut(archive, 3)
    report = archive.verify()
    assert found(report) == [(CASE, 4)]
    assert "entries 4 to 4 are gone" in report.breaks[0].what


def test_a_tail_cut_inside_the_window_is_not_seen_and_the_window_said_so(archive: Archive) -> None:
    assert archive.verify().window[CASE] == (5, 6)
    cut(archive, 4)
    assert archive.verify().holds


def test_a_tail_cut_without_care_is_seen_anywhere(archive: Archive) -> None:
    archive.attack("DELETE FROM entry_header WHERE subject = :s AND seq = 6", s=CASE)
    assert (CASE, 6) in found(archive.verify())


def test_an_emptied_table_is_named_chain_by_chain(archive: Archive) -> None:
    archive.attack("DELETE FROM entry_header", "DELETE FROM entry_body", "DELETE FROM chain_head")
    assert found(archive.verify()) == [(CASE, 1), (OTHER, 1)]


def test_a_recomputed_chain_differs_from_the_checkpoints(archive: Archive) -> None:
    def blame(header: Header) -> Header:
        if header.seq != 4:
            return header
        return Header(header.subject, 4, header.at, "user:other", header.action, header.prev, header.commitment)

    recompute(archive, CASE, blame)
    report = archive.verify()
    assert found(report) == [(CASE, 4)]
    assert "rewritten" in report.breaks[0].what


def test_a_chain_recomputed_from_the_start_is_named_at_its_first_sealed_entry(archive: Archive) -> None:
    def blame(header: Header) -> Header:
        return Header(
            header.subject, header.seq, header.at, "user:other", header.action, header.prev, header.commitment
        )

    recompute(archive, CASE, blame)
    assert found(archive.verify()) == [(CASE, 2)]


def test_an_old_database_put_back_falls_short_of_the_checkpoints(archive: Archive) -> None:
    archive.sign()
    for subject in (CASE, OTHER):
        archive.attack(
            "DELETE FROM entry_header WHERE subject = :s AND seq > 2",
            "DELETE FROM entry_body WHERE subject = :s AND seq > 2",
            "UPDATE chain_head SET seq = 2, hash = (SELECT hash FROM entry_header WHERE subject = :s AND seq = 2) "
            "WHERE subject = :s",
            s=subject,
        )
    assert found(archive.verify()) == [(CASE, 3), (OTHER, 3)]
    archive.add(CASE, "life goes on")
    archive.sign()
    assert found(archive.verify()) == [(CASE, 4), (OTHER, 3)]
    for number in range(4):
        archive.add(CASE, f"and on {number}")
    archive.sign()
    assert (CASE, 4) in found(archive.verify())  # a longer chain covers nothing up


@pytest.mark.parametrize("left", [0, 1])
def test_checkpoints_taken_away_are_named(archive: Archive, left: int) -> None:
    lines = (archive.folder / FILE).read_text().splitlines(keepends=True)
    (archive.folder / FILE).write_text("".join(lines[:left]))
    assert found(archive.verify()) == [(CHECKPOINTS, left + 1)]


def test_a_checkpoint_edited_to_fit_is_named(archive: Archive) -> None:
    path = archive.folder / FILE
    lines = path.read_text().splitlines()
    edited = json.loads(lines[1])
    edited["heads"][CASE][0] = 3
    path.write_text(lines[0] + "\n" + json.dumps(edited, sort_keys=True, separators=(",", ":")) + "\n")
    assert (CHECKPOINTS, 2) in found(archive.verify())


def test_a_changed_text_is_named_though_it_was_sealed_with_the_right_key(archive: Archive) -> None:
    def reword(session: Session) -> None:
        row = session.get_one(EntryBody, (CASE, 3))
        row.sealed = archive.keys.seal(session, '{"text":"never happened"}', body_place(CASE, 3))

    archive.store.write(reword)
    report = archive.verify()
    assert found(report) == [(CASE, 3)]
    assert report.breaks[0].what == "text was changed"


def test_texts_that_changed_places_do_not_open(archive: Archive) -> None:
    archive.attack(
        "UPDATE entry_body SET sealed = (SELECT sealed FROM entry_body WHERE subject = :s AND seq = 2), "
        "salt = (SELECT salt FROM entry_body WHERE subject = :s AND seq = 2) WHERE subject = :s AND seq = 3",
        s=CASE,
    )
    assert found(archive.verify()) == [(CASE, 3)]


def test_an_erasure_leaves_a_trace_and_the_chain_holds(archive: Archive) -> None:
    def erase(session: Session) -> None:
        row = session.get_one(EntryBody, (CASE, 3))
        row.salt = row.sealed = None
        row.erased_at = archive.clock.now()

    archive.store.write(erase)
    report = archive.verify()
    assert report.holds
    assert report.erased == 1


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM entry_body WHERE subject = :s AND seq = 3", "UPDATE entry_body SET sealed = NULL WHERE seq = 3"],
)
def test_a_text_that_is_gone_without_a_trace_is_named(archive: Archive, statement: str) -> None:
    archive.attack(statement, **({"s": CASE} if ":s" in statement else {}))
    assert (CASE, 3) in found(archive.verify())


def test_another_key_stops_verification_with_a_clear_message(archive: Archive) -> None:
    stranger = KeyRing(os.urandom(32), archive.clock)
    with archive.store.read() as session, pytest.raises(KeyTrouble, match="does not open this database"):
        verify(session, stranger, archive.folder)


def test_a_commitment_is_to_salt_and_text(archive: Archive) -> None:
    with archive.store.read() as session:
        header = session.get_one(EntryHeader, (CASE, 1))
        body = session.get_one(EntryBody, (CASE, 1))
        assert body.sealed is not None
        assert body.salt is not None
        opened = archive.keys.open(session, body.sealed, body_place(CASE, 1))
    assert header.commitment == commitment(body.salt, opened.encode())
    assert json.loads(opened)["text"] == "line 1"
