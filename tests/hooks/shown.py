"""Whether a page or a table shows what a stranger wrote as text: no element, no handler, no address of theirs."""

import csv
import io
import logging
import re
import unicodedata
from html.parser import HTMLParser

import pytest

from notifications.spreadsheets import FORMULA

OURS = re.compile(r"/static/[\w./-]+(\?[\w=.-]+)?")
OF_OURS = set("\n\t\r\u00ad\u2068\u2069")  # a value of any direction is set apart from what stands around it
SCHEMES = ("http:", "https:", "mailto:", "tel:", "/", "#", "?", "")
LOADING = ("src", "srcset", "action", "formaction", "data", "poster", "background", "ping")


class Shown(HTMLParser):
    """A page as a browser would take it apart."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.text, self.wrong = path, text, list[str]()

    def is_harmless(self) -> None:
        """Raises AssertionError naming what a browser would do with a stranger's text."""
        self.feed(self.text)
        self.close()
        hidden = {char for char in self.text if unicodedata.category(char) in ("Cc", "Cf")} - OF_OURS
        self.wrong += [f"a hidden character {char!a}" for char in hidden]
        assert not self.wrong, (self.path, self.wrong[:5])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and not OURS.fullmatch(said.get("src", "")):
            self.wrong.append(f"a script of nobody's: {said}")
        if tag in ("object", "embed", "base", "applet"):
            self.wrong.append(f"an element we never write: {tag}")
        for name, value in said.items():
            if name.startswith("on") or (name == "style" and "72" in value):
                self.wrong.append(f"an attribute we never write: {name}={value}")
            if name in LOADING and not value.startswith(("/", "data:image/")) and value:
                self.wrong.append(f"something loaded: {name}={value}")
            if name == "href" and ":" in value.partition("/")[0] and not value.lower().startswith(SCHEMES[:4]):
                self.wrong.append(f"a link that is run: {value}")


def unlogged(caplog: pytest.LogCaptureFixture) -> None:
    """Raises AssertionError where a failure of ours was logged."""
    wrong = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert not wrong, wrong


def no_formula(table: str) -> None:
    """Raises AssertionError where a cell would be reckoned with by a spreadsheet."""
    for row in csv.reader(io.StringIO(table)):
        for cell in row:
            assert not cell.startswith(FORMULA), cell
