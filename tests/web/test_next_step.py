"""What a page offers next: true at that moment, one main button, one step before the others."""

import re
from html import unescape

import pytest

from incident.organisation import organisation_of
from incident.sweep import tick
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MAIN = re.compile(r'<(?:a|button) class="btn primary[^>]*>(.*?)</(?:a|button)>', re.DOTALL)


def main_buttons(html: str) -> list[str]:
    """The words on the main buttons and links of a page."""
    return [re.sub(r"<[^>]+>", "", words).strip() for words in MAIN.findall(html)]


def test_who_opened_an_incident_is_told_of_no_clock_before_one_runs(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    opened = send(mara, "/incidents", title="A laptop is gone", kind="lost_device", severity="high")
    assert opened.status_code == 303, opened.text[:2000]
    html = mara.get(opened.headers["location"]).text
    assert "The incident is open. Its duties and their deadlines follow from what is known." in html
    assert "The clocks are being set" in html
    assert "clocks run from" not in html
    parts = stage.installation
    assert tick(parts.store, parts.keys, organisation_of(parts.settings), parts.clock.now()).derived
    again = mara.get(opened.headers["location"]).text
    assert "The clocks are being set" not in again


def test_with_an_empty_fact_sheet_the_main_button_of_the_overview_leads_to_it(stage: Stage, enter: Enter) -> None:
    html = enter("mara").get(stage.path).text
    assert main_buttons(html) == ["Fill in the fact sheet"]
    assert f'href="{stage.path}/facts">' in html[html.index("btn primary") :]
    assert "Open the fact sheet" not in html  # once is enough; on other pages of the incident it stands in the rail
    assert "Open the fact sheet" in enter("mara").get(f"{stage.path}/duties").text
    assert main_buttons(enter("ines").get(stage.path).text) == ["Add to the timeline"]  # who may write no fact


def test_once_facts_are_saved_the_main_button_of_the_overview_is_the_usual_one(played: Stage, enter: Enter) -> None:
    assert main_buttons(enter("mara").get(played.path).text) == ["Add to the timeline"]


def test_a_deadline_that_depends_on_our_role_says_so_until_the_role_is_answered(stage: Stage, enter: Enter) -> None:
    mara, organisation = enter("mara"), organisation_of(stage.installation.settings)
    said = "Whether it is ours depends on our role, which nobody has answered yet"
    asked = f'href="{stage.path}/assessment?ask=organisation.role&dataset=data#question"'
    dataset = {"id": "data", "title": "Tickets", "data": {"categories": ["name"]}, "reach": {"DE": 12}}
    for role, open_still in (({}, True), ({"role": "processor"}, False)):
        document = {"breach": {"kinds": ["confidentiality"]}, "datasets": [{**dataset, **role}]}
        stage.act("mara", save_facts, stage.incident_id, organisation, document)
        html = unescape(mara.get(stage.path).text)
        assert "Notify the controller" in html
        assert (said in html) is (asked in html) is open_still


def test_after_a_version_is_saved_one_step_comes_next_and_the_others_after_it(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/facts").text
    (bar,) = re.findall(r'<div class="notice-bar" id="next">(.*?)</div></div>', html, re.DOTALL)
    assert re.findall(r'<a class="btn" href="([^"]+)"', bar) == [f"{played.path}/assessment"]
    later = bar.partition("After that:")[2]
    assert re.findall(r'href="([^"]+)"', later) == [f"{played.path}/duties", f"{played.path}/notices"]
    assert len(main_buttons(html)) == 1


def test_a_data_set_is_asked_for_its_name_first_and_its_short_id_is_made_of_it(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    html = mara.get(f"{stage.path}/facts?new=1").text
    new = html[html.index('id="dataset-new"') :]
    assert new.index("datasets.1.title") < new.index("Left empty: made of the name. It stays.")
    assert new.index('name="datasets.1.title"') < new.index('name="datasets.1.id"')
    typed = {"datasets.1.title": "Köln ticket archive", "datasets.1.id": "", "datasets.0.id": "data"}
    assert send(mara, f"{stage.path}/facts", act="save", based_on="0", **typed).status_code == 303
    assert 'name="datasets.1.id" value="koeln-ticket-archive"' in mara.get(f"{stage.path}/facts").text


def test_who_cannot_sign_in_is_sent_to_no_number_that_is_not_there(enter: Enter) -> None:
    html = enter("").get("/login").text
    assert "An administrator sets a new password. No telephone numbers are shown here" in html
    assert "Telephone the" not in html


def test_what_would_decide_the_risk_is_a_line_of_its_own_and_not_run_into_the_link(stage: Stage, enter: Enter) -> None:
    organisation = organisation_of(stage.installation.settings)
    document = {"breach": {"kinds": ["confidentiality"]}, "datasets": [{"id": "data", "title": "Tickets"}]}
    stage.act("mara", save_facts, stage.incident_id, organisation, document)
    html = enter("mara").get(f"{stage.path}/facts").text
    assert 'Why, advice and decision</a></p><p class="muted">Would decide: ' in html


def test_a_source_whose_proof_is_called_as_it_is_itself_is_named_once(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    for slug, monitor in (("boards", "grafana:grafana"), ("alarms", "alertmanager:bearer")):
        added = send(mara, "/sources", slug=slug, monitor=monitor, kind="")
        assert added.status_code in (200, 303), added.text[:2000]
    audit = unescape(mara.get("/admin/audit").text)
    assert "Source boards may post (grafana)." in audit
    assert "Source alarms may post (alertmanager, bearer)." in audit


def test_after_the_first_facts_the_overview_says_that_awareness_then_the_risk_is_to_be_decided(
    stage: Stage, enter: Enter
) -> None:
    own = organisation_of(stage.installation.settings)
    stage.act("mara", save_facts, stage.incident_id, own, facts())
    mara, ines = enter("mara"), enter("ines")
    html = mara.get(stage.path).text
    assert "Next: decide when we became aware." in html
    assert f'href="{stage.path}/duties#awareness"' in html.partition('id="next"')[2]
    fields = {"at": "2026-11-24T09:30", "clue": "verified", "why": "A file was opened.", "act": "decide"}
    decided = send(mara, f"{stage.path}/awareness", version=str(stage.version()), **fields)
    assert decided.status_code == 303, decided.text[:3000]
    assert "A decider decides it" in mara.get(stage.path).text.partition('id="next"')[2]
    asked = ines.get(stage.path).text.partition('id="next"')[2]
    assert "Decide the risk" in asked
    assert len(main_buttons(html)) == 1


def test_what_is_decided_is_no_next_step(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(played.path).text
    assert "Next: decide when we became aware." not in html


def test_once_the_risk_is_decided_the_open_duties_are_next(played: Stage, enter: Enter) -> None:
    organisation = organisation_of(played.installation.settings)
    for dataset in ("accounts", "lists"):
        ruling = Ruling(f"risk:{dataset}", "high", "As assessed.")
        played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    following = enter("mara").get(played.path).text.partition('id="next"')[2]
    assert "Next: do what the open duties ask." in following
    assert f'<a class="btn" href="{played.path}/notices">' in following
