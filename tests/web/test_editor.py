"""A text is shown and checked while it is being typed: beside its lines, language by language, and kept nowhere."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.models.entries import EntryHeader
from incident.models.people import Notice
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Editor:
    """The editor of the notice to people, as mara has it open."""

    def __init__(self, stage: Stage, browser: TestClient) -> None:
        self.stage, self.browser = stage, browser
        self.path = links(browser.get(f"{stage.path}/notices").text, "/notices/")[0]

    def page(self, query: str = "") -> str:
        return unescape(self.browser.get(f"{self.path}{query}").text)

    @property
    def text(self) -> str:
        page = self.browser.get(self.path).text
        return unescape(page.partition('<textarea class="form-control text"')[2].partition(">")[2].partition("<")[0])

    def tried(self, text: str, subject: str = "About your data", locale: str = "en") -> str:
        fields = {"version": "1", "locale": locale, "subject": subject, "text": text}
        answer = send(self.browser, f"{self.path}/trial", **fields)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)


@pytest.fixture
def editor(played: Stage, enter: Enter) -> Editor:
    return Editor(played, enter("mara"))


def found_at(page: str, line: int) -> str:
    """What stands under the quotation of a line of the text that is edited."""
    return page.partition(f'href="#line-{line}" data-line="{line}"')[2].partition('<div class="at-line">')[0]


def kept(stage: Stage) -> tuple[int, list[tuple[int, bytes]]]:
    with session_of(stage) as session:
        entries = len(session.exec(select(EntryHeader)).all())
        notices = session.exec(select(Notice).order_by(col(Notice.id))).all()
        return entries, [(row.version, row.draft_sealed) for row in notices]


def test_a_finding_stands_under_the_line_it_means(editor: Editor) -> None:
    text = editor.text.rstrip() + "\n\nWe take your privacy seriously.\n"
    line = len(text.split("\n")) - 1
    page = editor.tried(text)
    assert "We take your privacy" in found_at(page, line)
    assert 'class="finding warning"' in found_at(page, line)
    assert f'<div id="line-{line}" class="warning">' in page
    assert "Of the text in the field, which is not saved yet." in page


def test_a_line_keeps_its_number_below_empty_ones_and_with_line_ends_of_a_browser(editor: Editor) -> None:
    text = "\n\n" + editor.text.rstrip() + "\n\nWe take your privacy seriously."
    line = len(text.split("\n"))
    assert "We take your privacy" in found_at(editor.tried(text.replace("\n", "\r\n")), line)


def test_nothing_of_a_trial_is_kept(editor: Editor) -> None:
    before, text = kept(editor.stage), editor.text
    assert "Unsaved words" in editor.tried(text + "\nUnsaved words.")
    assert kept(editor.stage) == before
    assert "Unsaved words" not in editor.page()


def test_the_preview_is_of_the_text_in_the_field(editor: Editor) -> None:
    text = editor.text + "\nUnsaved words.\n"
    page = editor.tried(text)
    assert "Unsaved words." in page.partition('data-page="')[2]
    fields = {"version": "1", "locale": "en", "subject": "About your data", "text": text}
    framed = send(editor.browser, f"{editor.path}/trial/page", **fields)
    assert "Unsaved words." in framed.text
    assert "<html" in framed.text
    assert "sandbox" in framed.headers["content-security-policy"]
    shown = send(editor.browser, f"{editor.path}/trial?view=text", **fields).text
    assert "Unsaved words." in shown.partition('id="preview"')[2].partition("</section>")[0]


def test_each_language_says_how_much_stands_open_and_what_is_empty(editor: Editor) -> None:
    fine = editor.page()
    assert "empty or missing" not in fine
    page = editor.tried(editor.text.partition("What you can do")[0])
    nav = page.partition('class="switch told"')[2].partition("</nav>")[0]
    english, german = nav.split("</a>")[:2]
    assert "error" in english
    assert "complete" in german or "warning" in german
    assert "error" not in german
    lacking = page.partition("lacking")[2].partition("</ul>")[0]
    assert "English" in lacking
    assert "Deutsch" not in lacking


def test_what_is_counted_of_a_text_without_a_fault_is_said_to_be_elsewhere(editor: Editor) -> None:
    cut = editor.text.partition("What you can do")[0]
    send(editor.browser, editor.path, version="1", locale="en", subject="About your data", text=cut)
    english, german = (editor.page(f"?locale={locale}").partition('id="findings"')[2] for locale in ("en", "de"))
    assert re.search(r"</svg>\d errors?</span>", english)
    assert "elsewhere</span>" not in english
    assert "No check found a fault in this text" in german
    assert re.search(r"</svg>\d errors? elsewhere</span>", german)
    assert not re.search(r"</svg>\d errors?</span>", german.partition("<details")[0])
    assert "Nothing open" not in german


@pytest.mark.parametrize("text", ["", "{{ greeting }} {{ nobody }} {{ name }}", "{{ x", "\x0b", "---\n---\n" * 20])
def test_a_text_that_could_not_be_saved_is_shown_with_what_is_wrong(editor: Editor, text: str) -> None:
    page = editor.tried(text, subject="")
    assert 'class="finding error"' in page.partition('id="findings"')[2]


def test_a_release_speaks_of_what_is_saved(editor: Editor) -> None:
    asks = f'action="{editor.path}/releases"'
    send(editor.browser, f"{editor.path}/audience")
    assert asks in editor.page()
    assert asks in editor.tried("Nothing.")


def test_a_warning_of_words_not_saved_is_not_accepted_yet(editor: Editor) -> None:
    page = editor.tried(editor.text + "\nWe take your privacy seriously.\n")
    assert "Save the text first to accept this with a reason." in page
    assert f'action="{editor.path}/ticks"' not in page.partition('id="findings"')[2]


def test_whoever_tries_is_told_that_somebody_saved_meanwhile(editor: Editor) -> None:
    text = editor.text
    send(editor.browser, editor.path, version="1", locale="en", subject="Another", text=text)
    page = editor.tried(text)
    assert "Version 2 was saved while you wrote." in page
    form = page.partition('id="text-form"')[2].partition("</form>")[0]
    assert re.search(r'name="version" value="(\d+)"', form)[1] == "1"  # type: ignore[index]


def test_the_editor_says_what_differs_from_the_last_edition(editor: Editor) -> None:
    assert 'id="difference"' not in editor.page()
    send(editor.browser, f"{editor.path}/audience")
    assert send(editor.browser, f"{editor.path}/releases", version="1").status_code == 303
    assert 'id="difference"' not in editor.page()
    page = editor.tried(editor.text.rstrip() + "\n\nOne more sentence.\n", subject="About your data")
    differs = page.partition('id="difference"')[2].partition("</section>")[0]
    assert "Edition 1 of this notice, the last one" in differs
    assert "One more sentence." in differs
    assert "<ins>" in differs


def test_a_language_it_is_not_written_in_is_not_tried(editor: Editor) -> None:
    fields = {"version": "1", "locale": "pl", "subject": "x", "text": "x"}
    assert send(editor.browser, f"{editor.path}/trial", **fields).status_code == 404
