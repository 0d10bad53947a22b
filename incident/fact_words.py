"""Single facts to words: what each fact prints in a notice, which harm follows from the data, what stays open. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.anchors import AWARE
from incident.grounds import Grounds
from incident.notice_kinds import Readers
from incident.phrases import Consequence, Phrases

Slots = dict[str, object]
IDENTIFIERS = frozenset({"national_id", "identity_document"})
UNKNOWN = "unknown"
BARE = Phrases("", {}, ())  # says each word as it is


@dataclass(frozen=True, slots=True)
class Wish:
    """How one text is drafted: which facts it prints, for whom, about which part of the data."""

    asked: tuple[str, ...]
    readers: Readers
    own: tuple[str, ...] = ()
    only: frozenset[str] | None = None  # words of data.categories; None: all of them

    @property
    def personal(self) -> bool:
        return self.readers in (Readers.PEOPLE, Readers.CHILDREN)


def leaves_open(name: str, answer: object, grounds: Grounds) -> bool:
    """Whether what the facts say of this does not answer it: nothing, or only that it is in doubt."""
    return answer in (None, "", [], {}) or is_doubtful(name, answer, grounds)


def is_answered(name: str, grounds: Grounds) -> bool:
    """Whether the facts of a data set answer what a text once left open."""
    return not leaves_open(name, WRITERS[name](grounds, BARE, Wish((name,), Readers.RECIPIENTS)), grounds)


def is_doubtful(name: str, answer: object, grounds: Grounds) -> bool:
    """Whether a fact is stated and still leaves the question open, such as copying that was possible."""
    if name == "period":
        return isinstance(answer, Mapping) and answer.get("from") is None
    path, open_words = DOUBTS.get(name, ("", ()))
    return bool(path) and grounds.fact(path) in open_words


def harm_of(grounds: Grounds, phrases: Phrases, wish: Wish) -> Slots:
    """Likely consequences of these data in these kinds of breach, and what can be done, ranked."""
    categories = set(grounds.words("data.categories") or ())
    kinds = grounds.words("breach.kinds")
    disclosed = kinds is None or "confidentiality" in kinds
    fitting = [
        rule for rule in phrases.rules if (disclosed and rule.categories & categories) or rule.kinds & set(kinds or ())
    ]
    consequences, _ = VOICES.get(wish.readers, ((), ()))
    encryption = grounds.word("protection.encryption")
    return {
        "consequences": _said_once(phrases, (*consequences, "consequences"), (rule.key for rule in fitting)),
        "actions": _advice(fitting, phrases, wish),
        "protection": phrases.say("encryption", encryption) if encryption else "",
        "identifiers": bool(IDENTIFIERS & categories),
    }


def advice_against(consequences: Iterable[object], phrases: Phrases, wish: Wish) -> list[str]:
    """What can be done about these consequences, as they are said to these readers; each action once."""
    said, _ = VOICES.get(wish.readers, ((), ()))
    wanted = set(consequences)
    fitting = [rule for rule in phrases.rules if set(_said_once(phrases, (*said, "consequences"), [rule.key])) & wanted]
    return _advice(fitting, phrases, wish)


def _advice(rules: Iterable[Consequence], phrases: Phrases, wish: Wish) -> list[str]:
    """The actions of these consequences as they are said to these readers, each once."""
    _, advice = VOICES.get(wish.readers, ((), ()))
    return _said_once(phrases, (*advice, "actions"), (action for rule in rules for action in rule.actions))


def _said_once(phrases: Phrases, tables: Sequence[str], words: Iterable[str]) -> list[str]:
    """The phrase of each word in the first of the tables that has one; a phrase two words share is said once."""

    def said(word: str) -> str:
        return phrases.say(next((table for table in tables if phrases.has(table, word)), tables[-1]), word)

    return list(dict.fromkeys(said(word) for word in words))


def _title(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    """What the data set is called; the name it has before anybody named it is said in the reader's language."""
    return phrases.say("titles", grounds.title())


def _kinds(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    return [phrases.say("breach", kind) for kind in grounds.words("breach.kinds") or ()]


def _cause(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    cause = grounds.word("breach.cause")
    return phrases.say("causes", cause) if cause else ""


def _malice(grounds: Grounds, _phrases: Phrases, _wish: Wish) -> object:
    """Whether somebody meant harm: "yes", "no", or "" while nobody has said."""
    said = grounds.fact("breach.malicious")
    return "" if said is None else "yes" if said else "no"


def _categories(grounds: Grounds, phrases: Phrases, wish: Wish) -> object:
    tables = DATA.get(wish.readers, ("kinds",))
    return _said_once(phrases, tables, _ranked(grounds.words("data.categories"), phrases))


def _ranked(categories: Iterable[str] | None, phrases: Phrases) -> list[str]:
    """Categories in the order of the vocabulary: names and contact first, as a reader expects them."""
    order = list(phrases.tables.get("kinds", {}))
    return sorted(categories or (), key=lambda word: order.index(word) if word in order else len(order))


def _people(grounds: Grounds, _phrases: Phrases, _wish: Wish) -> object:
    """Count, or bounds."""
    count, low, high = (grounds.fact(f"people.{name}") for name in ("count", "count_min", "count_max"))
    if count is None and low is None and high is None:
        return {}
    return {"count": count, "low": low, "high": high}


def _whose(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    """The categories of people, known or not how many."""
    return [phrases.say("people", kind) for kind in grounds.words("people.kinds") or ()]


def _countries(grounds: Grounds, _phrases: Phrases, _wish: Wish) -> object:
    reach = grounds.fact("reach")
    return dict(reach) if isinstance(reach, Mapping) else {}


def _period(grounds: Grounds, _phrases: Phrases, _wish: Wish) -> object:
    """From when until when, and since when it is known: at the latest since the moment awareness was decided to be."""
    names = ("occurred_from", "occurred_until", "discovered", "detected", "aware")
    began, ended, discovered, detected, aware = (grounds.moment(name) for name in names)
    found = discovered or (min(detected, aware) if detected and aware else detected)
    if began is None and found is None:
        return {}
    return {"from": began, "until": ended, "discovered": found}


def _exfiltration(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    word = grounds.word("exposure.exfiltration")
    return phrases.say("exfiltration", word) if word else ""


def _recipients(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    """Who has the data; "" also where the answer is that nobody knows: the open questions of the text say that."""
    word = grounds.word("exposure.recipients")
    return phrases.say("recipients", word) if word and word != UNKNOWN else ""


def log_cover(exist: object, complete: object) -> str:
    """How far logs reach, as a word of the phrases: absent, complete or partial; "" while that is not known."""
    if exist is False:
        return "absent"
    return {True: "complete", False: "partial"}[complete] if exist and isinstance(complete, bool) else ""


def _aware(grounds: Grounds, _phrases: Phrases, _wish: Wish) -> datetime | None:
    return grounds.moment(AWARE)


def _logs(grounds: Grounds, phrases: Phrases, _wish: Wish) -> object:
    """How far access logs reach: "no evidence" is worth nothing without them."""
    exist, complete = grounds.fact("exposure.logs.exist"), grounds.fact("exposure.logs.complete")
    begin = grounds.fact("exposure.logs.from")
    if exist is None:
        return ""
    said = log_cover(exist, complete) or "unknown"
    at = datetime.fromisoformat(begin) if isinstance(begin, str) and exist else None
    began = grounds.moment("occurred_from")
    reaches = at is not None and began is not None and at <= began  # what they lack is not their beginning
    return {"said": phrases.say("logs", said), "from": None if said == "partial" and reaches else at}


DATA: Mapping[Readers, tuple[str, ...]] = {
    Readers.PEOPLE: ("yours",),
    Readers.CHILDREN: ("child_data", "yours"),
}
VOICES: Mapping[Readers, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Readers.PEOPLE: (("your_consequences",), ()),
    Readers.CHILDREN: (("child_consequences", "your_consequences"), ("child_actions",)),
    Readers.GUARDIANS: ((), ("guardian_actions",)),
}
Writer = Callable[[Grounds, Phrases, Wish], object]
WRITERS: Mapping[str, Writer] = {
    "title": _title,
    "kinds": _kinds,
    "cause": _cause,
    "malice": _malice,
    "categories": _categories,
    "people": _people,
    "whose": _whose,
    "countries": _countries,
    "period": _period,
    "exfiltration": _exfiltration,
    "recipients": _recipients,
    "logs": _logs,
    AWARE: _aware,
}
DOUBTS: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "exfiltration": ("exposure.exfiltration", ("possible", "no_evidence")),
    "recipients": ("exposure.recipients", (UNKNOWN,)),
}
