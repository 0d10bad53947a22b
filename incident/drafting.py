"""Facts to words: the slots of a notice for each audience, what they rest on, and what is not yet known. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from incident.anchors import AWARE
from incident.errors import Fault, Invalid
from incident.fact_words import WRITERS, Slots, Wish, harm_of, leaves_open
from incident.facts import DataSet, FactSheet
from incident.grounds import Case, Grounds
from incident.notice_kinds import CONTROLLING, FORMS, KINDS, TITLE, NoticeKind, Readers
from incident.phrases import Phrases
from notifications.wording import worded

TAKEN, PLANNED = "measures", "measures_planned"  # tables of the phrases: what was done, and what will be


@dataclass(frozen=True, slots=True)
class Profile:
    """Who writes: names, address and contact as they are printed. `zone` is the IANA zone of printed times.

    `colour` is #rrggbb, `logo` a data: URI of a picture; both empty where the organisation has none. `in_language` has
    parts of the contact (name, hours, phone, address) for one language; the others are in the language `written_in`,
    "" where nobody says which that is.
    """

    organisation: str
    entity: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    address: str = ""
    zone: str = "UTC"
    colour: str = ""
    logo: str = ""
    contact_hours: str = ""
    written_in: str = ""
    in_language: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def contact(self, locale: str) -> Mapping[str, str]:
        """The contact as it is printed in a language: name, hours, phone, address."""
        usual = {
            "name": self.contact_name,
            "hours": self.contact_hours,
            "phone": self.contact_phone,
            "address": self.address,
        }
        return {**usual, **self.in_language.get(locale, {})}

    def slots(self, locale: str) -> Slots:
        contact = self.contact(locale)
        return {
            "name": self.organisation,
            "entity": self.entity,
            "address": contact["address"],
            "contact_name": contact["name"],
            "contact_email": self.contact_email,
            "contact_phone": contact["phone"],
            "contact_hours": contact["hours"] if contact["phone"] else "",
            "colour": self.colour,
            "logo": self.logo,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """Identity theft protection offered free of charge (such as Cal. Civ. Code 1798.82(d)(2)(G))."""

    provider: str
    months: int
    how: str  # to enrol


@dataclass(frozen=True, slots=True)
class Account:
    """What only a person can tell. Measures are keys of the phrases or own words, and none is both taken and planned.

    `happened` replaces the sentence of the cause in a language; `delay` gives the reasons for a filing after 72 hours;
    `police_delay` says whether law enforcement asked to wait, None where nobody has said; `own` are further contents of
    a form, by their key. `said` has a line of theirs in other words for other languages: line to language to words.
    """

    taken: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    happened: Mapping[str, str] = field(default_factory=dict)
    next_update: datetime | None = None
    delay: str = ""
    police_delay: bool | None = None
    offer: Offer | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def worded(self, line: str, locale: str) -> str:
        """A line of theirs as they said it in a language, else as they wrote it."""
        return self.said.get(line, {}).get(locale) or line


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
    """What a text is written from. `datasets` are those it speaks of, in the order of the sheet.

    `segments` are parts of the audience that lost only some of the data: name to words of `data.categories`. `triggers`
    are paths that the rules read which make the notice due. `before` is what the edition it follows was written from.
    """

    case: Case
    datasets: Sequence[DataSet]
    authoring: Authoring
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    before: "Before | None" = None

    @property
    def profile(self) -> Profile:
        return self.authoring.profile

    @property
    def account(self) -> Account:
        return self.authoring.account

    @property
    def now(self) -> datetime:
        return self.authoring.now


@dataclass(frozen=True, slots=True)
class Before:
    """The edition an update follows: what was known and told then, and when it was frozen."""

    case: Case
    datasets: Sequence[DataSet]
    account: Account
    at: datetime


def wish_of(kind: NoticeKind, brief: Brief, segment: str = "") -> Wish:
    """How a notice of this kind is drafted for a segment of its audience ("": everybody)."""
    told = KINDS[kind]
    only = frozenset(brief.segments[segment]) if segment else None
    return Wish(told.asked, told.readers, told.own, only)


def draft_notice(kind: NoticeKind, brief: Brief, phrases: Phrases, segment: str = "") -> Draft:
    """The slots of a notice. People are addressed ("your name"), every other audience is told of kinds of data.

    While nobody has said how it came about, a sentence says just that, so that no notice is silent on it.
    """
    told = draft(brief, phrases, wish_of(kind, brief, segment))
    if told.slots["happened"]:
        return told
    return replace(told, slots={**told.slots, "happened": [phrases.say("causes", "unknown")]})


def wish_of_form(form: str) -> Wish:
    """How a filing is drafted: everything neutral, with the form's own contents."""
    wanted = FORMS[form]
    return Wish(tuple(dict.fromkeys((TITLE, *wanted.asked))), Readers.RECIPIENTS, wanted.own)


def draft_filing(form: str, brief: Brief, phrases: Phrases) -> Draft:
    """The slots of a notification to an authority, by the form it is for."""
    return draft(brief, phrases, wish_of_form(form))


def draft(brief: Brief, phrases: Phrases, wish: Wish) -> Draft:
    """The slots of one text: what the facts say in words, what they leave open, and which of them were read."""
    slots: Slots = {"organisation": brief.profile.slots(phrases.locale), "today": brief.now, "personal": wish.personal}
    parts, noted, unknown = [], dict.fromkeys(brief.triggers), dict[str, None]()
    for dataset in brief.datasets:
        grounds = Grounds(brief.case, dataset, wish.only)
        part: Slots = {"id": dataset.id}
        for name in dict.fromkeys(("kinds", *wish.asked)):
            answer = WRITERS[name](grounds, phrases, wish)
            part[name] = answer
            if leaves_open(name, answer, grounds):
                unknown[name] = None
        part |= harm_of(grounds, phrases, wish)
        parts.append(part)
        noted.update(grounds.noted)
    own = brief.account.happened.get(phrases.locale, "").strip()
    causes = [own] if own else list(dict.fromkeys(str(part["cause"]) for part in parts if part.get("cause")))
    if own:
        unknown.pop("cause", None)
    slots |= {"datasets": parts, "happened": causes} | _merged(parts) | _account(brief.account, phrases, wish)
    if AWARE in wish.asked:
        known = [brief.case.moment(AWARE, dataset) for dataset in brief.datasets]
        slots[AWARE] = min((at for at in known if at), default=None)
    slots["unknown"] = [phrases.say("unknowns", name) for name in unknown if phrases.has("unknowns", name)]
    return Draft(slots, tuple(noted), tuple(unknown))


def check_promise_ahead(brief: Brief) -> None:
    """Raises Invalid for a next update that is promised for a moment which is past, or now."""
    promised = brief.account.next_update
    if promised is not None and promised <= brief.now:
        raise Invalid(Fault("next_update", worded("is past"), worded("name a moment that lies ahead, or promise none")))


def check_measures(account: Account, phrases: Phrases) -> None:
    """Raises Invalid for a measure that is both taken and planned, and for one that has no words as planned."""
    done = {" ".join(item.casefold().split()) for item in account.taken}
    faults = []
    for item in account.planned:
        if " ".join(item.casefold().split()) in done:
            said = phrases.say(TAKEN, item)
            twice = worded("{said} is also among the measures taken", said=repr(said))
            faults.append(Fault("planned", twice, worded("choose one of the two")))
        elif phrases.has(TAKEN, item) and not phrases.has(PLANNED, item):
            mend = f"write it under [{PLANNED}] of the phrases"
            named = {"item": repr(item), "locale": repr(phrases.locale)}
            faults.append(
                Fault("planned", worded("{item} has no words as a planned measure in {locale}", **named), mend)
            )
    if faults:
        raise Invalid(*faults)


def _account(account: Account, phrases: Phrases, wish: Wish) -> Slots:
    offer, locale = account.offer, phrases.locale
    how = account.worded(offer.how, locale) if offer else ""
    return {
        "taken": [account.worded(phrases.say(TAKEN, item), locale) for item in account.taken],
        "planned": [account.worded(phrases.say(PLANNED, item), locale) for item in account.planned],
        "next_update": account.next_update,
        "delay": account.delay,
        "police_delay": account.police_delay,
        "offer": {"provider": offer.provider, "months": offer.months, "how": how} if offer else None,
        "own": {name: account.worded(account.own.get(name, "").strip(), locale) for name in wish.own},
    }


def select_datasets(kind: NoticeKind, sheet: FactSheet, wanted: str = "") -> tuple[DataSet, ...]:
    """The data sets a notice speaks of: a named one, else all of the role that owes this notice.

    One notice to people or customers never mixes data sets, so several of that role need a choice. Raises Invalid.
    """
    if wanted:
        found = tuple(dataset for dataset in sheet.datasets if dataset.id == wanted)
        if not found:
            known = ", ".join(dataset.id for dataset in sheet.datasets)
            none = worded("{wanted} is no data set of the fact sheet", wanted=repr(wanted))
            raise Invalid(Fault("dataset", none, worded("one of: {known}", known=known)))
        return found
    roles = KINDS[kind].roles
    if KINDS[kind].readers in (Readers.PUBLIC, Readers.RECIPIENTS):
        return sheet.datasets
    fitting = tuple(dataset for dataset in sheet.datasets if (dataset.role or CONTROLLING[0]) in roles)
    if len(fitting) != 1:
        known = ", ".join(dataset.id for dataset in fitting) or "none has the role"
        raise Invalid(
            Fault(
                "dataset",
                worded("{fitting} data sets have the role {roles}", fitting=len(fitting), roles=" or ".join(roles)),
                worded("name one: {known}", known=known),
            )
        )
    return fitting


def _merged(parts: Sequence[Slots]) -> Slots:
    """What all data sets have in common for the reader: each consequence and action once, ranked."""

    def every(name: str) -> list[object]:
        return list(dict.fromkeys(item for part in parts for item in _items(part.get(name))))

    first = parts[0] if parts else {}
    names = ("period", "exfiltration", "recipients", "logs", "protection")
    merged: Slots = {name: first.get(name) for name in names}
    merged["identifiers"] = any(part["identifiers"] for part in parts)
    return merged | {"data": every("categories"), "consequences": every("consequences"), "actions": every("actions")}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []
