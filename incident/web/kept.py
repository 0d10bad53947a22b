"""What a person typed into a form that failed, given back on the page that says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from incident.web.field_words import named_on_page
from notifications.provider_ids import GUID
from notifications.wording import listed

CARRIED = frozenset(
    {"csrf_token", "next", "back", "act", "version", "based_on", "form", "move", "passing", "corrects", "locale"}
    | {"own_in", "law_in"}  # in which language each of the texts is, written or not
)
SECRET = re.compile(r"password|secret|token|key|code|url|template|number", re.IGNORECASE)
OURS = re.compile(r"_(digest|id)$")
PLACE = re.compile(r"\.\d+$")  # of one value among several of a field
IDENTITY = re.compile(GUID)  # chosen from a list, and named nowhere
NAMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")  # a name a stranger made up is not repeated
MOST = 200
LONGEST = 60_000
SHORT = 80
UNANSWERED = frozenset({"", "unknown"})  # what a question says that nobody has answered


@dataclass(frozen=True, slots=True)
class Typed:
    """One field as it was filled in, under its label."""

    label: str
    value: str

    @property
    def is_short(self) -> bool:
        return len(self.value) <= SHORT and "\n" not in self.value


def typed_in(request: Request) -> tuple[Typed, ...]:
    """What was typed, as far as the form was read; never a secret, nor what the form only carried along."""
    form = getattr(request, "_form", None)
    if form is None or request.url.path == "/login":
        return ()
    return tuple(_together(_typed(form.multi_items(), form_of(request))))[:MOST]


def _typed(items: Iterable[tuple[str, object]], form: str) -> Iterable[Typed]:
    for name, value in items:
        if not isinstance(value, str) or value.strip() in UNANSWERED or not NAMED.fullmatch(name):
            continue
        if IDENTITY.fullmatch(value):
            continue
        if name not in CARRIED and not SECRET.search(name) and not OURS.search(name):
            yield Typed(label_of(name, form), value[:LONGEST])


def _together(each: Iterable[Typed]) -> list[Typed]:
    """Each value once, and short values of one field in one line, such as the languages that were ticked."""
    lines: list[Typed] = []
    last: dict[str, int] = {}
    for one in dict.fromkeys(each):
        at = last.get(one.label)
        both = one if at is None else Typed(one.label, f"{lines[at].value}, {one.value}")
        if at is not None and one.is_short and both.is_short:
            lines[at] = both
        else:
            last[one.label] = len(lines)
            lines.append(one)
    return lines


def form_of(request: Request) -> str:
    """The last word of the address a form was sent to, of those that are the same for every one of its kind."""
    route = getattr(request.scope.get("route"), "path", request.url.path)
    return next((part for part in reversed(route.split("/")) if part and not part.startswith("{")), "")


def label_of(name: str, form: str) -> str:
    """A field as its form labels it, else the words its name makes; in the reader's language where pages have them."""
    name = PLACE.sub("", name)
    known = named_on_page(name, form)
    if known is not None:
        return known
    words = re.sub(r"[._-]+", " ", name.rpartition(".")[2])
    return listed(words[:1].upper() + words[1:])
