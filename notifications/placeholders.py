"""Placeholders: the only thing a text edited in the console may contain beside words. No template language."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from notifications.bidirectional import LTR, isolated
from notifications.wording import worded

NAME = r"[a-z][a-z0-9_]{0,63}"
PLACEHOLDER = re.compile(r"\{\{ ?(" + NAME + r") ?\}\}")
BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\{|\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
LINE_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
LONGEST_VALUE = 4000

GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class PlaceholderFault:
    """A placeholder that cannot stay: where it stands, what is wrong, and how to mend it."""

    part: str
    found: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.part}: {self.found} {self.message} ({self.mend})"


class Unfillable(ValueError):
    """A value is missing, or holds what must not reach a mail. The text names the placeholder."""


def names_in(text: str) -> list[str]:
    """The placeholders of a text, each once, in order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def check_placeholders(part: str, text: str, allowed: Collection[str]) -> list[PlaceholderFault]:
    """What stands between braces and is no allowed placeholder: an error when a text is saved."""
    faults = []
    offer = worded("allowed here: {names}", names=", ".join(sorted(allowed)) or worded("none"))
    for found in dict.fromkeys(BRACES.findall(text)):
        match = PLACEHOLDER.fullmatch(found)
        if match is None:
            mend = worded("write {{{{ name }}}}; {offer}", offer=offer)
            faults.append(PlaceholderFault(part, found, worded("is no placeholder"), mend))
        elif match[1] not in allowed:
            faults.append(PlaceholderFault(part, found, worded("is unknown"), offer))
    return faults


def check_tags(part: str, html: str) -> list[PlaceholderFault]:
    """Placeholders inside a tag: a value may stand in text only, where its escaping is certain."""
    inside = dict.fromkeys(name for tag in TAG.findall(html) for name in PLACEHOLDER.findall(tag))
    mend = worded("put it into the text, not into an attribute or address")
    return [PlaceholderFault(part, f"{{{{ {name} }}}}", worded("stands inside a tag"), mend) for name in inside]


def substitute(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """The text with every placeholder replaced. Raises Unfillable for one without a value."""
    return PLACEHOLDER.sub(lambda match: escape(checked(match[1], values)), text)


def checked(name: str, values: Mapping[str, str]) -> str:
    """The value of one placeholder. Raises Unfillable: missing, longer than 4000 characters, or broken into lines."""
    value = values.get(name)
    if value is None:
        raise Unfillable(f"{{{{ {name} }}}} has no value for this person: give one, or a fallback")
    if len(value) > LONGEST_VALUE:
        raise Unfillable(f"{{{{ {name} }}}} is longer than {LONGEST_VALUE} characters")
    if LINE_BREAKS.search(value):
        raise Unfillable(f"{{{{ {name} }}}} holds a line break or control character")
    return value


def set_apart(html: str) -> str:
    """The HTML with each placeholder in <bdi>, so that a value's direction stays its own; not in the title.

    The greeting is a sentence of the text and keeps the text's direction.
    """
    head, close, body = html.partition("</title>")
    return head + close + PLACEHOLDER.sub(_apart, body) if close else PLACEHOLDER.sub(_apart, html)


def _apart(match: re.Match[str]) -> str:
    return match[0] if match[1] == GREETING else f"<bdi>{match[0]}</bdi>"


def values_for(
    values: Mapping[str, str],
    fallbacks: Mapping[str, str],
    greeting: str,
    greeting_unnamed: str,
    direction: str = LTR,
) -> dict[str, str]:
    """A person's values over the fallbacks, an empty one counting as absent, and the greeting that fits the name.

    `direction` is the text's; a value with letters of the other one is isolated.
    """
    plain, found = direction == LTR, dict(fallbacks)
    for name, value in values.items():
        if value:
            found[name] = value if plain and value.isascii() else isolated(value, direction)
    pattern = greeting if values.get("name") else greeting_unnamed
    if pattern:
        found[GREETING] = substitute(pattern, found)
    return found
