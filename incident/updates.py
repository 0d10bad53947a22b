"""What is new since an edition: two drafts of one notice compared, as the lines an update prints. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.drafting import Authoring, Brief, Draft, draft
from incident.fact_words import Slots, Wish, advice_against
from incident.phrases import Phrases
from notifications.formats import Formats

SINGLE = ("cause", "exfiltration", "recipients", "protection")
LISTS = ("kinds", "categories", "whose")
MEASURES = ("taken", "planned")
MOMENTS = ("from", "until", "discovered")


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases and formats an update is written with."""

    phrases: Phrases
    formats: Formats


def draft_update(brief: Brief, words: Words, wish: Wish) -> Draft:
    """The slots of an update: those of the notice as it would be now, and what differs from the edition it follows.

    `known` was not known then, `added` joined a list, `corrected` was said otherwise, `withdrawn` is no longer said.
    Raises ValueError for a brief that names no edition before.
    """
    earlier = brief.before
    if earlier is None:
        raise ValueError("an update needs the edition it follows")
    then_by = Authoring(brief.profile, earlier.account, earlier.at)
    then = Brief(earlier.case, earlier.datasets, then_by, brief.segments)
    now, before = draft(brief, words.phrases, wish), draft(then, words.phrases, wish)
    slots: Slots = {**now.slots, **_differences(before, now, words), "followed_at": earlier.at}
    consequences = _new(before, now, "consequences")
    against = advice_against(consequences, words.phrases, wish)
    slots["new_consequences"] = consequences
    slots["new_actions"] = [*against, *(item for item in _new(before, now, "actions") if item not in against)]
    told = _items(before, "taken")
    slots |= {f"new_{name}": [item for item in _new(before, now, name) if item not in told] for name in MEASURES}
    return Draft(slots, now.rests_on, now.unknown)


def _differences(before: Draft, now: Draft, words: Words) -> Slots:
    known: list[Slots] = []
    added: list[Slots] = []
    corrected: list[Slots] = []
    withdrawn: list[Slots] = []
    for label, old, new in _pairs(before, now, words):
        if isinstance(old, list) and isinstance(new, list):
            joined = [item for item in new if item not in old]
            left = [item for item in old if item not in new]
            target = added if old else known
            target += [{"label": label, "value": words.formats.listed(joined)}] if joined else []
            withdrawn += [{"label": label, "value": words.formats.listed(left)}] if left else []
        elif old != new and new:
            corrected += [{"label": label, "before": old, "after": new}] if old else []
            known += [] if old else [{"label": label, "value": new}]
        elif old != new:
            withdrawn.append({"label": label, "value": old})
    return {"known": known, "added": added, "corrected": corrected, "withdrawn": withdrawn}


def _pairs(before: Draft, now: Draft, words: Words) -> Iterator[tuple[str, object, object]]:
    """Each thing a notice says, as it was said before and as it is now; a data set that joined has said nothing."""
    parts: dict[str, Slots] = {str(part["id"]): part for part in _parts(before)}
    several = len(_parts(now)) > 1
    for part in _parts(now):
        old = parts.get(str(part["id"]), {})
        for key in (*LISTS, *SINGLE, "people", "countries", "logs", *MOMENTS):
            if not _is_asked(part, key):
                continue
            label = words.phrases.say("labels", key)
            yield (
                f"{label} ({part.get('title', part['id'])})" if several else label,
                _said(old, key, words),
                _said(part, key, words),
            )


def _is_asked(part: Slots, key: str) -> bool:
    return "period" in part if key in MOMENTS else key in part


def _said(part: Mapping[str, object], key: str, words: Words) -> object:
    """One thing as it is printed: a list of words, or a text, "" for what is not known."""
    if key in MOMENTS:
        period = part.get("period")
        at = period.get(key) if isinstance(period, Mapping) else None
        return words.formats.moment(at) if isinstance(at, datetime) else ""
    value = part.get(key)
    if key in LISTS:
        return value if isinstance(value, list) else []
    if not isinstance(value, Mapping):
        return value or ""
    return WRITTEN[key](value, words) if value else ""


def _people(value: Mapping[str, object], words: Words) -> str:
    count, low, high = (value.get(name) for name in ("count", "low", "high"))
    number = words.formats.number
    if isinstance(count, int):
        return number(count)
    if isinstance(low, int) and isinstance(high, int):
        return words.phrases.say("amounts", "between").format(low=number(low), high=number(high))
    if isinstance(low, int):
        return words.phrases.say("amounts", "at_least").format(low=number(low))
    return words.phrases.say("amounts", "at_most").format(high=number(high)) if isinstance(high, int) else ""


def _countries(value: Mapping[str, object], words: Words) -> str:
    return words.formats.reach({code: n if isinstance(n, int) else None for code, n in value.items()})


def _logs(value: Mapping[str, object], _words: Words) -> str:
    return str(value.get("said", ""))


WRITTEN = {"people": _people, "countries": _countries, "logs": _logs}


def _parts(told: Draft) -> Sequence[Slots]:
    parts = told.slots["datasets"]
    return parts if isinstance(parts, list) else []


def _items(told: Draft, name: str) -> list[object]:
    found = told.slots.get(name)
    return found if isinstance(found, list) else []


def _new(before: Draft, now: Draft, name: str) -> list[object]:
    old = _items(before, name)
    return [item for item in _items(now, name) if item not in old]
