"""Runbooks of several folders: the operator's own are looked up before the shipped ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from incident.errors import Fault, Invalid
from incident.runbooks.reading import read
from incident.runbooks.steps import Runbook


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one file found; of a folder without runbooks, that there are none.

    `instead` is the file of the same name in an earlier folder that is used in its place.
    """

    path: Path
    runbook: Runbook | None = None
    faults: tuple[Fault, ...] = ()
    instead: Path | None = None


def load(folders: Iterable[Path]) -> dict[str, Runbook]:
    """All runbooks by kind; of two with one name the earlier folder's wins. Raises Invalid with every fault at once."""
    found = check(folders)
    faults = [fault for checked in found for fault in checked.faults]
    if faults:
        raise Invalid(*faults)
    return {checked.path.stem: checked.runbook for checked in found if checked.runbook is not None}


def usable(folders: Iterable[Path]) -> dict[str, Runbook]:
    """The runbooks that hold, by kind. A faulty one gives way to a later folder's, so that no fault stops a report."""
    found: dict[str, Runbook] = {}
    for path in (path for folder in folders for path in _files(folder)):
        runbook = None if path.stem in found else read(path, [])
        if runbook is not None:
            found[path.stem] = runbook
    return found


def check(places: Iterable[Path]) -> list[Checked]:
    """Each runbook of these folders and files in turn, with everything wrong with it: file and key, what, the mend."""
    found: list[Checked] = []
    used: dict[str, Path] = {}
    for place in places:
        files = _files(place)
        if not place.exists():
            found.append(Checked(place, None, (Fault(str(place), "is not there", "name a folder or a *.toml file"),)))
        elif not files:
            found.append(Checked(place))
        for path in files:
            instead = used.setdefault(path.stem, path)
            faults: list[Fault] = []
            runbook = read(path, faults) if instead is path else None
            found.append(Checked(path, runbook, tuple(faults), None if instead is path else instead))
    return found


def told(found: Sequence[Checked]) -> Iterator[str]:
    """What was found, folder by folder and file by file, in lines for a terminal; the sum last."""
    for folder, files in groupby(found, lambda checked: checked.path.parent):
        yield str(folder)
        for checked in files:
            yield f"  {checked.path.name:<27} {_verdict(checked)}".rstrip()
            yield from (f"      {fault}" for fault in checked.faults)
    hold = sum(checked.runbook is not None for checked in found)
    faults = sum(len(checked.faults) for checked in found)
    yield f"{_many(hold, 'runbook')} {'holds' if hold == 1 else 'hold'}" + (
        f", {_many(faults, 'fault')}." if faults else "."
    )


def _verdict(checked: Checked) -> str:
    if checked.faults:
        return _many(len(checked.faults), "fault")
    if checked.instead is not None:
        return f"not used, {checked.instead} is"
    if checked.runbook is None:
        return "holds no *.toml"
    tasks = checked.runbook.tasks
    changing = sum(task.changes for task in tasks)
    return f"{checked.runbook.title}: {_many(len(tasks), 'task')}, {changing} changing something"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _files(place: Path) -> list[Path]:
    return sorted(place.glob("*.toml")) if place.is_dir() else [place] if place.is_file() else []
