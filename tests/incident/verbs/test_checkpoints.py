"""Checkpoints: one line for what moved, on disk, signed by a key that is made once."""

import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incident.chain import from_line, read_checkpoints
from incident.keys import KeyRing, KeyTrouble
from incident.queries.audit import FILE, verify
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.checkpoints import GONE, KEY_FILE, sign_heads, signs_here
from incident.verbs.entries import record
from notifications import workers
from notifications.clock import MovableClock
from notifications.ledger import Worker
from notifications.store import Store

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(START))


def say(store: Store, keys: KeyRing, subject: str) -> None:
    store.write(lambda session: record(Act(session, keys, system("test"), START), subject, "noted", {"text": "x"}))


def lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text().splitlines()


def test_a_line_holds_what_moved_since_the_line_before(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    key_file, folder = tmp_path / KEY_FILE, tmp_path / "outside"
    say(store, keys, "a")
    say(store, keys, "b")
    assert sign_heads(store, key_file, folder, START)
    say(store, keys, "b")
    assert sign_heads(store, key_file, folder, START)
    assert sign_heads(store, key_file, folder, START) is None
    heads = [{subject: seq for subject, (seq, _) in from_line(line).heads.items()} for line in lines(folder)]
    assert heads == [{"a": 1, "b": 1}, {"b": 2}]
    assert read_checkpoints(lines(folder), 2)[1] == []


def test_nothing_is_signed_before_there_is_an_entry(store: Store, tmp_path: Path) -> None:
    assert sign_heads(store, tmp_path / KEY_FILE, tmp_path / "outside", START) is None
    assert not (tmp_path / KEY_FILE).exists()


def test_the_signing_key_is_made_once_for_its_owner_alone(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    key_file, folder = tmp_path / KEY_FILE, tmp_path / "outside"
    say(store, keys, "a")
    sign_heads(store, key_file, folder, START)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    made = key_file.read_bytes()
    say(store, keys, "a")
    sign_heads(store, key_file, folder, START)
    assert key_file.read_bytes() == made
    assert len({from_line(line).key for line in lines(folder)}) == 1


def test_a_lost_signing_key_stops_with_a_clear_message_and_touches_nothing(
    store: Store, keys: KeyRing, tmp_path: Path
) -> None:
    key_file, folder = tmp_path / KEY_FILE, tmp_path / "outside"
    say(store, keys, "a")
    sign_heads(store, key_file, folder, START)
    key_file.unlink()
    before = (folder / FILE).read_bytes()
    say(store, keys, "a")
    with pytest.raises(KeyTrouble, match="key that signs checkpoints is lost"):
        sign_heads(store, key_file, folder, START)
    assert (folder / FILE).read_bytes() == before
    assert not key_file.exists()


def test_a_signing_key_others_can_read_is_refused(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    say(store, keys, "a")
    key_file = tmp_path / KEY_FILE
    sign_heads(store, key_file, tmp_path, START)
    key_file.chmod(0o644)
    say(store, keys, "a")
    with pytest.raises(KeyTrouble, match="chmod 600"):
        sign_heads(store, key_file, tmp_path, START)


def test_what_a_crash_left_of_a_line_is_no_checkpoint_and_goes(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    key_file = tmp_path / KEY_FILE
    say(store, keys, "a")
    sign_heads(store, key_file, tmp_path, START)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"at":"2026-11-24T09')
    with store.read() as session:
        assert verify(session, keys, tmp_path).holds
    say(store, keys, "a")
    sign_heads(store, key_file, tmp_path, START)
    assert read_checkpoints(lines(tmp_path), 2)[1] == []


def test_a_spoilt_line_does_not_stop_later_checkpoints(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    key_file = tmp_path / KEY_FILE
    say(store, keys, "a")
    sign_heads(store, key_file, tmp_path, START)
    with (tmp_path / FILE).open("a") as file:
        file.write("spoilt\n")
    say(store, keys, "a")
    sign_heads(store, key_file, tmp_path, START)
    with store.read() as session:
        report = verify(session, keys, tmp_path)
    assert [broken.seq for broken in report.breaks] == [2]


def test_signers_at_once_leave_one_unbroken_file(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    for subject in "abcdef":
        say(store, keys, subject)

    def work(subject: str) -> None:
        say(store, keys, subject)
        sign_heads(store, tmp_path / KEY_FILE, tmp_path, START)

    threads = [threading.Thread(target=work, args=(subject,)) for subject in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        report = verify(session, keys, tmp_path)
    assert report.holds
    assert report.window == {}


HERE, THERE = Worker("here.1"), Worker("there.1")


def signs(store: Store, folder: Path, worker: Worker, now: datetime) -> bool:
    return store.write(lambda session: signs_here(session, folder, worker.node, now))


def test_of_several_workers_the_first_signs_and_another_only_with_its_lines(
    store: Store, keys: KeyRing, tmp_path: Path
) -> None:
    here, there, now = tmp_path / "here", tmp_path / "there", START
    say(store, keys, "a")
    assert signs(store, here, HERE, now)
    assert not signs(store, there, THERE, now)
    sign_heads(store, tmp_path / KEY_FILE, here, now)
    now += GONE + timedelta(seconds=1)
    store.write(lambda session: workers.beat(session, HERE, now, ""))
    assert not signs(store, here, THERE, now)
    now += GONE + timedelta(seconds=1)
    assert not signs(store, there, THERE, now)  # has not the line
    assert signs(store, here, THERE, now)
    store.write(lambda session: workers.beat(session, THERE, now, ""))
    assert not signs(store, here, HERE, now)


def test_one_that_ended_is_followed_at_once_where_it_signed_nothing_lately(
    store: Store, keys: KeyRing, tmp_path: Path
) -> None:
    assert signs(store, tmp_path, HERE, START)
    now = START + GONE + timedelta(seconds=1)
    store.write(lambda session: workers.beat(session, HERE, now, ""))
    assert not signs(store, tmp_path, THERE, now)
    store.write(lambda session: workers.take_leave(session, HERE, now))
    assert signs(store, tmp_path, THERE, now)
