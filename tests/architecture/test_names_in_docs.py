"""The prose of the docs names files that exist, variables that are read, and commands that can be given."""

import re

from typer.main import get_command

from incident.cli import app
from incident.settings import Settings
from tests.architecture.sources import ROOT, shown, tracked

PAGES = [path for path in tracked() if path.suffix == ".md" and path.relative_to(ROOT).parts[0] == "docs"]
FOLDERS = "|".join(("incident", "notifications", "tests", "docs", "templates", "runbooks", "bench"))
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
VARIABLE = re.compile(r"SEVENTYTWO_(\w+)")
COMMAND = re.compile(r"\bseventytwo ([a-z]+)(?: ([a-z]+))?")
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)


def test_files_and_folders_named_in_the_docs_exist() -> None:
    named = [(page, name) for page in PAGES for name in PATH.findall(page.read_text())]
    assert len(named) > 50
    assert [f"{shown(page)} → {name}" for page, name in named if not (ROOT / name).exists()] == []


def test_variables_named_in_the_docs_are_settings() -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = [(page, name) for page in PAGES for name in VARIABLE.findall(page.read_text())]
    assert [f"{shown(page)} → {name}" for page, name in named if name not in known] == []


def test_commands_named_in_the_docs_can_be_given() -> None:
    groups = get_command(app).commands  # type: ignore[attr-defined]
    wrong = []
    for page in PAGES:
        for word, second in COMMAND.findall(" ".join(CODE.findall(page.read_text()))):
            below = getattr(groups.get(word), "commands", None)
            if word not in groups or (below is not None and second not in below):
                wrong.append(f"{shown(page)} → seventytwo {word} {second}".rstrip())
    assert wrong == []
