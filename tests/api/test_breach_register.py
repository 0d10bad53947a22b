"""The breach register for programs: typed, narrowed down, only what the caller may see, and each read written down."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.incidents import Incident
from incident.roles import Role, Visibility
from tests.api.conftest import Front

PATH = "/api/register"


def entries(front: Front, role: Role = Role.AUDITOR, **asked: Any) -> dict[str, dict[str, Any]]:
    answer = front.program(role).get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return {entry["dataset"]: entry for entry in answer.json()["entries"]}


def reads(front: Front) -> int:
    mine = (col(EntryHeader.subject) == ADMINISTRATION, col(EntryHeader.action) == "register.exported")
    with front.stage.installation.store.read() as session:
        return len(session.exec(select(EntryHeader.seq).where(*mine)).all())


def test_every_entry_is_typed(played: Front) -> None:
    found = entries(played)
    assert set(found) == {"accounts", "lists"}
    accounts, lists = found["accounts"], found["lists"]
    facts = accounts["facts"]
    assert played.stage.incident is not None
    assert (accounts["incident"], accounts["entity"]) == (played.stage.incident.codename, "main")
    assert (facts["role"], facts["kinds"], facts["people"]["count"]) == ("controller", ["confidentiality"], 40)
    now = played.stage.installation.clock.now()
    assert datetime.fromisoformat(facts["aware"]["at"]) == now - timedelta(minutes=90)
    assert (facts["aware"]["provisional"], accounts["at"]) == (False, facts["aware"]["at"])
    assert accounts["effects"]["misuse_seen"] is None
    assert "breach.misuse_seen" in accounts["unknown"]
    (record,) = accounts["records"]
    assert (record["duty"], record["regime"], record["keep_until"]) == ("eu-gdpr-33-5-record", "gdpr", None)
    authority = next(one for one in accounts["notifications"] if one["addressee_kind"] == "supervisory_authority")
    assert (authority["step"], authority["told_at"], authority["late"]) == ("open", None, False)
    assert (lists["customers"]["affected"], lists["customers"]["told"]) == (14, 1)
    assert (accounts["state"], lists["state"]) == ("open", "notified")


def test_it_is_narrowed_down_as_the_page_is(played: Front) -> None:
    assert set(entries(played, year=2026, regime="gdpr", state="notified")) == {"lists"}
    assert entries(played, year=2025) == {}
    assert set(entries(played, state="open")) == {"accounts", "lists"}
    for wrong in ({"year": "soon"}, {"year": 12}, {"state": "perhaps"}):
        refused = played.program(Role.AUDITOR).get(PATH, params=wrong)
        assert refused.status_code == 422, wrong
        assert refused.json()["faults"], wrong


@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_a_program_finds_nothing_it_may_not_know_of(played: Front, visibility: Visibility) -> None:
    def hide(session: Session) -> None:
        session.get_one(Incident, played.stage.incident_id).visibility = visibility

    played.stage.installation.store.write(hide)
    assert entries(played) == {}
    assert len(played.signed_in("mara").get(PATH).json()["entries"]) == 2  # she opened it and belongs to it


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_read_is_written_down_and_a_refused_one_is_none(played: Front) -> None:
    entries(played)
    entries(played, state="open")
    assert reads(played) == 2
    assert played.program(Role.HOST).get(PATH).status_code == 403
    assert played.program(Role.AUDITOR).get(PATH, params={"year": 12}).status_code == 422
    assert reads(played) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_leads_here(played: Front) -> None:
    browser = played.signed_in("mara")
    page = browser.get("/register?state=open", headers={"Accept": "text/html"}).text
    assert 'href="/api/register?state=open"' in page
    assert len(browser.get("/api/register?state=open").json()["entries"]) == 2
