"""The words of the fact sheet in one language, and which consequence follows from which data: data, not code."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from incident.errors import Fault, Invalid

FOLDER = "notices/phrases"
RULES = "consequences.toml"


@dataclass(frozen=True, slots=True)
class Consequence:
    """A likely consequence and what a person can do about it. Any of the categories, or of the kinds of breach."""

    key: str
    categories: frozenset[str]
    kinds: frozenset[str]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """`tables` maps a table such as "kinds" to word → phrase; `rules` are ranked, the gravest first."""

    locale: str
    tables: Mapping[str, Mapping[str, str]]
    rules: tuple[Consequence, ...]

    def say(self, table: str, word: str) -> str:
        """The phrase of a word; a word without one is said as it is, so that free text may stand among words."""
        return self.tables.get(table, {}).get(word, word)

    def has(self, table: str, word: str) -> bool:
        return word in self.tables.get(table, {})


def load_phrases(folders: Sequence[Path], locale: str) -> Phrases:
    """The phrases of a language: the operator's file lies over the shipped one, phrase by phrase.

    Raises Invalid for a language nobody has written and a file that cannot be read.
    """
    tables: dict[str, dict[str, str]] = {}
    for root in reversed(folders):
        file = root / FOLDER / f"{locale}.toml"
        if file.is_file():
            for key, value in _read(file, file.stat().st_mtime_ns).items():
                inside = value if isinstance(value, dict) else {key: value}
                tables.setdefault(key if isinstance(value, dict) else "", {}).update(inside)
    if not tables:
        raise Invalid(Fault("locale", f"there are no phrases in {locale!r}", f"write {FOLDER}/{locale}.toml"))
    return Phrases(locale, tables, _rules(folders))


def _rules(folders: Sequence[Path]) -> tuple[Consequence, ...]:
    file = next(path for root in folders if (path := root / FOLDER / RULES).is_file())
    return tuple(
        Consequence(
            str(rule["key"]),
            frozenset(rule.get("categories", ())),
            frozenset(rule.get("kinds", ())),
            tuple(rule["actions"]),
        )
        for rule in _read(file, file.stat().st_mtime_ns)["consequence"]
    )


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int) -> Mapping[str, Any]:
    """A file's document, read once per change: every text in every language asks for its phrases."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise Invalid(Fault(f"{FOLDER}/{file.name}", f"cannot be read: {error}", "mend it, or remove it")) from error
