"""Required contents of a notice, checked against a law's list: each section there, filled, and with a contact."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from notifications.blocks import LINK
from notifications.findings import Finding, Level, Rule
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import Passage, flat, passages, section_named, sentences
from notifications.wording import listed, worded

TELEPHONE = re.compile(r"\+?\d[\d ()/-]{6,}\d")
POSTAL = re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b")  # state and ZIP code, as an address of the United States ends
REACHABLE = {
    "any": ((LINK, TELEPHONE), worded("names no address or telephone number")),
    "us": ((LINK, TELEPHONE, POSTAL), worded("names no telephone number, e-mail address, web site or postal address")),
}


@dataclass(frozen=True, slots=True)
class Content:
    """One required content: its key among the headings, its article, the facts that answer it.

    `when` names the circumstance in which it is required, "" for always. `reachable` is a word of REACHABLE where the
    section must name a contact. `asked` are questions of the draft: while all of them are open, the section cannot
    say what it must. `instead` is a section that serves as well. `named`: it must name who speaks.
    """

    key: str
    article: str
    text: str
    level: Level
    reachable: str = ""
    when: str = ""
    facts: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    instead: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence a law wants somewhere in a notice. `finds` is what shows it: see `statements.SHOWN_BY`.

    `section` is the key of the section it belongs to, "" for anywhere; `names` are all wanted for "names".
    """

    article: str
    text: str
    level: Level
    finds: str
    section: str = ""
    when: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentsList:
    """What a law wants in a notice. `phases`: "not yet known" may stand for a content, as a warning.

    `title` and `fixed` are the words of the law for title and headings, in its language whatever the text is in;
    `ordered`: in the order of `fixed`. `kinds_in` is the section that lists the kinds of data, `hosts` are others'
    hosts that this law sends readers to.
    """

    id: str
    law: str
    phases: bool
    contents: tuple[Content, ...]
    statements: tuple[Statement, ...] = ()
    title: str = ""
    title_article: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = False
    kinds_in: str = ""
    hosts: frozenset[str] = frozenset()

    def law_of(self, key: str) -> str:
        """Law and article of a content, "" where the list has none of this key."""
        return next((f"{self.law} {content.article}" for content in self.contents if content.key == key), "")


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks of contents know beside the text: circumstances, questions left open, who speaks."""

    circumstances: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()


def read_contents(document: Mapping[str, object]) -> ContentsList:
    """A contents list of its TOML document. Raises KeyError and ValueError for a broken one."""
    fixed = document.get("headings", {})
    assert isinstance(fixed, Mapping)
    return ContentsList(
        id=str(document["id"]),
        law=str(document["law"]),
        phases=bool(document.get("phases")),
        contents=tuple(_content(row) for row in _rows(document["contents"])),
        statements=tuple(_statement(row) for row in _rows(document.get("statements", []))),
        title=str(document.get("title", "")),
        title_article=str(document.get("title_article", "")),
        fixed={str(key): str(words) for key, words in fixed.items()},
        ordered=bool(document.get("ordered")),
        kinds_in=str(document.get("kinds_in", "")),
        hosts=frozenset(_words(document.get("hosts", []))),
    )


def check_contents(
    text: Text, required: ContentsList, headings: Mapping[str, str], language: Language, known: Known | None = None
) -> list[Finding]:
    """Which required contents a text lacks. Each finding names law, article, content, and the facts to answer."""
    known = known or Known()
    parts = passages(text.text)
    findings = []
    for content in required.contents:
        if content.when and content.when not in known.circumstances:
            continue
        heading = headings.get(content.key, content.key)
        section = section_named(parts, heading)
        if section is None and content.instead:
            section = section_named(parts, headings.get(content.instead, content.instead))
        fault = _fault(content, heading, section, language, known)
        if fault is None:
            continue
        message, mend, unknown = fault
        level = Level.WARNING if unknown and required.phases else content.level
        facts = ", ".join(content.facts)
        said = worded("{what} (fact sheet: {facts})", what=message, facts=facts) if facts else message
        law = f"{required.law} {content.article}".strip()
        line = section.line if section else 0
        findings.append(
            Finding(level, Rule.CONTENTS, content.text, said, mend, law, language.locale, content.facts, line)
        )
    return findings


def _fault(
    content: Content, heading: str, section: Passage | None, language: Language, known: Known
) -> tuple[str, str, bool] | None:
    """What is wrong with a section, how to mend it, and whether it is only that something is not known."""
    facts = ", ".join(content.facts)
    write, find_out = worded("Write it"), worded("Find out, and say it")
    if facts:
        write = worded("Write it, or answer {facts} on the fact sheet, then draft anew", facts=facts)
        find_out = worded("Answer {facts} on the fact sheet, then draft anew", facts=facts)
    if section is None:
        return worded("the section “{heading}” is missing", heading=heading), write, False
    if not section.text.strip():
        return worded("the section “{heading}” is empty", heading=heading), write, False
    patterns, lack = REACHABLE.get(content.reachable, ((), ""))
    if patterns and not any(pattern.search(section.text) for pattern in patterns):
        fault = worded("the section “{heading}” {lacks}", heading=heading, lacks=lack)
        return fault, worded("Add one that is answered"), False
    if content.named and known.speakers and not any(flat(name) in flat(section.text) for name in known.speakers):
        names = " / ".join(sorted(known.speakers))
        fault = worded("the section “{heading}” does not name {names}", heading=heading, names=names)
        return fault, worded("Add the name"), False
    if content.key != "unknown" and _only_unknown(section, language):
        return worded("the section “{heading}” only says that it is not known", heading=heading), find_out, True
    if content.asked and content.asked <= known.unknown:
        return worded("the section “{heading}” was drafted without it", heading=heading), find_out, True
    return None


def _only_unknown(section: Passage, language: Language) -> bool:
    """Whether a section says nothing but that something is not known. A section of facts alone says more."""
    said = sentences(section, language.abbreviations)
    if not said:
        values = [value for block in section.blocks for _, value in block.pairs]
        return bool(values) and all(language.patterns["not_known"].search(value) for value in values)
    return all(language.patterns["not_known"].search(sentence.text) for sentence in said) and not any(
        block.kind == "facts" for block in section.blocks
    )


def _rows(rows: object) -> list[Mapping[str, object]]:
    assert isinstance(rows, list)
    return rows


def _words(words: object) -> tuple[str, ...]:
    assert isinstance(words, list)
    return tuple(str(word) for word in words)


def _content(row: Mapping[str, object]) -> Content:
    return Content(
        key=str(row["key"]),
        article=str(row["article"]),
        text=listed(str(row["text"])),
        level=Level(str(row["level"])),
        reachable=_reachable(row.get("reachable", "")),
        when=str(row.get("when", "")),
        facts=_words(row.get("facts", [])),
        asked=frozenset(_words(row.get("asked", []))),
        instead=str(row.get("instead", "")),
        named=bool(row.get("named", False)),
    )


def _reachable(value: object) -> str:
    word = "any" if value is True else str(value or "")
    if word and word not in REACHABLE:
        raise ValueError(f"reachable is {word!r}, which is none of {', '.join(REACHABLE)}")
    return word


def _statement(row: Mapping[str, object]) -> Statement:
    return Statement(
        article=str(row["article"]),
        text=listed(str(row["text"])),
        level=Level(str(row["level"])),
        finds=str(row["finds"]),
        section=str(row.get("section", "")),
        when=str(row.get("when", "")),
        names=_words(row.get("names", [])),
    )
