"""Runbooks: what to do for one kind of incident, phase by phase, read from TOML and checked whole before use. Pure."""

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from incident.errors import Fault, Invalid
from incident.phases import Phase
from incident.roles import ALLOWED, Action, Role

PHASES = (Phase.DETECTION, Phase.CONTAINMENT, Phase.INVESTIGATION, Phase.RECOVERY, Phase.REVIEW)
ROLES = ALLOWED[Action.TASK]
CAUSES = frozenset(
    [
        "ransomware",
        "hacking",
        "sql_injection",
        "credential_stuffing",
        "phishing",
        "social_engineering",
        "malware",
        "insider_malicious",
        "insider_curiosity",
        "insider_error",
        "misdirected_email",
        "misdirected_post",
        "misdirected_other",
        "cc_instead_of_bcc",
        "misconfiguration",
        "software_bug",
        "design_flaw",
        "publication_error",
        "redaction_failure",
        "verbal_disclosure",
        "lost_device",
        "stolen_device",
        "lost_paper",
        "stolen_paper",
        "lost_in_transit",
        "disposal_error",
        "destruction",
        "outage",
        "data_error",
        "spyware",
        "supplier",
    ]
)
_FACTS = {
    "breach": "kinds cause malicious misuse_seen",
    "data": "categories per_person public_before",
    "people": "count count_min count_max kinds vulnerable directly_identifiable",
    "protection": "encryption key backup unavailable_hours",
    "exposure": "exfiltration recipients assurance logs",
    "organisation": "role establishment sectors eu_users_affected_share",
    "dataset": "role entity controllers",
    "anchor": "occurred_from occurred_until detected discovered aware confirmed determined determined_material "
    "classified_major assessment_started assessment_done processor_told_us ransom_paid remedy_available "
    "authority_first_notified subjects_notified resolved",
}
FACTS = frozenset(f"{table}.{key}" for table, keys in _FACTS.items() for key in keys.split()) | {"reach"}

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_OFFSET = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST_KEY = 64
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Keep:
    """One thing to keep as evidence before the task changes anything, and how: a command or what to export."""

    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the advice comes from. An empty `url` means nobody has opened it yet."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step. `offset` counts from the opening of the incident; `facts` are the fact-sheet keys it answers."""

    key: str
    phase: Phase
    title: str
    text: str
    role: Role
    offset: timedelta
    changes: bool  # whether it alters a system or a copy of the data
    keep: tuple[Keep, ...]
    breaks: tuple[str, ...]
    facts: tuple[str, ...]
    done: str
    sources: tuple[str, ...]

    def step(self, sources: Collection[Source]) -> dict[str, object]:
        """The frozen copy an incident keeps: plain JSON, sources written out, offset in minutes."""
        cited = [asdict(source) for source in sources if source.id in self.sources]
        minutes = int(self.offset / _UNITS["m"])
        plain = {name: value for name, value in asdict(self).items() if name not in ("key", "phase", "offset")}
        lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        return {**plain, **lists, "role": str(self.role), "offset_minutes": minutes, "sources": cited}


@dataclass(frozen=True, slots=True)
class Runbook:
    """The tasks for one kind of incident, in the order of the phases."""

    kind: str
    title: str
    summary: str
    causes: tuple[str, ...]
    sources: tuple[Source, ...]
    tasks: tuple[Task, ...]


def load(folders: Iterable[Path]) -> dict[str, Runbook]:
    """All runbooks by kind; of two with one name the earlier folder's wins. Raises Invalid with every fault at once."""
    found: dict[str, Runbook] = {}
    faults: list[Fault] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            if path.stem in found:
                continue
            runbook = read(path, faults)
            if runbook is not None:
                found[path.stem] = runbook
    if faults:
        raise Invalid(*faults)
    return found


def check(folder: Path) -> list[Fault]:
    """Everything wrong with the runbooks of a folder: file and key, what, and the mend. Empty when all are good."""
    if not folder.is_dir():
        return [Fault(str(folder), "is no folder", "name the folder that holds the *.toml runbooks")]
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        return [Fault(str(folder), "holds no runbook", "add a file such as public_bucket.toml")]
    faults: list[Fault] = []
    for path in paths:
        read(path, faults)
    return faults


def read(path: Path, faults: list[Fault]) -> Runbook | None:
    """One runbook from its file. Adds what is wrong to `faults`; None when anything is."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        faults.append(Fault(path.name, f"cannot be read: {error}", "mend the TOML at that place; save it as UTF-8"))
        return None
    before = len(faults)
    top = _Table(path.name, document, faults)
    sources = tuple(_source(table) for table in top.tables("source"))
    causes = tuple(top.words("causes", CAUSES))
    tasks = tuple(_task(table, {source.id for source in sources}) for table in top.tables("task"))
    runbook = Runbook(top.slug("kind"), top.text("title", _LONGEST_TITLE), top.text("summary"), causes, sources, tasks)
    top.close()
    _check_whole(top, runbook, path.stem)
    return runbook if len(faults) == before else None


def _source(table: "_Table") -> Source:
    source = Source(table.slug("id"), table.text("title"), table.text("url", empty=True))
    if source.url and not source.url.startswith("https://"):
        table.fault("url", f"{source.url!r} is not an https address", "give the official page, or leave it empty")
    table.close()
    return source


def _task(table: "_Table", sources: Collection[str]) -> Task:
    key = table.slug("key")
    table.where += f" ({key})" if key else ""
    task = Task(
        key=key,
        phase=Phase(table.word("phase", PHASES) or Phase.DETECTION),
        title=table.text("title", _LONGEST_TITLE),
        text=table.text("text"),
        role=Role(table.word("role", ROLES) or Role.RESPONDER),
        offset=_offset(table),
        changes=table.flag("changes"),
        keep=tuple(_keep(item) for item in table.tables("keep", required=False)),
        breaks=tuple(table.texts("breaks")),
        facts=tuple(table.words("facts", FACTS)),
        done=table.text("done"),
        sources=tuple(table.words("sources", sources)),
    )
    if task.changes and not task.keep:
        table.fault("keep", "is missing, yet the task changes something", "say what to keep before: [[task.keep]]")
    if task.changes and not task.breaks:
        table.fault("breaks", "is missing, yet the task changes something", "say what stops working, or why nothing")
    if task.breaks and not task.changes:
        table.fault("breaks", "is given, yet changes is not true", "add changes = true, or leave breaks out")
    table.close()
    return task


def _keep(table: "_Table") -> Keep:
    keep = Keep(table.text("what"), table.text("how"))
    table.close()
    return keep


def _offset(table: "_Table") -> timedelta:
    written = table.text("offset")
    match = _OFFSET.fullmatch(written)
    if match is None:
        if written:
            table.fault("offset", f"{written!r} is no time from opening", 'write minutes, hours or days: "15m", "4h"')
        return timedelta()
    return int(match[1]) * _UNITS[match[2]]


def _check_whole(top: "_Table", runbook: Runbook, stem: str) -> None:
    if runbook.kind and runbook.kind != stem:
        top.fault("kind", f"{runbook.kind!r} is not the name of the file", f'write kind = "{stem}" or rename the file')
    keys = [task.key for task in runbook.tasks]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        top.fault("task", f"the key {key!r} stands twice", "give each task its own key")
    for phase in PHASES:
        if phase not in {task.phase for task in runbook.tasks}:
            top.fault("task", f"no task in the phase {phase}", "every phase needs at least one task")
    order = [PHASES.index(task.phase) for task in runbook.tasks]
    if order != sorted(order):
        top.fault("task", "the tasks do not stand in the order of the phases", f"order: {', '.join(PHASES)}")
    cited = {name for task in runbook.tasks for name in task.sources}
    for source in runbook.sources:
        if source.id and source.id not in cited:
            top.fault("source", f"{source.id!r} is cited by no task", "cite it in a task, or take it out")


class _Table:
    """One TOML table being read: gives values out by key and notes what is wrong with each."""

    def __init__(self, where: str, raw: dict[str, object], faults: list[Fault]) -> None:
        self.where, self._raw, self._faults = where, raw, faults
        self._asked: set[str] = set()

    def fault(self, key: str, message: str, mend: str) -> None:
        self._faults.append(Fault(f"{self.where}: {key}", message, mend))

    def text(self, key: str, longest: int = 4000, *, empty: bool = False) -> str:
        self._asked.add(key)
        value = self._raw.get(key)
        if not isinstance(value, str) or not (value.strip() or empty):
            self.fault(key, "is missing" if value in (None, "") else "is not a text", f'write {key} = "…"')
            return ""
        if len(value) > longest:
            self.fault(key, f"has {len(value)} characters", f"at most {longest} fit")
        return value.strip()

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

    def texts(self, key: str) -> list[str]:
        self._asked.add(key)
        value = self._raw.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return [item.strip() for item in value]
        self.fault(key, "is not a list of texts", f'write {key} = ["…"]')
        return []

    def word(self, key: str, vocabulary: Collection[str]) -> str:
        """One word of the vocabulary; empty when it is missing or unknown."""
        value = self.text(key)
        return value if not value or self._known(key, value, vocabulary) else ""

    def words(self, key: str, vocabulary: Collection[str]) -> list[str]:
        return [value for value in self.texts(key) if self._known(key, value, vocabulary)]

    def tables(self, key: str, *, required: bool = True) -> "list[_Table]":
        self._asked.add(key)
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "is not a list of tables", f"write [[{key}]] above each")
            return []
        if required and not value:
            self.fault(key, "is missing", f"add at least one [[{key}]]")
        return [_Table(f"{self.where}: {key} {n}", item, self._faults) for n, item in enumerate(value, start=1)]

    def close(self) -> None:
        """Note every key nobody asked for."""
        for key in sorted(self._raw.keys() - self._asked):
            self.fault(key, "is not a key of this table", _nearest(key, self._asked))

    def _known(self, key: str, value: str, vocabulary: Collection[str]) -> bool:
        if value not in vocabulary:
            self.fault(key, f"{value!r} is not known here", _nearest(value, vocabulary))
            return False
        return True


def _nearest(word: str, vocabulary: Collection[str]) -> str:
    near = get_close_matches(word, [str(known) for known in vocabulary], n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "one of: " + ", ".join(sorted(str(known) for known in vocabulary))
