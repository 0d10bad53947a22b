"""What a page says by colour it says by an icon and a word too; a moment tells its UTC when one rests on it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from incident.settings import Settings
from incident.web.pages import Pages, environment
from tests.web.samples import pages

SIGNED = {"late", "soon", "ahead", "met", "blocked"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "source", "track", "wbr"}


@dataclass
class Element:
    """One element of a page, with what was found within it."""

    tag: str
    classes: set[str]
    drawn: bool = False
    text: str = ""


@dataclass
class Signs(HTMLParser):
    """The chips and the moments of a page."""

    chips: list[Element] = field(default_factory=list)
    moments: list[dict[str, str | None]] = field(default_factory=list)
    around: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "time":
            self.moments.append(said)
        for element in self.around if tag == "svg" else ():
            element.drawn = True
        if tag not in VOID:
            self.around.append(Element(tag, set((said.get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        while self.around:
            element = self.around.pop()
            if "chip" in element.classes:
                self.chips.append(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for element in self.around:
            element.text += data.strip()


@pytest.fixture(scope="module")
def signs() -> dict[str, Signs]:
    engine, found = Pages(Settings().template_folders), {}
    for name, (template, values) in pages().items():
        found[name] = Signs()
        found[name].feed(engine.render(template, **values))
    return found


def test_a_status_is_an_icon_and_a_word_whatever_its_colour(signs: dict[str, Signs]) -> None:
    coloured = [(name, chip) for name, page in signs.items() for chip in page.chips if chip.classes & SIGNED]
    assert {tone for _name, chip in coloured for tone in chip.classes & SIGNED} == SIGNED
    assert {(name, chip.text) for name, chip in coloured if not (chip.drawn and chip.text)} == set()


def test_two_standings_never_have_the_same_icon_or_word() -> None:
    parts: Any = environment(Settings().template_folders, "en").get_template("parts.html").module
    icons, words = parts.standing_icons, parts.standing_words
    assert set(icons) >= SIGNED
    assert len({icons[name] for name in SIGNED}) == len({words[name] for name in SIGNED}) == len(SIGNED)


def test_every_moment_tells_its_utc(signs: dict[str, Signs]) -> None:
    moments = [(name, said) for name, page in signs.items() for said in page.moments]
    assert len(moments) > len(signs)
    assert [one for one in moments if not (one[1].get("title") or "").endswith(" UTC")] == []


def test_when_a_line_was_written_is_a_moment_like_any_other() -> None:
    engine = Pages(Settings().template_folders)
    template, values = pages()["timeline-lines"]
    html = engine.render(template, **values)
    assert ">Written <time datetime=" in html.replace("</svg>", ">").replace("> ", ">")
