"""The runbooks that ship hold, keep evidence before they change anything, and cite official guidance only."""

import json
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from incident.adapters.rule_documents import STANDARD, read_rules
from incident.phases import Phase
from incident.phrases import load_phrases
from incident.roles import Role
from incident.runbooks import Keep, Runbook, Source, Task, load
from incident.runbooks.reading import PHASES, ROLES
from incident.settings import shipped
from incident.web.words import KINDS

BOOKS = load([shipped("runbooks")])
PAGE = (Path(__file__).parents[2] / "docs" / "runbooks.md").read_text(encoding="utf-8")
PUBLISHERS = {
    "aws.amazon.com",
    "cisa.gov",
    "cloud.google.com",
    "docs.aws.amazon.com",
    "learn.microsoft.com",
    "repost.aws",
}
REPOSITORIES = {"awsdocs", "github", "MicrosoftDocs", "OWASP"}  # where publishers keep the text of their pages
NOTICE_NEEDS = {"anchor.aware", "breach.cause", "breach.kinds", "data.categories", "people.count", "people.kinds"}
each = pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS.keys())


def test_five_kinds_ship_under_the_names_the_console_and_the_monitors_know() -> None:
    people = {"external_report"}  # no monitor sends it
    assert set(BOOKS) == people | {"public_bucket", "ransomware", "misdirected_email", "leaked_credentials"}
    assert {kind: book.title for kind, book in BOOKS.items()} == {kind: KINDS[kind] for kind in BOOKS}
    assert {match.kind for match in read_rules(STANDARD).matches} == set(BOOKS) - people


@each
def test_each_phase_has_tasks_eight_to_fourteen_in_all(book: Runbook) -> None:
    assert {task.phase for task in book.tasks} == set(PHASES)
    assert 8 <= len(book.tasks) <= 14
    assert len({task.title for task in book.tasks}) == len(book.tasks)
    assert max(len(task.title) for task in book.tasks) <= 80


@each
def test_what_changes_something_keeps_evidence_first_says_what_breaks_and_on_whose_word(book: Runbook) -> None:
    changing = [task for task in book.tasks if task.changes]
    assert {Phase.CONTAINMENT, Phase.RECOVERY} <= {task.phase for task in changing}
    for task in changing:
        assert task.keep, task.key
        assert task.breaks, task.key
        assert task.sources, task.key


@each
def test_every_task_says_when_it_is_done_and_rests_on_a_source(book: Runbook) -> None:
    assert [task.key for task in book.tasks if not (task.done and task.sources)] == []


@each
def test_somebody_leads_the_clock_is_put_down_and_privacy_has_its_part(book: Runbook) -> None:
    first = [task for task in book.tasks if task.phase is Phase.DETECTION]
    assert Role.COMMANDER in {task.role for task in first}
    assert "anchor.detected" in {fact for task in first for fact in task.facts}
    assert Role.PRIVACY_OFFICER in {task.role for task in book.tasks}


@each
def test_the_tasks_together_answer_what_a_notice_to_the_authority_says(book: Runbook) -> None:
    answered = {fact for task in book.tasks for fact in task.facts}
    assert answered >= NOTICE_NEEDS | {"reach", "exposure.recipients", "exposure.exfiltration", "dataset.role"}


@each
def test_containment_begins_within_the_first_half_hour(book: Runbook) -> None:
    minutes = [task.offset.total_seconds() / 60 for task in book.tasks if task.phase is Phase.CONTAINMENT]
    assert min(minutes) <= 30


@each
def test_a_source_is_the_publishers_own_page_or_says_that_nobody_opened_it(book: Runbook) -> None:
    for source in book.sources:
        host, path = urlsplit(source.url).netloc, urlsplit(source.url).path
        if host in ("github.com", "raw.githubusercontent.com"):
            assert path.split("/")[1] in REPOSITORIES, source.url
        else:
            assert not source.url or host in PUBLISHERS, source.url


def test_a_source_is_cited_alike_in_every_runbook() -> None:
    seen: dict[str, Source] = {}
    for book in BOOKS.values():
        for source in book.sources:
            first = seen.setdefault(source.id, source)
            assert source.url == first.url, source.id
            if source.id != "edpb-01-2021":  # there the title names the cases
                assert source == first


@each
def test_a_step_is_plain_json(book: Runbook) -> None:
    steps = [task.step(book.sources) for task in book.tasks]
    assert json.loads(json.dumps(steps)) == steps


def test_the_example_in_the_docs_holds_and_every_key_is_explained(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "lost_laptop.toml").write_text(example, encoding="utf-8")
    assert load([tmp_path])["lost_laptop"].title == "Lost laptop"
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    keys = {part.name for kind in (Runbook, Source, Task, Keep) for part in fields(kind)} - {"tasks", "keep"}
    assert keys <= explained
    assert set(ROLES) == set(
        re.findall(r"`(\w+)`", next(line for line in PAGE.splitlines() if "Whose task" in line))[1:]
    )


def test_the_docs_count_the_tasks_that_ship() -> None:
    for kind, book in BOOKS.items():
        counts = [str([task.phase for task in book.tasks].count(phase)) for phase in PHASES]
        assert f"| `{kind}` | {', '.join(counts)} |" in PAGE


def test_every_measure_that_a_done_task_suggests_is_one_that_notices_can_name() -> None:
    known = set(load_phrases([shipped("templates")], "en").tables["measures"])
    suggested = {book.kind: {word for task in book.tasks for word in task.measures} for book in BOOKS.values()}
    assert all(suggested.values())
    assert set().union(*suggested.values()) <= known


@each
def test_no_task_asks_for_a_commander_the_incident_itself_asks_for_one(book: Runbook) -> None:
    asked = re.compile(r"take command|name (?:the|a) commander|who leads|commander is named", re.IGNORECASE)
    assert [task.key for task in book.tasks if asked.search(f"{task.title} {task.text} {task.done}")] == []
