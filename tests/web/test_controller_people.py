"""A controller's people by the pages: refused without its instruction and its yes; and no way goes past the rule."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from incident.models.people import Customer, Notice, Person
from incident.models.releasing import Instruction
from notifications.models import Delivery, Edition, Release
from notifications.release import open_texts
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_customers import ACME, instruction, page

SOURCES = Path(__file__).parents[2] / "incident"
INTO_THE_LEDGER = re.compile(r"releases\.(request_release|approve|resume)\(")


@pytest.fixture
def people(played: Stage) -> Stage:
    """Four persons of the register are the customer's."""

    def belong(session: Session) -> None:
        owner = session.exec(select(Customer.id).where(col(Customer.host_id) == ACME)).one()
        for person in session.exec(select(Person).order_by(col(Person.host_id)).limit(4)).all():
            person.customer_id = owner

    played.installation.store.write(belong)
    return played


def draft(stage: Stage, browser: TestClient, **said: str) -> Any:
    form = {"kind": "controller_people", "dataset": "lists", "locales": "en", "taken": "access_closed"}
    form["next_update"] = "2026-11-27T16:00"
    return send(browser, f"{stage.path}/notices", **{**form, **said})


def notice_id(answer: Any) -> UUID:
    return UUID(answer.headers["location"].rpartition("/")[2])


def only(stage: Stage, table: Any) -> Any:
    with stage.installation.store.read() as session:
        return session.exec(select(table)).one()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_drafts_nothing_in_a_name_nobody_gave_us(people: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for said, fault in (
        ({"controller": ACME}, "no recorded instruction"),
        ({"controller": ""}, "name the customer in whose name it speaks"),
        ({"kind": "announcement", "controller": ACME}, "nobody&#39;s people"),
    ):
        answer = draft(people, browser, **said)
        assert answer.status_code == 422
        assert fault in answer.text


def test_from_the_instruction_to_the_mails_by_pages(people: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert send(browser, f"{page(people)}/instructions", **instruction()).status_code == 303
    begun = draft(people, browser, controller=ACME)
    assert begun.status_code == 303, begun.text
    notice = notice_id(begun)
    shown = browser.get(f"/notices/{notice}").text
    assert "Acme Industries" in shown
    assert "privacy@acme.example" in shown
    assert send(browser, f"/notices/{notice}/audience").status_code == 303
    asked = release(people, browser, notice)
    edition, row = only(people, Edition), only(people, Instruction)
    with people.installation.store.read() as session:
        text = open_texts(session, people.installation.keys, edition)["en"]
    assert (text.speaker, text.answers_to) == ("Acme Industries", "privacy@acme.example")
    refused = approve(people, enter("ines"), asked)
    assert refused.status_code == 409
    assert "has not said yes to this text" in refused.text
    said = {"edition": f"{edition.id}:{edition.digest}", "by": "Ada Roth", "way": "portal"}
    assert send(browser, f"{page(people)}/instructions/{row.id}/approval", **said).status_code == 303
    assert approve(people, enter("ines"), asked).status_code == 303
    with people.installation.store.read() as session:
        rows = session.exec(select(Delivery).where(col(Delivery.release_id) == asked.id)).all()
    assert {(one.person, one.account) for one in rows} == {(f"person-{n:04d}", ACME) for n in range(4)}
    html = browser.get(page(people)).text
    assert "Its yes: edition 1, by portal (Ada Roth)" in html
    ledger = browser.get(f"/releases/{asked.id}/ledger.csv")
    assert ledger.text.splitlines()[:2] == ["person,channel,state,at,answer", "person-0000,email,pending,,"]
    assert "@" not in ledger.text
    assert enter("ines").get(f"/releases/{asked.id}/ledger.csv").status_code == 403
    ended = send(browser, f"{page(people)}/instructions/{row.id}/withdrawal", reason="it writes to them itself")
    assert ended.status_code == 303
    assert enter("lea").get(f"/notices/{notice}").status_code == 200  # the text can be read after as before
    assert draft(people, browser, controller=ACME).status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_notice_of_our_own_about_their_data_is_not_released(people: Stage, enter: Enter) -> None:
    browser = enter("mara")
    begun = draft(people, browser, kind="people")
    notice = notice_id(begun)
    assert send(browser, f"/notices/{notice}/audience").status_code == 303
    for key in re.findall(r'name="key" value="([^"]+)"', browser.get(f"/notices/{notice}").text):
        assert key
    answer = send(browser, f"/notices/{notice}/releases", version=str(version(people, notice)))
    assert answer.status_code == 409
    with people.installation.store.read() as session:
        assert session.exec(select(Release)).all() == []


def test_every_way_into_the_ledger_asks_for_the_instruction() -> None:
    found = {
        path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*.py")
        if INTO_THE_LEDGER.search(path.read_text(encoding="utf-8"))
    }
    assert set(found) == {"verbs/releases.py", "verbs/approvals.py"}
    for path, text in found.items():
        assert text.count("require_instruction(act,") == len(INTO_THE_LEDGER.findall(text)), path


def release(stage: Stage, browser: TestClient, notice: UUID) -> Release:
    asked = {"version": str(version(stage, notice)), "language_reason": "Acme writes English."}
    answer = send(browser, f"/notices/{notice}/releases", **asked)
    assert answer.status_code == 303, answer.text
    found: Release = only(stage, Release)
    return found


def approve(stage: Stage, browser: TestClient, asked: Release) -> Any:
    digests = {name: getattr(asked, name) for name in ("edition_digest", "audience_digest", "facts_digest")}
    return send(browser, f"/releases/{asked.id}/approval", count=str(asked.recipients), **digests)


def version(stage: Stage, notice: UUID) -> int:
    with stage.installation.store.read() as session:
        return session.get_one(Notice, notice).version
