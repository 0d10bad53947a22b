"""Filings by API: read with what they lack, their text put right, or thrown away."""

import pytest
from sqlmodel import col, select

from incident.models.law import Obligation
from incident.roles import Role
from tests.api.conftest import Front
from tests.web.reading import send


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_draft_is_read_and_corrected(front: Front, played: Front) -> None:
    stage = front.stage
    mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa")
    with stage.installation.store.read() as session:
        obligation = session.exec(select(Obligation.id).where(*mine)).one()
    browser = front.signed_in("mara")
    send(browser, f"{stage.path}/filings", obligation=str(obligation), locale="en")
    program, there = front.program(Role.LEGAL), f"/api{stage.path}/filings"
    (drafted,) = program.get(there).json()["filings"]
    assert (drafted["form"], drafted["submitted_at"]) == ("gdpr-33-3", None)
    body = {"subject": "Breach", "text": "Only this.", "mark": drafted["mark"]}
    address = f"/api/filings/{drafted['id']}/text"
    assert front.program(Role.RESPONDER).put(address, json=body).status_code == 403
    assert program.put(address, json=body).status_code == 204
    assert program.put(address, json=body).status_code == 409
    (after,) = program.get(there).json()["filings"]
    assert after["text"] == "Only this."
    assert len(after["lacking"]) > len(drafted["lacking"])
    assert program.put(address, json={"subject": "", "text": " ", "mark": None}).status_code == 422
    gone, reason = f"/api/filings/{drafted['id']}/discarding", "Filed on the portal."
    assert front.program(Role.RESPONDER).post(gone, json={"reason": reason}).status_code == 403
    assert program.post(gone, json={"reason": reason, "mark": drafted["mark"]}).status_code == 409
    assert program.post(gone, json={"reason": reason, "mark": after["mark"]}).status_code == 204
    assert program.get(there).json()["filings"] == []
