"""A refusal names a field as its label on the page does, in the reader's language."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlmodel import col, select

from incident.models.law import Obligation
from incident.settings import Settings
from incident.web.field_words import OF_FORM
from incident.web.kept import label_of
from incident.web.pages import Pages
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.samples import pages
from tests.web.stage import Stage

FORM = re.compile(r'<form\b[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
LABEL = re.compile(r'<label for="([^"]+)">([^<]+)')
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
ZONE = re.compile(r" \([A-Z]\w+/\w+\)$|, up to .*| \(optional\)$")


def labelled() -> Iterator[tuple[str, str, str]]:
    """Every field with a label on every sample page: the form it is of, its name, the label."""
    engine = Pages(Settings().template_folders)
    for template, values in pages().values():
        for action, inner in FORM.findall(engine.render(template, **values)):
            labels = dict(LABEL.findall(inner))
            for field in FIELD.findall(inner):
                given = dict(re.findall(r'\b(id|name)="([^"]*)"', field))
                if given.get("id") in labels and "name" in given:
                    yield action.rpartition("/")[2], given["name"], ZONE.sub("", unescape(labels[given["id"]]).strip())


def test_a_field_that_is_called_otherwise_than_its_name_is_listed_as_its_page_calls_it() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for form, name, label in labelled():
        found.setdefault((form, name), set()).add(label)
    listed = {key for key in found if key[1] in OF_FORM.get(key[0], {})}
    assert len(listed) > 30
    assert {key: found[key] for key in listed if label_of(key[1], key[0]) not in found[key] | KNOWN} == {}


KNOWN = {"Advice", "Reason", "Runbook", "Person", "Review"}  # shorter than on the page, which asks a whole question


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "label", "code"), [("en", "Submitted:", "at:"), ("de", "Eingereicht:", "at:")])
def test_a_refused_submission_names_its_fields_as_the_page_does(
    played: Stage, enter: Enter, language: str, label: str, code: str
) -> None:
    browser = enter("mara")
    browser.cookies.set("language", language)
    with played.installation.store.read() as session:
        wanted = select(Obligation.id).where(col(Obligation.duty) == "eu-gdpr-33-1-sa")
        duty = session.exec(wanted).first()
    drafted = send(browser, f"{played.path}/filings", obligation=str(duty), locale="en")
    filing = drafted.headers["location"].rpartition("filing-")[2]
    fields = {"submitted_to": "LDI", "channel": "portal", "at": "2099-01-01T00:00"}
    answer = send(browser, f"{played.path}/filings/{filing}/submission", **fields)
    assert answer.status_code == 422
    listed = re.findall(r'<ul class="missing">.*?</ul>', answer.text, re.DOTALL)[0]
    assert label in listed
    assert code not in re.sub(r"<[^>]+>", " ", listed).split()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_value_among_several_is_refused_by_the_label_of_its_field(stage: Stage, enter: Enter) -> None:
    refused = enter("mara").get("/design?look=nothing")
    assert refused.status_code == 422
    assert "Show in: cannot be used" in re.sub(r"<[^>]+>", "", unescape(refused.text))
    assert "look.0" not in refused.text
