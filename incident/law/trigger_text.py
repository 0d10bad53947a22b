"""The text of a trigger before it is read: terms are written out, words and signs taken apart."""

import re
from collections.abc import Mapping

from incident.facts.vocabulary import nearest

TOKEN = re.compile(r'\s*(>=|<=|==|!=|[<>()\[\],]|"[^"]*"|@?[A-Za-z0-9_][A-Za-z0-9_.-]*)')
TERM = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class ExpressionError(Exception):
    """A trigger that cannot be read: what is wrong, and the mend."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message} ({mend})")
        self.message, self.mend = message, mend


def expand(text: str, terms: Mapping[str, str], within: tuple[str, ...] = ()) -> str:
    """The trigger with its terms written out. Raises ExpressionError for a term nobody defined, or one in itself."""

    def written(match: re.Match[str]) -> str:
        name = match[1]
        if name not in terms:
            raise ExpressionError(f"${name} is no term", nearest(name, terms))
        if name in within:
            raise ExpressionError(f"${name} is defined by itself", "write it out")
        return f"({expand(terms[name], terms, (*within, name))})"

    return " ".join(TERM.sub(written, text).split())


def tokens_of(text: str) -> list[str]:
    """The words and signs of a trigger. Raises ExpressionError at the first that cannot be read."""
    tokens = TOKEN.findall(text)
    if TOKEN.sub("", text).strip():
        raise ExpressionError(f"{_unreadable(text)!r} cannot be read", "names, words, and, or, not, [ ], ( )")
    return tokens


def _unreadable(text: str) -> str:
    at = 0
    while match := TOKEN.match(text, at):
        at = match.end()
    return text[at : at + 12].strip()
