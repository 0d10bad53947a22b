"""A timeline the browser holds is neither read nor rendered again, and never older than what was written or erased."""

from typing import NoReturn

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import Session, col

from incident.models.entries import EntryBody
from incident.models.people import UserAccount
from incident.verbs.entries import note
from incident.web import timeline
from incident.web.frame import LATER
from tests.web.conftest import Enter
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def held(browser: TestClient, address: str, tag: str) -> bool:
    """Whether the browser is told that it has this page."""
    return browser.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_what_the_browser_holds_is_not_read_again(played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, address = enter("mara"), f"{played.path}/timeline"
    first = browser.get(address)
    assert LATER not in first.text
    monkeypatch.setattr(timeline, "read_entries", _never)
    again = browser.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_line_an_erased_one_and_a_renamed_writer_are_read(played: Stage, enter: Enter) -> None:
    browser, address = enter("mara"), f"{played.path}/timeline"
    tag = browser.get(address).headers["etag"]
    played.act("ines", note, played.incident_id, "Another line")
    assert not held(browser, address, tag)
    tag = browser.get(address).headers["etag"]
    assert held(browser, address, tag)

    def erase(session: Session) -> None:
        now = played.installation.clock.now()
        session.execute(update(EntryBody).where(col(EntryBody.seq) == 2).values(sealed=None, salt=None, erased_at=now))

    played.installation.store.write(erase)
    assert not held(browser, address, tag)
    assert "Erased; the proof that this line existed stays." in browser.get(address).text
    tag = browser.get(address).headers["etag"]

    def rename(session: Session) -> None:
        ines = col(UserAccount.id) == played.people["ines"].id
        session.execute(update(UserAccount).where(ines).values(name="Ines Neu"))

    played.installation.store.write(rename)
    assert not held(browser, address, tag)
    assert "Ines Neu" in browser.get(address).text


def test_another_choice_is_another_page(played: Stage, enter: Enter) -> None:
    browser, address = enter("mara"), f"{played.path}/timeline"
    tags = {
        browser.get(f"{address}{query}").headers["etag"] for query in ("", "?what=notes", "?before=3", "?what=facts")
    }
    assert len(tags) == 4


def _never(*_: object) -> NoReturn:
    raise AssertionError("the entries were read")
