"""Runbooks are read whole: a fault is named with file, key and mend; an operator's file wins over the shipped."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.anchors import NAMES
from incident.cli import app
from incident.errors import Fault, Invalid
from incident.facts import FIELDS
from incident.facts.vocabulary import CAUSES
from incident.phases import Phase
from incident.roles import Role
from incident.runbooks import Checked, Keep, Source, check, load, told, usable
from incident.runbooks.reading import CAUSES as KNOWN_CAUSES
from incident.runbooks.reading import FACTS, read
from incident.settings import Settings

HEAD = '''
kind = "lost_laptop"
title = "Lost laptop"
summary = """
A laptop is gone,
  with what lay on it.
"""
causes = ["lost_device"]

[[source]]
id = "guide"
title = "A guide"
url = "https://example.org/guide"
'''
LOCK = """
[[task]]
key = "lock"
phase = "containment"
title = "Lock it from afar"
text = "Send the lock."
exact = ['''
lock --now "$DEVICE"
  --quiet
''']
role = "responder"
offset = "30m"
changes = true
breaks = ["The finder sees that we know"]
facts = ["protection.key", "anchor.detected", "dataset.role", "reach", "exposure.logs.from"]
done = "The console says locked."
sources = ["guide"]

[[task.keep]]
what = "The last place it was seen"
how = '''
export --places
'''
"""


def plain(key: str, phase: str) -> str:
    return f"""
[[task]]
key = "{key}"
phase = "{phase}"
title = "Do {key}"
text = "What to do."
role = "incident_commander"
offset = "2d"
done = "It is done."
"""


GOOD = HEAD + plain("ask", "detection") + LOCK
GOOD += plain("look", "investigation") + plain("replace", "recovery") + plain("learn", "review")


def written(folder: Path, text: str = GOOD, name: str = "lost_laptop.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str) -> list[Fault]:
    faults: list[Fault] = []
    runbook = read(written(folder, text), faults)
    assert (runbook is None) is bool(faults)
    return faults


def test_a_runbook_is_read_as_it_is_written(tmp_path: Path) -> None:
    runbook = load([written(tmp_path).parent])["lost_laptop"]
    assert (runbook.title, runbook.causes) == ("Lost laptop", ("lost_device",))
    assert runbook.summary == "A laptop is gone, with what lay on it."  # lines of the file are no lines of the text
    assert runbook.sources == (Source("guide", "A guide", "https://example.org/guide"),)
    assert [task.key for task in runbook.tasks] == ["ask", "lock", "look", "replace", "learn"]
    lock = runbook.tasks[1]
    assert (lock.phase, lock.role, lock.offset) == (Phase.CONTAINMENT, Role.RESPONDER, timedelta(minutes=30))
    assert lock.exact == ('lock --now "$DEVICE"\n  --quiet',)  # commands keep theirs
    assert lock.keep == (Keep("The last place it was seen", "export --places"),)
    assert lock.changes
    assert runbook.tasks[0].offset == timedelta(days=2)


def test_the_step_an_incident_takes_over_is_plain_json_with_sources_written_out(tmp_path: Path) -> None:
    runbook = load([written(tmp_path).parent])["lost_laptop"]
    assert runbook.tasks[1].step(runbook.sources) == {
        "title": "Lock it from afar",
        "text": "Send the lock.",
        "exact": ['lock --now "$DEVICE"\n  --quiet'],
        "role": "responder",
        "offset_minutes": 30,
        "changes": True,
        "keep": [{"what": "The last place it was seen", "how": "export --places"}],
        "breaks": ["The finder sees that we know"],
        "facts": ["protection.key", "anchor.detected", "dataset.role", "reach", "exposure.logs.from"],
        "done": "The console says locked.",
        "sources": [{"id": "guide", "title": "A guide", "url": "https://example.org/guide"}],
        "measures": [],
    }


def test_causes_facts_and_moments_are_those_of_the_fact_sheet() -> None:
    assert frozenset(CAUSES) == KNOWN_CAUSES
    assert set(FIELDS) <= FACTS
    assert {f"anchor.{name}" for name in NAMES} <= FACTS
    assert {"reach", "dataset.role", "dataset.entity", "dataset.controllers"} <= FACTS
    assert {"dataset.id", "dataset.facts"}.isdisjoint(FACTS)


FAULTS = [
    ('kind = "lost_laptop"', 'kind = "laptop"', "kind", "is not the name of the file", 'write kind = "lost_laptop"'),
    ('kind = "lost_laptop"', 'kind = "Lost laptop"', "kind", "is no key", "small letters and digits"),
    ('kind = "lost_laptop"', 'kind = "lost-laptop"', "kind", "has a hyphen", "know small letters, digits and _"),
    ('title = "Lost laptop"', "", "title", "is missing", 'write title = "…"'),
    ('title = "Lost laptop"', 'title = "  "', "title", "is missing", 'write title = "…"'),
    ('title = "Lost laptop"', "title = 7", "title", "is not a text", 'write title = "…"'),
    ('title = "Lost laptop"', f'title = "{"x" * 121}"', "title", "has 121 characters", "at most 120 fit"),
    ('["lost_device"]', '["lost_devise"]', "causes", "'lost_devise' is not known", "did you mean lost_device?"),
    ('["lost_device"]', '"lost_device"', "causes", "is not a list of texts", 'write causes = ["…"]'),
    ('causes = ["lost', 'cause = ["lost', "cause", "is not a key of this table", "did you mean causes?"),
    ('id = "guide"', 'id = "other"', "source", "'other' is cited by no task", "cite it in a task"),
    (
        '"https://example.org/guide"',
        '"http://example.org"',
        "source 1: url",
        "is not an https address",
        "leave it empty",
    ),
    ("[[source]]", "[source]", "source", "is not a list of tables", "write [[source]] above each"),
    ('phase = "containment"', 'phase = "contain"', "task 2 (lock): phase", "is not known", "did you mean containment?"),
    ('phase = "containment"', 'phase = "review"', "task", "no task in the phase containment", "at least one task"),
    ('phase = "containment"', 'phase = "recovery"', "task", "do not stand in the order", "detection, containment"),
    ('key = "lock"', 'key = "ask"', "task", "the key 'ask' stands twice", "give each task its own key"),
    ('role = "responder"', 'role = "support"', "task 2 (lock): role", "'support' is not known", "one of: approver"),
    ('offset = "30m"', 'offset = "half an hour"', "task 2 (lock): offset", "is no time from opening", '"15m", "4h"'),
    ("changes = true", 'changes = "yes"', "task 2 (lock): changes", "neither true nor false", "write changes = true"),
    ("changes = true", "", "task 2 (lock): breaks", "is given, yet changes is not true", "add changes = true"),
    ('["The finder sees that we know"]', "[]", "task 2 (lock): breaks", "is missing, yet", "say what stops working"),
    (LOCK[LOCK.index("[[task.keep]]") :], "", "task 2 (lock): keep", "is missing, yet", "[[task.keep]]"),
    ("[[task.keep]]", "[task.keep]", "task 2 (lock): keep", "is not a list of tables", "write [[task.keep]]"),
    ("how = '''", "who = '''", "task 2 (lock): keep 1: how", "is missing", 'write how = "…"'),
    ('"protection.key"', '"protection.keys"', "task 2 (lock): facts", "is not known", "did you mean protection.key?"),
    ('done = "The console says locked."', "", "task 2 (lock): done", "is missing", 'write done = "…"'),
    (
        'sources = ["guide"]',
        'sources = ["guid"]',
        "task 2 (lock): sources",
        "'guid' is not known",
        "did you mean guide?",
    ),
]


@pytest.mark.parametrize(("good", "bad", "where", "message", "mend"), FAULTS)
def test_a_fault_names_file_key_and_mend(
    tmp_path: Path, good: str, bad: str, where: str, message: str, mend: str
) -> None:
    assert GOOD.count(good) >= 1
    found = faults_of(tmp_path, GOOD.replace(good, bad, 1))
    [named] = [fault for fault in found if fault.field == f"lost_laptop.toml: {where}" and message in fault.message]
    assert mend in named.mend


def test_two_sources_of_one_id_are_a_fault(tmp_path: Path) -> None:
    twice = GOOD.replace("[[task]]", '[[source]]\nid = "guide"\ntitle = "Another"\nurl = ""\n\n[[task]]', 1)
    assert [str(fault) for fault in faults_of(tmp_path, twice)] == [
        "lost_laptop.toml: source: the id 'guide' stands twice (give each source its own id)"
    ]


def test_a_runbook_without_tasks_or_sources_says_so(tmp_path: Path) -> None:
    found = faults_of(tmp_path, HEAD[: HEAD.index("[[source]]")])
    assert [(fault.field, fault.mend) for fault in found] == [
        ("lost_laptop.toml: source", "add at least one [[source]]"),
        ("lost_laptop.toml: task", "add at least one [[task]]"),
    ]


def test_a_wrong_phase_is_one_fault_and_does_not_blame_the_order(tmp_path: Path) -> None:
    assert len(faults_of(tmp_path, GOOD.replace('phase = "containment"', 'phase = "contain"'))) == 1


@pytest.mark.parametrize("content", [b'kind = "lost', b'title = "\xff"'])
def test_a_file_that_cannot_be_read_is_a_fault_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lost_laptop.toml").write_bytes(content)
    [fault] = check([tmp_path])[0].faults
    assert fault.field == "lost_laptop.toml"
    assert "mend the TOML at that place" in fault.mend


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace('title = "Lost laptop"', "").replace('"30m"', '"soon"'))
    written(tmp_path, GOOD, "stolen_laptop.toml")
    with pytest.raises(Invalid) as refused:
        load([tmp_path])
    assert [fault.field for fault in refused.value.faults] == [
        "lost_laptop.toml: title",
        "lost_laptop.toml: task 2 (lock): offset",
        "stolen_laptop.toml: kind",
    ]


def test_the_operators_file_wins_over_the_shipped_of_its_name(tmp_path: Path) -> None:
    own = written(tmp_path / "own", GOOD.replace('"Lost laptop"', '"Ours"'))
    shipped = written(tmp_path / "shipped")
    written(tmp_path / "shipped", GOOD.replace("lost_laptop", "lost_phone"), "lost_phone.toml")
    folders = (*Settings(runbooks_folder=own.parent).runbook_folders[:1], shipped.parent)
    assert {kind: book.title for kind, book in load(folders).items()} == {
        "lost_laptop": "Ours",
        "lost_phone": "Lost laptop",
    }
    assert [(found.path, found.instead) for found in check(folders)][1] == (shipped, own)


def test_a_faulty_file_of_the_operator_stops_no_report_the_shipped_one_stands_in(tmp_path: Path) -> None:
    own, shipped = written(tmp_path / "own", "kind ="), written(tmp_path / "shipped")
    written(tmp_path / "own", GOOD.replace("lost_laptop", "lost_phone"), "lost_phone.toml")
    found = usable([own.parent, shipped.parent])
    assert sorted(found) == ["lost_laptop", "lost_phone"]
    assert found["lost_laptop"].title == "Lost laptop"


def test_a_folder_that_is_not_there_is_a_fault_an_empty_one_is_said(tmp_path: Path) -> None:
    [missing] = check([tmp_path / "typo"])
    assert [str(fault) for fault in missing.faults] == [
        f"{tmp_path / 'typo'}: is not there (name a folder or a *.toml file)"
    ]
    assert check([tmp_path]) == [Checked(tmp_path)]
    assert load([tmp_path, written(tmp_path / "shipped").parent]).keys() == {"lost_laptop"}


def test_a_check_is_told_folder_by_folder_and_file_by_file(tmp_path: Path) -> None:
    own, shipped = written(tmp_path / "own"), written(tmp_path / "shipped")
    written(tmp_path / "shipped", GOOD.replace('"30m"', '"soon"'), "lost_phone.toml")
    lines = list(told(check([own.parent, shipped.parent])))
    assert lines[:4] == [
        str(own.parent),
        "  lost_laptop.toml            Lost laptop: 5 tasks, 1 changing something",
        str(shipped.parent),
        f"  lost_laptop.toml            not used, {own} is",
    ]
    assert lines[4:6] == [
        "  lost_phone.toml             2 faults",
        "      lost_phone.toml: task 2 (lock): offset: 'soon' is no time from opening "
        '(write minutes, hours or days: "15m", "4h")',
    ]
    assert lines[-1] == "1 runbook holds, 2 faults."


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), ("", 1)])
def test_the_command_ends_with_status_1_when_one_does_not_hold(tmp_path: Path, text: str, status: int) -> None:
    ran = CliRunner().invoke(app, ["runbooks", "check", str(written(tmp_path, text))])
    assert ran.exit_code == status, ran.output
    assert re.search(r"\d runbooks? holds?", ran.output)
    assert CliRunner().invoke(app, ["runbooks", "check", str(tmp_path / "none")]).exit_code == 1
