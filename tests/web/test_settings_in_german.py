"""What is a code in a setting, and English in a file that ships, is said in German: countries, languages, runbooks."""

import pytest
from fastapi.testclient import TestClient

from incident.settings import Settings
from incident.web.board import kinds_of
from incident.web.languages import catalogue
from incident.web.organisation_page import organisation_view
from incident.web.sources import monitor_choices
from notifications.wording import in_language
from tests.web.conftest import Enter
from tests.web.stage import Stage

GERMAN = catalogue("de")


def values(settings: Settings) -> dict[str, object]:
    rows = (row for group in organisation_view(settings).groups for row in group.rows)
    return {row.variable: in_language(row.value, GERMAN) for row in rows}


def test_the_organisation_names_its_country_its_languages_and_its_sectors() -> None:
    said = values(Settings(establishment="FR", locales="en,de", sectors="telecom,financial_entity"))
    assert said["SEVENTYTWO_ESTABLISHMENT"] == "Frankreich (FR)"
    assert said["SEVENTYTWO_LOCALES"] == "English (en), Deutsch (de)"
    assert str(said["SEVENTYTWO_SECTORS"]).endswith("Finanzunternehmen in der EU (DORA)")
    assert values(Settings())["SEVENTYTWO_SECTORS"] == ""


def test_what_a_shipped_runbook_is_for_is_said_in_german() -> None:
    kinds = kinds_of(Settings())
    assert len(kinds) == 6
    assert [one.about for one in kinds if in_language(one.about, GERMAN) == one.about] == []
    assert "Hinweis einer Person" in [in_language(one.label, GERMAN) for one in kinds]


def test_a_monitor_of_any_kind_is_named_in_german() -> None:
    assert "Beliebiges JSON (nach Ihrer Zuordnung)" in [in_language(one.label, GERMAN) for one in monitor_choices()]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_say_them_so(played: Stage, enter: Enter) -> None:
    browser = german(enter("mara"))
    assert "Deutschland (DE)" in browser.get("/admin/organisation").text
    assert "Hinweis einer Person" in browser.get("/admin/runbooks").text
    runbook = browser.get("/admin/runbooks/ransomware").text
    assert "Netz trennen, Strom anlassen" in runbook
    opening = browser.get("/incidents/new").text
    assert "Ein Speicher-Bucket, Container oder Blob kann von jedem gelesen oder aufgelistet werden." in opening
    assert '<optgroup label="Beliebiges JSON (nach Ihrer Zuordnung)">' in browser.get("/sources").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_figures_of_a_customer_are_in_the_language_of_the_reader(played: Stage, enter: Enter) -> None:
    path = f"{played.path}/customers/customer-000"
    assert "names, contact details, and e-mail addresses" in enter("mara").get(path).text
    shown = german(enter("mara")).get(path).text
    assert "Unsere Zugriffsprotokolle" in shown
    assert "e-mail addresses" not in shown
    assert "from the register of persons" not in shown


def german(browser: TestClient) -> TestClient:
    browser.cookies.set("language", "de")
    return browser
