"""What a notice says to one customer alone: that customer's own people, places and kinds of data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incident.phrases import Phrases
from notifications.formats import Formats

PLACEHOLDERS = frozenset({"greeting", "name", "customer", "people_count", "countries", "fields", "exposure", "logs"})


@dataclass(frozen=True, slots=True)
class Figures:
    """One customer's share of the breach. None or empty: not known yet. `categories` are words of the fact sheet."""

    host_id: str
    legal_name: str
    people: int | None = None
    reach: Mapping[str, int | None] = field(default_factory=dict)
    categories: tuple[str, ...] | None = None


def customer_values(figures: Figures, formats: Formats, phrases: Phrases) -> dict[str, str]:
    """The values of the placeholders for this customer; what is not known has none, so that the fallback says so."""
    values = {"customer": figures.legal_name}
    if figures.people is not None:
        values["people_count"] = formats.number(figures.people)
    if figures.reach:
        values["countries"] = formats.reach(figures.reach)
    if figures.categories:
        order = list(phrases.tables["kinds"])
        known = sorted(figures.categories, key=lambda word: order.index(word) if word in order else len(order))
        values["fields"] = formats.listed(phrases.say("kinds", word) for word in known)
    return values
