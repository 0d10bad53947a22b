"""The titles of duties are words of ours: a German page says them in German, wherever a duty is named."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.law.circumstances import Organisation
from incident.law.duties import duty_document, named, read_duty
from incident.law.packs import shipped_duties
from incident.law.undertakings import Counterparty, contract_duty, promise_duty
from incident.models.law import Obligation
from incident.runbooks import usable
from incident.verbs.facts import save_facts
from incident.web.entry_words import step_named
from incident.web.languages import catalogue, foreign
from notifications.wording import in_language
from tests.web.conftest import Enter
from tests.web.stage import Stage, facts

GERMAN = catalogue("de")
RUNBOOKS = Path(__file__).parents[2] / "runbooks"


def test_every_title_of_a_shipped_rule_has_a_german_one() -> None:
    titles = {duty.title for duty in shipped_duties()}
    assert [title for title in sorted(titles) if GERMAN.gettext(title) == title] == []
    assert foreign("Notify the supervisory authority", language="de") == "Die Aufsichtsbehörde benachrichtigen"


def test_what_a_contract_and_a_promise_ask_is_said_again_from_the_frozen_rule() -> None:
    contract = contract_duty(Counterparty("c1", "Nord AG", 24))
    assert contract is not None
    for duty, title in (
        (contract, "Nord AG binnen 24 Stunden benachrichtigen"),
        (promise_duty(12), "Jeden betroffenen Kunden binnen 12 Stunden benachrichtigen"),
    ):
        frozen = {**duty_document(duty), "title": str(duty.title), "law": str(duty.law)}
        again = read_duty(frozen)
        assert again == duty
        assert in_language(again.title, GERMAN) == title
        assert named(frozen) == (duty.title, duty.law)
    assert in_language(contract.law, GERMAN) == "Vertrag mit Nord AG"


@pytest.fixture
def german(played: Stage, enter: Enter) -> TestClient:
    own = Organisation(promise_hours=24)
    played.act("mara", save_facts, played.incident_id, own, facts())
    browser = enter("mara")
    browser.cookies.set("language", "de")
    return browser


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_german_pages_name_no_duty_in_english(played: Stage, german: TestClient) -> None:
    with played.installation.store.read() as session:
        mine = col(Obligation.incident_id) == played.incident_id
        titles = {str(row.rule["title"]) for row in session.exec(select(Obligation).where(mine)).all()}
    assert any(title.startswith("Tell every affected customer within") for title in titles)
    case = played.path
    pages = ("/", "/deadlines", "/wall", f"{case}/duties", f"{case}/clock-sheet", f"{case}/assessment")
    more = (
        f"{case}/notices",
        f"{case}/customers",
        f"{case}/situation",
        f"{case}/review",
        f"{case}/handover",
    )
    for path in (*pages, *more):
        html = german.get(path).text
        assert '<html lang="de"' in html, path
        found = {title: html[max(0, html.index(title) - 160) :][:200] for title in sorted(titles) if title in html}
        assert found == {}, path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_score_has_the_decimal_sign_of_the_reader_and_sends_the_one_the_form_asks_for(
    played: Stage, german: TestClient, enter: Enter
) -> None:
    said, plain = german.get(f"{played.path}/assessment").text, enter("mara").get(f"{played.path}/assessment").text
    lead = re.compile(
        r'<span>[^<]*ENISA[^<]*<b class="num">([^<]+)</b>.*?([\d.,]+) = ([^<]*?\u00d7 [\d.,]+ \+ [\d.,]+)', re.DOTALL
    )
    german_figures, figures = " ".join(lead.findall(said)[0]), " ".join(lead.findall(plain)[0])
    assert "." in figures
    assert german_figures == figures.replace(".", ",")
    assert '<option value="0.25">0,25</option>' in said
    assert '<option value="0.25">0.25</option>' in plain


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_stands_in_german_is_not_marked_as_english(played: Stage, german: TestClient, enter: Enter) -> None:
    decider = enter("ines")
    decider.cookies.set("language", "de")
    overview, duties = german.get(played.path).text, decider.get(f"{played.path}/duties").text
    why = re.search(r"Gilt, weil: (.*?)</p>", overview, re.DOTALL)
    assert why is not None
    assert "Auftragsverarbeiter" in why[1]
    assert "lang=" not in why[1]
    choices = re.findall(r"Auswählen: (.*?)</label>", duties)
    assert any("Die Aufsichtsbehörde benachrichtigen" in one for one in choices), choices


def test_the_steps_of_shipped_runbooks_and_those_the_system_adds_are_said_in_german() -> None:
    titles = {task.title for runbook in usable([RUNBOOKS]).values() for task in runbook.tasks}
    assert len(titles) > 50
    assert [title for title in sorted(titles) if in_language(step_named(title), GERMAN) == title] == []
    step = step_named("See from outside that it is open")
    assert foreign(step, language="de") == "Von außen nachsehen, dass er offen ist"
    assert in_language(step_named("Telephone Acme"), GERMAN) == "Acme anrufen"
    assert foreign("Our own step", language="de") == '<span lang="en">Our own step</span>'
