"""What a person typed into a form that failed, given back on the page that says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from notifications.provider_ids import GUID
from notifications.wording import listed

CARRIED = frozenset(
    {"csrf_token", "next", "back", "act", "version", "based_on", "form", "move", "passing", "corrects", "locale"}
)
SECRET = re.compile(r"password|secret|token|key|code|url|template|number", re.IGNORECASE)
OURS = re.compile(r"_(digest|id)$")
IDENTITY = re.compile(GUID)  # chosen from a list, and named nowhere
NAMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")  # a name a stranger made up is not repeated
MOST = 200
LONGEST = 60_000
SHORT = 80
UNANSWERED = frozenset({"", "unknown"})  # what a question says that nobody has answered


@dataclass(frozen=True, slots=True)
class Typed:
    """One field as it was filled in, under the words its name makes."""

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
    return tuple(_typed(form.multi_items()))[:MOST]


def _typed(items: Iterable[tuple[str, object]]) -> Iterable[Typed]:
    for name, value in items:
        if not isinstance(value, str) or value.strip() in UNANSWERED or not NAMED.fullmatch(name):
            continue
        if IDENTITY.fullmatch(value):
            continue
        if name not in CARRIED and not SECRET.search(name) and not OURS.search(name):
            yield Typed(_label(name), value[:LONGEST])


def _label(name: str) -> str:
    """The words a field's name makes, in the reader's language where the pages say the same."""
    words = re.sub(r"[._-]+", " ", name.rpartition(".")[2])
    return listed(words[:1].upper() + words[1:])
