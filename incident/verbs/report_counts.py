"""How much comes by the form within an hour: in all and from one network, counted without keeping who it was."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.errors import TooMany
from incident.models.entries import ADMINISTRATION
from incident.models.finders import ReportCount
from incident.report_rules import HOUR
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.wording import worded

IN_ALL = "all"
BLIND = "finders"  # the scope of keyed fingerprints of finders' addresses and networks


def of_network(act: Act, what: str, network: str) -> str:
    """The key under which one network is counted: a keyed fingerprint, which names nobody to who reads the table."""
    return f"{what}:{act.keys.for_scope(act.session, BLIND).blind(f'network {network}')}"


def hold_counts(act: Act, *keys: str) -> dict[str, ReportCount]:
    """The counts of this hour, held until the transaction ends; those whose hour is over go. A step of verbs."""
    act.session.execute(delete(ReportCount).where(col(ReportCount.began_at) <= act.now - HOUR))
    return {key: _row(act, key) for key in sorted(keys)}


def count_one_more(act: Act, rows: Mapping[str, ReportCount], limits: Mapping[str, int]) -> None:
    """Count one more under each of these. A step of verbs. Raises TooMany where a limit is reached."""
    waits = [rows[key].began_at + HOUR - act.now for key, limit in limits.items() if rows[key].number >= limit]
    if waits:
        raise TooMany(worded("Too much came within an hour. Nothing was stored."), max(*waits, timedelta(seconds=1)))
    for key, limit in limits.items():
        row = rows[key]
        row.number += 1
        act.session.add(row)
        if row.number == limit:
            where = "in all" if key == IN_ALL else "from one network"
            text = f"The report form takes no more for this hour: {limit:,} {where}."
            record(act, ADMINISTRATION, "report.limited", {"text": text})
    act.session.flush()


def _row(act: Act, key: str) -> ReportCount:
    row = act.session.get(ReportCount, key, with_for_update=True)
    if row is None:
        with contextlib.suppress(IntegrityError), act.session.begin_nested():  # another may make it first
            act.session.add(ReportCount(key=key, began_at=act.now, number=0))
        row = act.session.get_one(ReportCount, key, with_for_update=True)
    row.began_at = min(row.began_at, act.now)  # the clock stepped back: nobody waits until it is there again
    return row
