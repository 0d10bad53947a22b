"""The file of a close-out report: a line for the head, a line a person, its digest and what it counts. Pure.

The form is JSON Lines: UTF-8, one JSON object a line, keys sorted, no white space between them, each line ended by a
line feed. The first line is the head; every other line is one row of the ledger, in the order of its ids. The digest
is the SHA-256 of the whole file, so that `sha256sum` tells it.
"""

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

FORM = "seventytwo close-out 1"
FEWEST = 5  # people of a domain that is named: one of fewer can be somebody's own
NAMED = 50  # domains and answers a report names; the others it counts together
OTHERS = "others"
TOLD = frozenset({"accepted", "delivered"})
LONGEST_LINE = 16_384
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class BadFile(ValueError):
    """The bytes are no file of a close-out report; says where and what, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself in its first line: which report of which release, and what was sent to whom."""

    release: str
    number: int
    edition: str  # digest of the text
    audience: str  # digest of the audience
    begun_at: str


@dataclass(slots=True)
class Counts:
    """What the lines of a file add up to: each group as word → state → rows."""

    rows: int = 0
    told: int = 0
    possible_duplicates: int = 0
    first_at: str = ""  # the first mail begun
    last_at: str = ""  # the last answer
    channels: dict[str, Counter[str]] = field(default_factory=dict)
    locales: dict[str, Counter[str]] = field(default_factory=dict)
    regions: dict[str, Counter[str]] = field(default_factory=dict)
    domains: dict[str, Counter[str]] = field(default_factory=dict)
    states: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def take(self, row: Mapping[str, object]) -> None:
        """Count one line."""
        state, first, last = str(row["state"]), row["first_at"], row["settled_at"]
        self.rows += 1
        self.told += state in TOLD
        self.possible_duplicates += row["possible_duplicate"] is True
        if first:
            self.first_at = min(self.first_at or str(first), str(first))
        if last:
            self.last_at = max(self.last_at, str(last))
        self.states[state] += 1
        for group, name in _GROUPS:
            if word := str(row[name]):
                getattr(self, group).setdefault(word, Counter())[state] += 1
        if answer := _answer(row):
            self.answers[answer] += 1

    def document(self) -> dict[str, object]:
        """The counts as they are chained: domains of few people and rare answers are counted together."""
        groups = {name: _sorted(getattr(self, name)) for name in ("channels", "locales", "regions")}
        return {
            "rows": self.rows,
            "told": self.told,
            "possible_duplicates": self.possible_duplicates,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "states": dict(sorted(self.states.items())),
            **groups,
            "domains": _sorted(_common_domains(self.domains)),
            "answers": dict(sorted(_commonest(self.answers).items())),
        }


_GROUPS = (("channels", "channel"), ("locales", "locale"), ("regions", "region"), ("domains", "domain"))


@dataclass(frozen=True, slots=True)
class Examined:
    """What was read of a whole file."""

    head: Head
    digest: str
    counts: Counts


def head_line(head: Head) -> bytes:
    """The first line of a file."""
    said = {name: getattr(head, name) for name in Head.__slots__}
    return canonical_line({"form": FORM, **said})


def canonical_line(values: Mapping[str, object]) -> bytes:
    """One line of the file, with its line feed."""
    return CANONICAL.encode(values).encode() + b"\n"


def moment(at: datetime | None) -> str:
    """An instant as lines have it: RFC 3339 in UTC with microseconds, so that text sorts like time; "" for none."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def compressed(lines: Iterable[bytes]) -> bytes:
    """Lines as one gzip member (RFC 1952) that says nothing of when it was made: members in a row are one file."""
    return gzip.compress(b"".join(lines), mtime=0)


def examine(lines: Iterable[bytes]) -> Examined:
    """Read a whole file line by line. Raises BadFile."""
    running, counts, head = hashlib.sha256(), Counts(), None
    for number, line in enumerate(lines, 1):
        running.update(line)
        if head is None:
            head = _head(line)
        else:
            try:
                counts.take(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise BadFile(f"line {number} is no row of a close-out report") from None
    if head is None:
        raise BadFile("the file is empty")
    return Examined(head, running.hexdigest(), counts)


def lines_in(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file as it was downloaded, compressed or not. Raises BadFile."""
    packed = file.peek(2)[:2] == b"\x1f\x8b"  # type: ignore[attr-defined]
    try:
        rows: BinaryIO = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        while line := rows.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise BadFile("a line has no end: the file was cut, or is no close-out report")
            yield line
    except (OSError, EOFError, zlib.error):
        raise BadFile("the file cannot be unpacked: it was cut or changed") from None


def _head(line: bytes) -> Head:
    try:
        said = json.loads(line)
        form = said.pop("form")
        head = Head(**said)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadFile("its first line is no head of a close-out report") from None
    if form != FORM:
        raise BadFile(f"its form is not {FORM!r}")
    return head


def _answer(row: Mapping[str, object]) -> str:
    """Reply code and enhanced code of the relay (RFC 5321 4.2, RFC 3463), without its words."""
    return f"{row['reply_code'] or ''} {row['reply_enhanced'] or ''}".strip()


def _sorted(group: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {word: dict(sorted(group[word].items())) for word in sorted(group)}


def _common_domains(domains: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    often = sorted(domains, key=lambda name: (-domains[name].total(), name))
    named = [name for name in often[:NAMED] if domains[name].total() >= FEWEST]
    found = {name: domains[name] for name in named}
    rest: Counter[str] = sum((domains[name] for name in set(domains) - set(named)), Counter())
    return {**found, OTHERS: rest} if rest else found


def _commonest(counted: Counter[str]) -> Counter[str]:
    often = sorted(counted, key=lambda word: (-counted[word], word))
    found = Counter({word: counted[word] for word in often[:NAMED]})
    if rest := sum(counted[word] for word in often[NAMED:]):
        found[OTHERS] = rest
    return found
