"""What stays in its own language on the pages of another says so, word by word (WCAG 3.1.2)."""

from functools import partial

import pytest

from incident.settings import Settings
from incident.web.languages import foreign
from incident.web.pages import environment
from notifications.wording import worded
from tests.web.samples import pages
from tests.web.test_german import ENGINE, in_german

MARKED = '<span lang="en">'


def test_a_text_of_a_law_is_marked_on_a_page_of_another_language_alone() -> None:
    german, english = partial(foreign, language="de"), partial(foreign, language="en")
    assert german("Notify the authority <1>") == f"{MARKED}Notify the authority &lt;1&gt;</span>"
    assert english("Notify the authority <1>") == "Notify the authority <1>"
    assert english("Meldung", "de") == '<span lang="de">Meldung</span>'
    assert german("Meldung", "de") == "Meldung"
    assert german("") == ""


def test_a_sentence_of_ours_is_said_in_the_readers_language_and_marked_where_it_has_no_words() -> None:
    assert foreign(worded("Deadlines"), language="de") == "Fristen"
    assert foreign(worded("No catalogue has this one."), language="de") == f"{MARKED}No catalogue has this one.</span>"


def test_what_hides_in_a_text_is_shown_before_it_is_marked() -> None:
    template = environment(Settings().template_folders, "de").from_string("{{ text | foreign }}")
    assert template.render(text="a\u202eb") == f"{MARKED}a\\u202eb</span>"


def test_a_citation_that_german_readers_write_otherwise_is_said_so_and_not_marked() -> None:
    assert foreign("GDPR Art. 33(1)", language="de") == "DSGVO Art. 33 Abs. 1"


@pytest.mark.parametrize("name", ["duties", "duty", "tasks", "assessment", "law-pack", "runbook", "timeline"])
def test_laws_runbooks_and_lines_of_the_record_are_marked_on_german_pages(name: str) -> None:
    template, values = pages()[name]
    assert MARKED in in_german(name)
    assert MARKED not in ENGINE.render(template, **values)
