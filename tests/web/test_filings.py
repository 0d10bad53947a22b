"""A filing from the page: drafted, then recorded with where, when, the reference, and the evidence of its receipt."""

from datetime import timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.models.incidents import Evidence
from incident.models.law import Filing, Obligation
from incident.verbs.evidence import Finding, keep_evidence
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage

BERLIN = ZoneInfo("Europe/Berlin")  # where the page's reader is


def test_a_submission_is_recorded_with_its_time_and_its_receipt(played: Stage, enter: Enter) -> None:
    browser, store = enter("mara"), played.installation.store
    mine = (col(Obligation.incident_id) == played.incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa")
    with store.read() as session:
        obligation = session.exec(select(Obligation.id).where(*mine)).one()
    form = browser.get(f"{played.path}/filings/new", params={"obligation": str(obligation)})
    assert form.status_code == 200, form.text[:2000]
    assert '<option value="de" selected>' in form.text  # of the authorities where the organisation is established
    drafted = send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en")
    assert drafted.status_code == 303, drafted.text
    played.act("mara", keep_evidence, played.incident_id, Finding("Receipt of the authority", b"Az. 531.4711"))
    with store.read() as session:
        filing, receipt = session.exec(select(Filing.id)).one(), session.exec(select(Evidence.id)).one()
    assert "Receipt of the authority" in browser.get(f"{played.path}/notices").text
    path = f"{played.path}/filings/{filing}/submission"
    where = {"submitted_to": "Supervisory authority", "channel": "portal", "reference": "531.4711"}
    assert send(browser, path, **where, at="yesterday").status_code == 422
    assert send(browser, path, **where, receipt="not one").status_code == 422
    at = played.installation.clock.now() - timedelta(hours=1)
    said = send(browser, path, **where, at=f"{at.astimezone(BERLIN):%Y-%m-%dT%H:%M}", receipt=str(receipt))
    assert said.status_code == 303, said.text
    with store.read() as session:
        kept = session.get_one(Filing, filing)
        assert (kept.submitted_at, kept.receipt_evidence_id) == (at, receipt)
        assert session.get_one(Obligation, obligation).met_at == at
    assert str(receipt) in browser.get(f"{played.path}/notices").text
    assert kept_text(browser, played, filing).startswith("attachment")


def kept_text(browser: TestClient, played: Stage, filing: UUID) -> str:
    """How the text is handed out as a file, once it holds what the page shows."""
    page = browser.get(f"{played.path}/notices").text
    (link,) = links(page, f"{played.path}/filings/")
    assert link == f"{played.path}/filings/{filing}.txt"
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    title, _, *body = answer.text.splitlines()
    assert title in unescape(page)
    assert "\n".join(body).strip() in unescape(page)
    assert browser.get(f"{played.path}/filings/{played.incident_id}.txt").status_code == 404
    return answer.headers["content-disposition"]
