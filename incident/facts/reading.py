"""Read a fact sheet from its JSON or TOML document, naming every fault with its path and its mend."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from incident.errors import Fault, Invalid
from incident.facts.sheet import ONLY, DataSet, FactSheet, Value
from incident.facts.vocabulary import COUNTRY, FIELDS, FLAG, MOMENT, NUMBER, SHARE, TEXTS, WORD, WORDS, Kind, nearest
from notifications.clock import require_utc
from notifications.countries import CODES_WANTED
from notifications.wording import worded

SHARED = ("breach", "organisation", "impact")
OWN = ("data", "people", "protection", "exposure", "response")
OF_DATASET = ("id", "title", "role", "entity", "controllers", *OWN, "reach")
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
LONGEST_ID = 100  # of a customer, as in the register: it is part of the duty's id `contract-<id>`
DATASET_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
NO_COUNTRY = {"UK": "GB for the United Kingdom", "EU": "its countries one by one, such as DE and FR"}
MOST_PEOPLE = 10**11


def read_sheet(document: object) -> FactSheet:
    """A sheet from its JSON or TOML document, flat or by data set.

    Raises Invalid with one Fault for every fault: path, what is wrong, and how to mend it.
    """
    faults: list[Fault] = []
    sheet = _sheet(document, faults)
    if faults:
        raise Invalid(*faults)
    return sheet


def _sheet(document: object, faults: list[Fault]) -> FactSheet:
    if not isinstance(document, Mapping):
        faults.append(Fault("facts", worded("is not an object"), worded("give {breach, organisation, datasets: […]}")))
        return FactSheet()
    top = {str(key): value for key, value in document.items() if value is not None}
    several = "datasets" in top
    known = (*SHARED, "datasets") if several else (*SHARED, *OF_DATASET)
    _refuse_unknown(top, known, "", faults)
    shared = _section_facts(top, SHARED, "", faults)
    role = shared.pop("organisation.role", None)
    fallback = role if isinstance(role, str) else None
    if not several:
        own = {"id": ONLY, **{key: top[key] for key in OF_DATASET if key in top}}
        return FactSheet(shared, (_dataset(own, "", fallback, faults),))
    raw = top["datasets"]
    if not isinstance(raw, list | tuple) or not raw:
        faults.append(
            Fault(
                "datasets", worded("is not a list of at least one data set"), worded("describe each body of data once")
            )
        )
        return FactSheet(shared)
    datasets = tuple(_dataset(item, f"datasets[{at}].", fallback, faults) for at, item in enumerate(raw))
    for at, dataset in enumerate(datasets):
        if dataset.id in {other.id for other in datasets[:at]}:
            faults.append(
                Fault(
                    f"datasets[{at}].id",
                    worded("{id!r} is used twice", id=dataset.id),
                    worded("give each data set its own id"),
                )
            )
    return FactSheet(shared, datasets)


def _dataset(raw: object, at: str, fallback_role: str | None, faults: list[Fault]) -> DataSet:
    if not isinstance(raw, Mapping):
        faults.append(
            Fault(at.rstrip("."), worded("is not an object"), worded("give {id, title, role, data, people, …}"))
        )
        return DataSet(ONLY)
    own = {str(key): value for key, value in raw.items() if value is not None}
    if at:
        _refuse_unknown(own, OF_DATASET, at, faults)
    identity = own.get("id")
    if not isinstance(identity, str) or not DATASET_ID.fullmatch(identity):
        wrong = worded("is missing") if identity is None else worded("{identity!r} is no id", identity=identity)
        faults.append(Fault(f"{at}id", wrong, worded("a short word of letters, digits, - and _")))
        identity = ONLY
    facts = _section_facts(own, OWN, at, faults)
    if "reach" in own:
        facts["reach"] = _reach(own["reach"], f"{at}reach", faults)
    _check_people(facts, at, faults)
    role = _value(f"{at}role", FIELDS["organisation.role"], own["role"], faults) if "role" in own else fallback_role
    return DataSet(
        id=identity,
        title=_text(own, "title", at, faults),
        role=role if isinstance(role, str) else None,
        entity=_text(own, "entity", at, faults),
        controllers=_controllers(own, at, faults),
        facts=facts,
    )


def _section_facts(
    source: Mapping[str, object], sections: tuple[str, ...], at: str, faults: list[Fault]
) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for section in sections:
        for path, value in _flat(source.get(section), section, at, faults):
            if path not in FIELDS:
                inside = [known for known in FIELDS if known.startswith(f"{section}.")]
                faults.append(Fault(f"{at}{path}", worded("is no known fact"), nearest(path, inside)))
                continue
            read = _value(f"{at}{path}", FIELDS[path], value, faults)
            if read is not None:
                facts[path] = read
    return facts


def _flat(value: object, path: str, at: str, faults: list[Fault]) -> Iterator[tuple[str, object]]:
    if value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}", at, faults)
    elif "." not in path:
        faults.append(Fault(f"{at}{path}", worded("is not an object"), worded("see the fact sheet for its keys")))
    else:
        yield path, value


def _value(path: str, kind: Kind, value: object, faults: list[Fault]) -> Value | None:
    reader = _READERS[kind.shape]
    try:
        return reader(kind, value)
    except _Unusable as error:
        faults.append(Fault(path, str(error), error.mend))
        return None


class _Unusable(Exception):
    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


def _read_word(kind: Kind, value: object) -> Value:
    if isinstance(value, str) and value in kind.words:
        return value
    raise _Unusable(f"{value!r} is not one of its words", nearest(str(value), kind.words))


def _read_words(kind: Kind, value: object) -> Value:
    if not isinstance(value, list | tuple):
        raise _Unusable(f"{value!r} is not a list", "write a list of words; [] says: none")
    for word in value:
        _read_word(kind, word)
    return tuple(sorted({str(word) for word in value}))


def _read_flag(_kind: Kind, value: object) -> Value:
    if isinstance(value, bool):
        return value
    raise _Unusable(f"{value!r} is neither true nor false", "leave the key out while it is not known")


def _read_number(kind: Kind, value: object) -> Value:
    if isinstance(value, str) and value in kind.words:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        words = "".join(f" or {word!r}" for word in kind.words)
        raise _Unusable(f"{value!r} is no number", f"write a number{words}")
    if not 0 <= value <= kind.most:
        raise _Unusable(f"{value!r} is out of range", f"from 0 to {kind.most:g}")
    if kind.whole and not isinstance(value, int):
        raise _Unusable(f"{value!r} is not whole", "people are counted in whole numbers")
    return value


def _read_moment(_kind: Kind, value: object) -> Value:
    mend = "write it with its zone, such as 2026-11-14T00:00:00Z"
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return require_utc(moment).isoformat().replace("+00:00", "Z")
    except ValueError:
        raise _Unusable(f"{value!r} names no instant", mend) from None


def _read_country(_kind: Kind, value: object) -> Value:
    if isinstance(value, str) and REGION.fullmatch(value) and value not in NO_COUNTRY:
        return value
    if value in NO_COUNTRY:
        raise _Unusable(f"{value!r} is no code of ISO 3166", f"write {NO_COUNTRY[str(value)]}")
    raise _Unusable(f"{value!r} is no country or region", "ISO 3166, such as DE or US-CA")


_READERS: Mapping[str, Callable[[Kind, object], Value]] = {
    WORD: _read_word,
    WORDS: _read_words,
    FLAG: _read_flag,
    NUMBER: _read_number,
    SHARE: _read_number,
    MOMENT: _read_moment,
    COUNTRY: _read_country,
}


def _reach(value: object, path: str, faults: list[Fault]) -> dict[str, int | None]:
    """ISO 3166 code → number of people living there; None: people there, number unknown."""
    if not isinstance(value, Mapping):
        faults.append(
            Fault(path, worded("is not an object"), worded("write country or region = number, such as DE = 120"))
        )
        return {}
    reach: dict[str, int | None] = {}
    for code, number in value.items():
        if str(code) in NO_COUNTRY:
            faults.append(
                Fault(
                    f"{path}.{code}",
                    worded("{region} is no code of ISO 3166", region=repr(str(code))),
                    worded("write {what}", what=NO_COUNTRY[str(code)]),
                )
            )
        elif not REGION.fullmatch(str(code)):
            faults.append(
                Fault(
                    f"{path}.{code}",
                    worded("{code} is no country or region", code=repr(str(code))),
                    CODES_WANTED,
                )
            )
        elif number is None or number == "unknown":
            reach[str(code)] = None
        elif isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_PEOPLE:
            faults.append(
                Fault(
                    f"{path}.{code}",
                    worded("{number!r} is no number of people", number=number),
                    worded('a whole number or "unknown"'),
                )
            )
        else:
            reach[str(code)] = number
    return dict(sorted(reach.items()))


def _check_people(facts: Mapping[str, Value], at: str, faults: list[Fault]) -> None:
    low, best, high = (facts.get(f"people.{name}") for name in ("count_min", "count", "count_max"))
    numbers = [number for number in (low, best, high) if isinstance(number, int)]
    if numbers != sorted(numbers):
        faults.append(
            Fault(f"{at}people", worded("count_min, count and count_max contradict"), worded("min ≤ count ≤ max"))
        )


def _controllers(own: Mapping[str, object], at: str, faults: list[Fault]) -> tuple[str, ...] | None:
    raw = own.get("controllers")
    if raw is None:
        return None
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str) and item.strip() for item in raw):
        faults.append(
            Fault(
                f"{at}controllers", worded("is not a list of customer ids"), worded("the host's ids of the customers")
            )
        )
        return None
    if any(len(item) > LONGEST_ID for item in raw):
        mend = f"the host's ids of the customers have at most {LONGEST_ID} characters"
        faults.append(Fault(f"{at}controllers", worded("has an id that is too long"), mend))
        return None
    return tuple(sorted({str(item) for item in raw}))


def _text(own: Mapping[str, object], key: str, at: str, faults: list[Fault]) -> str:
    value = own.get(key, "")
    if isinstance(value, str) and len(value) <= TEXTS[key]:
        return value
    faults.append(Fault(f"{at}{key}", worded("is no short text"), worded("up to {what} characters", what=TEXTS[key])))
    return ""


def _refuse_unknown(found: Mapping[str, object], known: tuple[str, ...], at: str, faults: list[Fault]) -> None:
    for key in found:
        if key not in known:
            faults.append(Fault(f"{at}{key}", worded("is no known part of a fact sheet"), nearest(key, known)))
