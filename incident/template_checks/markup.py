"""The HTML of a notice as every mail program and screen reader can take it: well formed, self-contained, in order."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "meta", "wbr"})
REFUSED = frozenset(
    (
        *("applet", "audio", "base", "button", "canvas", "embed", "form", "frame", "frameset", "iframe", "input"),
        *("link", "math", "object", "script", "select", "svg", "template", "textarea", "video"),
    )
)
FETCHED = frozenset({"background", "data", "formaction", "longdesc", "ping", "poster", "src", "srcset"})
LINK = re.compile(r"(https://|mailto:|tel:|#)", re.IGNORECASE)
PICTURE = re.compile(r"cid:logo\Z|data:image/(png|jpeg);base64,", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)
HEADING = re.compile(r"h([1-6])")


def markup_faults(html: str, *, whole: bool) -> tuple[str, ...]:
    """What is wrong with the HTML of a notice, in order; `whole`: a page by itself, not a part of one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return (*reader.faults, *reader.at_the_end(whole=whole))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[str] = []
        self._headings: list[int] = []
        self._language = False
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in REFUSED:
            self.faults.append(f"<{tag}> has no place in a notice: leave it out")
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.faults += _attribute_faults(tag, given)
        self._language = self._language or ("lang" in given and "dir" in given)
        if level := HEADING.fullmatch(tag):
            self._headings.append(int(level[1]))
        self._in_style = tag == "style"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if not self._open or self._open[-1] != tag:
            expected = f"</{self._open[-1]}>" if self._open else "nothing"
            self.faults.append(f"</{tag}> stands where {expected} is due: close what was opened last")
            if tag not in self._open:
                return
            while self._open[-1] != tag:
                self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._in_style and REMOTE_STYLE.search(data):
            self.faults.append("a style fetches something: a notice stands alone")

    def at_the_end(self, *, whole: bool) -> Iterator[str]:
        """What can only be said of the whole."""
        if self._open:
            yield f"<{self._open[-1]}> is never closed"
        if not self._language:
            yield 'nothing says the language: write lang="{{ locale }}" and dir="{{ direction }}"'
        if whole and self._headings[:1] != [1]:
            yield "the first heading is no <h1>: underline the title with ==== in body.txt"
        if self._headings.count(1) > 1:
            yield "there is more than one <h1>"
        if any(after > before + 1 for before, after in zip(self._headings, self._headings[1:], strict=False)):
            yield "a heading skips a level"


def _attribute_faults(tag: str, given: dict[str, str]) -> Iterator[str]:
    for name, value in given.items():
        if name.startswith("on"):
            yield f"<{tag} {name}> runs script: leave it out"
        elif name in FETCHED and not (tag == "img" and name == "src" and PICTURE.match(value)):
            yield f"<{tag} {name}> fetches {value[:80]!r}: a notice fetches nothing, not even a picture"
        elif name == "href" and not LINK.match(value):
            yield f"<{tag} href> leads to {value[:80]!r}: an https: address, mailto: or tel:"
        elif name == "style" and REMOTE_STYLE.search(value):
            yield f"the style of <{tag}> fetches something: a notice stands alone"
        elif name == "http-equiv" and value.lower() == "refresh":
            yield "<meta http-equiv=refresh> leads away: leave it out"
    if tag == "img" and not given.get("alt", "").strip():
        yield "<img> has no alt: say what it shows, for whoever does not see it"
