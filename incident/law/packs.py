"""Law packs: duties and their test vectors read from TOML; every fault names file, rule, key and mend."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

from incident.law.duties import Duty
from incident.law.rules import PackFault, read_rule
from incident.law.vectors import Vector, read_vector

PACK_KEYS = ("jurisdiction", "groups", "duties")


@dataclass(frozen=True, slots=True)
class Pack:
    """The duties of one file, with the vectors that stand beside them."""

    file: str
    duties: tuple[Duty, ...]
    vectors: tuple[Vector, ...]


class BadPack(Exception):
    """A pack that must not be used; `faults` names each thing wrong with it."""

    def __init__(self, faults: Iterable[PackFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Every pack that ships with the product, in order of file name. Raises BadPack."""
    folder = resources.files("incident.law") / "data"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(read_pack(item.read_text(encoding="utf-8"), item.name) for item in files)


@cache
def shipped_duties() -> tuple[Duty, ...]:
    """Every duty of the shipped packs."""
    return tuple(duty for pack in shipped_packs() for duty in pack.duties)


def read_pack(text: str, file: str) -> Pack:
    """A pack from its TOML text. Raises BadPack with every fault found."""
    pack, faults = check_pack(text, file)
    if faults:
        raise BadPack(faults)
    return pack


def check_pack(text: str, file: str) -> tuple[Pack, list[PackFault]]:
    """The pack as far as it can be read, and everything wrong with it."""
    faults: list[PackFault] = []
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Pack(file, (), ()), [PackFault(file, "", "toml", str(error), "mend the TOML syntax there")]
    faults.extend(
        PackFault(file, "", key, "is no key of a pack", f"one of {', '.join(PACK_KEYS)}")
        for key in document
        if key not in PACK_KEYS
    )
    groups = {name: tuple(items) for name, items in document.get("groups", {}).items()}
    jurisdiction = str(document.get("jurisdiction", ""))
    duties: list[Duty] = []
    vectors: list[Vector] = []
    for raw in document.get("duties", ()):
        duty = read_rule({"jurisdiction": jurisdiction, **raw}, file, groups, faults)
        if duty is not None:
            duties.append(duty)
            vectors.extend(_vectors(raw, duty, file, faults))
    faults.extend(_overlaps(duties, file))
    return Pack(file, tuple(duties), tuple(vectors)), faults


def _vectors(raw: Mapping[str, object], duty: Duty, file: str, faults: list[PackFault]) -> list[Vector]:
    found = raw.get("vectors", [])
    read = [read_vector(item, duty) for item in found] if isinstance(found, list) else []
    for at, item in enumerate(read):
        if isinstance(item, str):
            faults.append(PackFault(file, duty.id, f"vectors[{at}]", item, "facts, applies, and what else it states"))
    vectors = [item for item in read if isinstance(item, Vector)]
    absent = {"yes", "no", "unknown"} - {vector.applies for vector in vectors}
    if absent:
        wanted = f"add one that answers {', '.join(sorted(absent))}"
        faults.append(PackFault(file, duty.id, "vectors", "do not cover every answer", wanted))
    return vectors


def _overlaps(duties: Iterable[Duty], file: str) -> Iterable[PackFault]:
    """Two versions of one duty may not be in force on one day: the rule of the anchor's date must be one."""
    for first, second in combinations(duties, 2):
        if first.id != second.id:
            continue
        starts = max(str(first.applies_from or ""), str(second.applies_from or ""))
        ends = min(str(first.applies_until or "9999"), str(second.applies_until or "9999"))
        if starts <= ends:
            mend = "end the older version (applies_until) the day before the newer begins"
            yield PackFault(file, first.id, "applies_from", f"two versions are in force from {starts or 'ever'}", mend)
