"""Assets as they are declared in peacetime: which names of a monitor are meant, what they hold, whose it is; pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import translate
from functools import lru_cache
from typing import Any

from incident.adapters.signals import Asset, AssetKind
from incident.errors import Fault
from incident.facts.reading import LONGEST_ID, NO_COUNTRY, REGION
from incident.facts.sheet import Value
from incident.facts.vocabulary import FIELDS, ROLES, TEXTS, nearest
from notifications.wording import worded

ANY = "any"  # a declaration for every kind of asset
MOST = 5_000  # declarations an installation holds
LONGEST_PATTERN = 200
MOST_LISTED = 500  # words, regions or customers of one declaration
ROLE, CONTROLLERS, ENTITY, REACH = "organisation.role", "controllers", "entity", "reach"
CATEGORIES, PEOPLE = "data.categories", "people.kinds"
NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody declared of every asset of this kind whose name fits the pattern.

    A pattern knows * and ?, letter case ignored, as in the rules of a source. `kind` is a kind of asset or "any".
    `regions` are where the people live whose data they are (ISO 3166); `role` is ours for them, `customers` the host's
    ids of those we process it for, `entity` the legal entity whose it is. What is empty is not declared.
    """

    kind: str
    pattern: str
    categories: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    role: str = ""
    customers: tuple[str, ...] = ()
    entity: str = ""

    def __str__(self) -> str:
        return f"{'asset' if self.kind == ANY else self.kind} {self.pattern}"

    @property
    def exact(self) -> bool:
        """Whether the pattern fits one name only."""
        return "*" not in self.pattern and "?" not in self.pattern

    def fits(self, asset: Asset) -> bool:
        """Whether an alert's asset is one of those declared here."""
        if self.kind not in (ANY, asset.kind.value):
            return False
        if self.exact:
            return self.pattern.lower() == asset.name.lower()
        return _matcher(self.pattern).match(asset.name.lower()) is not None

    def facts(self) -> Iterator[tuple[str, Value]]:
        """What it makes likely, as paths and values of the fact sheet; of people in a region no number is known."""
        if self.categories:
            yield CATEGORIES, self.categories
        if self.people:
            yield PEOPLE, self.people
        if self.regions:
            yield REACH, dict.fromkeys(self.regions, None)
        if self.role:
            yield ROLE, self.role
        if self.customers:
            yield CONTROLLERS, self.customers
        if self.entity:
            yield ENTITY, self.entity


def declaration_of(document: Mapping[str, object]) -> Declaration:
    """A declaration as it is kept; members nobody knows any more are left out."""
    known = {one.name: document[one.name] for one in fields(Declaration) if one.name in document}
    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value for name, value in known.items()
    }
    return Declaration(**said)


def declaration_document(declared: Declaration) -> dict[str, object]:
    """As it is kept: JSON."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(declared).items()}


def in_order(declared: Declaration) -> Declaration:
    """The same without doubles and blanks around it, so that what is equal compares equal."""
    lists = {name: tuple(sorted(set(getattr(declared, name)))) for name in ("categories", "people", "customers")}
    regions = tuple(sorted({region.upper() for region in declared.regions}))
    pattern, entity = declared.pattern.strip(), declared.entity.strip()
    return Declaration(declared.kind, pattern, **lists, regions=regions, role=declared.role, entity=entity)


def declaration_faults(declared: Declaration) -> tuple[Fault, ...]:
    """Everything that is wrong with it; a fault does not repeat what was given."""
    faults = [*_asset_faults(declared), *_word_faults("categories", declared.categories, CATEGORIES)]
    faults += [*_word_faults("people", declared.people, PEOPLE), *_region_faults(declared.regions)]
    if declared.role and declared.role not in ROLES:
        faults.append(Fault("role", worded("is no role"), ", ".join(ROLES)))
    faults += _customer_faults(declared)
    if len(declared.entity) > TEXTS["entity"] or NOT_TEXT.search(declared.entity):
        faults.append(
            Fault(
                "entity",
                worded("is no short text"),
                worded("up to {texts} characters on one line", texts=TEXTS["entity"]),
            )
        )
    if not faults and not dict(declared.facts()):
        mend = worded("name categories, people, regions, role, customers or entity")
        faults.append(Fault("categories", worded("nothing is said of what the asset holds"), mend))
    return tuple(faults)


def _asset_faults(declared: Declaration) -> Iterator[Fault]:
    if declared.kind not in (ANY, *AssetKind):
        yield Fault("kind", worded("is no kind of asset"), ", ".join((ANY, *AssetKind)))
    pattern = declared.pattern
    if not pattern.strip() or len(pattern) > LONGEST_PATTERN or NOT_TEXT.search(pattern):
        yield Fault(
            "name",
            worded("is no pattern"),
            worded("1 to {longest_pattern} characters, such as exports-*", longest_pattern=LONGEST_PATTERN),
        )
    elif not pattern.strip("*? "):
        yield Fault(
            "name",
            worded("fits every asset there is"),
            worded("name what all of them have in common, such as exports-*"),
        )


def _word_faults(name: str, words: tuple[str, ...], path: str) -> Iterator[Fault]:
    known = FIELDS[path].words
    strange = next((word for word in words if word not in known), None)
    if strange is not None:
        yield Fault(name, worded("has a word the fact sheet does not know"), nearest(strange, known))


def _region_faults(regions: tuple[str, ...]) -> Iterator[Fault]:
    for region in map(str.upper, regions):
        if region in NO_COUNTRY:
            yield Fault(
                "regions",
                worded("{region} is no code of ISO 3166", region=region),
                worded("write {no_country}", no_country=NO_COUNTRY[region]),
            )
        elif not REGION.fullmatch(region):
            yield Fault("regions", worded("has what is no country or region"), worded("ISO 3166, such as DE or US-CA"))
            return
    if len(regions) > MOST_LISTED:
        yield Fault("regions", worded("are too many"), worded("at most {most_listed}", most_listed=MOST_LISTED))


def _customer_faults(declared: Declaration) -> Iterator[Fault]:
    ids = declared.customers
    if any(not one.strip() or len(one) > LONGEST_ID or NOT_TEXT.search(one) for one in ids):
        yield Fault(
            "customers",
            worded("has what is no id of a customer"),
            worded("the host's ids, of 1 to {longest_id} characters", longest_id=LONGEST_ID),
        )
    if len(ids) > MOST_LISTED:
        yield Fault(
            "customers",
            worded("are too many"),
            worded("at most {most_listed}; leave them out where it is everybody's", most_listed=MOST_LISTED),
        )
    if ids and declared.role == "controller":
        yield Fault(
            "customers", worded("are named of data we are controller of"), worded("leave them out, or say processor")
        )


@lru_cache(maxsize=MOST)
def _matcher(pattern: str) -> re.Pattern[str]:
    """Only * and ? mean more than themselves."""
    return re.compile(translate(pattern.lower().replace("[", "[[]")))
