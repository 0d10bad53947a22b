"""The text of a mail that has HTML alone: what a person wrote there, without scripts, hidden parts and quoted mails."""

import re
from html.parser import HTMLParser

LARGEST = 60_000  # characters of HTML that are looked at
DEEPEST = 200
SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"})
QUOTING = frozenset({"blockquote"})
QUOTED = re.compile(
    r"gmail_quote|gmail_extra|yahoo_quoted|divrplyfwdmsg|appendonsend|moz-cite-prefix|protonmail_quote|zmail_extra|"
    r"mail-editor-reference-message-container|x_divrplyfwdmsg|ms-outlook-mobile-reference-message",
    re.I,
)
REST = re.compile(r"divrplyfwdmsg|appendonsend|ms-outlook-mobile-reference-message", re.I)  # a mail follows
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.I)
OUTLOOK_LINE = re.compile(r"border-top\s*:\s*solid\s+#[0-9a-f]{6}|border:none;border-top:solid", re.I)
BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "embed", "source", "wbr"})
OPENS = re.compile(r"<(?=[a-z/!?])", re.I)
MOST_TAGS = 6000
UNCLOSED = re.compile(r"<[!?/]?[a-z!?\-][^>]{2000}", re.I)


class TooStrange(ValueError):
    """It has more tags than any honest mail, or a tag without an end."""


def text_of(html: str) -> str:
    """What stands in it to be read, line by line; quoted mails are left out. Raises TooStrange.

    Nothing is fetched, no tag is kept: the result is text and is shown as text.
    """
    head = html[:LARGEST]
    if sum(1 for _ in OPENS.finditer(head)) > MOST_TAGS or UNCLOSED.search(head):
        raise TooStrange("its HTML is built as no honest mail is")
    reader = _Reader()
    reader.feed(head)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []  # each tag, and whether what is in it is left out
        self._ended = False  # what follows is an earlier mail

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        named = f"{said.get('class', '')} {said.get('id', '')}"
        style = said.get("style", "")
        if REST.search(named) or (tag == "div" and OUTLOOK_LINE.search(style)):
            self._ended = True
        if tag in BREAKS:
            self.found.append("\n")
        if tag in VOID or len(self._open) >= DEEPEST:
            return
        left_out = tag in SILENT or tag in QUOTING or bool(QUOTED.search(named) or HIDDEN.search(style))
        self._open.append((tag, left_out or "hidden" in said))

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS:
            self.found.append("\n")
        if any(name == tag for name, _ in self._open):
            while self._open and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._ended and not any(left_out for _, left_out in self._open):
            self.found.append(" ".join(data.split("\n")))
