"""Who is bound and whom the law names as addressee are words of ours: German pages say them in German."""

import re

import pytest
from fastapi.testclient import TestClient

from incident.law.packs import shipped_duties
from incident.web.breach_words import addressee_in_words
from incident.web.languages import catalogue, file_of
from notifications.wording import in_language
from tests.translating.messages import listed, read
from tests.web.conftest import Enter
from tests.web.stage import Stage

GERMAN = catalogue("de")


def test_who_is_bound_by_a_shipped_rule_is_said_in_german() -> None:
    bound = {duty.bound for duty in shipped_duties()} - {""}
    assert [one for one in sorted(bound) if GERMAN.gettext(one) == one] == []


def test_whom_a_shipped_rule_names_is_in_the_catalogue_where_names_of_authorities_stay() -> None:
    named = {duty.addressee for duty in shipped_duties()} - {""}
    assert named <= set(listed(read(file_of("de"), "de")))
    for name, german in (
        ("Attorney General of California", "Attorney General von Kalifornien"),
        ("Federal Trade Commission", "Federal Trade Commission"),
        ("CSIRT or competent authority", "CSIRT oder zuständige Behörde"),
    ):
        assert in_language(addressee_in_words(name), GERMAN) == german


def test_an_addressee_of_a_country_is_named_with_that_country() -> None:
    said = addressee_in_words("supervisory_authority:FR")
    assert str(said) == "supervisory authority, FR"
    assert in_language(said, GERMAN) == "Aufsichtsbehörde, Frankreich"
    assert in_language(said, catalogue("en")) == "supervisory authority, France"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_a_law_says_who_is_bound_in_german(played: Stage, enter: Enter) -> None:
    assert "Emittent nach dem Exchange Act" in german(enter("mara")).get("/admin/law/us-sec").text
    bound = re.findall(r"<dt>Wer verpflichtet ist</dt><dd>(.*?)</dd>", german(enter("mara")).get("/admin/law/eu").text)
    assert "der Verantwortliche" in bound
    assert [one for one in bound if "lang=" in one] == []


def german(browser: TestClient) -> TestClient:
    browser.cookies.set("language", "de")
    return browser
