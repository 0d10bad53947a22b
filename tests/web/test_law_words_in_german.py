"""Who is bound, whom a law names and what it wants in a notice are words of ours: German pages say them in German."""

import re
import tomllib

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.law.packs import shipped_duties
from incident.models.law import Obligation
from incident.web.breach_words import addressee_in_words, cited
from incident.web.languages import catalogue, file_of
from notifications.contents import read_contents
from notifications.wording import in_language
from tests.translating.messages import CONTENTS, listed, read
from tests.web.conftest import Enter
from tests.web.reading import token
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


def test_an_article_that_is_no_number_is_said_in_german() -> None:
    said = in_language(cited("Wis. Stat. 134.98", "notice to the owner"), GERMAN)
    assert said == "Wis. Stat. 134.98, Mitteilung an den Eigentümer"
    assert in_language(cited("Wis. Stat. 134.98", "individual notice"), GERMAN) != "individual notice"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_a_law_says_in_german_what_is_often_noted_and_which_answers_a_rule_reads(enter: Enter) -> None:
    page = german(enter("mara")).get("/admin/law/us-ut").text
    assert "die Merkmale personenbezogener Daten" in page
    assert "the elements of personal information" not in page
    asked = re.findall(r"Sie liest diese Antworten der Fakten: (.*?)</p>", page)
    assert "Wer kann die Daten gesehen haben?" in asked[0].split(" · ")
    assert [one for one in asked if "_" in one] == []


def test_an_addressee_of_a_country_is_named_with_that_country() -> None:
    said = addressee_in_words("supervisory_authority:FR")
    assert str(said) == "supervisory authority, FR"
    assert in_language(said, GERMAN) == "Aufsichtsbehörde, Frankreich"
    assert in_language(said, catalogue("en")) == "supervisory authority, France"


def test_what_a_law_wants_in_a_notice_is_said_in_german() -> None:
    lists = [read_contents(tomllib.loads(file.read_text(encoding="utf-8"))) for file in CONTENTS.glob("*.toml")]
    wanted = {one.text for required in lists for one in required.contents}
    wanted |= {one.text for required in lists for one in required.statements}
    assert len(wanted) > 100
    assert [text for text in sorted(wanted) if in_language(text, GERMAN) == text] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_filing_lacks_is_said_in_german(played: Stage, enter: Enter) -> None:
    browser = german(enter("mara"))
    with played.installation.store.read() as session:
        owed = select(Obligation.id).where(col(Obligation.addressee_kind) == "supervisory_authority")
        filing = {"obligation": str(session.exec(owed).first()), "form": "gdpr-33-3", "locale": "de"}
    browser.post(f"{played.path}/filings", data={"csrf_token": token(browser), **filing})
    shown = browser.get(f"{played.path}/notices").text
    gaps = re.findall(r'<li class="fault">.*?<span>(.*?)</span>', shown, re.DOTALL)
    assert any("die ergriffenen oder vorgeschlagenen Maßnahmen (DSGVO Art. 33 Abs. 3 Buchst. d)" in one for one in gaps)
    assert [one for one in gaps if "lang=" in one] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_a_law_says_who_is_bound_in_german(played: Stage, enter: Enter) -> None:
    assert "Emittent nach dem Exchange Act" in german(enter("mara")).get("/admin/law/us-sec").text
    bound = re.findall(r"<dt>Wer verpflichtet ist</dt><dd>(.*?)</dd>", german(enter("mara")).get("/admin/law/eu").text)
    assert "der Verantwortliche" in bound
    assert [one for one in bound if "lang=" in one] == []


def german(browser: TestClient) -> TestClient:
    browser.cookies.set("language", "de")
    return browser
