"""Two who answer the facts of one incident at once: the second is told both answers, and nothing is written over."""

import re
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from incident.queries.facts import read_draft
from incident.web.fact_races import differing
from tests.web.conftest import Enter
from tests.web.reading import token
from tests.web.stage import Stage

PAGE = {"accept": "text/html"}
COUNT = "datasets.1.people.count"


def form_of(browser: TestClient, stage: Stage) -> dict[str, Any]:
    """The form of the fact sheet as a browser would send it, nobody having changed a thing."""
    html = browser.get(f"{stage.path}/facts").text
    form = html.split('id="facts"')[1].split("</form>")[0]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]+>", form):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        if name and value and ("checked" in tag or not re.search(r'type="(radio|checkbox)"', tag)):
            fields.setdefault(name[1], []).append(unescape(value[1]))
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)', form):
        fields[name] = [unescape(text)]
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)
    return fields


def draft(stage: Stage) -> dict[str, Any]:
    parts, mara = stage.installation, stage.people["mara"]
    with parts.store.read() as session:
        return dict(read_draft(session, parts.keys, mara, stage.incident_id) or {})


def test_a_draft_kept_meanwhile_is_told_beside_what_was_typed_and_stands(played: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    first, second = form_of(mara, played), form_of(lea, played)
    kept = mara.post(f"{played.path}/facts", data={**first, COUNT: "3500", "act": "draft"}, headers=PAGE)
    assert kept.url.path == f"{played.path}/facts"
    for act in ("draft", "another", "save"):
        told = lea.post(f"{played.path}/facts", data={**second, COUNT: "3412", "act": act}, headers=PAGE)
        assert told.status_code == 409, act
        html = unescape(told.text)
        assert "Somebody was faster" in html
        assert "<dd>it now says “3,500”</dd><dd>you wrote “3,412”</dd>" in html
        assert html.count("you wrote “") == 1  # what both say alike is not told
        assert "What you wrote, so that it is not lost" not in html  # it stands or is told above
        assert "Read it again" in html
    assert draft(played)["datasets"][1]["people"]["count"] == 3500
    again = form_of(lea, played)
    assert again[COUNT] == ["3500"]
    lea.post(f"{played.path}/facts", data={**again, COUNT: "3412", "act": "draft"}, headers=PAGE)
    assert draft(played)["datasets"][1]["people"]["count"] == 3412


def test_a_draft_begun_before_a_version_was_saved_does_not_bring_the_old_answers_back(
    played: Stage, enter: Enter
) -> None:
    mara, lea = enter("mara"), enter("lea")
    first, second = form_of(mara, played), form_of(lea, played)
    mara.post(f"{played.path}/facts", data={**first, COUNT: "3500", "act": "save"}, headers=PAGE)
    told = lea.post(f"{played.path}/facts", data={**second, "breach.cause": "spyware", "act": "draft"}, headers=PAGE)
    assert told.status_code == 409
    assert draft(played) == {}


def test_a_question_answered_meanwhile_is_shown_again_with_both_answers(played: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    asked = f"{played.path}/assessment?ask=people.count&dataset=accounts"
    first, second = question(mara, asked), question(lea, asked)
    assert first["seen_digest"] == second["seen_digest"]
    path = f"{played.path}/assessment"
    mara.post(path, data={**first, "answer": "3500", "act": "answer"}, headers=PAGE)
    told = lea.post(path, data={**second, "answer": "3412", "act": "answer"}, headers=PAGE)
    assert told.status_code == 409
    html = unescape(told.text)
    assert "Somebody else answered in the meantime, “3,500”: keep yours, or change it to that." in html
    assert 'value="3412"' in html
    assert draft(played)["datasets"][1]["people"]["count"] == 3500
    passed = lea.post(path, data={**second, "act": "unknown"}, headers=PAGE)
    assert passed.status_code == 409
    assert "keep that, or say again that you do not know" in passed.text
    sure = {**second, "seen_digest": seen_of(html)}
    lea.post(path, data={**sure, "answer": "3412", "act": "answer"}, headers=PAGE)
    assert draft(played)["datasets"][1]["people"]["count"] == 3412


def test_answers_to_two_questions_do_not_get_in_each_others_way(played: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    path = f"{played.path}/assessment"
    first = question(mara, f"{path}?ask=people.count&dataset=accounts")
    second = question(lea, f"{path}?ask=people.count&dataset=lists")
    mara.post(path, data={**first, "answer": "3500", "act": "answer"}, headers=PAGE)
    assert lea.post(path, data={**second, "answer": "77", "act": "answer"}, headers=PAGE).status_code == 303
    assert [row["people"]["count"] for row in draft(played)["datasets"]] == [77, 3500]


def test_a_draft_is_neither_saved_nor_thrown_away_with_answers_nobody_showed(played: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    path = f"{played.path}/assessment"
    one = question(mara, f"{path}?ask=people.count&dataset=accounts")
    mara.post(path, data={**one, "answer": "3500", "act": "answer"}, headers=PAGE)
    html = lea.get(path).text
    seen = re.search(r'name="draft_digest" value="(\w{64})"', html)
    assert seen
    two = question(mara, f"{path}?ask=people.count&dataset=lists")
    mara.post(path, data={**two, "answer": "77", "act": "answer"}, headers=PAGE)
    for act in ("version", "discarding"):
        sent = {"csrf_token": token(lea), "based_on": "1", "draft_digest": seen[1]}
        assert lea.post(f"{path}/{act}", data=sent, headers=PAGE).status_code == 409
    assert [row["people"]["count"] for row in draft(played)["datasets"]] == [77, 3500]


def test_lists_in_another_order_and_what_nobody_said_are_no_difference() -> None:
    stands = {"breach": {"kinds": ["integrity", "confidentiality"], "malicious": None}, "datasets": []}
    sent = {"breach": {"kinds": ["confidentiality", "integrity"], "cause": "phishing"}}
    (only,) = differing(stands, sent)
    assert only.message == "it now says “nothing”"
    assert only.mend == "you wrote “Phishing”"


def test_two_long_lists_are_told_to_their_last_word() -> None:
    few = ["contact", "email_address", "national_id", "username", "location"]
    there, here = ({"datasets": [{"id": "lists", "data": {"categories": said}}]} for said in (few, [*few, "traffic"]))
    (only,) = differing(there, here)
    assert "location" in str(only.message).lower()
    assert "traffic" in str(only.mend).lower()
    assert "more" not in f"{only.message} {only.mend}"


def question(browser: TestClient, address: str) -> dict[str, Any]:
    """The form of one question, without an answer."""
    html = unescape(browser.get(address).text)
    fields = re.search(r'name="fact" value="([^"]*)"><input type="hidden" name="dataset" value="([^"]*)"', html)
    assert fields
    return {
        "csrf_token": token(browser), "fact": fields[1], "dataset": fields[2], "seen_digest": seen_of(html)
    }  # fmt: skip


def seen_of(html: str) -> str:
    found = re.search(r'name="seen_digest" value="(\w{64})"', html)
    assert found
    return found[1]
