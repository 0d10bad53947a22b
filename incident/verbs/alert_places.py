"""Where each alert of a delivery belongs: the incident of its group, a storm, one that is over, or one of its own."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from incident.adapters.likeness import reads_as
from incident.adapters.rules import Decision, Join, RuleAction, Rules
from incident.adapters.signals import Severity, Signal, SignalState
from incident.verbs.alert_homes import (
    FLOOD,
    RAGING,
    STORM,
    Home,
    alike_homes,
    live_homes,
    over_home,
    recently_opened,
    sorts_in,
    storms,
)
from notifications.sealing import DataKeyring

ALIKE_ENOUGH = 5
"""Where alerts of one sort have opened so many incidents, the next one joins the first of them."""


class Why(StrEnum):
    """Why an alert came to an incident that is not simply that of its group."""

    ALIKE = "alike"
    STORM = "storm"
    FLOOD = "flood"
    OVER = "over"
    APART = "apart"  # graver than a storm, and different: an incident of its own


@dataclass(frozen=True, slots=True)
class Alert:
    """One signal as the rules take it. Digests say what it belongs to: its group, and what reads alike."""

    signal: Signal
    decision: Decision
    group: str
    alike: str

    @property
    def fires(self) -> bool:
        return self.signal.state is not SignalState.RESOLVED

    @property
    def apart(self) -> str:
        """Its group once it has left a storm of the group."""
        return _digest(f"{self.group}:apart:{self.alike}")

    @property
    def severity(self) -> Severity:
        return self.decision.severity


@dataclass(frozen=True, slots=True)
class Placed:
    """The incident of an alert, the group it is kept under, and why, where that is not plain."""

    incident_id: UUID
    group: str
    why: Why | None = None
    beside: UUID | None = None  # the incident of the storm that it left


def alerts_of(signals: Iterable[Signal], rules: Rules, at: datetime, register: DataKeyring) -> list[Alert]:
    """The signals with what the rules make of them, in the order they are taken.

    Those that fire come first, the gravest first; of a storm those that most read alike: they open its incident.
    """
    found = [_alert(signal, rules, at, register) for signal in signals]
    most = _commonest(alert for alert in found if alert.fires)
    return sorted(
        found,
        key=lambda alert: (
            not alert.fires,
            most.get(alert.group, alert.alike) != alert.alike,
            alert.decision.severity.rank,
        ),
    )


def _commonest(alerts: Iterable[Alert]) -> dict[str, str]:
    """What most alerts of a group read as, of groups that are a storm by themselves."""
    numbers = Counter((alert.group, alert.alike) for alert in alerts)
    sizes: Counter[str] = Counter()
    for (group, _), number in numbers.items():
        sizes[group] += number
    rarest_first = sorted(numbers.items(), key=lambda item: item[1])
    return {group: alike for (group, alike), _ in rarest_first if sizes[group] >= STORM}


def _alert(signal: Signal, rules: Rules, at: datetime, register: DataKeyring) -> Alert:
    decision = rules.decide(signal, at)
    group = _digest(rules.belongs_to(signal, restricted=decision.restricted))
    return Alert(signal, decision, group, register.blind(f"{decision.restricted} {decision.kind} {reads_as(signal)}"))


class Places:
    """The places for the alerts of one delivery. `open_one` opens an incident for an alert and returns its id."""

    def __init__(
        self,
        session: Session,
        source_id: UUID,
        rules: Rules,
        moments: tuple[datetime, datetime],
        open_one: Callable[[Alert], UUID],
    ) -> None:
        self._session, self._source_id, self._rules = session, source_id, rules
        self._at, self._now = moments  # when the delivery was received, and now
        self._open = open_one
        self._alerts: Sequence[Alert] = ()
        self._homes: dict[str, Home] = {}
        self._coming: Counter[str] = Counter()
        self._sorts: dict[UUID, Counter[str]] = {}
        self._alike: dict[str, list[Home]] | None = None  # these three are looked up when one would open
        self._storms: list[Home] | None = None
        self._recent: list[Home] | None = None

    def look_up(self, alerts: Sequence[Alert]) -> None:
        """Find the homes of all of them at once."""
        self._alerts = alerts
        groups = {alert.group for alert in alerts} | {alert.apart for alert in alerts if alert.fires}
        self._homes = live_homes(self._session, self._source_id, groups)
        self._coming = Counter(alert.group for alert in alerts if alert.fires)

    def place(self, alert: Alert) -> Placed | None:
        """The incident that this alert joins or, where it may, opens; None: it is kept and belongs to none."""
        if alert.decision.action not in (RuleAction.OPEN, RuleAction.JOIN):
            return None
        home, storm = self._homes.get(alert.group), None
        if home is not None and self._leaves(home, alert):
            storm, home = home, self._homes.get(alert.apart)
        group = alert.apart if storm else alert.group
        if home is not None:
            return self._joined(home, alert, Placed(home.id, group))
        if alert.decision.action is RuleAction.JOIN:
            return None
        found = None if storm else self._elsewhere(alert)
        if found is None:
            return self._opened(alert, group, storm)
        self._homes[group] = found[0]
        return self._joined(found[0], alert, Placed(found[0].id, group, found[1]))

    def is_new_sort(self, incident_id: UUID, alert: Alert) -> bool:
        """Whether nothing that reads alike was in the incident before it came."""
        return self._sorts_of(incident_id)[alert.alike] <= 1

    def number_of_sorts(self, incident_id: UUID) -> int:
        """How many sorts of alerts are in the incident by now."""
        return len(self._sorts_of(incident_id))

    def _opened(self, alert: Alert, group: str, storm: Home | None) -> Placed:
        opened = Home(self._open(alert), alert.severity, alert.decision.kind, alert.decision.restricted)
        self._homes[group] = opened
        self._sorts[opened.id] = Counter()
        if self._recent is not None:
            self._recent.append(opened)
        if self._alike is not None:
            self._alike.setdefault(alert.alike, []).append(opened)
        placed = Placed(opened.id, group, Why.APART if storm else None, storm.id if storm else None)
        return self._joined(opened, alert, placed)

    def _joined(self, home: Home, alert: Alert, placed: Placed) -> Placed:
        self._sorts_of(home.id)[alert.alike] += 1
        return placed

    def _leaves(self, home: Home, alert: Alert) -> bool:
        """Whether it is graver than the incident of its group, unlike all in it, and a storm rages there."""
        if not alert.fires or alert.severity.rank >= home.severity.rank:
            return False
        sorts = self._sorts_of(home.id)
        size = max(sorts.total(), self._coming[alert.group])
        return size >= STORM and not sorts[alert.alike]

    def _elsewhere(self, alert: Alert) -> tuple[Home, Why] | None:
        """An incident it belongs to though its group has none open."""
        if (over := self._over(alert)) is not None:
            return over, Why.OVER
        if (alike := self._alike_one(alert)) is not None:
            return alike, Why.ALIKE
        if (storm := self._storm(alert)) is not None:
            return storm, Why.STORM
        flood = self._flooded(alert)
        return (flood, Why.FLOOD) if flood else None

    def _over(self, alert: Alert) -> Home | None:
        """The incident of its group that is over since so short a time that what comes is still part of it."""
        if not self._rules.straggling:
            return None
        home = over_home(self._session, self._source_id, alert.group, self._at - self._rules.straggling)
        return home if home and alert.severity.rank >= home.severity.rank else None

    def _alike_one(self, alert: Alert) -> Home | None:
        """The first incident of what reads alike: where it has no group, by the rules; else where there are many."""
        if self._alike is None:
            digests, within = {one.alike for one in self._alerts if one.fires}, self._rules.alike or RAGING
            self._alike = alike_homes(self._session, self._source_id, digests, self._at, within)
        homes = [home for home in self._alike.get(alert.alike, ()) if home.restricted == alert.decision.restricted]
        enough = 1 if self._rules.alike and self._told_apart_by_key(alert) else ALIKE_ENOUGH
        return homes[0] if len(homes) >= enough else None

    def _told_apart_by_key(self, alert: Alert) -> bool:
        return self._rules.join is Join.GROUP and not alert.signal.group

    def _storm(self, alert: Alert) -> Home | None:
        """A storm of the source, unless this one is graver or of another kind."""
        if self._storms is None:
            self._storms = storms(self._session, self._source_id, self._at)
        fitting = (home for home in self._storms if _takes(home, alert) and home.kind == alert.decision.kind)
        return next(fitting, None)

    def _flooded(self, alert: Alert) -> Home | None:
        """The latest incident of a source that opens too many, unless this one is graver than all of them."""
        if self._recent is None:
            self._recent = recently_opened(self._session, self._source_id, self._now)
        if len(self._recent) < FLOOD or not any(_takes(home, alert) for home in self._recent):
            return None
        return next((home for home in reversed(self._recent) if home.restricted == alert.decision.restricted), None)

    def _sorts_of(self, incident_id: UUID) -> Counter[str]:
        if incident_id not in self._sorts:
            self._sorts[incident_id] = Counter(sorts_in(self._session, incident_id))
        return self._sorts[incident_id]


def _takes(home: Home, alert: Alert) -> bool:
    return home.restricted == alert.decision.restricted and alert.severity.rank >= home.severity.rank


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
