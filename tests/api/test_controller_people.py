"""A controller's people over the API: no program gets a notice to them without the recorded instruction and the yes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from incident.models.releasing import Instruction
from incident.organisation import organisation_of
from incident.queries.instructions import Brand, Details
from incident.roles import Role
from incident.verbs.facts import save_facts
from incident.verbs.instructions import NewInstruction, NewYes, record_instruction, record_yes, withdraw_instruction
from notifications.models import Edition
from tests.api.conftest import Front
from tests.web.reading import token
from tests.web.stage import facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ACME = "customer-000"
CSV = {"Content-Type": "text/csv"}


class Case:
    """The steps of a notice to people, each as a program takes it."""

    def __init__(self, front: Front) -> None:
        self.front, self.stage = front, front.stage
        assert self.stage.incident is not None
        self.there = f"/api/incidents/{self.stage.incident.codename}"
        self.officer = front.program(Role.PRIVACY_OFFICER)
        settings = self.stage.installation.settings
        self.stage.act("mara", save_facts, self.stage.incident_id, organisation_of(settings), facts())

    def instruct(self) -> Instruction:
        brand = Brand("Acme Industries", "Ada Roth", "privacy@acme.example")
        received = self.stage.installation.clock.now() - timedelta(minutes=5)
        new = NewInstruction("lists", ACME, Details("Write to our people.", "Ada Roth", "mail", brand), received)
        return self.stage.act("mara", record_instruction, self.stage.incident_id, new)

    def draft(self, **said: Any) -> Any:
        until = (self.stage.installation.clock.now() + timedelta(days=3)).isoformat()
        usual = {"kind": "controller_people", "dataset": "lists", "locales": ["en"], "controller": ACME}
        usual |= {"taken": ["access_closed"], "next_update": until}
        return self.officer.post(f"{self.there}/notices", json={**usual, **said})

    def edition(self, **said: Any) -> str:
        notice = self.draft(**said).json()
        frozen = self.officer.post(f"/api/notices/{notice['id']}/editions", json={"version": notice["version"]})
        assert frozen.status_code == 201, frozen.text
        return str(frozen.json()["id"])

    def audience(self, accounts: tuple[str, ...] = (ACME, ACME), controller: str = ACME, channel: str = "email") -> str:
        new = {"name": "people", "channel": channel, "controller": controller}
        made = self.officer.post(f"{self.there}/audiences", json=new)
        assert made.status_code == 201, made.text
        lines = "".join(f"p{at},p{at}@people.example,{account}\n" for at, account in enumerate(accounts))
        path = f"/api/audiences/{made.json()['id']}/import"
        assert self.officer.post(path, content=f"person,address,account\n{lines}".encode(), headers=CSV).is_success
        return str(made.json()["id"])

    def ask(self, edition: str, audience: str) -> Any:
        return self.officer.post("/api/releases", json={"edition": edition, "audience": audience})

    def approve(self, asked: Any) -> Any:
        browser = self.front.signed_in("ines")
        said = {**asked.json()["digests"], "recipients": asked.json()["recipients"]}
        path = f"/api/releases/{asked.json()['id']}/approvals"
        return browser.post(path, json=said, headers={"X-CSRF-Token": token(browser)})


def found(session: Session, edition: str) -> Edition:
    return next(row for row in session.exec(select(Edition)).all() if str(row.id) == edition)


def test_no_program_writes_in_a_name_nobody_gave_us(front: Front) -> None:
    case = Case(front)
    refused = case.draft()
    assert refused.status_code == 422
    assert refused.json()["faults"][0]["field"] == "controller"
    case.instruct()
    assert case.draft().status_code == 201
    assert case.draft(controller="customer-001").status_code == 422


def test_a_program_asks_only_for_its_people_and_nobody_approves_before_the_yes(front: Front) -> None:
    case = Case(front)
    row, edition = case.instruct(), case.edition()
    for audience, said in (
        (case.audience(controller=""), "its audience is another's"),
        (case.audience((ACME, "customer-001")), "is not of the account customer-000"),
        (case.audience((ACME, "")), "is not of the account customer-000"),
    ):
        refused = case.ask(edition, audience)
        assert refused.status_code == 409
        assert said in refused.text
    asked = case.ask(edition, case.audience())
    assert asked.status_code == 201, asked.text
    early = case.approve(asked)
    assert (early.status_code, "has not said yes" in early.text) == (409, True)
    with front.stage.installation.store.read() as session:
        frozen = found(session, edition)
    front.stage.act("mara", record_yes, row.id, NewYes(frozen.id, frozen.digest, "Ada Roth", "mail"))
    assert case.approve(asked).json()["state"] == "approved"
    front.stage.act("mara", withdraw_instruction, row.id, "it writes itself")
    assert case.officer.get(f"/api/releases/{asked.json()['id']}").json()["state"] == "void"
    assert case.ask(edition, case.audience()).status_code == 409


@pytest.mark.parametrize(("kind", "channel"), [("people", "email"), ("in_app", "in_app"), ("generic", "email")])
def test_under_no_other_kind_does_a_program_reach_them(front: Front, kind: str, channel: str) -> None:
    case = Case(front)
    edition = case.edition(kind=kind, controller="")
    refused = case.ask(edition, case.audience(controller="", channel=channel))
    assert refused.status_code == 409
    assert "another party" in refused.text


def test_what_is_published_is_mailed_to_nobody(front: Front) -> None:
    case = Case(front)
    notice = case.draft(kind="announcement", controller="").json()
    for finding in notice["findings"]:
        tick = {"version": notice["version"], "key": finding["key"], "reason": "It is so."}
        notice = case.officer.post(f"/api/notices/{notice['id']}/ticks", json=tick).json()
    frozen = case.officer.post(f"/api/notices/{notice['id']}/editions", json={"version": notice["version"]})
    assert frozen.status_code == 201, frozen.text
    for accounts, controller in (((ACME, ACME), ACME), ((ACME, "customer-001"), "")):
        refused = case.ask(frozen.json()["id"], case.audience(accounts, controller))
        assert refused.status_code == 409
        assert "sent to no audience" in refused.text
