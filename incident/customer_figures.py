"""What a notice says to one customer alone: its own people, places, data, window of exposure and logs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incident.phrases import Phrases
from notifications.formats import Formats
from notifications.message import choose_locale

PLACEHOLDERS = frozenset({"greeting", "name", "customer", "people_count", "countries", "fields", "exposure", "logs"})
TYPED = ("name", "fields")  # values that somebody wrote by hand; every other is made of numbers and our own words
TABLES = ("kinds", "exposure", "logs")  # of the phrases, which the values are written with
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


@dataclass(frozen=True, slots=True)
class Wording:
    """How values are written beside one text: its languages with their phrases, and the IANA zone of printed times."""

    zone: str
    phrases: Mapping[str, Phrases]

    def values(self, figures: Figures, wanted: str) -> dict[str, str]:
        """The values for a customer that wants this language, as `customer_values` writes them."""
        locale = choose_locale(wanted, self.phrases)
        return customer_values(figures, Formats(locale, self.zone), self.phrases[locale])


def wording_document(wording: Wording) -> dict[str, object]:
    """The JSON object of it: the phrases that values need, each table as pairs, since its order counts."""
    said = {
        locale: {table: [list(pair) for pair in phrases.tables.get(table, {}).items()] for table in TABLES}
        for locale, phrases in wording.phrases.items()
    }
    return {"zone": wording.zone, "phrases": said}


def read_wording(found: Mapping[str, Any]) -> Wording:
    """The wording of its JSON object."""
    said = {
        locale: Phrases(locale, {table: dict(pairs) for table, pairs in tables.items()}, ())
        for locale, tables in found["phrases"].items()
    }
    return Wording(found["zone"], said)


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
