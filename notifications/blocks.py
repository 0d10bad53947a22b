"""The blocks of a written plain text: title, headings, paragraphs, lists, facts. HTML is made from them, never typed.

A line underlined with `===` is a title, with `---` a heading. Lines that begin with "- " or "1. " are a list; two or
more lines of the form "Label: value" are facts; everything else is a paragraph. Blank lines part blocks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

UNDERLINE = re.compile(r"(={3,}|-{3,})")
ITEM = re.compile(r"(?:- |(\d{1,3})\. )(.+)")
FACT = re.compile(r"([^:]{1,60}): (\S.*)")
LINK = re.compile(r"https://[^\s<>\"']+[^\s<>\"'.,;:!?)]|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `kind` is title, heading, paragraph, bullets, numbers or facts; facts have `pairs`."""

    kind: str
    lines: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines or (f"{label}: {value}" for label, value in self.pairs))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks below it; "" is what stands before the first heading."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text, or a link with its address."""

    text: str
    href: str = ""


def read_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order. Every text has some reading; nothing is an error."""
    return tuple(block for group in _groups(text) for block in _blocks(group))


def sections(blocks: Sequence[Block]) -> tuple[Section, ...]:
    """The blocks by heading; a title begins no section."""
    found: list[tuple[str, list[Block]]] = [("", [])]
    for block in blocks:
        if block.kind == "heading":
            found.append((block.text, []))
        elif block.kind != "title":
            found[-1][1].append(block)
    return tuple(Section(heading, tuple(inside)) for heading, inside in found if heading or inside)


def spans(text: str) -> tuple[Span, ...]:
    """A line as runs of text and links: https addresses and e-mail addresses, and nothing else."""
    found, end = [], 0
    for match in LINK.finditer(text):
        if match.start() > end:
            found.append(Span(text[end : match.start()]))
        shown = match[0]
        found.append(Span(shown, shown if shown.startswith("https://") else f"mailto:{shown}"))
        end = match.end()
    if end < len(text):
        found.append(Span(text[end:]))
    return tuple(found)


def documents(text: str) -> list[dict[str, object]]:
    """The blocks as JSON, in order: whoever shows them reads no markup, only makes elements and puts text into them.

    Each has `kind`, `lines` (of spans with `text` and `href`, "" where it is no link) and for facts their `labels`.
    """
    return [
        {
            "kind": block.kind,
            "labels": [label for label, _ in block.pairs],
            "lines": [_spans(line) for line in block.lines or [value for _, value in block.pairs]],
        }
        for block in read_blocks(text)
    ]


def _spans(line: str) -> list[dict[str, str]]:
    return [{"text": span.text, "href": span.href} for span in spans(line)]


def _groups(text: str) -> Iterator[list[str]]:
    group: list[str] = []
    for line in (*text.replace("\r\n", "\n").split("\n"), ""):
        if line.strip():
            group.append(line.strip())
        elif group:
            yield group
            group = []


def _blocks(lines: list[str]) -> Iterator[Block]:
    if len(lines) > 1 and UNDERLINE.fullmatch(lines[1]):
        yield Block("title" if lines[1].startswith("=") else "heading", (lines[0],))
        lines = lines[2:]
    prose: list[str] = []
    while lines and not ITEM.fullmatch(lines[0]):
        prose.append(lines.pop(0))
    if prose:
        yield _prose(prose)
    if lines:
        yield _list(lines)


def _prose(lines: list[str]) -> Block:
    facts = [FACT.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(facts):
        return Block("facts", pairs=tuple((fact[1], fact[2]) for fact in facts if fact))
    return Block("paragraph", tuple(lines))


def _list(lines: list[str]) -> Block:
    items: list[str] = []
    first = ITEM.fullmatch(lines[0])
    for line in lines:
        item = ITEM.fullmatch(line)
        if item:
            items.append(item[2])
        else:
            items[-1] += " " + line  # an item that goes on
    return Block("numbers" if first and first[1] else "bullets", tuple(items))
