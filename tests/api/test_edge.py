"""An edge shows what was released and nothing else, goes on while seventytwo is down, and loses no receipt."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, delete, func, select, update

from notifications.audience import NewMember
from notifications.clock import MovableClock
from notifications.edge.feeding import Untold
from notifications.message import Text
from notifications.models import Audience, Member, Receipt, Release
from notifications.release import resume, stop, void
from tests.api.conftest import Front
from tests.api.edges import NOTICES, Machine, ask, change, listening, released
from tests.browser.server import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def machine(front: Front, tmp_path: Path, port: int, clock: MovableClock) -> Iterator[Machine]:
    made = Machine(front, tmp_path / "edge", f"http://127.0.0.1:{port}", clock)
    yield made
    made.edge.stop()


def receipts(front: Front) -> list[tuple[str, object]]:
    with front.stage.installation.store.read() as session:
        return [(row.reader, row.at) for row in session.exec(select(Receipt).order_by(col(Receipt.reader)))]


def test_an_edge_answers_as_seventytwo_does(front: Front, machine: Machine, port: int) -> None:
    released(front)
    with listening(front.app, port):
        machine.look()
        for person, accounts in (("u-1", {}), ("late", {"acme": ["user", "admin"]}), ("u-2", {"acme": ["user"]})):
            here = machine.browser(person, accounts).get(NOTICES)
            there = front.reader(person, accounts=accounts).get(NOTICES)
            assert here.json() == there.json()
            assert here.json()["unread"] == (person != "u-2")
        assert machine.shown("u-1") == ["Hallo <b>Anna</b>"]
        english = machine.browser("u-1").get(NOTICES, params={"locale": "en"})
        assert english.json()["notices"][0]["subject"] == "Notice for <b>Anna</b>"
        told_by_host = front.client(Authorization=machine.browser("u-1").headers["authorization"])
        assert told_by_host.get(NOTICES).status_code == 401  # seventytwo does not know the host's secret here


def test_what_is_no_released_text_is_not_shown_and_what_is_withdrawn_disappears(
    front: Front, machine: Machine, port: int, clock: MovableClock
) -> None:
    with listening(front.app, port):
        asked = ask(front)
        machine.look()
        assert machine.shown("u-1") == []
        edge = front.client(Authorization=f"Bearer {machine.edge._client.headers['authorization'].split()[1]}")
        assert edge.get(f"/api/edge/editions/{asked.edition_id}").status_code == 404
        assert edge.get(f"/api/edge/releases/{asked.id}/rows").status_code == 404
        release = released(front)
        machine.look()
        assert machine.shown("u-1") == ["Hallo <b>Anna</b>"]
        change(front, release, stop, "wrong")
        machine.look()
        assert machine.shown("u-1") == []
        assert edge.get(f"/api/edge/editions/{release.edition_id}").status_code == 404
        change(front, release, resume, clock.now())
        machine.look()
        assert machine.shown("u-1") == ["Hallo <b>Anna</b>"]
        change(front, release, void, "changed", clock.now())
        machine.look()
        assert machine.shown("u-1") == []
        assert machine.browser("u-1").post(f"{NOTICES}/{'0' * 32}/receipts").status_code == 404


def test_while_seventytwo_is_down_notices_are_shown_and_receipts_wait(
    front: Front, machine: Machine, port: int, clock: MovableClock, tmp_path: Path
) -> None:
    released(front)
    with listening(front.app, port):
        machine.look()
    with pytest.raises(Untold, match="does not answer"):
        machine.look()
    (notice,) = machine.browser("u-1").get(NOTICES).json()["notices"]
    read = clock.now()
    first = machine.browser("u-1").post(f"{NOTICES}/{notice['id']}/receipts")
    assert (first.status_code, first.json()["recorded"]) == (201, True)
    clock.move(timedelta(hours=3))
    again = machine.browser("u-1").post(f"{NOTICES}/{notice['id']}/receipts")
    assert again.json() == first.json()
    assert machine.browser("u-1").get(NOTICES).json()["unread"] == 0
    with pytest.raises(Untold):
        machine.look()
    machine.edge.stop()  # the machine is started again, still alone
    woken = Machine(front, tmp_path / "edge", f"http://127.0.0.1:{port}", clock)
    assert woken.browser("u-1").get(NOTICES).json()["unread"] == 0
    assert receipts(front) == []
    with listening(front.app, port):
        woken.look()
        woken.look()
    assert receipts(front) == [("u-1", read)]
    woken.edge.stop()


def test_an_administrator_invited_later_is_shown_it_and_an_impersonated_session_leaves_nothing(
    front: Front, machine: Machine, port: int
) -> None:
    released(front)
    admin = {"acme": ["admin"]}
    with listening(front.app, port):
        machine.look()
        (notice,) = machine.browser("invited later", admin).get(NOTICES).json()["notices"]
        assert notice["text"] == "Hello you"
        there = f"{NOTICES}/{notice['id']}/receipts"
        support = machine.browser("invited later", admin, impersonated=True)
        assert support.post(there).json()["recorded"] is False
        assert support.get(NOTICES).json()["impersonated"] is True
        machine.look()
        assert receipts(front) == []
        assert machine.browser("invited later", admin).get(NOTICES).json()["unread"] == 1
        assert machine.browser("no admin", {"acme": ["user"]}).post(there).status_code == 404
        for who in ("invited later", "another"):
            assert machine.browser(who, admin).post(there).status_code == 201
        machine.look()
    assert [reader for reader, _ in receipts(front)] == ["another", "invited later"]


def test_what_was_read_at_one_edge_is_read_at_every_other_and_at_a_new_one(
    front: Front, machine: Machine, port: int, clock: MovableClock, tmp_path: Path
) -> None:
    released(front)
    with listening(front.app, port) as source:
        machine.look()
        second = Machine(front, tmp_path / "second", source, clock)
        second.look()
        (notice,) = front.reader("u-1").get(NOTICES).json()["notices"]
        assert machine.browser("u-1").post(f"{NOTICES}/{notice['id']}/receipts").status_code == 201
        assert second.browser("u-1").get(NOTICES).json()["unread"] == 1
        for _ in range(6):
            machine.look()
            second.look()
        new = Machine(front, tmp_path / "new", source, clock)
        new.look()
        for one in (second, new):
            assert one.browser("u-1").get(NOTICES).json()["unread"] == 0
            one.edge.stop()
        assert front.reader("u-1").get(NOTICES).json()["unread"] == 0


def test_an_edge_holds_no_address_no_value_that_is_not_printed_and_nobody_in_the_clear(
    front: Front, machine: Machine, port: int, tmp_path: Path
) -> None:
    released(front, (NewMember("person-4711", "anna@mail.example", values={"name": "Anna Zeller", "iban": "DE00"}),))
    with listening(front.app, port):
        machine.look()
        assert machine.shown("person-4711") == ["Hello Anna Zeller"]
        (notice,) = machine.browser("person-4711").get(NOTICES).json()["notices"]
        machine.browser("person-4711").post(f"{NOTICES}/{notice['id']}/receipts")
    held = b"".join(path.read_bytes() for path in (tmp_path / "edge").iterdir() if path.name != "key")
    assert b"Hello {{ name }}" in held
    for word in (b"person-4711", b"anna@", b"Anna Zeller", b"DE00", b"incident:"):
        assert word not in held
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "edge").iterdir() if path.name == "key"} == {0}


def test_after_the_audience_was_purged_an_edge_forgets_the_names(
    front: Front, machine: Machine, port: int, clock: MovableClock
) -> None:
    release = released(front)
    with listening(front.app, port):
        machine.look()

        def purge(session: Session) -> None:
            session.exec(delete(Member))
            session.execute(update(Audience).values(purged_at=clock.now()))

        front.stage.installation.store.write(purge)
        machine.look()
        assert machine.shown("u-1") == ["Hello you"]
        assert machine.edge.feeder._copy.releases().keys() == {str(release.id)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_large_release_is_shown_whole_or_not_at_all(front: Front, machine: Machine, port: int) -> None:
    released(front, [NewMember(f"u-{number}") for number in range(2001)])
    with listening(front.app, port):
        machine.look()
        assert [machine.shown(f"u-{number}") for number in (0, 999, 1000, 2000, 2001)] == [*[["Hello you"]] * 4, []]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_notice_that_cannot_be_filled_does_not_hide_the_others(front: Front, machine: Machine, port: int) -> None:
    released(front)
    released(front, texts={"en": Text("For {{ plan }}", "Your plan is {{ plan }}")})
    with listening(front.app, port):
        machine.look()
        assert machine.shown("u-1") == ["Hallo <b>Anna</b>"]


def test_receipts_that_cannot_be_are_not_kept(front: Front, machine: Machine, clock: MovableClock) -> None:
    release = released(front)
    edge = front.client(Authorization=str(machine.edge._client.headers["authorization"]))
    rows = edge.get(f"/api/edge/releases/{release.id}/rows").json()["rows"]
    person, account = (row["delivery"] for row in rows)
    later = (clock.now() + timedelta(days=1)).isoformat()
    told = [(person, "u-1"), (person, "u-1"), (person, "u-2"), (account, "u-2"), (10**15, "u-1")]
    body = {"receipts": [{"delivery": row, "reader": reader, "at": later} for row, reader in told]}
    assert edge.post("/api/edge/receipts", json=body).json() == {"kept": 2}
    assert edge.post("/api/edge/receipts", json=body).json() == {"kept": 0}
    assert receipts(front) == [("u-1", clock.now()), ("u-2", clock.now())]
    assert rows[0]["values"] == {"name": "<b>Anna</b>"}
    assert edge.get("/api/edge/receipts?after=x").status_code == 422


def test_every_receipt_is_gathered_whatever_their_number(front: Front, machine: Machine, port: int) -> None:
    release = released(front)
    store, now = front.stage.installation.store, front.stage.installation.clock.now()
    edge = front.client(Authorization=str(machine.edge._client.headers["authorization"]))
    account = edge.get(f"/api/edge/releases/{release.id}/rows").json()["rows"][1]["delivery"]
    for number in range(5):
        body = {
            "receipts": [
                {"delivery": account, "reader": f"r-{number}-{one}", "at": now.isoformat()} for one in range(500)
            ]
        }
        assert edge.post("/api/edge/receipts", json=body).json() == {"kept": 500}
    with store.read() as session:
        assert session.exec(select(func.count()).select_from(Receipt)).one() == 2500
    with listening(front.app, port):
        machine.look()
        for reader in ("r-0-0", "r-2-17", "r-4-499"):
            assert machine.browser(reader, {"acme": ["admin"]}).get(NOTICES).json()["unread"] == 0
        assert machine.browser("r-5-0", {"acme": ["admin"]}).get(NOTICES).json()["unread"] == 1


def test_a_release_that_is_still_being_made_is_not_told(front: Front, machine: Machine, port: int) -> None:
    release = released(front)

    def unfinished(session: Session) -> None:
        session.get_one(Release, release.id).fanned_out_at = None

    front.stage.installation.store.write(unfinished)
    with listening(front.app, port):
        machine.look()
        assert machine.shown("u-1") == []
