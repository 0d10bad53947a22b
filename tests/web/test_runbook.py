"""A step copied from a runbook is shown whole: what to keep, what breaks, the exact words, what it answers, sources."""

import re
from html import unescape
from uuid import UUID

import pytest

from incident.models.incidents import Severity
from incident.runbooks import Runbook, load
from incident.settings import shipped
from incident.verbs.incidents import Report, open_incident
from tests.web.conftest import Enter
from tests.web.stage import Stage

BOOKS = load([shipped("runbooks")])


def text_of(html: str) -> str:
    """What a reader sees, with every run of white space as one space."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(text: str) -> str:
    return " ".join(text.split())


def opened(stage: Stage, book: Runbook) -> UUID:
    stage.incident = stage.act("mara", open_incident, Report("Seen from outside", book.kind, Severity.HIGH), book)
    return stage.incident_id


@pytest.mark.parametrize("kind", BOOKS)
def test_every_word_of_every_step_is_on_the_page(stage: Stage, enter: Enter, kind: str) -> None:
    book = BOOKS[kind]
    opened(stage, book)
    html = enter("mara").get(f"{stage.path}/tasks").text
    seen = text_of(html)
    titles = {source.id: source.title for source in book.sources}
    for task in book.tasks:
        words = [task.title, task.text, task.done, *task.exact, *task.breaks]
        words += [word for keep in task.keep for word in (keep.what, keep.how)]
        words += [titles[source] for source in task.sources]
        assert [word for word in words if shown(word) not in seen] == [], task.key
    assert {source.url for source in book.sources if source.url} <= {unescape(link) for link in _links(html)}


def test_a_step_asks_for_awareness_without_saying_that_nobody_decided(stage: Stage, enter: Enter) -> None:
    opened(stage, BOOKS["public_bucket"])
    seen = text_of(enter("mara").get(f"{stage.path}/tasks").text)
    assert "When did we become aware?" in seen
    assert "Nobody has decided" not in seen


def test_a_step_says_what_it_answers_whose_it_is_and_when_it_is_due(stage: Stage, enter: Enter) -> None:
    opened(stage, BOOKS["ransomware"])
    seen = text_of(enter("mara").get(f"{stage.path}/tasks").text)
    assert "Is there a copy? For how many hours were the data missing?" in seen
    assert "Moment: First sign" in seen
    assert "privacy officer" in seen
    assert "0 of 5" in seen  # containment
    assert "10:05" in seen  # nine in UTC, and five minutes: in the zone of the organisation


def test_the_next_steps_stand_on_the_overview(stage: Stage, enter: Enter) -> None:
    opened(stage, BOOKS["public_bucket"])
    seen = text_of(enter("mara").get(stage.path).text)
    for task in BOOKS["public_bucket"].tasks[:3]:
        assert task.title in seen


def test_the_kinds_of_the_runbooks_are_offered_to_who_reports(stage: Stage, enter: Enter) -> None:
    html = enter("mara").get("/incidents/new").text
    for kind, book in BOOKS.items():
        assert f'value="{kind}"' in html
        assert book.title in html


def _links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)
