"""One table of a TOML file being read: gives values out by key and notes what is wrong with each."""

import re
from collections.abc import Collection

from incident.errors import Fault
from incident.facts.vocabulary import nearest

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_LONGEST_KEY = 64


class Table:
    """One TOML table being read: gives values out by key and notes what is wrong with each."""

    def __init__(self, where: str, raw: dict[str, object], faults: list[Fault]) -> None:
        self.where, self._raw, self._faults = where, raw, faults
        self._asked: set[str] = set()

    def fault(self, key: str, message: str, mend: str) -> None:
        self._faults.append(Fault(f"{self.where}: {key}", message, mend))

    def text(self, key: str, longest: int = 4000, *, empty: bool = False, folded: bool = True) -> str:
        """One text; folded: line breaks and indents of the file become single spaces."""
        self._asked.add(key)
        value = self._raw.get(key)
        if not isinstance(value, str) or not (value.strip() or empty):
            missing = value is None or isinstance(value, str)
            self.fault(key, "is missing" if missing else "is not a text", f'write {key} = "…"')
            return ""
        if len(value) > longest:
            self.fault(key, f"has {len(value)} characters", f"at most {longest} fit")
        return _folded(value) if folded else value.strip()

    def slug(self, key: str) -> str:
        value = self.text(key, _LONGEST_KEY)
        if value and not _SLUG.fullmatch(value):
            self.fault(key, f"{value!r} is no key", "small letters and digits, joined by - or _")
        return value

    def flag(self, key: str) -> bool:
        self._asked.add(key)
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"{value!r} is neither true nor false", f"write {key} = true")
        return value is True

    def texts(self, key: str, *, folded: bool = True) -> list[str]:
        self._asked.add(key)
        value = self._raw.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return [_folded(item) if folded else item.strip() for item in value]
        self.fault(key, "is not a list of texts", f'write {key} = ["…"]')
        return []

    def word(self, key: str, vocabulary: Collection[str]) -> str:
        """One word of the vocabulary; empty when it is missing or unknown."""
        value = self.text(key)
        return value if not value or self._known(key, value, vocabulary) else ""

    def words(self, key: str, vocabulary: Collection[str]) -> list[str]:
        return [value for value in self.texts(key) if self._known(key, value, vocabulary)]

    def tables(self, key: str, *, within: str = "") -> "list[Table]":
        """The tables of a list, numbered from 1; at least one is needed, but not `within` another list's tables."""
        self._asked.add(key)
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "is not a list of tables", f"write [[{within}{key}]] above each")
            return []
        if not within and not value:
            self.fault(key, "is missing", f"add at least one [[{key}]]")
        return [Table(f"{self.where}: {key} {n}", item, self._faults) for n, item in enumerate(value, start=1)]

    def close(self) -> None:
        """Note every key nobody asked for."""
        for key in sorted(self._raw.keys() - self._asked):
            self.fault(key, "is not a key of this table", nearest(key, sorted(self._asked)))

    def _known(self, key: str, value: str, vocabulary: Collection[str]) -> bool:
        if value not in vocabulary:
            self.fault(key, f"{value!r} is not known here", nearest(value, sorted(vocabulary)))
            return False
        return True


def _folded(text: str) -> str:
    return " ".join(text.split())
