"""What is measured is the product: a benchmark defines no sender, route or table that could stand in for ours.

Peers do define some. They are few, named here with the reason, and nothing of the product may be among them.
"""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, modules, shown

PEERS = {
    "measuring/mail_peers.py": "the tutorial's way, with a table of its own",
    "measuring/killing.py": "the file that designs killed beside ours keep their state in",
    "measuring/web_server.py": "routes that do nothing, for intake to be held against",
}
OURS = {"Sender", "Engine", "Store", "Composer", "Conversation", "Line", "Carriers", "KeyRing", "Importer", "Closer"}
SERVES = {"FastAPI", "APIRouter", "Starlette", "Router", "Route", "Flask", "Blueprint"}
TABLE = re.compile(r"\bCREATE\s+(?:TEMP\w*\s+)?TABLE\b", re.I)
SPEAKS_SMTP = re.compile(rb"MAIL FROM:<")


def test_a_benchmark_defines_no_part_of_ours() -> None:
    guilty = [
        f"{shown(path, node)}: {what}"
        for path, tree in modules("bench")
        if (inside := path.relative_to(ROOT / "bench").as_posix()) not in PEERS and not inside.startswith("peers/")
        for node, what in _defined(tree)
    ]
    assert not guilty, "\n".join(guilty)


def test_what_is_looked_for_is_found_in_the_peers() -> None:
    found = {
        path.relative_to(ROOT / "bench").as_posix()
        for path, tree in modules("bench")
        if any(True for _ in _defined(tree))
    }
    assert found >= set(PEERS), "a peer named here defines nothing any more"


def test_no_benchmark_says_an_envelope_itself() -> None:
    """SMTP of ours is the product's; a sink only answers."""
    speaking = [path for path in _files() if SPEAKS_SMTP.search(path.read_bytes())]
    assert not speaking


def _defined(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if any(word.arg == "table" for word in node.keywords):
                found.append((node, "a table"))
            if node.name in OURS or any(_name(parent) in OURS for parent in node.bases):
                found.append((node, "a part named or made after one of ours"))
        elif isinstance(node, ast.Call) and _name(node.func) in SERVES:
            found.append((node, "a route"))
        elif (isinstance(node, ast.Call) and _name(node.func) == "Table") or (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and TABLE.search(node.value)
        ):
            found.append((node, "a table"))
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _files() -> list[Path]:
    return [path for path, _ in modules("bench") if "peers" not in path.parts and path.name != "mail_peers.py"]
