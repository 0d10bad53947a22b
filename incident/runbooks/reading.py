"""Read one runbook from its TOML file, naming every fault by file and key with its mend."""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from incident.anchors import NAMES
from incident.errors import Fault
from incident.facts import FIELDS, DataSet
from incident.phases import Phase
from incident.roles import ALLOWED, Action, Role
from incident.runbooks.steps import Keep, Runbook, Source, Task
from incident.runbooks.tables import Table

PHASES = (Phase.DETECTION, Phase.CONTAINMENT, Phase.INVESTIGATION, Phase.RECOVERY, Phase.REVIEW)
ROLES = ALLOWED[Action.TASK]
CAUSES = frozenset(FIELDS["breach.cause"].words)
_OF_DATASETS = {f"dataset.{part.name}" for part in fields(DataSet) if part.name not in ("id", "facts")}
FACTS = frozenset(FIELDS) | _OF_DATASETS | {f"anchor.{name}" for name in NAMES} | {"reach"}
"""What a task can answer: facts by their path, parts of a data set, and moments as `anchor.<name>`."""

_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_OFFSET = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST_TITLE = 120


def read(path: Path, faults: list[Fault]) -> Runbook | None:
    """One runbook from its file. Adds what is wrong to `faults`; None when anything is."""
    try:
        runbook, found = _understood(path.name, path.stem, path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        found = (Fault(path.name, f"cannot be read: {error}", "mend the TOML at that place; save it as UTF-8"),)
        runbook = None
    faults += found
    return runbook


@lru_cache(maxsize=128)
def _understood(name: str, stem: str, text: str) -> tuple[Runbook | None, tuple[Fault, ...]]:
    """What a file of this text says; the same text is understood once. Raises TOMLDecodeError."""
    found: list[Fault] = []
    top = Table(name, tomllib.loads(text), found)
    kind, title, summary = top.slug("kind"), top.text("title", _LONGEST_TITLE), top.text("summary")
    causes = tuple(top.words("causes", CAUSES))
    sources = tuple(_source(table) for table in top.tables("source"))
    tasks = tuple(_task(table, {source.id for source in sources}) for table in top.tables("task"))
    top.close()
    _check_kind(top, kind, stem)
    _check_keys(top, tasks, sources)
    if tasks and not any(fault.field.endswith(": phase") for fault in found):
        _check_phases(top, [PHASES.index(task.phase) for task in tasks])
    return (None if found else Runbook(kind, title, summary, causes, sources, tasks)), tuple(found)


def _source(table: Table) -> Source:
    source = Source(table.slug("id"), table.text("title"), table.text("url", empty=True))
    if source.url and not source.url.startswith("https://"):
        table.fault("url", f"{source.url!r} is not an https address", "give the official page, or leave it empty")
    table.close()
    return source


def _task(table: Table, sources: Collection[str]) -> Task:
    key = table.slug("key")
    table.where += f" ({key})" if key else ""
    task = Task(
        key=key,
        phase=Phase(table.word("phase", PHASES) or Phase.DETECTION),
        title=table.text("title", _LONGEST_TITLE),
        text=table.text("text"),
        exact=tuple(table.texts("exact", folded=False)),
        role=Role(table.word("role", ROLES) or Role.RESPONDER),
        offset=_offset(table),
        changes=table.flag("changes"),
        keep=tuple(_keep(item) for item in table.tables("keep", within="task.")),
        breaks=tuple(table.texts("breaks")),
        facts=tuple(table.words("facts", FACTS)),
        done=table.text("done"),
        sources=tuple(table.words("sources", sources)),
        measures=tuple(table.texts("measures")),
    )
    for word in task.measures:
        if not _WORD.fullmatch(word):
            table.fault("measures", f"{word!r} is no word of a measure", "one of [measures] of notices/phrases")
    if task.changes and not task.keep:
        table.fault("keep", "is missing, yet the task changes something", "say what to keep before: [[task.keep]]")
    if task.changes and not task.breaks:
        table.fault("breaks", "is missing, yet the task changes something", "say what stops working, or why nothing")
    if task.breaks and not task.changes:
        table.fault("breaks", "is given, yet changes is not true", "add changes = true, or leave breaks out")
    table.close()
    return task


def _keep(table: Table) -> Keep:
    keep = Keep(table.text("what"), table.text("how", folded=False))
    table.close()
    return keep


def _offset(table: Table) -> timedelta:
    written = table.text("offset")
    match = _OFFSET.fullmatch(written)
    if match is None:
        if written:
            table.fault("offset", f"{written!r} is no time from opening", 'write minutes, hours or days: "15m", "4h"')
        return timedelta()
    return int(match[1]) * _UNITS[match[2]]


def _check_kind(top: Table, kind: str, stem: str) -> None:
    if "-" in kind:
        top.fault("kind", f"{kind!r} has a hyphen", "the rules of a source know small letters, digits and _")
    if kind and kind != stem:
        top.fault("kind", f"{kind!r} is not the name of the file", f'write kind = "{stem}" or rename the file')


def _check_keys(top: Table, tasks: Sequence[Task], sources: Sequence[Source]) -> None:
    for key in _twice([task.key for task in tasks]):
        top.fault("task", f"the key {key!r} stands twice", "give each task its own key")
    for name in _twice([source.id for source in sources]):
        top.fault("source", f"the id {name!r} stands twice", "give each source its own id")
    cited = {name for task in tasks for name in task.sources}
    for source in sources:
        if source.id and source.id not in cited:
            top.fault("source", f"{source.id!r} is cited by no task", "cite it in a task, or take it out")


def _check_phases(top: Table, order: list[int]) -> None:
    for number, phase in enumerate(PHASES):
        if number not in order:
            top.fault("task", f"no task in the phase {phase}", "every phase needs at least one task")
    if order != sorted(order):
        top.fault("task", "the tasks do not stand in the order of the phases", f"order: {', '.join(PHASES)}")


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if name and names.count(name) > 1})
