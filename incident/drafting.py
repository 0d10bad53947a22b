"""Facts to words: the slots of a notice for each audience, what they rest on, and what is not yet known. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incident.errors import Fault, Invalid
from incident.facts import DataSet, FactSheet
from incident.grounds import Case, Grounds
from incident.phrases import Phrases

Slots = dict[str, object]


class NoticeKind(StrEnum):
    PEOPLE = "people"
    CUSTOMER = "customer"
    IN_APP = "in_app"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who writes: names, address and contact as they are printed. `zone` is the IANA zone of printed times."""

    organisation: str
    entity: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    address: str = ""
    zone: str = "UTC"

    def slots(self) -> Slots:
        return {
            "name": self.organisation,
            "entity": self.entity,
            "address": self.address,
            "contact_name": self.contact_name,
            "contact_email": self.contact_email,
            "contact_phone": self.contact_phone,
        }


@dataclass(frozen=True, slots=True)
class Account:
    """What only a person can tell. Measures are keys of the phrases or own words.

    `happened` replaces the sentence of the cause in a language; `delay` gives the reasons for a filing after 72 hours.
    """

    taken: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    happened: Mapping[str, str] = field(default_factory=dict)
    next_update: datetime | None = None
    delay: str = ""


@dataclass(frozen=True, slots=True)
class Authoring:
    """Who writes, what only a person can tell, and when: everything of a text that is no fact."""

    profile: Profile
    account: Account
    now: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """The slots of one text in one language. `unknown` are keys of what nobody has answered; `rests_on` are paths."""

    slots: Mapping[str, object]
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a text is written from. `datasets` are those it speaks of, in the order of the sheet."""

    case: Case
    datasets: Sequence[DataSet]
    authoring: Authoring

    @property
    def profile(self) -> Profile:
        return self.authoring.profile

    @property
    def account(self) -> Account:
        return self.authoring.account

    @property
    def now(self) -> datetime:
        return self.authoring.now


CONTROLLING = ("controller", "joint")
PROCESSING = ("processor", "sub_processor")
ASKED: Mapping[NoticeKind, tuple[str, ...]] = {
    NoticeKind.PEOPLE: ("cause", "categories", "period", "exfiltration", "recipients"),
    NoticeKind.CUSTOMER: ("cause", "categories", "period", "exfiltration", "recipients", "logs"),
    NoticeKind.IN_APP: ("categories", "exfiltration"),
    NoticeKind.ANNOUNCEMENT: ("cause", "categories", "period", "exfiltration"),
}
FILED = ("cause", "categories", "people", "countries", "period", "exfiltration", "recipients", "logs")


def draft_notice(kind: NoticeKind, brief: Brief, phrases: Phrases) -> Draft:
    """The slots of a notice. People are addressed ("your name"), every other audience is told of kinds of data."""
    personal = kind in (NoticeKind.PEOPLE, NoticeKind.IN_APP)
    return _draft(brief, phrases, ASKED[kind], personal=personal)


def draft_filing(brief: Brief, phrases: Phrases) -> Draft:
    """The slots of a notification to a supervisory authority (GDPR Art. 33(3); in phases by Art. 33(4))."""
    return _draft(brief, phrases, FILED, personal=False)


def _draft(brief: Brief, phrases: Phrases, asked: Iterable[str], *, personal: bool) -> Draft:
    slots: Slots = {"organisation": brief.profile.slots(), "today": brief.now, "personal": personal}
    asked = tuple(asked)
    parts, noted, unknown = [], dict[str, None](), dict[str, None]()
    for dataset in brief.datasets:
        grounds = Grounds(brief.case, dataset)
        part: Slots = {"title": dataset.title or dataset.id}
        for name in ("kinds", *asked):
            answer = WRITERS[name](grounds, phrases, personal)
            part[name] = answer
            if answer in (None, "", [], {}) or _doubtful(name, grounds):
                unknown[name] = None
        part |= _harm(grounds, phrases, personal)
        parts.append(part)
        noted.update(grounds.noted)
    own = brief.account.happened.get(phrases.locale, "").strip()
    causes = [own] if own else list(dict.fromkeys(str(part["cause"]) for part in parts if part.get("cause")))
    if own:
        unknown.pop("cause", None)
    slots |= {"datasets": parts, "happened": causes} | _merged(parts) | _account(brief.account, phrases)
    slots["unknown"] = [phrases.say("unknowns", name) for name in unknown if phrases.has("unknowns", name)]
    return Draft(slots, tuple(noted), tuple(unknown))


def _doubtful(name: str, grounds: Grounds) -> bool:
    """Whether a fact is stated and still leaves the question open, such as copying that was possible."""
    path, open_words = DOUBTS.get(name, ("", ()))
    return bool(path) and grounds.fact(path) in open_words


def _account(account: Account, phrases: Phrases) -> Slots:
    return {
        "taken": [phrases.say("measures", item) for item in account.taken],
        "planned": [phrases.say("measures", item) for item in account.planned],
        "next_update": account.next_update,
        "delay": account.delay,
    }


def select_datasets(kind: NoticeKind, sheet: FactSheet, wanted: str = "") -> tuple[DataSet, ...]:
    """The data sets a notice speaks of: a named one, else all of the role that owes this notice.

    One notice to people or customers never mixes data sets, so several of that role need a choice. Raises Invalid.
    """
    if wanted:
        found = tuple(dataset for dataset in sheet.datasets if dataset.id == wanted)
        if not found:
            known = ", ".join(dataset.id for dataset in sheet.datasets)
            raise Invalid(Fault("dataset", f"{wanted!r} is no data set of the fact sheet", f"one of: {known}"))
        return found
    if kind is NoticeKind.ANNOUNCEMENT:
        return sheet.datasets
    roles = PROCESSING if kind is NoticeKind.CUSTOMER else CONTROLLING
    fitting = tuple(dataset for dataset in sheet.datasets if (dataset.role or CONTROLLING[0]) in roles)
    if len(fitting) != 1:
        known = ", ".join(dataset.id for dataset in fitting) or "none has the role"
        raise Invalid(
            Fault("dataset", f"{len(fitting)} data sets have the role {' or '.join(roles)}", f"name one: {known}")
        )
    return fitting


def _merged(parts: Sequence[Slots]) -> Slots:
    """What all data sets have in common for the reader: each consequence and action once, ranked."""

    def every(name: str) -> list[object]:
        return list(dict.fromkeys(item for part in parts for item in _items(part.get(name))))

    first = parts[0] if parts else {}
    names = ("period", "exfiltration", "recipients", "logs", "protection")
    return {"data": every("categories"), "consequences": every("consequences"), "actions": every("actions")} | {
        name: first.get(name) for name in names
    }


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _harm(grounds: Grounds, phrases: Phrases, personal: bool) -> Slots:
    """Likely consequences of these data in these kinds of breach, and what can be done, ranked."""
    categories = set(grounds.words("data.categories") or ())
    kinds = grounds.words("breach.kinds")
    disclosed = kinds is None or "confidentiality" in kinds
    fitting = [
        rule for rule in phrases.rules if (disclosed and rule.categories & categories) or rule.kinds & set(kinds or ())
    ]
    table = "your_consequences" if personal else "consequences"
    actions = dict.fromkeys(action for rule in fitting for action in rule.actions)
    encryption = grounds.word("protection.encryption")
    return {
        "consequences": [phrases.say(table, rule.key) for rule in fitting],
        "actions": [phrases.say("actions", action) for action in actions],
        "protection": phrases.say("encryption", encryption) if encryption else "",
    }


def _kinds(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    return [phrases.say("breach", kind) for kind in grounds.words("breach.kinds") or ()]


def _cause(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    cause = grounds.word("breach.cause")
    return phrases.say("causes", cause) if cause else ""


def _categories(grounds: Grounds, phrases: Phrases, personal: bool) -> object:
    table = "yours" if personal else "kinds"
    return [phrases.say(table, category) for category in _ranked(grounds.words("data.categories"), phrases)]


def _ranked(categories: Iterable[str] | None, phrases: Phrases) -> list[str]:
    """Categories in the order of the vocabulary: names and contact first, as a reader expects them."""
    order = list(phrases.tables.get("kinds", {}))
    return sorted(categories or (), key=lambda word: order.index(word) if word in order else len(order))


def _people(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    """Count, or bounds, and the kinds of people."""
    count, low, high = (grounds.fact(f"people.{name}") for name in ("count", "count_min", "count_max"))
    kinds = [phrases.say("people", kind) for kind in grounds.words("people.kinds") or ()]
    if count is None and low is None and high is None:
        return {}
    return {"count": count, "low": low, "high": high, "kinds": kinds}


def _countries(grounds: Grounds, _phrases: Phrases, _personal: bool) -> object:
    reach = grounds.fact("reach")
    return dict(reach) if isinstance(reach, Mapping) else {}


def _period(grounds: Grounds, _phrases: Phrases, _personal: bool) -> object:
    moments = {name: grounds.moment(name) for name in ("occurred_from", "occurred_until", "discovered", "detected")}
    if moments["occurred_from"] is None:
        return {}
    found = moments["discovered"] or moments["detected"]
    return {"from": moments["occurred_from"], "until": moments["occurred_until"], "discovered": found}


def _exfiltration(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    word = grounds.word("exposure.exfiltration")
    return phrases.say("exfiltration", word) if word else ""


def _recipients(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    word = grounds.word("exposure.recipients")
    return phrases.say("recipients", word) if word else ""


def _logs(grounds: Grounds, phrases: Phrases, _personal: bool) -> object:
    """How far access logs reach: "no evidence" is worth nothing without them."""
    exist, complete = grounds.fact("exposure.logs.exist"), grounds.fact("exposure.logs.complete")
    begin = grounds.fact("exposure.logs.from")
    if exist is None:
        return ""
    if exist is False:
        return {"said": phrases.say("logs", "absent"), "from": None}
    said = {True: "complete", False: "partial"}.get(complete, "unknown") if isinstance(complete, bool) else "unknown"
    at = datetime.fromisoformat(begin) if isinstance(begin, str) else None
    return {"said": phrases.say("logs", said), "from": at}


Writer = Callable[[Grounds, Phrases, bool], object]
WRITERS: Mapping[str, Writer] = {
    "kinds": _kinds,
    "cause": _cause,
    "categories": _categories,
    "people": _people,
    "countries": _countries,
    "period": _period,
    "exfiltration": _exfiltration,
    "recipients": _recipients,
    "logs": _logs,
}
DOUBTS: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "exfiltration": ("exposure.exfiltration", ("possible", "no_evidence")),
    "recipients": ("exposure.recipients", ("unknown",)),
}
