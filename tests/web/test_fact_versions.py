"""A saved version of the facts is read again, with what changed in it; a version there is not is not found."""

from html import unescape
from typing import Any

import pytest

from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.stage import CUSTOMERS, Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def save(stage: Stage, **people: Any) -> None:
    sheet = facts()
    sheet["datasets"][1]["people"].update(people)
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), sheet)


def test_a_version_is_read_again_with_what_changed_in_it(stage: Stage, enter: Enter) -> None:
    save(stage)
    save(stage, count=41)
    save(stage, count=43)
    lea, here = enter("lea"), f"{stage.path}/facts/versions"
    assert f'href="{here}/2">Version 2</a>' in lea.get(f"{stage.path}/facts").text
    html = unescape(lea.get(f"{here}/2").text)
    changes = html.partition("What changed against version 1")[2].partition("</section>")[0]
    assert "How many people?" in changes
    assert "Account data" in changes
    assert 'data-label="Before">40</td>' in changes
    assert ">41</td>" in changes
    assert "What caused it?" not in changes
    assert "It has been replaced: version 3 counts." in html
    assert "Misconfiguration" in html
    assert f'rel="prev" href="{here}/1"' in html
    assert f'rel="next" href="{here}/3"' in html
    first, newest = (unescape(lea.get(f"{here}/{number}").text) for number in (1, 3))
    assert "What it said first" in first
    assert "Not known yet" not in first  # the data set an incident begins with was in no version
    assert "It is the newest" in newest
    assert 'rel="next"' not in newest


def test_a_long_answer_of_a_version_is_unfolded_to_its_last_word(stage: Stage, enter: Enter) -> None:
    sheet = facts()
    kinds = ["contact", "email_address", "national_id", "username", "location", "traffic"]
    sheet["datasets"][1]["data"]["categories"] = kinds
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), sheet)
    html = unescape(enter("lea").get(f"{stage.path}/facts/versions/1").text)
    short = "Telephone or other contact, E-mail address, Location or movements, National identity number"
    assert f"<span>{short}, 2 more</span></summary>" in html
    assert f">{short}, Traffic data (who reached whom, when), User name</p></details>" in html


def test_a_version_there_is_not_is_not_found(stage: Stage, enter: Enter) -> None:
    save(stage)
    lea = enter("lea")
    assert [lea.get(f"{stage.path}/facts/versions/{number}").status_code for number in (1, 2, 0)] == [200, 404, 422]


def test_the_fact_sheet_has_its_saved_answers_for_paper(stage: Stage, enter: Enter) -> None:
    save(stage, count=43)
    html = unescape(enter("lea").get(f"{stage.path}/facts").text)
    paper = html.partition('<div class="only-print">')[2].partition("</div>\n")[0]
    assert "Version 1, saved" in paper
    assert '<dt>What caused it?</dt><dd class="wrap">Misconfiguration</dd>' in paper
    assert '<dt>How many people?</dt><dd class="wrap">43</dd>' in paper


def test_a_version_names_customers_as_the_register_does(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    for path in ("facts", "facts/versions/1"):
        html = unescape(mara.get(f"{played.path}/{path}").text)
        said = html.partition('<div class="only-print">')[2] if path == "facts" else html
        assert CUSTOMERS[0] in said
        assert "customer-000" not in said
