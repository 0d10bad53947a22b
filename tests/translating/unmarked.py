"""Words in a template that no catalogue can reach: between tags, in attributes people read, inside expressions."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension

from incident.web.pages import FOLDER

TEMPLATES = Path(__file__).parents[2] / "templates" / FOLDER
READ = ("title", "aria-label", "placeholder", "alt", "data-label", "aria-description", "aria-roledescription")
ATTRIBUTE = re.compile(rf'\s(?:{"|".join(READ)})="([^"]*)"')
TAG = re.compile(r"<[^>]*>", re.DOTALL)
UNREAD = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>|&[a-z]+;|&#\d+;", re.DOTALL | re.IGNORECASE)
SPOKEN = re.compile(r"<(kbd|code)\b[^>]*>.*?</\1>", re.DOTALL)  # keys, addresses and names of settings are one in all
LETTERS = re.compile(r"[^\W\d_]{2,}")
NAMES = {
    "seventytwo",
    "· seventytwo ·",
    "CSV",
    "SHA-256",
    "DKIM",
    "Atom",
    "JSON Feed",
    "narrow",
    "#moves",
}  # and a class
BARE = re.compile(r'[a-z-]+="[^"]*"')  # attributes that a macro makes, outside of any tag
SENTENCE = re.compile(r"^[A-Z][a-z]+$|[a-z]{2,} [a-z(]|^[A-Z][^_]* ")
READING = Environment(extensions=[InternationalizationExtension], trim_blocks=True, lstrip_blocks=True)


def unmarked(template: str) -> list[str]:
    """What of a template's source would be English in every language."""
    tree = READING.parse(template)
    return [*_texts(tree), *_inside(tree)]


def _texts(tree: nodes.Template) -> Iterator[str]:
    """The page with every expression left out: what has letters between tags, or in an attribute that is read out."""
    left = "".join(
        part.data if isinstance(part, nodes.TemplateData) else "\x00"
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    )
    left = SPOKEN.sub("\x00", UNREAD.sub("\x00", left))
    spoken = [found[1] for found in ATTRIBUTE.finditer(left)] + BARE.sub("\n", TAG.sub("\n", left)).splitlines()
    for text in spoken:
        for piece in text.split("\x00"):
            if LETTERS.search(piece) and piece.strip(" \n·()") not in NAMES:
                yield piece.strip()


def _inside(tree: nodes.Template) -> Iterator[str]:
    """Words of expressions: what reads like English and is handed to no catalogue."""
    marked = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for const in call.find_all(nodes.Const)
    }
    asked = {id(const) for test in tree.find_all(nodes.Compare) for const in test.find_all(nodes.Const)}
    asked |= {id(pair.key) for pair in tree.find_all(nodes.Pair)}
    for const in tree.find_all(nodes.Const):
        if id(const) in marked | asked or not isinstance(const.value, str):
            continue
        if SENTENCE.search(const.value):
            yield const.value
