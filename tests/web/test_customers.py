"""The page of one affected customer: its figures by form and by file, its links, its instruction, its ledger."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, col, select

from incident.models.people import Customer, CustomerContact, Person
from incident.models.releasing import CustomerShare, Instruction, ListLink
from tests.web.conftest import Enter
from tests.web.reading import send, token
from tests.web.stage import Stage

ACME, BLUE = "customer-000", "customer-001"


def page(stage: Stage, host_id: str = ACME) -> str:
    return f"{stage.path}/customers/{host_id}"


def contact(stage: Stage, host_id: str = ACME) -> str:
    with stage.installation.store.read() as session:
        query = select(CustomerContact.id).join(Customer).where(col(Customer.host_id) == host_id)
        return str(session.exec(query).one())


def people_of(stage: Stage, host_id: str = ACME) -> None:
    """Some persons of the register are this customer's."""

    def belong(session: Session) -> None:
        owner = session.exec(select(Customer.id).where(col(Customer.host_id) == host_id)).one()
        for person in session.exec(select(Person).limit(3)).all():
            person.customer_id = owner

    stage.installation.store.write(belong)


def test_the_customers_page_leads_to_each_customer(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    listed = browser.get(f"{played.path}/customers").text
    assert f'href="{page(played)}"' in listed
    html = browser.get(page(played)).text
    assert "Acme Industries Ltd" in html
    assert "Nothing recorded for it alone" in html
    assert "Our access logs do not cover the whole period" in html  # as the facts say of the whole data set
    for absent in ("nobody", "customer-999"):
        assert browser.get(page(played, absent)).status_code == 404


def test_figures_are_recorded_by_the_form(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    said = {
        "dataset": "lists",
        "people": "1,204",
        "countries": "DE = 1200\r\nAT = unknown",
        "fields": "first_name\r\nmail",
        "exposed_from": "2026-11-20T08:00",
        "exposed_until": "2026-11-23T17:30",
        "logs": "complete",
    }
    assert send(browser, f"{page(played)}/share", **said).status_code == 303
    html = unescape(browser.get(page(played)).text)
    assert "<dd>1,204</dd>" in html
    assert "20 November 2026, 08:00 \u2013 23 November 2026, 17:30 (Europe/Berlin, UTC+01:00)" in html
    assert "first_name and mail" in html
    assert "Germany (1,200), Austria" in html
    assert "1,204 people, 2 fields, own window" in browser.get(f"{played.path}/customers").text
    assert "Blue Harbour" in browser.get(page(played, BLUE)).text
    assert "1,204" not in browser.get(page(played, BLUE)).text
    refused = send(browser, f"{page(played)}/share", **{**said, "fields": "as at Blue Harbour Logistics"})
    assert refused.status_code == 422
    assert "name the customer Blue Harbour Logistics GmbH" in refused.text
    assert send(browser, f"{page(played)}/share", **{**said, "people": "many"}).status_code == 422


def test_figures_of_many_are_recorded_from_a_file_and_faults_are_listed(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    text = "host_id,people,logs\ncustomer-000,12,partial\nnobody,3,\ncustomer-001,x,\n"
    fields = {"csrf_token": token(browser), "dataset": "lists"}
    answer = browser.post(f"{played.path}/shares", data=fields, files={"file": ("shares.csv", text.encode())})
    assert answer.status_code == 200
    assert "<dt>New</dt><dd>1</dd>" in answer.text
    assert "<dt>Refused</dt><dd>2</dd>" in answer.text
    assert "&#39;nobody&#39; is no customer of the register" in answer.text
    with played.installation.store.read() as session:
        assert session.exec(select(CustomerShare.people)).all() == [12]
    assert browser.post(f"{played.path}/shares", data=fields).status_code == 422


def test_customers_come_into_the_register_by_the_page(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "Import the customers" in browser.get(f"{played.path}/customers").text
    lines = "host_id,legal_name,contact_kind,contact_person,contact_address\n"
    lines += "fern,Fern & Co Ltd,privacy,fern-1,privacy@fern.example\nmoss,,privacy,moss-1,privacy@moss.example\n"
    fields, files = {"csrf_token": token(browser)}, {"file": ("customers.csv", lines.encode())}
    answer = browser.post(f"{played.path}/customer-register", data=fields, files=files)
    assert answer.status_code == 200
    assert "<dt>New</dt><dd>1</dd>" in answer.text
    assert "<dt>Refused</dt><dd>1</dd>" in answer.text
    assert f'href="{played.path}/facts"' in answer.text  # what comes next: naming those affected
    with played.installation.store.read() as session:
        named = select(Customer.legal_name).where(col(Customer.host_id).in_(("fern", "moss")))
        assert session.exec(named).all() == ["Fern & Co Ltd"]
    assert "Import the customers" not in enter("ines").get(f"{played.path}/customers").text


def test_a_link_is_shown_once_and_revoked(played: Stage, enter: Enter) -> None:
    people_of(played)
    browser = enter("mara")
    made = send(browser, f"{page(played)}/lists", dataset="lists", contact=contact(played), days="2")
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    link = re.search(r">(http[^<]+/customer-lists/[^<]+)<", made.text)
    assert link
    html = browser.get(page(played)).text
    assert "No download." in html
    assert urlsplit(link[1]).path.rpartition("/")[2] not in html
    with played.installation.store.read() as session:
        row = session.exec(select(ListLink)).one()
    foreign = f"{page(played, BLUE)}/lists/{row.id}/revocation"
    assert send(browser, foreign).status_code == 404
    assert send(browser, f"{page(played)}/lists/{row.id}/revocation").status_code == 303
    assert "Revoked" in browser.get(page(played)).text
    wrong = send(browser, f"{page(played)}/lists", dataset="lists", contact=contact(played, BLUE))
    assert wrong.status_code == 422
    assert (
        send(browser, f"{page(played)}/lists", dataset="lists", contact=contact(played), days="15").status_code == 422
    )


def test_who_may_not_read_audiences_sees_no_addresses_and_makes_no_link(played: Stage, enter: Enter) -> None:
    browser = enter("lea")
    html = browser.get(page(played)).text
    assert "Make a link" not in html
    assert "@customer0.example" not in html
    assert "Record an instruction" in html  # legal
    assert send(browser, f"{page(played)}/lists", dataset="lists", contact=contact(played)).status_code == 403
    assert "p…@customer0.example" in enter("mara").get(page(played)).text


def instruction(**changed: str) -> dict[str, str]:
    usual = {
        "dataset": "lists",
        "what": "Write to our people.\r\nAs in your draft.",
        "by": "Ada Roth",
        "way": "letter",
        "received_at": "2026-11-24T09:30",
        "name": "Acme Industries",
        "contact_name": "Ada Roth",
        "contact_email": "privacy@acme.example",
        "colour": "#1f5f8b",
    }
    return {**usual, **changed}


def test_an_instruction_is_recorded_shown_and_withdrawn(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "No instruction is recorded" in browser.get(page(played)).text
    for wrong in (instruction(received_at="later"), instruction(way="rumour"), instruction(evidence="x")):
        assert send(browser, f"{page(played)}/instructions", **wrong).status_code == 422
    assert send(browser, f"{page(played)}/instructions", **instruction()).status_code == 303
    html = browser.get(page(played)).text
    assert "No text approved yet" in html
    assert "privacy@acme.example" in html
    assert 'fill="#1f5f8b"' in html
    with played.installation.store.read() as session:
        row = session.exec(select(Instruction)).one()
    assert row.received_at.isoformat() == "2026-11-24T08:30:00+00:00"
    for act, said in (
        ("withdrawal", {"reason": "no"}),
        ("approval", {"edition": f"{row.id}:0", "by": "A", "way": "mail"}),
    ):
        foreign = f"{page(played, BLUE)}/instructions/{row.id}/{act}"
        assert send(browser, foreign, **said).status_code == 404
    unnamed = send(browser, f"{page(played)}/instructions/{row.id}/approval", edition="", by="Ada Roth", way="mail")
    assert unnamed.status_code == 422
    ended = send(browser, f"{page(played)}/instructions/{row.id}/withdrawal", reason="they tell them themselves")
    assert ended.status_code == 303
    assert "Withdrawn" in browser.get(page(played)).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_role_that_may_not_file_records_no_instruction(played: Stage, enter: Enter) -> None:
    assert send(enter("ines"), f"{page(played)}/instructions", **instruction()).status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_customer_is_told_by_letter_and_acknowledges_it(played: Stage, enter: Enter) -> None:
    browser, there = enter("mara"), page(played, BLUE)
    assert "Record how it was told" in browser.get(f"{played.path}/customers").text
    said = {"channel": "post", "proof": "Registered letter RR 12 345"}
    assert send(browser, f"{there}/tellings", **{**said, "channel": "pigeon"}).status_code == 422
    assert send(browser, f"{there}/tellings", **said).status_code == 303
    html = browser.get(f"{played.path}/customers").text
    assert "Registered letter RR 12 345" in html
    assert "by post" in html
    assert send(browser, f"{there}/acknowledgement", who="Ms Roth", way="email").status_code == 303
    html = browser.get(f"{played.path}/customers").text
    assert "Ms Roth, by e-mail" in html
    assert send(browser, f"{there}/acknowledgement", who="Ms Roth", way="email").status_code == 409
