"""The tables of docs/assessment.md, written from the data: python -m tests.incident.assessment.page rewrites them."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from incident.assessment import CRITERIA, REGIMES, TESTS, Criterion, Weight

PAGE = Path(__file__).parents[3] / "docs" / "assessment.md"
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
SAID = {
    Weight.RELIEF: "lowers",
    Weight.STEP: "carries others",
    Weight.RISK: "raises: a risk",
    Weight.HIGH: "raises: a high risk",
}


def written(page: str) -> str:
    """The page with its tables as the data have them now."""
    return MARKED.sub(lambda found: found[1] + "\n".join(_table(found[2])) + "\n" + found[3], page)


def _table(name: str) -> Iterator[str]:
    if name == "gdpr":
        yield from _criteria([found for found in CRITERIA if found.law == "gdpr"])
    elif name == "others":
        for test in TESTS:
            yield f"### {test.title}: `{test.name}`\n\nHolds when `{test.rule}`.\n"
            yield from _criteria([found for found in CRITERIA if found.law == test.name])
            yield ""
    else:
        yield from ("| regime | also | law | authority | people |", "|---|---|---|---|---|")
        for one in REGIMES.values():
            yield f"| `{one.id}` | {', '.join(one.also)} | {one.title} | `{one.authority}` | `{_flat(one.subjects)}` |"


def _criteria(found: list[Criterion]) -> Iterator[str]:
    yield from ("| criterion | weight | in words | holds when | source |", "|---|---|---|---|---|")
    for one in found:
        where = f" Only in {', '.join(one.jurisdictions)}." if one.jurisdictions else ""
        yield f"| `{one.name}` | {SAID[one.weight]} | {one.text}{where} | `{one.rule}` | {one.source} |"


def _flat(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is written\n")
