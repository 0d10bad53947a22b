"""The public page of a list: nothing without the link, nothing without the code, once per code, kept by nobody."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from incident.models.people import Customer, Person
from incident.queries.list_links import Source
from incident.verbs.list_links import NewLink, make_list_link
from incident.web import customer_lists
from notifications.models import Outgoing
from notifications.sealing import Place
from tests.web.conftest import Enter
from tests.web.stage import Stage

ACME = "customer-000"


@pytest.fixture
def path(played: Stage) -> str:
    """A live link to the list of a customer with 12 people."""

    def belong(session: Session) -> None:
        owner = session.exec(select(Customer.id).where(col(Customer.host_id) == ACME)).one()
        for person in session.exec(select(Person).order_by(col(Person.host_id)).limit(12)).all():
            person.customer_id = owner

    played.installation.store.write(belong)
    made = played.act("mara", make_list_link, played.incident_id, NewLink(ACME, "lists"))
    return f"/customer-lists/{made.token}"


def code_of(stage: Stage) -> str:
    """The code in the newest mail."""

    def read(session: Session) -> str:
        mine = select(Outgoing).where(col(Outgoing.occasion).startswith("list:"))
        row = session.exec(mine.order_by(col(Outgoing.created_at).desc(), col(Outgoing.occasion).desc())).first()
        assert row is not None
        place = Place("outgoing", "content_sealed", row.occasion, row.scope)
        text = json.loads(stage.installation.keys.open(session, row.content_sealed, place))["text"]
        found = re.search(r"\b(\d{6})\b", text)
        assert found
        return found[1]

    with stage.installation.store.read() as session:
        return read(session)


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_contact_gets_a_code_and_with_it_the_list(played: Stage, enter: Enter, path: str) -> None:
    browser = enter("")
    shown = browser.get(path)
    assert shown.status_code == 200
    assert "Acme Industries Ltd" in shown.text
    assert "p…@customer0.example" in shown.text
    assert "privacy0@" not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in shown.headers
    assert "one-time-code" in browser.post(f"{path}/codes").text
    code = code_of(played)
    answer = browser.post(f"{path}/download", data={"code": f"{code[:3]} {code[3:]}"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="list-2026-11-24.csv"'
    found = rows(answer)
    assert [row["person"] for row in found] == [f"person-{n:04d}" for n in range(12)]
    assert found[0]["name"] == "Anna Albrecht"
    assert found[0]["address"] == "person0@example.net"
    assert {row["source"] for row in found} == {"register of persons"}
    again = browser.post(f"{path}/download", data={"code": code})
    assert again.status_code == 403
    assert "no longer works" in again.text


def test_what_is_no_link_is_not_there_whatever_it_is(played: Stage, enter: Enter, path: str, clock: Any) -> None:
    browser = enter("")
    wrong = [f"/customer-lists/{token}" for token in ("x", path[-43:-1] + "~", "A" * 43, "%00")]
    clock.move(timedelta(hours=73))
    for gone in (*wrong, path):
        answers = [browser.get(gone), browser.post(f"{gone}/codes"), browser.post(f"{gone}/download")]
        assert {answer.status_code for answer in answers} == {404}, gone
        assert len({answer.text for answer in answers}) <= 2
        assert "Acme" not in "".join(answer.text for answer in answers)


def test_wrong_codes_are_counted_slowed_and_end_the_link(played: Stage, enter: Enter, path: str, clock: Any) -> None:
    browser = enter("")
    browser.post(f"{path}/codes")
    code = code_of(played)
    wrong = {"code": "000000" if code != "000000" else "111111"}
    seen = []
    while True:
        answer = browser.post(f"{path}/download", data=wrong)
        seen.append(answer.status_code)
        if answer.status_code == 404:
            break
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
            clock.move(timedelta(seconds=int(answer.headers["retry-after"])))
    assert [status for status in seen if status != 429] == [403, 403, 403, 403, 404]
    assert 429 in seen
    assert browser.post(f"{path}/download", data={"code": code}).status_code == 404
    assert browser.get(path).status_code == 404
    timeline = enter("mara").get(f"{played.path}/timeline").text
    assert "5 of 5: the link is dead" in timeline


def test_codes_are_not_mailed_without_end(played: Stage, enter: Enter, path: str) -> None:
    browser = enter("")
    assert [browser.post(f"{path}/codes").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_site_can_ask_for_nothing(enter: Enter, path: str) -> None:
    browser = enter("")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for act in ("codes", "download"):
        assert browser.post(f"{path}/{act}", headers=foreign).status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_speaks_the_customers_language(played: Stage, enter: Enter, path: str) -> None:
    for locale, title in (
        ("de", "Personenliste"),
        ("fr", "Liste de personnes"),
        ("es", "Lista de personas"),
        ("it", "Elenco di persone"),
        ("nl", "Lijst van personen"),
        ("pl", "Lista osób"),
        ("pt-BR", "Lista de pessoas"),
        ("sv", "List of people"),
    ):

        def speak(session: Session, locale: str = locale) -> None:
            session.exec(select(Customer).where(col(Customer.host_id) == ACME)).one().locale = locale

        played.installation.store.write(speak)
        html = enter("").get(path).text
        assert f"<h1>{title}</h1>" in html
        assert f'lang="{"en" if locale == "sv" else locale}"' in html
        assert "{" not in html.partition("<body>")[2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cell_that_a_spreadsheet_would_compute_is_text(
    played: Stage, enter: Enter, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifications.members import NewMember

    def one(*_: object) -> tuple[list[NewMember], str]:
        return [NewMember("=1+1", "a@example.net", values={"name": "@SUM(A1)"})], ""

    monkeypatch.setattr(customer_lists, "page_of", one)
    lines: Iterator[str] = customer_lists._csv(_edge(played), Source(ACME, 1))
    assert "'=1+1,'@SUM(A1),a@example.net,en,,register of persons" in "".join(lines)


def _edge(stage: Stage) -> Any:
    from incident.auth.edge import Edge

    parts = stage.installation
    return Edge(parts.store, parts.keys, parts.clock, parts.settings)


def test_a_revoked_link_says_nothing(played: Stage, enter: Enter, path: str) -> None:
    from incident.models.releasing import ListLink
    from incident.verbs.list_links import revoke_list_link

    with played.installation.store.read() as session:
        link_id = session.exec(select(ListLink.id)).one()
    played.act("mara", revoke_list_link, link_id)
    browser: TestClient = enter("")
    assert browser.get(path).status_code == 404
