"""Look duties up, compare two collections of them, and count how far they were checked."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from incident.facts.vocabulary import nearest
from incident.law.duties import STATUSES, Confidence, Duty, duty_document, read_duty
from incident.law.packs import check_pack, shipped_duties


class NoSuchDuty(LookupError):
    """No duty of that id; the text names the nearest one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which duties are asked for; what is empty does not choose."""

    jurisdiction: str = ""
    regime: str = ""
    status: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many duties there are, by jurisdiction, confidence, status; how many citations are still to be checked."""

    duties: int
    jurisdictions: Mapping[str, int]
    confidence: Mapping[str, int]
    status: Mapping[str, int]
    citations_missing: int
    validity_not_researched: int


def find(identity: str, duties: Sequence[Duty] | None = None) -> tuple[Duty, ...]:
    """Every version of one duty, the oldest first. Raises NoSuchDuty."""
    every = shipped_duties() if duties is None else duties
    found = [duty for duty in every if duty.id == identity]
    if not found:
        mend = nearest(identity, sorted({duty.id for duty in every}))
        raise NoSuchDuty(f"{identity!r} is no duty: {mend if mend.startswith('did') else 'see seventytwo law list'}")
    return tuple(sorted(found, key=lambda duty: str(duty.applies_from or "")))


def choose(duties: Iterable[Duty], chosen: Chosen) -> tuple[Duty, ...]:
    """The duties that fit, in order of jurisdiction and id. A country takes in its regions."""
    found = [duty for duty in duties if _fits(duty, chosen)]
    return tuple(sorted(found, key=lambda duty: (duty.jurisdiction, duty.id, str(duty.applies_from or ""))))


def _fits(duty: Duty, chosen: Chosen) -> bool:
    place = chosen.jurisdiction
    return (
        (not place or duty.jurisdiction == place or duty.jurisdiction.startswith(f"{place}-"))
        and (not chosen.regime or duty.regime == chosen.regime)
        and (not chosen.status or duty.status == chosen.status)
        and (not chosen.confidence or duty.confidence == chosen.confidence)
    )


def coverage(duties: Sequence[Duty]) -> Coverage:
    """Count a collection."""
    return Coverage(
        duties=len(duties),
        jurisdictions=dict(sorted(Counter(duty.jurisdiction for duty in duties).items())),
        confidence={level.value: sum(duty.confidence is level for duty in duties) for level in Confidence},
        status={name: sum(duty.status == name for duty in duties) for name in STATUSES},
        citations_missing=sum(not duty.url for duty in duties),
        validity_not_researched=sum(duty.applies_from is None for duty in duties),
    )


def document_of(duty: Duty) -> dict[str, object]:
    """A duty as the command line and the API show it: the frozen document, confidence, citation, facts it reads."""
    return {
        **duty_document(duty),
        "confidence": duty.confidence.value,
        "citation": duty.citation,
        "facts": sorted(duty.expression.facts),
        "findings": sorted(duty.expression.findings),
    }


def read_collection(path: Path) -> tuple[Duty, ...]:
    """The duties of a pack (.toml), a folder of packs, or an export (.json). Raises ValueError naming the file."""
    if path.is_dir():
        packs = sorted(item for item in path.glob("*.toml") if item.name != "terms.toml")
        return tuple(duty for pack in packs for duty in read_collection(pack))
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return tuple(read_duty(document) for document in json.loads(text)["duties"])
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None
    return check_pack(text, path.name)[0].duties


def differences(before: Sequence[Duty], after: Sequence[Duty]) -> Iterator[str]:
    """What was added, what was removed, and each key that changed, one line each."""
    old, new = _by_version(before), _by_version(after)
    for key in sorted(old.keys() | new.keys()):
        name = key[0] + (f" ({key[1]})" if key[1] else "")
        if key not in old:
            yield f"+ {name}: {new[key].title} ({new[key].law} {new[key].article})"
        elif key not in new:
            yield f"- {name}: {old[key].title} ({old[key].law} {old[key].article})"
        else:
            was, now = duty_document(old[key]), duty_document(new[key])
            yield from (
                f"~ {name}, {field}: {_said(was[field])} → {_said(now[field])}"
                for field in was
                if was[field] != now[field]
            )


def _by_version(duties: Sequence[Duty]) -> dict[tuple[str, str], Duty]:
    several = Counter(duty.id for duty in duties)
    return {(duty.id, str(duty.applies_from or "") if several[duty.id] > 1 else ""): duty for duty in duties}


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
