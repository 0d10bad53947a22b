"""A filing from the page: drafted, then recorded with where, when, the reference, and the evidence of its receipt."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import col, select

from incident.models.incidents import Evidence
from incident.models.law import Filing, Obligation
from incident.organisation import organisation_of
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage, facts

BERLIN = ZoneInfo("Europe/Berlin")  # where the page's reader is


def owed(stage: Stage) -> Obligation:
    """What is owed to the authority under GDPR Art. 33(1)."""
    mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa")
    with stage.installation.store.read() as session:
        return session.exec(select(Obligation).where(*mine)).one()


def test_a_submission_is_recorded_with_its_time_and_its_receipt(played: Stage, enter: Enter) -> None:
    browser, store = enter("mara"), played.installation.store
    obligation = owed(played).id
    form = browser.get(f"{played.path}/filings/new", params={"obligation": str(obligation)})
    assert form.status_code == 200, form.text[:2000]
    news = unescape(re.findall(r'id="live" hx-get="([^"]+)"', form.text)[0])
    assert browser.get(news).status_code == 200, news  # what the page asks for when something happens meanwhile
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
    further = f'href="{played.path}/filings/new?obligation={obligation}"'
    submitted = (
        browser.get(f"{played.path}/notices").text.partition(f'id="filing-{filing}"')[2].partition("The text")[0]
    )
    assert further in submitted  # where the filing is read, not only in its duty
    link = f'<a href="{played.path}/evidence/{receipt}">Receipt of the authority</a>'
    assert link in browser.get(f"{played.path}/notices").text
    assert kept_text(browser, played, filing).startswith("attachment")
    send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en", form="gdpr-33-3-supplement")
    again = browser.get(f"{played.path}/notices").text
    assert '<datalist id="authorities"><option value="Supervisory authority">' in again
    assert 'name="submitted_to" value="Supervisory authority" required list="authorities"' in again
    assert 'name="reference" value="531.4711"' in again  # of the same file, until somebody says otherwise
    assert "Further information: " in again
    assert "Draft further information" in browser.get(f"{played.path}/duties/{obligation}").text
    more = browser.get(f"{played.path}/filings/new", params={"obligation": str(obligation)}).text
    assert '<option value="gdpr-33-3-supplement" selected>' in more


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_further_information_is_said_wherever_the_filing_is(played: Stage, enter: Enter) -> None:
    browser, obligation = enter("mara"), owed(played).id
    card, form = f"{played.path}/duties/{obligation}", "gdpr-33-3-supplement"
    drafted = send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en")
    first = drafted.headers["location"].partition("#filing-")[2]
    assert f'href="{played.path}/notices#filing-{first}">Record the submission' in browser.get(card).text
    early = browser.get(f"{played.path}/filings/new", params={"obligation": str(obligation), "form": form}).text
    assert "The notification is not recorded as submitted yet." in early
    where = {"submitted_to": "Supervisory authority", "channel": "post"}
    send(browser, f"{played.path}/filings/{first}/submission", **where)
    assert "to Supervisory authority, no reference yet" in browser.get(card).text
    answered = send(browser, f"{played.path}/filings/{first}/answer", reference="531.4711")
    assert answered.headers["location"] == f"{played.path}/notices#filing-{first}"
    more = send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en", form=form)
    second = more.headers["location"].partition("#filing-")[2]
    send(browser, f"{played.path}/filings/{second}/submission", **where, reference="531.4711")
    told = browser.get(card).text
    assert re.search(
        r"GDPR: notification \(Art. 33\(3\)\).*GDPR: further information \(Art. 33\(4\)\)", told, re.DOTALL
    )
    assert told.count("to Supervisory authority, reference 531.4711") == 2
    page = browser.get(f"{played.path}/notices").text
    assert page.count("Draft further information") == 1  # one way on, at the newest
    assert "supplemented" in browser.get("/register").text
    assert "by post" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_draft_is_discarded_with_a_reason_and_what_was_submitted_offers_no_way_to(
    played: Stage, enter: Enter
) -> None:
    browser, obligation = enter("mara"), owed(played).id
    first, second = (
        send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en").headers["location"][-36:]
        for _ in range(2)
    )
    send(browser, f"{played.path}/filings/{first}/submission", submitted_to="Authority", channel="post")
    page = browser.get(f"{played.path}/notices").text
    assert f'action="{played.path}/filings/{first}/discarding"' not in page
    gone = f"{played.path}/filings/{second}/discarding"
    (form,) = re.findall(rf'<form[^>]* action="{gone}">(.*?)</form>', page, re.DOTALL)
    assert '<input type="checkbox" required>' in form
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]+)"', form)
    assert send(browser, gone, reason=" ", seen=seen).status_code == 422
    assert send(browser, gone, reason="Written twice.", seen="0" * 64).status_code == 409
    done = send(browser, gone, reason="Written twice.", seen=seen)
    assert done.headers["location"] == f"{played.path}/notices#filings"
    page = browser.get(f"{played.path}/notices").text
    assert "The draft is thrown away." in page
    assert f"filing-{second}" not in page
    timeline = unescape(browser.get(f"{played.path}/timeline").text)
    assert "Draft of a filing discarded: “GDPR: notification (Art. 33(3))”, in English: Written twice." in timeline


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_filing_whose_facts_have_changed_since_says_which(played: Stage, enter: Enter) -> None:
    browser, obligation = enter("mara"), owed(played).id
    drafted = send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en")
    filing, changed = drafted.headers["location"].partition("#filing-")[2], "have changed since it was written"
    assert changed not in browser.get(f"{played.path}/notices").text
    document = facts()
    document["datasets"][0]["people"]["count"] = 9  # of a data set this duty does not rest on
    save(played, document)
    assert changed not in browser.get(f"{played.path}/notices").text
    document["datasets"][1]["people"]["count"] = 4711
    save(played, document)
    page = unescape(browser.get(f"{played.path}/notices").text)
    assert changed in page
    assert "<li>“How many people?”</li>" in page
    assert "before you submit it" in page
    where = {"submitted_to": "Supervisory authority", "channel": "portal"}
    send(browser, f"{played.path}/filings/{filing}/submission", **where)
    sent = browser.get(f"{played.path}/notices").text
    assert changed in sent
    assert "before you submit it" not in sent


def save(stage: Stage, document: dict[str, Any]) -> None:
    organisation = organisation_of(stage.installation.settings)
    stage.act("mara", save_facts, stage.incident_id, organisation, document)


def test_a_filing_is_in_the_language_of_the_authority_it_goes_to(played: Stage, enter: Enter) -> None:
    browser, store, obligation = enter("mara"), played.installation.store, owed(played)
    british = {**obligation.rule, "jurisdiction": "GB", "law": "UK GDPR"}
    change = update(Obligation).where(col(Obligation.id) == obligation.id).values(rule=british)
    store.write(lambda session: session.execute(change))
    page = browser.get(f"{played.path}/filings/new", params={"obligation": str(obligation.id)}).text
    assert '<option value="en" selected>' in page
    assert "UK GDPR Art. 33(1)" in page


def test_another_laws_form_says_that_it_is_one_and_measures_are_in_the_readers_language(
    played: Stage, enter: Enter
) -> None:
    browser, store = enter("mara"), played.installation.store
    browser.headers["Accept-Language"] = "de"
    obligation = owed(played)
    form = {"obligation": str(obligation.id)}
    german = browser.get(f"{played.path}/filings/new", params=form).text
    assert "Die betroffenen Systeme wurden vom Netz getrennt." in german
    assert "noch kein Formular" not in german
    swiss = {**obligation.rule, "contents": "nature, time, consequences, measures", "law": "nFADP"}
    change = update(Obligation).where(col(Obligation.id) == obligation.id).values(rule=swiss)
    store.write(lambda session: session.execute(change))
    assert "noch kein Formular" in browser.get(f"{played.path}/filings/new", params=form).text


def kept_text(browser: TestClient, played: Stage, filing: UUID) -> str:
    """How the text is handed out as a file, once it holds what the page shows."""
    page = browser.get(f"{played.path}/notices").text
    (link,) = links(page, f"{played.path}/filings/{filing}")
    assert link == f"{played.path}/filings/{filing}.txt"
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    title, _, *body = answer.text.splitlines()
    assert title in unescape(page)
    assert "\n".join(body).strip() in unescape(page)
    assert browser.get(f"{played.path}/filings/{played.incident_id}.txt").status_code == 404
    return answer.headers["content-disposition"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_draft_is_corrected_where_it_stands(played: Stage, enter: Enter) -> None:
    browser, store = enter("mara"), played.installation.store
    obligation = owed(played).id
    send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en")
    with store.read() as session:
        filing = session.exec(select(Filing.id)).one()
    before = browser.get(f"{played.path}/notices").text
    (mark,) = re.findall(r'id="text-of-.*?name="seen" value="([0-9a-f]{64})"', before)
    path, said = f"{played.path}/filings/{filing}", {"subject": "Breach", "text": "Only this."}
    assert send(browser, path, seen=mark, **said).status_code == 303
    after = browser.get(f"{played.path}/notices").text
    assert "Only this.</textarea>" in after
    assert lacking(after) > lacking(before)  # what the law asks for is no longer in it
    late = send(browser, path, seen=mark, **said)
    assert late.status_code == 409
    assert "read theirs, then save yours again" in late.text
    assert send(enter("ines"), path, seen=mark, **said).status_code == 403


def lacking(html: str) -> int:
    """How many things the page says are to be completed before it is submitted."""
    found = re.search(r"(\d+) things? to complete before you submit", html)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_authority_is_offered_the_measures_that_the_notices_tell(played: Stage, enter: Enter) -> None:
    browser, store = enter("mara"), played.installation.store
    obligation = owed(played).id
    here = f"{played.path}/filings/new?obligation={obligation}"
    html = unescape(browser.get(here).text)
    ticked = set(re.findall(r'name="(taken|planned)" value="(\w+)" checked', html))
    assert ticked == {("taken", "access_closed"), ("taken", "logs_secured"), ("planned", "configuration_checks")}
    assert "Suggested: told in “E-mail to the people affected”" in html
    assert "The period is over" not in html
    store.write(
        lambda session: session.execute(
            update(Obligation)
            .where(col(Obligation.id) == obligation)
            .values(due_at=played.installation.clock.now() - timedelta(hours=1))
        )
    )
    late = browser.get(here).text
    assert "The period is over: say why it comes late." in late
    assert 'name="delay" rows="2" aria-describedby="delay-late"' in late


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_draft_lacks_stands_beside_its_text(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    obligation = owed(played).id
    send(browser, f"{played.path}/filings", obligation=str(obligation), locale="en")
    html = browser.get(f"{played.path}/notices").text
    gaps = re.search(r'<ul class="plain small gaps" id="(gaps-[^"]+)">(.*?)</ul>', html, re.DOTALL)
    assert gaps
    assert gaps[2].count("<li") == lacking(html)
    assert f'required aria-describedby="{gaps[1]}"' in html
