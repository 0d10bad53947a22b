"""The docs show what the code is, and point to pages that exist."""

import re

from docs.draw import DECISIONS, stale
from tests.architecture.sources import ROOT, shown, tracked

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_what_is_drawn_from_the_code_is_up_to_date() -> None:
    assert stale() == [], "run: make docs"


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in (path for path in tracked() if path.suffix == ".md"):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
        broken += [
            f"{shown(page)} → {found}"
            for found in LINK.findall(prose)
            if "://" not in found and not found.startswith("mailto:") and not (page.parent / found).exists()
        ]
    assert broken == []


def test_decisions_are_numbered_without_gaps_and_have_every_part() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    parts = ("## What made us decide", "## Decision", "## What follows", "## What was not chosen")
    lacking = [f"{shown(page)}: {part}" for page in pages for part in parts if part not in page.read_text()]
    assert lacking == []
    assert (ROOT / "docs" / "decisions" / "README.md").is_file()
