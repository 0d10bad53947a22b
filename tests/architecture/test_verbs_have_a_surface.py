"""Every verb can be done by somebody: a page, the API, a command, chat or the worker calls it, or another verb does."""

import ast
from collections.abc import Iterator
from pathlib import Path

PRODUCT = Path(__file__).parents[2] / "incident"
VERBS = PRODUCT / "verbs"


def verbs() -> Iterator[tuple[str, Path]]:
    """Public functions whose first parameter is the act."""
    for file in sorted(VERBS.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = node.args.args[0].arg if node.args.args else ""
                if first == "act":
                    yield node.name, file


def called(file: Path) -> set[str]:
    """Every name a module uses, but what it defines itself."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_no_verb_is_called_by_nothing() -> None:
    names = {file: called(file) for file in PRODUCT.rglob("*.py")}
    lonely = [name for name, _ in verbs() if not any(name in found for file, found in names.items())]
    assert lonely == []
    assert sum(1 for _ in verbs()) > 100
