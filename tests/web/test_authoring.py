"""Writing on the page: own words in each language, measures the record suggests, a refused text, a draft discarded."""

from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.models.incidents import Task
from incident.models.people import Notice
from incident.queries.suggestions import suggested_measures
from incident.queries.timeline import read_timeline
from incident.runbooks import load
from incident.settings import shipped
from incident.verbs.tasks import Settled, copy_runbook, settle_task
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage

Form = dict[str, str | list[str]]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM: Form = {"kind": "people", "dataset": "accounts", "locales": ["en", "fr"], "taken": ["access_closed"]}
OWN: Form = {"own_in": ["en", "de", "fr"], "happened": ["", "", ""], "more_planned": ["", "", ""]}


def draft(enter: Enter, stage: Stage, **fields: str | list[str]) -> tuple[str, str]:
    """A notice written with this form: its address, and its page."""
    browser = enter("mara")
    answer = send(browser, f"{stage.path}/notices", **{**FORM, **fields})
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    return path, unescape(browser.get(f"{path}?locale=fr").text)


def findings(page: str) -> str:
    return page.partition('id="findings"')[2].partition('id="preview"')[0]


def test_own_words_are_written_language_by_language(enter: Enter, played: Stage) -> None:
    said: Form = {"more_taken": ["We called every shop.", "Nur auf Deutsch.", "Nous avons appelé chaque magasin."]}
    _path, page = draft(enter, played, **{**OWN, **said})
    text = page.partition('name="text" lang="fr"')[2].partition("</textarea>")[0]
    assert "Nous avons appelé chaque magasin." in text
    assert "We called every shop." not in text
    assert "untranslated" not in findings(page)
    again = page.partition('id="again"')[2].partition('id="discard"')[0]
    assert again.count("Nous avons appelé chaque magasin.") == again.count("We called every shop.") == 1
    assert "Nur auf Deutsch." not in page  # German was not chosen


def test_a_line_in_one_language_alone_is_a_warning_that_leads_to_the_form(enter: Enter, played: Stage) -> None:
    _path, page = draft(enter, played, **{**OWN, "more_taken": ["We called every shop.", "", ""]})
    said = "“We called every shop.” was written in another language and stands here untranslated"
    assert said in findings(page)
    assert "Accept with a reason" in findings(page)


def test_the_same_lines_are_wanted_in_each_language(enter: Enter, played: Stage) -> None:
    answer = send(enter("mara"), f"{played.path}/notices", **{**FORM, **OWN, "more_taken": ["One.\nTwo.", "", "Un."]})
    assert answer.status_code == 422
    assert "2 lines in en and 1 in fr" in answer.text


def test_what_the_record_suggests_is_ticked_marked_and_never_written_by_itself(enter: Enter, played: Stage) -> None:
    parts, mara = played.installation, played.people["mara"]

    def suggested() -> dict[str, str]:
        with parts.store.read() as session:
            return suggested_measures(session, mara, played.incident_id)

    book = load([shipped("runbooks")])["public_bucket"]
    played.act("operator", copy_runbook, played.incident_id, book)
    assert "access_closed" not in suggested()
    with parts.store.read() as session:
        key = col(Task.key) == "block-public-access"
        task = session.exec(select(Task).where(key, col(Task.incident_id) == played.incident_id)).one()
    played.act("mara", settle_task, played.incident_id, task.id, Settled.DONE, "Blocked for the account.")
    assert suggested()["access_closed"] == f"the task “{task.step['title']}” is done"
    browser = enter("mara")
    page = unescape(browser.get(f"{played.path}/notices").text)
    assert f"Suggested: the task “{task.step['title']}” is done" in page
    assert 'name="taken" value="access_closed" checked' in page
    assert 'name="planned" value="access_closed" checked' not in page
    _path, page = draft(enter, played, taken=["authority"])
    again = page.partition('id="again"')[2].partition('id="discard"')[0]
    assert "Suggested: the task" in again
    assert 'name="taken" value="access_closed" checked' not in again  # what was told stands, not what is suggested


def test_a_refused_text_stays_on_the_page_with_the_field_named_in_words(enter: Enter, played: Stage) -> None:
    path, _page = draft(enter, played)
    fields = {"version": "1", "locale": "fr", "subject": "Vos données", "text": "Bonjour {{ prenom }},\n\nmon texte"}
    answer = send(enter("mara"), path, **fields)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert '<a href="#text">{{ prenom }} is unknown, in the text in Français</a>' in page
    assert "allowed here: greeting, name" in page
    assert "mon texte" in page
    assert "fr.text" not in page


def test_a_draft_is_discarded_on_its_page_and_listed_apart(enter: Enter, played: Stage) -> None:
    path, page = draft(enter, played)
    assert f'action="{path}/discarding"' in page
    browser = enter("mara")
    assert send(browser, f"{path}/discarding", version="1", reason=" ").status_code == 422
    answer = send(browser, f"{path}/discarding", version="1", reason="Written twice.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{played.path}/notices")
    listed = browser.get(f"{played.path}/notices").text
    assert "1 discarded" in listed
    assert path not in links(listed.partition("1 discarded")[0], "/notices/")
    gone = browser.get(path).text
    assert "This draft was discarded" in gone
    assert f'action="{path}' not in gone
    parts = played.installation
    with parts.store.read() as session:
        lines = read_timeline(session, parts.keys, played.people["mara"], played.incident_id)
        assert session.get_one(Notice, UUID(Path(path).name)).discarded_at is not None
    assert any("discarded: Written twice." in line.text for line in lines)


def test_a_contact_in_one_language_alone_leads_to_where_it_is_shown_and_says_what_can_be_done_now(
    enter: Enter, played: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played.installation.settings, "contact_name", "Data protection team")
    _path, page = draft(enter, played)
    said = findings(page)
    assert "“Data protection team” was written in another language and stands here untranslated" in said
    assert "Write it in this language into the text. For every notice the console cannot change it" in said
    assert 'href="/admin/organisation#contact-head"' in said
    monkeypatch.setattr(played.installation.settings, "contact_name", "Ada Kern")
    assert "untranslated" not in findings(draft(enter, played)[1])
