"""The key ring: one data key per scope, and a lost or wrong key stops everything and touches nothing."""

import base64
import os
import stat
import threading
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from incident.installation import find_kek
from incident.keys import KeyRing, KeyTrouble, load_kek
from incident.settings import Settings
from notifications.clock import MovableClock
from notifications.models import DataKey
from notifications.sealing import Place, Unsealable
from notifications.store import Store

HERE = Place("incident", "title_sealed", "1", "incident:1")
KEK = os.urandom(32)


@pytest.fixture
def keys(clock: MovableClock) -> KeyRing:
    return KeyRing(KEK, clock)


def sealed(store: Store, keys: KeyRing, value: str = "secret", place: Place = HERE) -> bytes:
    return store.write(lambda session: keys.seal(session, value, place))


def opened(store: Store, keys: KeyRing, blob: bytes, place: Place = HERE) -> str:
    with store.read() as session:
        return keys.open(session, blob, place)


def test_a_value_opens_in_its_place_also_after_a_restart(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    blob = sealed(store, keys, "Straße ☂")
    assert opened(store, keys, blob) == "Straße ☂"
    assert opened(store, KeyRing(KEK, clock), blob) == "Straße ☂"


@pytest.mark.parametrize(
    "there",
    [
        Place("incident", "title_sealed", "2", "incident:1"),
        Place("incident", "review_sealed", "1", "incident:1"),
        Place("task", "title_sealed", "1", "incident:1"),
        Place("incident", "title_sealed", "1", "incident:2"),
    ],
)
def test_a_value_moved_to_another_row_column_table_or_scope_does_not_open(
    store: Store, keys: KeyRing, there: Place
) -> None:
    blob = sealed(store, keys)
    sealed(store, keys, "other", there)
    with pytest.raises(Unsealable):
        opened(store, keys, blob, there)


def test_each_scope_has_one_data_key_of_its_own(store: Store, keys: KeyRing) -> None:
    for scope in ("incident:1", "incident:2", "incident:1"):
        sealed(store, keys, place=Place("t", "c", "r", scope))
    with store.read() as session:
        rows = session.exec(select(DataKey)).all()
    assert sorted(row.scope for row in rows) == ["incident:1", "incident:2"]
    assert len({row.wrapped for row in rows}) == 2
    assert {row.kek for row in rows} == {keys.kek_id}


def test_no_key_and_no_value_stands_in_the_database(store: Store, keys: KeyRing) -> None:
    blob = sealed(store, keys, "very secret words")
    with store.read() as session:
        row = session.exec(select(DataKey)).one()
        ring = keys.for_scope(session, "incident:1")
    assert b"very secret" not in blob
    assert ring.key not in row.wrapped
    assert KEK not in row.wrapped
    assert keys.kek_id != UUID(bytes=KEK[:16])


def test_an_erased_data_key_opens_nothing_any_more(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    blob = sealed(store, keys)
    store.write(lambda session: session.execute(text("DELETE FROM data_key")))
    with pytest.raises(Unsealable, match="its data key is gone"):
        opened(store, KeyRing(KEK, clock), blob)


def test_a_destroyed_key_opens_nothing_and_is_never_made_anew(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    blob, other = sealed(store, keys), sealed(store, keys, "kept", Place("incident", "title_sealed", "2", "incident:2"))
    assert store.write(lambda session: keys.shred(session, HERE.scope))
    assert not store.write(lambda session: keys.shred(session, HERE.scope))
    for ring in (keys, KeyRing(KEK, clock)):
        with pytest.raises(Unsealable, match="was destroyed"):
            opened(store, ring, blob)
        with pytest.raises(Unsealable, match="was destroyed"):
            sealed(store, ring)
        with store.read() as session:
            ring.check(session)
        assert opened(store, ring, other, Place("incident", "title_sealed", "2", "incident:2")) == "kept"


def test_a_data_key_moved_to_another_scope_does_not_unwrap(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    blob = sealed(store, keys)
    store.write(lambda session: session.execute(text("UPDATE data_key SET scope = 'incident:2'")))
    with pytest.raises(KeyTrouble):
        opened(store, KeyRing(KEK, clock), blob)


def test_threads_that_need_a_new_scope_at_once_agree_on_one_key(
    store: Store, keys: KeyRing, clock: MovableClock
) -> None:
    blobs: list[bytes] = []

    def work() -> None:
        ring = KeyRing(KEK, clock)
        blobs.append(sealed(store, ring))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [opened(store, keys, blob) for blob in blobs] == ["secret"] * 8
    with store.read() as session:
        assert len(session.exec(select(DataKey).where(col(DataKey.scope) == "incident:1")).all()) == 1


def test_another_key_is_refused_before_anything_is_touched(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    blob, before = sealed(store, keys), fingerprint(store)
    stranger = KeyRing(os.urandom(32), clock)
    with store.read() as session, pytest.raises(KeyTrouble) as refusal:
        stranger.check(session)
    assert "Nothing was touched" in str(refusal.value)
    assert str(keys.kek_id) in str(refusal.value)
    with pytest.raises(KeyTrouble):
        sealed(store, stranger, "new")
    assert fingerprint(store) == before
    assert opened(store, keys, blob) == "secret"


def fingerprint(store: Store) -> object:
    """All rows of the sealed table, and on SQLite the bytes of the file."""
    with store.read() as session:
        rows = [tuple(row) for row in session.execute(text("SELECT id, scope, kek, wrapped FROM data_key")).all()]
    return rows, Path(store.url.database).read_bytes() if store.is_sqlite and store.url.database else b""


def test_the_right_key_passes_and_an_empty_database_takes_any(store: Store, keys: KeyRing, clock: MovableClock) -> None:
    with store.read() as session:
        KeyRing(os.urandom(32), clock).check(session)
    sealed(store, keys)
    with store.read() as session:
        KeyRing(KEK, clock).check(session)


def test_a_lost_key_file_is_not_replaced_by_a_new_one(store: Store, tmp_path: Path, clock: MovableClock) -> None:
    settings = Settings(home=tmp_path / "home", database_url=store.url.render_as_string(hide_password=False))
    first = find_kek(settings, store)
    assert find_kek(settings, store) == first
    sealed(store, KeyRing(first, clock))
    settings.kek_path.unlink()
    before = fingerprint(store)
    with pytest.raises(KeyTrouble, match=r"is lost.*Nothing was touched"):
        find_kek(settings, store)
    assert not settings.kek_path.exists()
    assert fingerprint(store) == before


def test_the_key_is_made_on_first_run_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    made = load_kek(None, path, database_has_keys=False)
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_kek(None, path, database_has_keys=True) == made


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_others_can_read_is_refused_and_left_alone(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    load_kek(None, path, database_has_keys=False)
    before = path.read_bytes()
    path.chmod(mode)
    with pytest.raises(KeyTrouble, match=f"{mode:04o}.*chmod 600"):
        load_kek(None, path, database_has_keys=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "short", "not base64 !", base64.b64encode(b"x" * 31).decode()])
def test_a_file_that_holds_no_key_is_refused_and_left_alone(tmp_path: Path, clock: MovableClock, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyTrouble):
        KeyRing(load_kek(None, path, database_has_keys=False), clock)
    assert path.read_text() == content


def test_a_key_from_the_settings_needs_no_file(tmp_path: Path) -> None:
    value = base64.b64encode(KEK).decode()
    assert load_kek(value, tmp_path / "key", database_has_keys=True) == KEK
    assert not (tmp_path / "key").exists()
    with pytest.raises(KeyTrouble, match="SEVENTYTWO_KEK is not base64"):
        load_kek("!", tmp_path / "key", database_has_keys=True)
