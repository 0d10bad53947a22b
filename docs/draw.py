"""Draws what the docs show of the code: `make docs`. A test compares the files with what this would write."""

import re
import sys
from pathlib import Path

from docs import fault_table, law_coverage, layers, operator_tables, phase_map

HERE = Path(__file__).parent
DECISIONS = HERE / "decisions"


def drawn() -> dict[Path, str]:
    """Every file or page with something drawn from the code, as it must be now."""
    return {
        HERE / "architecture.svg": layers.drawing(),
        HERE / "faults.md": fault_table.page(),
        HERE / "law-coverage.md": law_coverage.page(),
        HERE / "phases.svg": phase_map.drawing(),
        HERE / "architecture.md": _filled(
            HERE / "architecture.md",
            {package: layers.table(package) for package in ("incident", "notifications")},
        ),
        HERE / "phases.md": _filled(HERE / "phases.md", {"moves": phase_map.table()}),
        HERE / "intake.md": _filled(HERE / "intake.md", {"adapters": operator_tables.adapters()}),
        HERE / "operations.md": _filled(HERE / "operations.md", {"settings": operator_tables.settings()}),
        HERE / "security.md": _filled(HERE / "security.md", {"roles": operator_tables.roles()}),
        HERE / "notices.md": _filled(
            HERE / "notices.md", {"kinds": operator_tables.kinds(), "forms": operator_tables.forms()}
        ),
        DECISIONS / "README.md": _filled(DECISIONS / "README.md", {"index": _index()}),
    }


def stale() -> list[str]:
    """Names of the files that no longer say what the code does."""
    return [place.name for place, text in drawn().items() if not place.exists() or place.read_text() != text]


def _filled(page: Path, parts: dict[str, str]) -> str:
    """The page with what stands between its markers `<!-- NAME -->` … `<!-- /NAME -->` written anew."""
    text = page.read_text()
    for name, part in parts.items():
        between = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = between.sub(lambda found, part=part: found[1] + part + found[2], text)  # type: ignore[misc]
    return text


def _index() -> str:
    lines = []
    for page in sorted(DECISIONS.glob("[0-9]*.md")):
        title = page.read_text().partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({page.name})\n")
    return "".join(lines)


if __name__ == "__main__":
    for name in stale():
        sys.stdout.write(f"drawn again: {name}\n")
    for place, text in drawn().items():
        place.write_text(text)
