"""The public report form: two fields, a token shown once, a page that reads and writes more, and nothing for others."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.models.entries import EntryHeader
from incident.models.finders import FinderMail, FinderThread, ReportCount
from incident.models.incidents import Evidence, Incident
from incident.models.law import AnchorRecord
from notifications.models import Delivery
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHAT = "Your export bucket lists files of customers.\nI opened one and closed it again."
KEYS = re.compile(r'<dd class="key">([^<]+)</dd>')


def with_settings(stage: Stage, **chosen: object) -> Stage:
    settings = stage.installation.settings.model_copy(update={"report_form": "public", **chosen})
    stage.installation = replace(stage.installation, settings=settings)
    return stage


@pytest.fixture
def public(stage: Stage) -> Stage:
    """The stage, with the form for everybody."""
    return with_settings(stage)


def report(browser: TestClient, what: str = WHAT, **fields: str) -> tuple[str, str]:
    """A report is sent; its reference and token, as the receipt shows them."""
    answer = browser.post("/report", data={"what": what, **fields})
    assert answer.status_code == 200, answer.text
    reference, token = KEYS.findall(answer.text)
    return reference, token


def threads(stage: Stage) -> list[FinderThread]:
    with stage.installation.store.read() as session:
        return list(session.exec(select(FinderThread).order_by(col(FinderThread.opened_at))).all())


def home_of(stage: Stage, thread: FinderThread) -> Incident:
    with stage.installation.store.read() as session:
        return session.get_one(Incident, thread.incident_id)


def test_two_fields_open_an_incident_and_the_receipt_shows_a_token_once(public: Stage, enter: Enter) -> None:
    stranger = enter("")
    form = stranger.get("/report").text
    assert len(re.findall(r"<(?:textarea|input)(?![^>]*(?:hidden|website))", form)) == 2
    reference, token = report(stranger, reach="ann@finder.example")
    (thread,) = threads(public)
    incident = home_of(public, thread)
    assert (incident.kind, incident.severity, incident.opened_by) == ("external_report", "medium", "system:report form")
    assert (thread.reference, thread.door, thread.state) == (reference, "form", "open")
    assert token not in str(thread.model_dump())
    assert thread.detected_at == public.installation.clock.now()
    with public.installation.store.read() as session:
        moments = session.exec(select(AnchorRecord).where(col(AnchorRecord.incident_id) == incident.id)).all()
        kept = session.exec(select(Evidence).where(col(Evidence.incident_id) == incident.id)).all()
        paged = session.exec(select(Delivery).where(col(Delivery.occasion) == f"page:opened:{incident.id}")).all()
    assert {(moment.name, moment.at) for moment in moments} == {
        ("detected", thread.detected_at),
        ("aware", thread.detected_at),
    }
    assert [one.media_type for one in kept] == ["application/json"]
    assert paged


def test_nothing_is_mailed_to_an_address_that_anybody_may_type(public: Stage, enter: Enter) -> None:
    report(enter(""), reach="victim@else.example")
    with public.installation.store.read() as session:
        assert not session.exec(select(Delivery).where(col(Delivery.occasion).startswith("finder:"))).all()


def test_an_anonymous_finder_reads_our_answer_and_writes_more_without_mail(public: Stage, enter: Enter) -> None:
    stranger, mara = enter(""), enter("mara")
    reference, token = report(stranger)
    path = f"/finder-threads/{threads(public)[0].id}"
    assert send(mara, f"{path}/mails", text="Thank you. Have you told anybody?").status_code == 303
    key = {"reference": reference.lower(), "token": token.replace("-", " ").lower()}
    opened = stranger.post("/report/follow-up", data=key)
    assert opened.status_code == 200
    assert "Thank you. Have you told anybody?" in opened.text
    assert "Your export bucket lists files" in opened.text
    files = [("files", ("C:\\shots\\list.png", b"\x89PNG", "image/png"))]
    more = {**key, "text": "Nobody.", "noticed": "This morning", "naming": "no"}
    added = stranger.post("/report/follow-up/messages", data=more, files=files)
    assert "Nobody." in added.text
    assert "This morning" in added.text
    page = send(mara, f"{path}/views").text
    assert "Nobody." in page
    assert "This morning" in page
    assert "list.png" in page
    assert "DKIM" not in page
    thread = threads(public)[0]
    with public.installation.store.read() as session:
        kept = session.exec(select(Evidence).where(col(Evidence.incident_id) == thread.incident_id)).all()
    assert sorted(one.media_type for one in kept) == ["application/json", "application/json", "image/png"]


def test_an_address_that_was_given_gets_our_answer_by_mail_too(public: Stage, enter: Enter) -> None:
    stranger, mara = enter(""), enter("mara")
    reference, token = report(stranger, reach="ann@finder.example")
    send(mara, f"/finder-threads/{threads(public)[0].id}/mails", text="Thank you, Ann.")
    with public.installation.store.read() as session:
        assert len(session.exec(select(Delivery).where(col(Delivery.occasion).startswith("finder:"))).all()) == 1
    assert "Thank you, Ann." in stranger.post("/report/follow-up", data={"reference": reference, "token": token}).text


def test_whatever_opens_no_report_is_answered_alike(public: Stage, enter: Enter) -> None:
    stranger = enter("")
    first, second = report(stranger), report(stranger, "Another one entirely.")
    nothing = ("22222-22222", "22222-22222-22222-22222-22222")
    wrong = [(first[0], second[1]), (second[0], first[1]), nothing, (first[0], ""), ("", first[1])]
    answers = [stranger.post("/report/follow-up", data={"reference": a, "token": b}) for a, b in wrong]
    assert {answer.status_code for answer in answers} == {403}
    bodies = {
        answer.text.replace(pair[0], "") if pair[0] else answer.text
        for answer, pair in zip(answers, wrong, strict=True)
    }
    assert len(bodies) == 1
    for reference, token in wrong:
        data = {"reference": reference, "token": token, "text": "let me in"}
        assert stranger.post("/report/follow-up/messages", data=data).status_code == 403


def test_the_same_form_sent_twice_is_one_report_with_one_receipt(public: Stage, enter: Enter) -> None:
    stranger = enter("")
    found = re.search(r'name="once" value="([^"]+)"', stranger.get("/report").text)
    assert found
    once = unescape(found[1])
    assert report(stranger, once=once) == report(stranger, once=once)
    assert len(threads(public)) == 1
    public.installation.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]
    late = stranger.post("/report", data={"what": WHAT, "once": once})
    assert len(KEYS.findall(late.text)) == 1
    assert "not shown again" in late.text
    assert len(threads(public)) == 1


def test_too_many_reports_wait_with_the_text_kept(stage: Stage, enter: Enter) -> None:
    public, stranger = with_settings(stage, report_forms_an_address=2), enter("")
    stranger.app.state.settings = public.installation.settings  # type: ignore[attr-defined]
    report(stranger, "One.")
    report(stranger, "Two.")
    late = stranger.post("/report", data={"what": "Three, and my words."})
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 3600
    assert "Three, and my words." in late.text
    assert len(threads(public)) == 2
    with public.installation.store.read() as session:
        assert "testclient" not in str([row.key for row in session.exec(select(ReportCount)).all()])
        assert session.exec(select(EntryHeader).where(col(EntryHeader.action) == "report.limited")).one()
    public.installation.clock.move(timedelta(minutes=61))  # type: ignore[attr-defined]
    report(stranger, "Three, and my words.")
    with public.installation.store.read() as session:
        assert {row.number for row in session.exec(select(ReportCount)).all()} == {1}


def test_a_program_that_fills_in_every_field_is_told_and_nothing_is_stored(public: Stage, enter: Enter) -> None:
    answer = enter("").post("/report", data={"what": WHAT, "reach": "x", "website": "https://spam.example"})
    assert answer.status_code == 422
    assert "Your export bucket lists files" in answer.text
    assert not threads(public)


def test_an_hour_of_too_many_is_one_incident(stage: Stage, enter: Enter) -> None:
    chosen = {"reports_an_hour": 2, "report_forms_an_address": 50}
    public, stranger = with_settings(stage, **chosen), enter("")
    stranger.app.state.settings = public.installation.settings  # type: ignore[attr-defined]
    for number in range(5):
        reference, token = report(stranger, f"Report {number}")
    found = threads(public)
    assert [thread.state for thread in found] == ["open", "open", "gathered", "gathered", "gathered"]
    assert len({thread.incident_id for thread in found}) == 3
    key = {"reference": reference, "token": token, "text": "With a file"}
    files = [("files", ("a.txt", b"x", "text/plain"))]
    assert stranger.post("/report/follow-up/messages", data=key, files=files).status_code == 422
    assert stranger.post("/report/follow-up/messages", data=key).status_code == 200
    own = send(enter("mara"), f"/finder-threads/{found[-1].id}/incident")
    assert own.status_code == 303
    assert threads(public)[-1].state == "open"
    with public.installation.store.read() as session:
        incident = threads(public)[-1].incident_id
        kept = session.exec(select(Evidence.sha256).where(col(Evidence.incident_id) == incident)).all()
        mails = session.exec(select(FinderMail.sha256).where(col(FinderMail.thread_id) == found[-1].id)).all()
    assert sorted(kept) == sorted(mails)


def test_the_form_is_there_only_as_the_setting_says(stage: Stage, enter: Enter) -> None:
    stranger = enter("")
    for chosen in ("off", "inside"):
        stranger.app.state.settings = with_settings(stage, report_form=chosen).installation.settings  # type: ignore[attr-defined]
        assert stranger.get("/report").status_code == 404
        assert stranger.post("/report", data={"what": WHAT}).status_code == 404
        assert stranger.get("/report/follow-up").status_code == 404
        assert stranger.post("/report/follow-up", data={"reference": "a", "token": "b"}).status_code == 404
        assert stranger.post("/report/follow-up/messages", data={"text": "x"}).status_code == 404
    stranger.app.state.settings = with_settings(stage, report_anonymous=False).installation.settings  # type: ignore[attr-defined]
    refused = stranger.post("/report", data={"what": WHAT})
    assert refused.status_code == 422
    assert "Say how we can reach you" in refused.text
    assert not threads(stage)


def test_words_come_in_two_languages_and_hostile_ones_stay_words(public: Stage, enter: Enter) -> None:
    stranger = enter("")
    assert "Was ist geschehen?" in stranger.get("/report", headers={"Accept-Language": "de-AT,en;q=0.5"}).text
    assert "What happened?" in stranger.get("/report", headers={"Accept-Language": "pl"}).text
    hostile = "<script>alert(1)</script> {{ 7*7 }} \u202egnp.exe"
    german = stranger.post("/report", data={"what": hostile, "lang": "de"}).text
    assert "Ihre Meldung ist bei uns" in german
    reference, token = KEYS.findall(german)
    page = stranger.post("/report/follow-up", data={"reference": reference, "token": token, "lang": "de"}).text
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "49" not in re.sub(
        r"[0-9a-f]{12,}|[0-9A-Z]{5}-[0-9A-Z]{5}|value=\"[^\"]*\"", "", page.partition("<main")[2].partition("<form")[0]
    )
    assert threads(public)[0].locale == "de"


def test_no_other_site_sends_the_form_and_no_page_of_it_is_kept(public: Stage, enter: Enter) -> None:
    stranger = enter("")
    for path in ("/report", "/report/follow-up", "/report/follow-up/messages"):
        answer = stranger.post(path, data={"what": WHAT}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    page = stranger.get("/report")
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text
    assert stranger.post("/report", data={"what": "x\0"}).status_code == 422
    assert stranger.post("/report/follow-up/messages", data={"text": "x\0"}, files=[]).status_code in (403, 422)
