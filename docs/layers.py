"""The architecture as the code has it: rows from the import-linter contracts, arrows from the imports themselves."""

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import grimp

from docs.svg import box, path, picture, words

ROOT = Path(__file__).parents[1]
COLUMN, ROW, CHIP, MARGIN = 580, 54, 28, 24
Rows = list[list[str]]
Place = tuple[float, float, float]  # left, top, width of a chip


def rows(package: str) -> Rows:
    """The rows of one package from the top; modules that do not exist yet are left out."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [contract["layers"] for contract in tool["contracts"] if contract["id"] == package]
    named = [[name.strip("() ") for name in re.split(r"[|:]", layer)] for layer in layers]
    existing = [[name for name in row if _source(package, name)] for row in named]
    return [row for row in existing if row]


def uses(package: str) -> dict[str, set[str]]:
    """Which module of a package imports which other, by top-level name."""
    graph = grimp.build_graph(package, cache_dir=None)
    found: dict[str, set[str]] = {name: set() for row in rows(package) for name in row}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            here, there = importer.split(".")[1:2], imported.split(".")[1:2]
            if here and there and here != there and here[0] in found and there[0] in found:
                found[here[0]].add(there[0])
    return found


def holds(package: str, name: str) -> str:
    """The first line of a module's docstring."""
    source = _source(package, name)
    said = ast.get_docstring(ast.parse(source.read_text())) if source else None
    return (said or "").partition("\n")[0]


def drawing() -> str:
    """Both packages side by side, standing on one line; arrows that follow from others are left out."""
    columns = [(package, rows(package)) for package in ("incident", "notifications")]
    height = MARGIN * 2 + 30 + ROW * max(len(package_rows) for _, package_rows in columns)
    parts: list[str] = []
    for number, (package, package_rows) in enumerate(columns):
        left, top = MARGIN + number * (COLUMN + MARGIN), height - MARGIN - ROW * len(package_rows)
        places = _places(package_rows, left, top)
        parts += [words(left + 4, top - 12, package, "head", "start")]
        parts += [box(left, top + ROW * level, COLUMN, ROW - 8, "band") for level in range(len(package_rows))]
        edges = _reduced(uses(package), package_rows)
        parts += [_arrow(places[here], places[there]) for here in sorted(edges) for there in sorted(edges[here])]
        for name, (x, y, width) in places.items():
            parts += [box(x, y, width, CHIP), words(x + width / 2, y + 18, name)]
    return picture(MARGIN * 3 + COLUMN * 2, height, "Modules of seventytwo and what they use", parts)


def table(package: str) -> str:
    """Every module in the order of the rows, with what it holds and what it uses."""
    edges = uses(package)
    lines = ["| module | holds | uses |", "| --- | --- | --- |"]
    for row in rows(package):
        for name in row:
            used = ", ".join(f"`{other}`" for other in sorted(edges[name]))
            lines.append(f"| `{name}` | {holds(package, name).replace('|', chr(92) + '|')} | {used} |")
    return "\n".join(lines) + "\n"


def _source(package: str, name: str) -> Path | None:
    module, init = ROOT / package / f"{name}.py", ROOT / package / name / "__init__.py"
    return next((place for place in (module, init) if place.is_file()), None)


def _places(package_rows: Rows, left: float, top: float) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for level, row in enumerate(package_rows):
        widths = [len(name) * 7.4 + 20 for name in row]
        gap = min(24.0, (COLUMN - 12 - sum(widths)) / max(1, len(row) - 1))
        x = left + (COLUMN - sum(widths) - gap * (len(row) - 1)) / 2
        for name, width in zip(row, widths, strict=True):
            places[name] = (x, top + ROW * level + (ROW - 8 - CHIP) / 2, width)
            x += width + gap
    return places


def _reduced(edges: dict[str, set[str]], package_rows: Rows) -> dict[str, set[str]]:
    """Without the arrows that a longer way already shows (what is left is drawn)."""
    beyond: dict[str, set[str]] = {}
    for name in (name for row in reversed(package_rows) for name in row):
        beyond[name] = set(edges[name]).union(*_sets(beyond, edges[name]))
    return {name: used - set().union(*_sets(beyond, used)) for name, used in edges.items()}


def _sets(beyond: dict[str, set[str]], names: Iterable[str]) -> list[set[str]]:
    return [beyond.get(name, set()) for name in names]


def _arrow(here: Place, there: Place) -> str:
    x, y = here[0] + here[2] / 2, here[1] + CHIP
    to_x, to_y = there[0] + there[2] / 2, there[1]
    bend = max(16.0, (to_y - y) / 2)
    course = f"M{x:.0f} {y:.0f} C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y - 1:.0f}"
    return path(course, "edge")
