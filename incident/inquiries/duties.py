"""What follows from facts and moments: every duty with its answer, its clock and its standing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incident.anchors import NAMES, Anchor, fault_in_scope
from incident.assessment import assess_sheet
from incident.deadlines import Deadline, standing
from incident.errors import Fault, Invalid
from incident.facts import FactSheet, read_sheet
from incident.facts.reading import NO_COUNTRY, REGION
from incident.facts.vocabulary import SECTORS, nearest
from incident.law.circumstances import Circumstances, Organisation
from incident.law.counting import Uncountable
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties
from incident.law.presenting import row_document
from incident.law.undertakings import PROMISE, Counterparty, contract_id
from notifications.clock import require_utc

KEYS = ("facts", "anchors", "submitted", "now", "organisation", "customers")
MOST_HOURS = 100_000
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
    try:
        rows = derive(sheet, shipped_duties(), _circumstances(given, sheet, now))
    except Uncountable as error:
        raise Invalid(Fault("anchors", f"cannot be counted from: {error}", "a moment of this century")) from None
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
    return Circumstances(
        organisation=_organisation(own),
        customers={name: _customer(name, raw) for name, raw in _table(given, "customers").items()},
        anchors=tuple(_anchors(_table(given, "anchors"))),
        findings={name: found.findings for name, found in assess_sheet(sheet).items()},
        submitted=dict(_submitted(_table(given, "submitted"))),
        now=now,
    )


def _organisation(own: Mapping[str, Any]) -> Organisation:
    sectors, targets = own.get("sectors"), own.get("targets", {})
    listed = sectors is None or (isinstance(sectors, list) and all(word in SECTORS for word in sectors))
    tabled = isinstance(targets, Mapping) and all(_hours(hours) for hours in targets.values())
    checks = (
        (listed, "sectors", "is no list of sectors", f"words of {', '.join(SECTORS[:3])}, …; [] says none"),
        (tabled, "targets", "is no table of hours", 'such as {"eu-gdpr-34-1-subjects": 72}'),
        (_is_zone(own.get("zone", "UTC")), "zone", "is no time zone", "an IANA name, such as Europe/Brussels"),
        (_is_country(own.get("establishment")), "establishment", "is no country", "ISO 3166, such as DE"),
        *(
            (own.get(name) is None or _hours(own[name]), name, "is no number of hours", "a whole number from 1")
            for name in ("promise_hours", "target_hours")
        ),
    )
    faults = [Fault(f"organisation.{key}", said, mend) for holds, key, said, mend in checks if not holds]
    if faults:
        raise Invalid(*faults)
    return Organisation(
        entity=str(own.get("entity", "main")),
        establishment=own.get("establishment"),
        zone=str(own.get("zone", "UTC")),
        promise_hours=own.get("promise_hours"),
        targets=dict(targets),
        target_hours=own.get("target_hours"),
        sectors=tuple(sectors) if sectors is not None else None,
    )


def _hours(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_HOURS


def _is_zone(value: object) -> bool:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_country(value: object) -> bool:
    return value is None or (isinstance(value, str) and REGION.fullmatch(value) is not None and value not in NO_COUNTRY)


def _customer(name: str, raw: object) -> Counterparty:
    if not isinstance(raw, Mapping):
        raise Invalid(Fault(f"customers.{name}", "is not an object", "give {name, contract_hours, contract_clause}"))
    hours = raw.get("contract_hours")
    if hours is not None and not _hours(hours):
        mend = "a whole number from 1, or leave it out"
        raise Invalid(Fault(f"customers.{name}.contract_hours", "is no number of hours", mend))
    return Counterparty(name, str(raw.get("name", "")), hours, str(raw.get("contract_clause", "")))


def _anchors(given: Mapping[str, object]) -> Iterator[Anchor]:
    for name, value in given.items():
        if name not in NAMES:
            raise Invalid(Fault(f"anchors.{name}", "is no moment of the law", nearest(name, NAMES)))
        found = [_anchor(name, raw) for raw in (value if isinstance(value, list) else [value]) if raw is not None]
        scopes = [anchor.scope for anchor in found if anchor.decided]
        if len(scopes) != len(set(scopes)):
            mend = 'one moment for each scope; argued ones with "decided": false'
            raise Invalid(Fault(f"anchors.{name}", "is decided twice", mend))
        yield from found


def _anchor(name: str, raw: object) -> Anchor:
    if not isinstance(raw, Mapping):
        return Anchor(name, _moment(f"anchors.{name}", raw))
    scope, decided = str(raw.get("scope", "")), raw.get("decided", True)
    if fault_in_scope(scope):
        raise Invalid(Fault(f"anchors.{name}.scope", fault_in_scope(scope), "leave it empty for the incident"))
    if not isinstance(decided, bool):
        raise Invalid(Fault(f"anchors.{name}.decided", "is neither true nor false", "false while it is argued about"))
    return Anchor(name, _moment(f"anchors.{name}.at", raw.get("at")), scope, decided=decided)


def _submitted(given: Mapping[str, object]) -> Iterator[tuple[tuple[str, str], datetime]]:
    known = {duty.id for duty in shipped_duties()}
    for name, at in given.items():
        if name not in known and not name.startswith((contract_id(""), PROMISE)):
            raise Invalid(Fault(f"submitted.{name}", "is no duty", nearest(name, sorted(known))[:200]))
        yield ("", name), _moment(f"submitted.{name}", at)


def _moment(path: str, value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
        if not 1970 <= found.year < 2200:
            raise ValueError("no year of ours")
        return require_utc(found)
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
