"""From the facts of one data set to its entry in the breach register: facts, effects, customers, what is unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.anchors import AWARE, Anchor, start_of
from incident.assessment import assess
from incident.facts import DataSet, Value
from incident.models.incidents import Incident
from incident.models.law import Advice, Decision
from incident.queries.breach_entry import Customers, Effects, Facts, Judged, Moment, Notification, People
from incident.queries.breach_records import Owed, Towards
from incident.queries.breach_sealed import Opened
from incident.queries.facts import SavedFacts

PROCESSING = ("processor", "sub_processor")
RISK = "risk:"
RESPONSE = "response."
# What an entry should say (GDPR Art. 33(5): the facts, the effects); asked for as long as nobody knows.
ASKED = (
    *("breach.kinds", "breach.cause", "breach.misuse_seen", "data.categories", "organisation.role", "reach"),
    *("exposure.exfiltration", "exposure.recipients"),
)
COUNTS = ("people.count", "people.count_min", "people.count_max")
MOST_HELD = 4096


@dataclass(frozen=True, slots=True)
class Line:
    """One data set of one legal entity in one incident, with everything that is known of it."""

    incident: Incident
    saved: SavedFacts
    dataset: DataSet
    entity: str
    moments: Mapping[str, Sequence[Anchor]]
    owed: Sequence[Owed]
    place: str  # of establishment; "": not known
    now: datetime

    @property
    def view(self) -> dict[str, Value]:
        return self.saved.sheet.view(self.dataset)

    def moment(self, name: str) -> Moment | None:
        """A recorded moment, the nearest scope first; provisional where nobody has decided."""
        regimes = frozenset(f"regime:{found.rule['regime']}" for found in self.owed)
        scopes = (frozenset({f"dataset:{self.dataset.id}"}), frozenset({f"entity:{self.entity}"}), regimes)
        start = start_of(self.moments.get(name, ()), name, scopes)
        return Moment(start.at, start.provisional) if start else None


def facts_of(line: Line) -> Facts:
    """The facts of the breach as saved; what nobody answered is None."""
    view = line.view
    controllers = line.dataset.controllers
    return Facts(
        title=line.dataset.title or line.dataset.id,
        version=line.saved.number,
        role=_word(view, "organisation.role"),
        kinds=_words(view, "breach.kinds"),
        suspected=_flag(view, "breach.suspected"),
        cause=_word(view, "breach.cause"),
        categories=_words(view, "data.categories"),
        people=_people(view),
        customers=len(controllers) if controllers is not None else None,
        began=line.moment("occurred_from"),
        ended=line.moment("occurred_until"),
        discovered=line.moment("discovered"),
        aware=line.moment(AWARE),
    )


def effects_of(line: Line, advice: Iterable[Opened], decisions: Iterable[Opened]) -> Effects:
    """The risk as assessed, as last advised and as last decided, and what was seen; `advice` comes the newest last."""
    view, mine = line.view, f"{RISK}{line.dataset.id}"
    advised = [_judged(one) for one in advice if isinstance(one.row, Advice) and one.row.subject in ("", mine)]
    decided = [_judged(one) for one in decisions if isinstance(one.row, Decision) and one.row.subject == mine]
    hours = view.get("protection.unavailable_hours")
    return Effects(
        assessed=_assessed(line)[0],
        advised=advised[-1] if advised else None,
        decided=decided[-1] if decided else None,
        misuse_seen=_flag(view, "breach.misuse_seen"),
        exfiltration=_word(view, "exposure.exfiltration"),
        recipients=_word(view, "exposure.recipients"),
        unavailable_hours=None if hours is None else str(hours),
    )


def response_of(line: Line) -> dict[str, bool]:
    """What the facts say of our response: key of the fact → yes or no."""
    return {path: value for path, value in line.view.items() if path.startswith(RESPONSE) and isinstance(value, bool)}


def customers_of(line: Line, told: Mapping[str, datetime], towards: Iterable[Towards]) -> Customers | None:
    """How many of the customers whose data it is were told; None where we process it for nobody else."""
    role, controllers = line.view.get("organisation.role"), line.dataset.controllers
    if role not in PROCESSING and not controllers:
        return None
    mine = [found for found in towards if found.entity == line.entity and line.dataset.id in found.datasets]
    moments = sorted(told[name] for name in controllers or () if name in told)
    return Customers(
        affected=len(controllers) if controllers is not None else None,
        told=len(moments),
        first_told_at=moments[0] if moments else None,
        last_told_at=moments[-1] if moments else None,
        is_open=any(found.is_open for found in mine),
        regimes=tuple(sorted({found.regime for found in mine} - {""})),
    )


def unknown_in(line: Line, facts: Facts, notifications: Iterable[Notification]) -> tuple[str, ...]:
    """Keys of facts nobody has answered and moments nobody has decided, those the entry itself should say first."""
    view = line.view
    found = [path for path in ASKED if view.get(path) in (None, "unknown")]
    found += ["people.count"] if all(view.get(path) is None for path in COUNTS) else []
    found += ["dataset.controllers"] if facts.role in PROCESSING and facts.customers is None else []
    recorded = {"occurred_from": facts.began, "discovered": facts.discovered, AWARE: facts.aware}
    found += [f"anchor.{name}" for name, moment in recorded.items() if moment is None or moment.provisional]
    found += _assessed(line)[1]
    found += [path for one in notifications if one.is_open for path in one.missing]
    return tuple(dict.fromkeys(found))


_held: dict[tuple[str, str, str], tuple[str, tuple[str, ...]]] = {}


def _assessed(line: Line) -> tuple[str, tuple[str, ...]]:
    """Risk and the facts that would decide it. A saved sheet never changes, so its answer is held by its digest."""
    key = (line.saved.digest, line.dataset.id, line.place)
    found = _held.get(key)
    if found is None:
        if len(_held) >= MOST_HELD:
            _held.clear()
        assessment = assess(line.view, line.place or None)
        found = _held[key] = (assessment.risk.value, assessment.missing)
    return found


def _judged(one: Opened) -> Judged:
    row = one.row
    if isinstance(row, Advice):
        return Judged(row.risk, one.who, row.at, one.text)
    return Judged(row.outcome, one.who, row.at, one.text, stands=row.reopened_at is None)


def _people(view: Mapping[str, Value]) -> People:
    count, least, most = (_number(view, path) for path in COUNTS)
    reach = view.get("reach")
    return People(count, least, most, _words(view, "people.kinds"), reach if isinstance(reach, Mapping) else None)


def _number(view: Mapping[str, Value], path: str) -> int | None:
    value = view.get(path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(view: Mapping[str, Value], path: str) -> str | None:
    value = view.get(path)
    return value if isinstance(value, str) else None


def _words(view: Mapping[str, Value], path: str) -> tuple[str, ...] | None:
    value = view.get(path)
    return value if isinstance(value, tuple) else None


def _flag(view: Mapping[str, Value], path: str) -> bool | None:
    value = view.get(path)
    return value if isinstance(value, bool) else None
