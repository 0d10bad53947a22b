"""What follows from facts and moments: every duty with its answer, its clock and its standing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from incident.anchors import NAMES, Anchor, fault_in_scope
from incident.assessment import assess_sheet
from incident.deadlines import Deadline, standing
from incident.errors import Fault, Invalid
from incident.facts import FactSheet, read_sheet
from incident.law.circumstances import Circumstances, Organisation
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties
from incident.law.presenting import row_document
from incident.law.undertakings import Counterparty
from notifications.clock import require_utc

KEYS = ("facts", "anchors", "submitted", "now", "organisation", "customers")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # without a moment to compare with, nothing is late
OWN = ("entity", "establishment", "zone", "promise_hours", "targets", "target_hours", "sectors")


def answer(document: object) -> list[dict[str, object]]:
    """Every duty with its answer and its clock, for one document. Raises Invalid naming each fault.

    `{"facts": …, "anchors": {name: moment | {"at", "scope", "decided"} | [those]}, "submitted": {duty id: moment},
    "now": moment, "organisation": {…}, "customers": {id: {"name", "contract_hours", "contract_clause"}}}`; all but the
    facts may be absent. A fact sheet alone is taken as the facts.
    """
    given = _given(document)
    sheet = read_sheet(given.get("facts"))
    now = _moment("now", given["now"]) if given.get("now") is not None else None
    rows = derive(sheet, shipped_duties(), _circumstances(given, sheet, now))
    return [{**row_document(row), "standing": _standing(row, now)} for row in rows]


def _given(document: object) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        raise Invalid(Fault("document", "is not an object", 'give {"facts": …, "anchors": …, "now": …}'))
    if not set(document) & set(KEYS[:4]):
        return {"facts": document}
    strange = [str(key) for key in document if key not in KEYS]
    if strange:
        raise Invalid(*(Fault(key, "is no part of the question", f"one of {', '.join(KEYS)}") for key in strange))
    return document


def _circumstances(given: Mapping[str, object], sheet: FactSheet, now: datetime | None) -> Circumstances:
    own = _table(given, "organisation")
    strange = [key for key in own if key not in OWN]
    if strange:
        mend = f"one of {', '.join(OWN)}"
        raise Invalid(*(Fault(f"organisation.{key}", "is not known here", mend) for key in strange))
    submitted = {("", name): _moment(f"submitted.{name}", at) for name, at in _table(given, "submitted").items()}
    return Circumstances(
        organisation=_organisation(own),
        customers={name: _customer(name, raw) for name, raw in _table(given, "customers").items()},
        anchors=tuple(_anchors(_table(given, "anchors"))),
        findings={name: found.findings for name, found in assess_sheet(sheet).items()},
        submitted=submitted,
        now=now,
    )


def _organisation(own: Mapping[str, Any]) -> Organisation:
    sectors = own.get("sectors")
    return Organisation(
        entity=str(own.get("entity", "main")),
        establishment=own.get("establishment"),
        zone=str(own.get("zone", "UTC")),
        promise_hours=own.get("promise_hours"),
        targets=dict(own.get("targets", {})),
        target_hours=own.get("target_hours"),
        sectors=tuple(sectors) if sectors is not None else None,
    )


def _customer(name: str, raw: object) -> Counterparty:
    if not isinstance(raw, Mapping):
        raise Invalid(Fault(f"customers.{name}", "is not an object", "give {name, contract_hours, contract_clause}"))
    hours = raw.get("contract_hours")
    return Counterparty(name, str(raw.get("name", "")), hours, str(raw.get("contract_clause", "")))


def _anchors(given: Mapping[str, object]) -> Iterator[Anchor]:
    for name, value in given.items():
        if name not in NAMES:
            raise Invalid(Fault(f"anchors.{name}", "is no moment of the law", f"one of {', '.join(NAMES)}"))
        for raw in value if isinstance(value, list) else [value]:
            if raw is not None:
                yield _anchor(name, raw)


def _anchor(name: str, raw: object) -> Anchor:
    if not isinstance(raw, Mapping):
        return Anchor(name, _moment(f"anchors.{name}", raw))
    scope = str(raw.get("scope", ""))
    if fault_in_scope(scope):
        raise Invalid(Fault(f"anchors.{name}.scope", fault_in_scope(scope), "leave it empty for the incident"))
    return Anchor(name, _moment(f"anchors.{name}.at", raw.get("at")), scope, decided=bool(raw.get("decided", True)))


def _moment(path: str, value: object) -> datetime:
    try:
        return require_utc(datetime.fromisoformat(str(value)))
    except ValueError:
        mend = "write it with its zone, such as 2026-12-18T16:40:00Z"
        raise Invalid(Fault(path, f"{value!r} names no instant", mend)) from None


def _table(given: Mapping[str, object], key: str) -> Mapping[str, Any]:
    value = given.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Invalid(Fault(key, "is not an object", "names and their values"))
    return {str(name): item for name, item in value.items()}


def _standing(row: Derived, now: datetime | None) -> str:
    """Met and waived are for recorded cases; here the facts and the clock say it all."""
    deadline = Deadline(
        row.started_at,
        row.due_at,
        row.target_at,
        owed=row.applies != "no",
        blocked=bool(row.blocked),
        provisional=row.provisional,
    )
    return standing(deadline, now or LONG_AGO)
