"""The rows of the alerts of one delivery: which one a signal is heard as, what an end without a start ends."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState
from incident.models.intake import SignalRow
from incident.verbs.alert_homes import EVERY_START, Identity, identity_of

REORDER = timedelta(minutes=5)
"""So long after an end without a start, what cannot be told from a late repeat counts as one; then it fires anew."""
HEARD = "heard "


class AlertRows:
    """Rows by identity and by key, those of the delivery itself among them as they are made."""

    def __init__(self, rows: Mapping[Identity, SignalRow]) -> None:
        self._rows = dict(rows)
        self._by_key: dict[str, list[SignalRow]] = {}
        for row in rows.values():
            self._by_key.setdefault(row.key, []).append(row)

    def add(self, row: SignalRow) -> None:
        """Another one was made."""
        self._rows[row.key, row.started_at_text] = row
        self._by_key.setdefault(row.key, []).append(row)

    @staticmethod
    def ends_every_start(signal: Signal) -> bool:
        """Whether it is an end that does not say when what it ends began."""
        return identity_of(signal)[1] == EVERY_START

    def heard_as(self, signal: Signal, at: datetime) -> SignalRow | None:
        """The row of an alert heard at this moment; None: it is a new one.

        What fires without a start is the latest of its key, unless that ended longer ago than REORDER.
        """
        key, began = identity_of(signal)
        if began or signal.state is not SignalState.FIRING:
            return self._rows.get((key, began))
        latest = max(self._without_start(key), key=lambda row: row.first_seen_at, default=None)
        if latest is None or latest.resolved_at is None:
            return latest
        return latest if at <= latest.resolved_at + REORDER else None

    def new_identity(self, signal: Signal, at: datetime) -> Identity:
        """The identity of a new row; without a start and not the first of its key it is told by when it was heard."""
        key, began = identity_of(signal)
        again = not began and (key, began) in self._rows
        return key, f"{HEARD}{at.isoformat()}" if again else began

    def over_at(self, signal: Signal, at: datetime) -> datetime | None:
        """When an end without a start ended this one; None where none did."""
        marker = self._rows.get((identity_of(signal)[0], EVERY_START))
        if marker is None or marker.resolved_at is None:
            return None
        return marker.resolved_at if (signal.started_at or at) <= marker.resolved_at + REORDER else None

    def ended_by(self, marker: SignalRow, at: datetime) -> Iterator[SignalRow]:
        """Every firing row of the key that began, or was last heard, before this end."""
        for row in self._by_key.get(marker.key, ()):
            if row.state == SignalState.FIRING.value and (row.started_at or row.last_seen_at) <= at + REORDER:
                yield row

    def _without_start(self, key: str) -> Iterator[SignalRow]:
        for row in self._by_key.get(key, ()):
            if row.started_at_text == "" or row.started_at_text.startswith(HEARD):
                yield row


def content_of(signal: Signal) -> bytes:
    """What is sealed of a signal: JSON."""
    asset = signal.asset
    document = {
        "title": signal.title,
        "severity": signal.severity.value if signal.severity else None,
        "source": signal.source,
        "state": signal.state.value,
        "asset": {"kind": asset.kind.value, "name": asset.name, "region": asset.region} if asset else None,
        "link": signal.link,
        "group": signal.group,
        "hints": [{"fact": hint.fact, "value": hint.value, "why": hint.why} for hint in signal.hints],
        "labels": dict(signal.labels),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def signal_of(row: SignalRow, said: Mapping[str, Any]) -> Signal:
    """The signal as it was when it was first heard, from its row and what was sealed of it."""
    asset, severity = said.get("asset"), said.get("severity")
    return Signal(
        title=said.get("title", ""),
        severity=Severity(severity) if severity else None,
        source=said.get("source", ""),
        key=row.key,
        state=SignalState(said.get("state", row.state)),
        started_at=row.started_at,
        asset=Asset(AssetKind(asset["kind"]), asset["name"], asset.get("region")) if isinstance(asset, dict) else None,
        hints=tuple(_hint(one) for one in said.get("hints", ()) if isinstance(one, dict)),
        labels=said.get("labels", {}),
        link=said.get("link"),
        group=said.get("group"),
    )


def _hint(said: Mapping[str, Any]) -> Hint:
    value = said["value"]
    return Hint(said["fact"], tuple(value) if isinstance(value, list) else value, said["why"])
