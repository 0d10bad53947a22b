"""Law packs: duties as TOML, one file a jurisdiction; a fault names file, rule, key and mend."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import combinations

import rtoml

from incident.law.duties import Duty
from incident.law.expressions import parse
from incident.law.rules import BESIDE, Language, PackFault, read_rule, written_duty
from incident.law.trigger_text import ExpressionError, expand
from incident.law.vectors import Example, Vector, read_examples, read_vectors

PACK_KEYS = ("jurisdiction", "groups", "terms", "duties")
SHARED = "terms.toml"  # lists, expressions and examples that many packs use
SHARED_KEYS = ("groups", "terms", "vectors")


@dataclass(frozen=True, slots=True)
class Pack:
    """The duties of one file, with the vectors that stand beside them."""

    file: str
    duties: tuple[Duty, ...]
    vectors: tuple[Vector, ...]
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What `terms.toml` gives every pack."""

    language: Language = field(default_factory=lambda: Language({}, {}))
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)


class BadPack(Exception):
    """A pack that must not be used; `faults` names each thing wrong with it."""

    def __init__(self, faults: Iterable[PackFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@cache
def shipped_texts() -> Mapping[str, str]:
    """File name → text of every pack that ships with the product, in order of name."""
    folder = resources.files("incident.law") / "data"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {item.name: item.read_text(encoding="utf-8") for item in files}


@cache
def shared_terms() -> Shared:
    """The lists, terms and examples all packs share. Raises BadPack."""
    shared, faults = check_shared(shipped_texts()[SHARED])
    if faults:
        raise BadPack(faults)
    return shared


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Every shipped pack with its vectors, checked. Raises BadPack."""
    packs = tuple(read_pack(text, file) for file, text in shipped_texts().items() if file != SHARED)
    faults = list(check_together(packs))
    if faults:
        raise BadPack(faults)
    return packs


@cache
def shipped_duties() -> tuple[Duty, ...]:
    """Every duty of the shipped packs, unchecked, which the tests have done, and read as fast as can be."""
    language = shared_terms().language
    return tuple(
        written_duty({"jurisdiction": str(document.get("jurisdiction", "")), **raw}, _own_language(document, language))
        for file, text in shipped_texts().items()
        if file != SHARED
        for document in [rtoml.loads(text)]
        for raw in ({key: item for key, item in duty.items() if key not in BESIDE} for duty in document["duties"])
    )


def read_pack(text: str, file: str) -> Pack:
    """A pack from its TOML text. Raises BadPack with every fault found."""
    pack, faults = check_pack(text, file)
    if faults:
        raise BadPack(faults)
    return pack


def check_pack(text: str, file: str) -> tuple[Pack, list[PackFault]]:
    """The pack as far as it can be read, and everything wrong with it."""
    faults: list[PackFault] = []
    document = _document(text, file, PACK_KEYS, faults)
    shared = shared_terms()
    language = _own_language(document, shared.language)
    faults.extend(_bad_terms(language, document.get("terms"), file))
    jurisdiction = str(document.get("jurisdiction", ""))
    duties: list[Duty] = []
    vectors: list[Vector] = []
    raws = document.get("duties", [])
    for raw in raws if isinstance(raws, list) else []:
        duty = read_rule({"jurisdiction": jurisdiction, **raw}, file, language, faults)
        if duty is not None:
            duties.append(duty)
            found, wrong = read_vectors(raw, duty, shared.examples)
            vectors.extend(found)
            faults.extend(PackFault(file, duty.id, *each) for each in wrong)
    faults.extend(_overlaps(duties, file))
    return Pack(file, tuple(duties), tuple(vectors), jurisdiction), faults


def check_shared(text: str) -> tuple[Shared, list[PackFault]]:
    """What `terms.toml` says, and everything wrong with it."""
    faults: list[PackFault] = []
    document = _document(text, SHARED, SHARED_KEYS, faults)
    language = _own_language(document, Language({}, {}))
    faults.extend(_bad_terms(language, document.get("terms"), SHARED))
    examples: dict[str, tuple[Example, ...]] = {}
    for name, raws in _table(document.get("vectors")).items():
        found, wrong = read_examples(raws, f"vectors.{name}")
        examples[name] = tuple(found)
        faults.extend(PackFault(SHARED, "", *each) for each in wrong)
    return Shared(language, examples), faults


def check_together(packs: Sequence[Pack], known: Sequence[str] = ()) -> Iterator[PackFault]:
    """What only shows with all packs at hand: ids used in two files, clocks that follow a duty nobody defined.

    `known` are ids of duties in packs that are not looked at.
    """
    home: dict[str, str] = {}
    for pack in packs:
        for duty in pack.duties:
            if home.setdefault(duty.id, pack.file) != pack.file:
                yield PackFault(pack.file, duty.id, "id", f"is used in {home[duty.id]} too", "give it an id of its own")
    for pack in packs:
        for duty in pack.duties:
            for name in (*duty.after, *(other for bound in duty.bounds for other in bound.after)):
                if name not in home and name not in known:
                    yield PackFault(pack.file, duty.id, "after", f"{name!r} is no duty", "the id of a shipped duty")


def _document(text: str, file: str, known: Sequence[str], faults: list[PackFault]) -> Mapping[str, object]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(PackFault(file, "", "toml", str(error), "mend the TOML syntax there"))
        return {}
    mend = f"one of {', '.join(known)}"
    faults.extend(PackFault(file, "", key, "is no key of a pack", mend) for key in document if key not in known)
    return document


def _own_language(document: Mapping[str, object], wider: Language) -> Language:
    groups = {name: tuple(map(str, items)) for name, items in _table(document.get("groups")).items()}
    terms = {name: str(text) for name, text in _table(document.get("terms")).items()}
    return Language({**wider.groups, **groups}, {**wider.terms, **terms})


def _bad_terms(language: Language, own: object, file: str) -> Iterator[PackFault]:
    for name in _table(own):
        try:
            parse(expand(f"${name}", language.terms), language.groups)
        except ExpressionError as error:
            yield PackFault(file, "", f"terms.{name}", error.message, error.mend)


def _table(value: object) -> Mapping[str, list[object]]:
    return value if isinstance(value, Mapping) else {}


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
