"""House rules that no tool knows: one clock, one way to commit, short modules, names of the field."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, modules, shown, tracked

PRODUCT = ("incident", "notifications")
WRITTEN = (*PRODUCT, "tests", "bench", "docs")
CLOCK = ROOT / "notifications" / "clock.py"
STORE = ROOT / "notifications" / "store.py"
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40  # the aim is 25; beyond this a function is two
NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "service", "services", "misc"}
READS_THE_CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
BARRED = re.compile(r"(#|//|/\*|<!--)\s*(TODO|FIXME|XXX)\b|raise Not[I]mplemented")


def _calls(tree: ast.Module) -> list[tuple[ast.Call, str, str]]:
    """Calls of the form `a.b(…)`, as (call, a, b); a is the last name before the dot."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            found.append((node, name, node.func.attr))
    return found


def test_only_the_clock_asks_what_time_it_is() -> None:
    guilty = [
        shown(path, call)
        for path, tree in modules(*PRODUCT)
        if path != CLOCK
        for call, owner, name in _calls(tree)
        if (owner, name) in READS_THE_CLOCK
    ]
    assert guilty == [], "take a Clock or the moment as an argument"


def test_only_the_store_commits() -> None:
    guilty = [
        shown(path, call)
        for path, tree in modules(*PRODUCT)
        if path != STORE
        for call, _owner, name in _calls(tree)
        if name == "commit"
    ]
    assert guilty == [], "write by store.write(fn)"


def test_every_module_says_in_its_first_line_what_it_holds() -> None:
    guilty = [shown(path) for path, tree in modules(*WRITTEN) if not ast.get_docstring(tree)]
    assert guilty == []


def test_no_module_is_longer_than_it_can_be_read() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path, _tree in modules(*WRITTEN)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_of_the_product_is_longer_than_it_can_be_read() -> None:
    lengths = {
        shown(path, node): (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in modules(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_names_are_words_of_the_field() -> None:
    guilty = [shown(path) for path, _tree in modules(*WRITTEN) if NO_NAMES & set(_words(path.relative_to(ROOT)))]
    guilty += [
        shown(path, node)
        for path, tree in modules(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower() in NO_NAMES
    ]
    assert guilty == []


def _words(path: Path) -> list[str]:
    return [part.lower() for part in path.with_suffix("").parts]


def test_nothing_is_left_for_later() -> None:
    guilty = [
        f"{shown(path)}:{number}"
        for path in tracked()
        if path.suffix in {".py", ".html", ".toml", ".txt", ".md"} and "vendor" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if BARRED.search(line)
    ]
    assert guilty == []


def test_what_is_named_as_covered_elsewhere_is_a_file_of_tests() -> None:
    named = [line for line in (ROOT / "tests/covered_elsewhere.txt").read_text().splitlines() if line[:1] != "#"]
    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []
    assert named == sorted(set(named))
