"""The assessment by pages: a question at a time into the draft, what it would change, a version, the records."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.models.law import Advice, Decision, FactVersion
from incident.queries.facts import read_draft, read_facts
from incident.settings import Settings
from incident.web.fact_form import NONE
from incident.web.pages import Pages
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.samples import pages
from tests.web.samples.assessment import ASSESSMENT
from tests.web.stage import Stage


def page(browser: TestClient, stage: Stage, query: str = "") -> str:
    answer = browser.get(f"{stage.path}/assessment{query}")
    assert answer.status_code == 200, answer.text[:2000]
    return unescape(answer.text)


def asked(html: str) -> tuple[str, str]:
    """The question a page asks: its fact, and of which data set."""
    found = re.search(r'name="fact" value="([^"]*)"><input type="hidden" name="dataset" value="([^"]*)"', html)
    assert found, "no question"
    return found[1], found[2]


def answer(browser: TestClient, stage: Stage, fact: str, *answers: str, dataset: str = "", act: str = "answer") -> Any:
    fields: dict[str, Any] = {"act": act, "fact": fact, "dataset": dataset, "answer": list(answers)}
    return send(browser, f"{stage.path}/assessment", **fields)


def draft(stage: Stage) -> dict[str, Any]:
    parts, mara = stage.installation, stage.people["mara"]
    with parts.store.read() as session:
        return dict(read_draft(session, parts.keys, mara, stage.incident_id) or {})


def effect(html: str) -> str:
    found = re.search(r'<section class="panel" id="effect".*?</section>', html, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def test_from_nothing_known_to_a_first_version_question_by_question(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = page(browser, stage)
    assert asked(html) == ("breach.kinds", "")
    assert "<h2>What was hurt?</h2>" in html
    assert re.search(r"<strong class=\"num\">\d{3}</strong> duties wait for the answer", html)
    steps = (("breach.kinds", ""), ("data.categories", "data"), ("organisation.role", "data"))
    words = {"breach.kinds": "confidentiality", "data.categories": "name", "organisation.role": "controller"}
    for fact, dataset in steps:
        given = answer(browser, stage, fact, words[fact], dataset=dataset)
        assert given.status_code == 303
        html = page(browser, stage, "?" + given.headers["location"].partition("?")[2].partition("#")[0])
        assert asked(html) not in steps[: steps.index((fact, dataset)) + 1]
        assert "Back: " in html  # to the question before
    assert draft(stage)["datasets"][0]["role"] == "controller"
    assert "Save as version 1" in html
    assert send(browser, f"{stage.path}/assessment/version", based_on="0").status_code == 303
    saved = page(browser, stage, "?saved=1")
    assert "Saved as version 1." in saved
    assert 'id="question-form"' not in saved
    assert "GDPR Art. 33(1)" in browser.get(f"{stage.path}/duties").text
    assert draft(stage) == {}


def test_what_the_draft_would_change_is_shown_before_it_is_saved(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "nothing differs from version 1." in page(browser, played)
    answer(browser, played, "protection.encryption", "strong", dataset="accounts")
    answer(browser, played, "protection.key", "safe", dataset="accounts")
    said = effect(page(browser, played))
    assert "2 answers" in said
    assert re.search(r"Account data High risk likely A risk is unlikely", said)
    assert "Would no longer be owed" in said
    assert "Notify the supervisory authority GDPR Art. 33(1),(3),(4)" in said
    with played.installation.store.read() as session:
        assert read_facts(session, played.installation.keys, played.people["mara"], played.incident_id).number == 1


def test_the_next_question_is_the_main_button_beside_a_draft_and_saving_it_once_nothing_is_asked() -> None:
    engine = Pages(Settings().template_folders)
    template, values = pages()["assessment"]
    done = {**values, "view": replace(ASSESSMENT, question=None)}
    asked, ready = (engine.render(template, **given).split("btn primary")[1:] for given in (values, done))
    assert [part.partition("</button>")[0].rpartition(">")[2] for part in asked] == ["Keep and go on"]
    assert [part.partition("</button>")[0].rpartition(">")[2] for part in ready] == ["Save as version 4"]


def test_an_answer_is_tried_without_keeping_it(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    shown = answer(browser, played, "reach", "BR = 12\nUS-CA = 700", dataset="accounts", act="preview")
    assert shown.status_code == 200
    said = effect(unescape(shown.text))
    assert "With this answer, which is not kept yet" in said
    assert "Would be owed" in said or "Might be owed" in said
    assert ">BR = 12\nUS-CA = 700</textarea>" in shown.text  # what was typed stays
    assert draft(played) == {}


@pytest.mark.parametrize(
    ("fact", "dataset", "answers", "mend"),
    [
        ("people.count", "accounts", ["about forty"], "write a number"),
        ("reach", "accounts", ["Bavaria = 12"], "use the two letters of ISO 3166"),
        ("people.kinds", "accounts", [NONE, "users"], "choose the others, or that alone"),
        ("breach.cause", "", [], "choose an answer, or say that you do not know"),
        ("people.count_max", "accounts", ["3"], "min ≤ count ≤ max"),
        ("exposure.logs.from", "accounts", ["last week"], "write it with its zone"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_nobody_can_use_is_shown_again_with_the_mend(
    played: Stage, enter: Enter, fact: str, dataset: str, answers: list[str], mend: str
) -> None:
    refused = answer(enter("mara"), played, fact, *answers, dataset=dataset)
    assert refused.status_code == 422
    html = unescape(refused.text)
    assert mend in html
    assert 'class="fault"' in html
    assert asked(html) == (fact, dataset)
    assert draft(played) == {}


def test_none_of_these_is_an_answer_and_not_the_same_as_not_knowing(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer(browser, played, "organisation.sectors", NONE)
    assert draft(played)["organisation"]["sectors"] == []
    answer(browser, played, "organisation.sectors", act="unknown")
    assert "sectors" not in draft(played).get("organisation", {})


def test_a_question_that_is_none_is_not_asked_and_not_kept(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for fact, dataset in (("people.shoe_size", "accounts"), ("people.count", "no-such"), ("people.count", "")):
        assert answer(browser, played, fact, "4", dataset=dataset).status_code == 404
        assert asked(page(browser, played, f"?ask={fact}&dataset=no-such"))[0] != "people.shoe_size"
    assert draft(played) == {}


def test_a_draft_that_cannot_be_saved_says_what_to_mend_and_where(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    sent = {"based_on": "1", "act": "draft", "datasets.0.id": "Not An Id", "datasets.0.people.count": "about forty"}
    assert send(browser, f"{played.path}/facts", **sent).status_code == 303
    html = page(browser, played)
    assert "The draft cannot be saved yet." in html
    assert "a short word" in html
    assert f'href="{played.path}/facts">Mend it on the fact sheet' in html
    refused = send(browser, f"{played.path}/assessment/version", based_on="1")
    assert refused.status_code == 422
    assert "The draft cannot be saved yet." in refused.text
    assert draft(played)["datasets"]


def test_a_version_somebody_else_saved_meanwhile_is_not_overwritten(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer(browser, played, "people.count", "41", dataset="accounts")
    stale = send(browser, f"{played.path}/assessment/version", based_on="0")
    assert stale.status_code == 409
    assert "Read them, then save." in stale.text
    assert draft(played)["datasets"][1]["people"]["count"] == 41


def test_a_draft_can_be_thrown_away(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer(browser, played, "people.count", "41", dataset="accounts")
    assert "A draft is kept" in browser.get(f"{played.path}/facts").text
    assert send(browser, f"{played.path}/assessment/discarding", based_on="1").status_code == 303
    assert "nothing differs from version 1." in page(browser, played)
    assert "A draft is kept" not in browser.get(f"{played.path}/facts").text


def test_answers_are_listed_to_go_back_to_and_those_of_the_draft_are_marked(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer(browser, played, "people.count", "41", dataset="accounts")
    html = page(browser, played)
    lists = re.search(r'<section class="panel" id="answered".*?</section>', html, re.DOTALL)
    assert lists
    assert re.search(r'ask=people\.count&dataset=accounts#question">How many people\?</a></dt><dd>41 <span', lists[0])
    assert "Customers' contact lists" in lists[0]
    assert "Which customers' data is it?</a></dt><dd>Acme Industries Ltd, " in lists[0]
    assert "<dd>customer-0" not in lists[0]
    assert 'value="41"' in page(browser, played, "?ask=people.count&dataset=accounts")


def test_the_verdict_says_why_and_what_would_decide_with_the_score_beside_it(played: Stage, enter: Enter) -> None:
    html = page(enter("mara"), played)
    assert "High risk likely</strong>, as assessed on version 1; nobody has decided" in html
    assert "EDPB Guidelines" in html
    assert "Makes a high risk" in html
    assert "for comparison: it decides nothing" in html
    assert "No law ties a duty to a band" in html
    assert "California: breach of the security of the system" in html


def told_whom(html: str, dataset: str) -> list[str]:
    """What the page answers of one data set: whether to tell the authority, and the people."""
    limbs = html.partition(f'id="dataset-{dataset}"')[2].partition('<dl class="limbs">')[2].partition("</dl>")[0]
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<dd>(.*?)</dd>", limbs)]


def test_advice_and_decision_are_two_records_on_one_data_set(played: Stage, enter: Enter) -> None:
    lea, ines = enter("lea"), enter("ines")
    told = send(lea, f"{played.path}/advice", risk="high", text="Account numbers are enough.", dataset="accounts")
    assert told.status_code == 303
    assert told.headers["location"] == f"{played.path}/assessment#dataset-accounts"
    with played.installation.store.read() as session:
        advice = session.exec(select(Advice)).one()
    assert (advice.subject, advice.fact_version) == ("risk:accounts", 1)
    ruling = {"subject": "risk:accounts", "outcome": "unlikely", "version": str(played.version()), "based_on": "1"}
    bare = send(ines, f"{played.path}/decisions", **ruling)
    assert bare.status_code == 422
    assert "say why, for those who read it in a year" in bare.text
    assert f'href="{played.path}/assessment"' in bare.text
    reasoned = send(ines, f"{played.path}/decisions", **ruling, reason="The bank blocks them.", look_again="2026-12-01")
    assert reasoned.headers["location"] == f"{played.path}/assessment#dataset-accounts"
    html = page(ines, played)
    assert "Account numbers are enough." in html
    assert "The bank blocks them." in html
    assert "to look at again" in html
    assert "A risk is unlikely</strong>, decided" in html
    assert "; as assessed: High risk likely" in html
    assert told_whom(html, "accounts") == ["No", "No"]
    upwards = {**ruling, "outcome": "high", "version": str(played.version())}
    assert send(ines, f"{played.path}/decisions", **upwards).status_code == 303  # freely, without a reason
    assert told_whom(page(ines, played), "accounts") == ["Yes", "Yes"]
    with played.installation.store.read() as session:
        rows = session.exec(select(Decision).order_by(col(Decision.at), col(Decision.id))).all()
    assert [(row.outcome, row.advice_id) for row in rows] == [("unlikely", advice.id), ("high", advice.id)]


def test_enter_in_a_field_of_the_decision_decides_nothing(played: Stage, enter: Enter) -> None:
    html = enter("ines").get(f"{played.path}/assessment").text
    forms = [form.partition("</form>")[0] for form in html.split("<form")[1:] if "/decisions" in form[:200]]
    assert forms
    for form in forms:
        first = form.index("<button")
        assert form[first:].startswith("<button disabled hidden>")


def test_who_reads_only_sees_verdicts_and_no_question(played: Stage, enter: Enter) -> None:
    html = page(enter("ines"), played)
    assert 'id="question-form"' not in html
    assert "whoever works on the facts answers them" in html
    assert 'name="outcome"' in html
    assert f'action="{played.path}/advice"' not in html
    assert answer(enter("ines"), played, "people.count", "4", dataset="accounts").status_code == 403
    assert send(enter("ines"), f"{played.path}/advice", risk="high", text="x").status_code == 403
    assert send(enter("lea"), f"{played.path}/decisions", subject="risk:accounts").status_code in (403, 422)


def test_a_part_of_the_score_is_set_by_hand_with_a_reason(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    path = f"{played.path}/assessment/scores"
    fields = {"dataset": "accounts", "part": "dpc", "value": "4", "reason": "The notes name illnesses."}
    assert send(browser, path, **fields).status_code == 303
    html = page(browser, played)
    assert "set by a person: The notes name illnesses." in html
    assert '<option value="">as the facts say</option>' in html
    refused = send(browser, path, **{**fields, "value": "9"})
    assert refused.status_code == 422
    assert "one of 1, 2, 3, 4" in refused.text
    assert send(browser, path, **{**fields, "reason": " "}).status_code == 422
    assert send(browser, path, **{**fields, "value": "many"}).status_code == 422
    assert send(browser, path, **{**fields, "value": ""}).status_code == 303
    assert "set by a person" not in page(browser, played)
    assert send(enter("ines"), path, **fields).status_code == 403


def test_the_fact_sheet_folds_what_single_laws_ask_and_leads_to_the_assessment(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = unescape(browser.get(f"{played.path}/facts").text)
    assert "What only single laws ask" in html
    assert "DORA Art. 18." in html
    assert f'href="{played.path}/assessment"' in html
    assert 'name="risk"' not in html
    assert 'name="outcome"' not in html
    sent = {
        "based_on": "1",
        "act": "save",
        "impact.major_ict": "yes",
        "datasets.0.id": "a",
        "datasets.0.data.form": "paper",
    }
    assert send(browser, f"{played.path}/facts", **sent).status_code == 303
    with played.installation.store.read() as session:
        assert len(session.exec(select(FactVersion)).all()) == 2
    again = browser.get(f"{played.path}/facts").text
    assert re.search(r'name="impact.major_ict" value="yes" checked', again)
