"""The page on how far the law is covered, from the packs themselves."""

from collections.abc import Iterator, Sequence

from incident.law.duties import STATUSES, Duty
from incident.law.library import Chosen, choose, coverage
from incident.law.packs import shipped_duties, shipped_packs

# Entries of law that have no readable rule yet, with the reason. Every other duty is in a pack with vectors.
LISTED_ONLY: dict[str, str] = {}


def page() -> str:
    """`docs/law-coverage.md`."""
    duties = choose(shipped_duties(), Chosen())
    return "\n".join((*_head(duties), *_places(duties), *_not_owed(duties), *_checking(duties), *_listed())) + "\n"


def _head(duties: Sequence[Duty]) -> Iterator[str]:
    found = coverage(duties)
    vectors = sum(len(pack.vectors) for pack in shipped_packs())
    yield "# How far the law is covered"
    yield ""
    yield "Drawn from the packs in `incident/law/data/` by `make docs`; a test fails while it says something else."
    yield ""
    yield (
        f"{found.duties} duties of {len(found.jurisdictions)} jurisdictions, with {vectors} test vectors beside them. "
        f"{found.citations_missing} have no official address yet: *citation to be checked*. Of "
        f"{found.validity_not_researched} the day they began to apply was not researched: they are treated as in force."
    )
    yield ""
    yield "| how far the deadline was checked | duties |"
    yield "| --- | ---: |"
    for level, number in found.confidence.items():
        yield f"| {CHECKED[level]} | {number} |"
    yield ""


CHECKED = {
    "high": "high: seen in the text of the law, a dated quotation of it, or a page of the regulator",
    "medium": "medium: seen in a secondary source",
    "low": "low: seen in a table or a mirror of state statutes",
    "unverified": "**unverified: from knowledge, seen in no source**",
}


def _places(duties: Sequence[Duty]) -> Iterator[str]:
    yield "## By jurisdiction"
    yield ""
    yield "| jurisdiction | duties | of them unverified | citation to be checked | laws |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for place in sorted({duty.jurisdiction for duty in duties}):
        own = [duty for duty in duties if duty.jurisdiction == place]
        unverified = sum(duty.confidence == "unverified" for duty in own)
        missing = sum(not duty.url for duty in own)
        laws = "; ".join(dict.fromkeys(duty.law.replace("|", "/") for duty in own))
        yield f"| {place} | {len(own)} | {unverified or ''} | {missing or ''} | {laws} |"
    yield ""


def _not_owed(duties: Sequence[Duty]) -> Iterator[str]:
    yield "## Not in force, not yet, or no duty"
    yield ""
    yield "| duty | status | applies from |"
    yield "| --- | --- | --- |"
    for duty in duties:
        if duty.status != "in_force":
            yield f"| `{duty.id}` | {STATUSES[duty.status]} | {duty.applies_from or ''} |"
    yield ""


def _checking(duties: Sequence[Duty]) -> Iterator[str]:
    yield "## Parts nobody saw in a source"
    yield ""
    yield "The rule's deadline was seen, these parts of it were written from knowledge; pages and answers say so."
    yield ""
    parts: dict[str, list[str]] = {}
    for duty in duties:
        for part in duty.unverified:
            parts.setdefault(part, []).append(f"`{duty.id}`")
    for part, found in sorted(parts.items()):
        named = ", ".join(found[:6]) + (f" and {len(found) - 6} more" if len(found) > 6 else "")
        yield f"- {part}: {named}"
    yield ""


def _listed() -> Iterator[str]:
    yield "## Without a readable rule"
    yield ""
    if not LISTED_ONLY:
        yield "None: every entry is in a pack, with at least one vector that says yes, one no and one unknown."
    for name, reason in LISTED_ONLY.items():
        yield f"- `{name}`: {reason}"
