"""What a derivation rests on beside the facts: who we are, whose data we hold, moments, filings, assessments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from incident.anchors import Anchor
from incident.law.answers import Answer
from incident.law.counting import Place
from incident.law.duties import Duty
from incident.law.places import zone_of
from incident.law.undertakings import Counterparty

WITHOUT_A_PLACE = ("EU", "contract", "promise")


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the installation knows of itself.

    `targets`: duty id → its own hours where the law sets no number; `target_hours`: those of every other such duty, but
    keeping a record. `sectors`: what it is regulated as; None: not said.
    """

    entity: str = "main"
    establishment: str | None = None
    zone: str = "UTC"
    promise_hours: int | None = None
    targets: Mapping[str, int] = field(default_factory=dict)
    target_hours: int | None = None
    sectors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything beside the facts.

    `findings` are by data set id, then by the name triggers use. `submitted` are the moments of filing by (entity, duty
    id); the entity "" stands for every one. `frozen` are the rules of obligations that exist, by (entity, duty id): a
    later edition of a pack does not move their clocks. `now` only chooses the version of a rule while its anchor is not
    known; None: the latest.
    """

    organisation: Organisation = field(default_factory=Organisation)
    customers: Mapping[str, Counterparty] = field(default_factory=dict)
    anchors: Sequence[Anchor] = ()
    findings: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    submitted: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    frozen: Mapping[tuple[str, str], Duty] = field(default_factory=dict)
    now: datetime | None = None

    def filed(self, entity: str, duties: Sequence[str]) -> tuple[str, datetime] | None:
        """The earliest filing of any of these duties, with its id."""
        found = [
            (at, name) for name in duties for who in (entity, "") if (at := self.submitted.get((who, name))) is not None
        ]
        first = min(found, default=None)
        return None if first is None else (first[1], first[0])


def place_of(duty: Duty, organisation: Organisation, establishment: str | None) -> Place:
    """Whose day ends and whose holidays count: what the rule names, its jurisdiction, the place of establishment."""
    return _place(duty.zone, duty.jurisdiction, duty.calendar, establishment or "", organisation.zone)


@lru_cache(maxsize=1024)
def _place(zone: str, jurisdiction: str, calendar: str, establishment: str, otherwise: str) -> Place:
    own = "" if jurisdiction in WITHOUT_A_PLACE else jurisdiction
    named = zone or zone_of(own) or zone_of(establishment) or otherwise
    return Place(ZoneInfo(named), calendar or own or establishment)
