"""The source as these tests read it: parsed modules, tracked files, and the contracts of `pyproject.toml`."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DRAFTED = ROOT / "incident" / "migrations" / "versions"  # written by Alembic, one long function each


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, as git lists it, new ones included."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(path for name in sorted(said.split("\0")) if name and (path := ROOT / name).is_file())


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Modules under these folders, parsed; drafted revisions left out."""
    for path in tracked():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders and DRAFTED not in path.parents:
            yield path, ast.parse(path.read_text())


def shown(path: Path, node: ast.AST | None = None) -> str:
    """Where something is, as an editor opens it."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def contract(name: str) -> dict[str, Any]:
    """One import-linter contract."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    return next(found for found in contracts if found["id"] == name)
