"""Required contents of a notice, checked against a law's list: sections, a contact, open slots, placeholders."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from notifications.blocks import LINK, Section, read_blocks, sections
from notifications.findings import Finding, Level
from notifications.languages import Language
from notifications.message import Text
from notifications.placeholders import check_placeholders

TELEPHONE = re.compile(r"\+?\d[\d ()/-]{6,}\d")
OPEN_SLOT = re.compile(
    r"\bTODO\b|\bXXX+\b|\[\.\.\.\]|\[…\]|\[(?:insert|name|date|einfügen|Datum)\b[^\]]*\]|lorem ipsum", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Content:
    """One required content: its key among the headings, its article, and whether its section must name a contact.

    `when` names the circumstance in which it is required, "" for always.
    """

    key: str
    article: str
    text: str
    level: Level
    reachable: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class ContentsList:
    """What a law wants in a notice. `phases`: "not yet known" may stand for a content, as a warning."""

    id: str
    law: str
    phases: bool
    contents: tuple[Content, ...]


def read_contents(document: Mapping[str, object]) -> ContentsList:
    """A contents list of its TOML document. Raises KeyError and ValueError for a broken one."""
    rows = document["contents"]
    assert isinstance(rows, list)
    contents = tuple(
        Content(
            str(row["key"]),
            str(row["article"]),
            str(row["text"]),
            Level(str(row["level"])),
            bool(row.get("reachable", False)),
            str(row.get("when", "")),
        )
        for row in rows
    )
    return ContentsList(str(document["id"]), str(document["law"]), bool(document.get("phases")), contents)


def check_contents(
    text: Text,
    required: ContentsList,
    headings: Mapping[str, str],
    language: Language,
    circumstances: Collection[str] = (),
) -> list[Finding]:
    """Which required contents a text lacks. Each finding names law, article and content."""
    found = {section.heading.strip().casefold(): section for section in sections(read_blocks(text.text))}
    findings = []
    for content in required.contents:
        if content.when and content.when not in circumstances:
            continue
        heading = headings.get(content.key, content.key)
        fault = _fault(content, required.phases, heading, found.get(heading.casefold()), language)
        if fault is not None:
            level, message, mend = fault
            law = f"{required.law} {content.article}"
            findings.append(Finding(level, "contents", content.text, message, mend, law, language.locale))
    return findings


def check_slots(text: Text, allowed: Collection[str], locale: str) -> list[Finding]:
    """Slots nobody filled and placeholders that are not allowed: errors both."""
    findings = []
    for part, written in (("subject", text.subject), ("text", text.text)):
        for slot in dict.fromkeys(OPEN_SLOT.findall(written)):
            mend = "Write what belongs there, or take it out"
            findings.append(Finding(Level.ERROR, "open_slot", part, f"{slot!r} was not filled", mend, locale=locale))
        for fault in check_placeholders(part, written, allowed):
            message = f"{fault.found} {fault.message}"
            findings.append(Finding(Level.ERROR, "placeholder", part, message, fault.mend, locale=locale))
        if not written.strip():
            findings.append(Finding(Level.ERROR, "empty", part, "is empty", "Write it", locale=locale))
    return findings


def _fault(
    content: Content, phases: bool, heading: str, section: Section | None, language: Language
) -> tuple[Level, str, str] | None:
    where = f"the section “{heading}”"
    if section is None:
        return content.level, f"{where} is missing", "Add it, with the facts it needs"
    if not section.text.strip():
        return content.level, f"{where} is empty", "Say it, or say that it is not yet known and when more follows"
    if content.reachable and not (LINK.search(section.text) or TELEPHONE.search(section.text)):
        return content.level, f"{where} names no address or telephone number", "Add one that is answered"
    if content.key != "unknown" and _only_unknown(section, language):
        level = Level.WARNING if phases else content.level
        return level, f"{where} only says that it is not known", "Answer it on the fact sheet, then draft anew"
    return None


def _only_unknown(section: Section, language: Language) -> bool:
    """Whether a section says nothing but that something is not known."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+|\n+", section.text) if part.strip()]
    return all(language.patterns["not_known"].search(sentence) for sentence in sentences)
