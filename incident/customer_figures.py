"""What a notice says to one customer alone: its own people, places, data, window of exposure and logs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incident.phrases import Phrases
from notifications.formats import Formats

PLACEHOLDERS = frozenset({"greeting", "name", "customer", "people_count", "countries", "fields", "exposure", "logs"})
TYPED = ("name", "fields")  # values that somebody wrote by hand; every other is made of numbers and our own words
LOGS = ("complete", "partial", "absent")
DASH = "\u2013"


@dataclass(frozen=True, slots=True)
class Figures:
    """One customer's share of the breach. None or empty: not known yet.

    `categories` are words of the fact sheet, `fields` the names of fields as the customer knows them, which go before
    them. `exposed_until` None with a beginning: the end is not known. `logs` is one of LOGS.
    """

    host_id: str
    legal_name: str
    people: int | None = None
    reach: Mapping[str, int | None] = field(default_factory=dict)
    categories: tuple[str, ...] | None = None
    fields: tuple[str, ...] = ()
    exposed_from: datetime | None = None
    exposed_until: datetime | None = None
    logs: str = ""


def customer_values(figures: Figures, formats: Formats, phrases: Phrases) -> dict[str, str]:
    """The values of the placeholders for this customer; what is not known has none, so that the fallback says so."""
    values = {"customer": figures.legal_name}
    if figures.people is not None:
        values["people_count"] = formats.number(figures.people)
    if figures.reach:
        values["countries"] = formats.reach(figures.reach)
    if figures.fields:
        values["fields"] = formats.listed(figures.fields)
    elif figures.categories:
        order = list(phrases.tables["kinds"])
        known = sorted(figures.categories, key=lambda word: order.index(word) if word in order else len(order))
        values["fields"] = formats.listed(phrases.say("kinds", word) for word in known)
    if figures.exposed_from:
        values["exposure"] = _window(figures.exposed_from, figures.exposed_until, formats, phrases)
    if figures.logs in LOGS and phrases.has("logs", figures.logs):
        values["logs"] = phrases.say("logs", figures.logs)
    return values


def _window(begin: datetime, end: datetime | None, formats: Formats, phrases: Phrases) -> str:
    """From when until when; the zone is said once where its offset is the same at both."""
    if end is None:
        since = phrases.say("exposure", "since") if phrases.has("exposure", "since") else f"{{moment}} {DASH}"
        return since.replace("{moment}", formats.moment(begin))
    if formats.zone_of(begin) != formats.zone_of(end):
        return f"{formats.moment(begin)} {DASH} {formats.moment(end)}"
    return f"{formats.clock(begin)} {DASH} {formats.clock(end)} ({formats.zone_of(end)})"
