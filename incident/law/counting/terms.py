"""What counting takes and gives: a period, a place, a moment with its arithmetic in words, or a refusal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST = 100_000  # no law gives more of any unit; keeps a slip of the pen from counting for minutes


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Period:
    """How long a law gives."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        name = self.unit.value.replace("_", " ")
        return f"{self.amount} {name.removesuffix('s') if self.amount == 1 else name}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a day ends, and whose public holidays count.

    `calendar` is a country or region in the form of ISO 3166 (BE, BR, US-IA, CA-QC); empty: none known.
    """

    zone: ZoneInfo
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The moment (UTC; None where the law sets no number) and the lines that show how it was reached."""

    due_at: datetime | None
    trace: tuple[str, ...]


Profile = Callable[[datetime, Period | None, Place], Counted]


class Uncountable(Exception):
    """This profile cannot count this period."""


def amount_of(period: Period | None, *units: Unit) -> int:
    """The number of a period in one of these units: 0 hours are "at once", of any other unit there is one or more.

    Raises Uncountable.
    """
    if period is None or period.unit not in units:
        named = " or ".join(unit.replace("_", " ") for unit in units)
        raise Uncountable(f"this profile counts {named}, the rule says {period or 'no period'}")
    if not (0 if period.unit is Unit.HOURS else 1) <= period.amount <= LONGEST:
        raise Uncountable(f"{period} is no period that can be counted")
    return period.amount


def stamp(moment: datetime) -> str:
    """A moment as every trace prints it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
