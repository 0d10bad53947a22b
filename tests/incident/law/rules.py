"""A rule made for a test: what it says otherwise than a plain duty of a controller."""

from datetime import UTC, datetime
from typing import Any

from incident.anchors import Anchor
from incident.facts import FactSheet, read_sheet
from incident.law.circumstances import Circumstances
from incident.law.counting import Period, Unit
from incident.law.derivation import Derived, derive
from incident.law.duties import Duty, DutyKind

FRIDAY = datetime(2026, 12, 18, 16, 40, tzinfo=UTC)
CONTROLLER = {"organisation": {"role": "controller"}, "breach": {"kinds": ["confidentiality"]}}
SEVENTY_TWO = Period(72, Unit.HOURS)


def rule(**said: Any) -> Duty:
    plain: dict[str, Any] = {
        "id": "xx-1",
        "kind": DutyKind.STATUTE,
        "jurisdiction": "DE",
        "regime": "xx",
        "law": "Act",
        "article": "s. 1",
        "title": "Tell",
        "roles": ("controller",),
        "addressee_kind": "regulator",
        "stage": "initial",
        "trigger": "organisation.role in [controller, joint]",
        "anchor": "aware",
        "period": SEVENTY_TWO,
        "counting": "plain_elapsed_hours",
    }
    return Duty(**{**plain, **said})


def sheet(**said: Any) -> FactSheet:
    return read_sheet({**CONTROLLER, **said})


def at(**moments: datetime) -> tuple[Anchor, ...]:
    return tuple(Anchor(name, moment) for name, moment in moments.items())


def only(duty: Duty, facts: FactSheet | None = None, **known: Any) -> Derived:
    (row,) = derive(facts or sheet(), (duty,), Circumstances(**known))
    return row
