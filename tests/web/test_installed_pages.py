"""What is installed is shown as it is in force: settings by their variables, law, runbooks and templates checked."""

from pathlib import Path

import pytest

from incident.law.duties import Confidence
from incident.law.packs import SHARED, shipped_duties, shipped_texts
from incident.settings import Settings
from incident.web.brand_sample import sample
from incident.web.law_packs import pack_view, packs
from incident.web.organisation_page import GROUPS, NEEDED, organisation_view
from incident.web.runbook_pages import runbook_rows
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LOGO = "data:image/png;base64,iVBORw0KGgo="


def test_every_duty_that_ships_is_counted_in_one_pack(stage: Stage) -> None:
    rows = packs()
    assert {row.file for row in rows} == set(shipped_texts()) - {SHARED}
    assert sum(row.duties for row in rows) == len(shipped_duties())
    unseen = [duty for duty in shipped_duties() if duty.confidence is Confidence.UNVERIFIED]
    assert sum(row.open for row in rows) == len(unseen)


def test_a_pack_shows_each_duty_with_what_a_check_found(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    page = browser.get("/admin/law/ae-adgm").text
    assert "ADGM Data Protection Regulations 2021" in page
    assert "Not seen in a source" in page
    assert pack_view("ae-adgm.toml").faults == ()
    assert browser.get("/admin/law/terms").status_code == 404
    assert browser.get("/admin/law/no-such").status_code == 404


def test_how_long_a_law_gives_is_said_in_the_language_of_the_reader(enter: Enter) -> None:
    page = enter("mara").get("/admin/law/ae-adgm", headers={"Accept-Language": "de"}).text
    assert "<dt>Binnen</dt><dd>72 Stunden" in page


def test_packs_are_found_by_law_and_by_what_nobody_saw(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "/admin/law/ae-adgm" in browser.get("/admin/law?q=ADGM").text
    assert "No pack fits" in browser.get("/admin/law?q=atlantis").text
    shown = browser.get("/admin/law?unverified=yes").text
    assert all((f'href="{row.href}"' in shown) is bool(row.open) for row in packs())


def test_every_setting_of_the_organisation_is_one_there_is(stage: Stage, enter: Enter) -> None:
    fields = {name for _, rows in GROUPS for name, _, _ in rows}
    assert fields | set(NEEDED) <= set(Settings.model_fields)
    page = enter("mara").get("/admin/organisation").text
    assert all(f"SEVENTYTWO_{name.upper()}" in page for name in fields)
    assert "Still an address of an example" in page


def test_what_a_language_lacks_is_named(stage: Stage) -> None:
    bare = Settings(locales="en,fr", contact_name="Maren Holt, privacy team")
    assert [row.missing for row in organisation_view(bare).contacts] == [(), ("contact",)]
    assert [row.why for row in organisation_view(bare).contacts] == [
        "",
        "in en alone: printed so here, and each notice is warned of it",
    ]
    named = Settings(locales="en,fr", contact_name="Maren Holt", contact_phone="+49 40 1", contact_hours="24/7")
    assert [row.missing for row in organisation_view(named).contacts] == [(), ()]
    said = Settings(locales="en,fr", contact_name="Maren Holt", contact_words={"fr": {"name": "Maren Holt, équipe"}})
    assert [row.missing for row in organisation_view(said).contacts] == [(), ()]


def test_the_sample_of_a_mail_escapes_the_name_and_takes_no_address(stage: Stage, enter: Enter) -> None:
    answer = enter("mara").get("/admin/organisation/sample.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    drawn = sample("<script>&", "#1f5f8b", "")
    assert "<script>" not in drawn
    assert LOGO in sample("Nimbus", "#1f5f8b", LOGO)
    assert "https://elsewhere" not in sample("Nimbus", "#1f5f8b", "https://elsewhere.example/logo.png")


def test_a_faulty_runbook_of_ones_own_is_told_of_with_its_fault(stage: Stage, enter: Enter, tmp_path: Path) -> None:
    (tmp_path / "ransomware.toml").write_text("title = 3\n", encoding="utf-8")
    stage.installation.settings.runbooks_folder = tmp_path
    browser = enter("mara")
    page = browser.get("/admin/runbooks").text
    assert "your own" in page
    (faulty,) = [row for row in runbook_rows(stage.installation.settings) if row.faults]
    assert faulty.own
    assert "1 runbook has faults" in browser.get("/admin").text
    assert "Close" in browser.get("/admin/runbooks/public_bucket").text
    assert browser.get("/admin/runbooks/no-such").status_code == 404


def test_a_text_is_checked_and_what_was_found_stands_there(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "holds in English" in send(browser, "/admin/templates/checks", text="notices/media", locale="en").text
    assert "holds in English" in browser.get("/admin/templates").text
    for wrong in ({"text": "notices/media", "locale": "xx"}, {"text": "../../etc", "locale": "en"}):
        assert send(browser, "/admin/templates/checks", **wrong).status_code == 422


def test_packs_are_found_by_the_name_of_a_country_in_each_language_of_the_console(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for said in ("united arab emirates", "vereinigte arabische", "ae-adgm"):
        found = browser.get("/admin/law", params={"q": said}).text
        assert "United Arab Emirates (AE-ADGM)</a>" in found
        assert "Japan</a>" not in found
