"""Rules of a source tried on its stored alerts before they are saved; that these were read is written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.adapters.rule_documents import read_rules
from incident.adapters.rule_trials import Course, Stored, TrialLine, compare
from incident.models.entries import ADMINISTRATION
from incident.models.incidents import Incident
from incident.models.intake import SignalRow
from incident.queries.access import visible_incidents
from incident.queries.sources import signal_document
from incident.roles import Action, may
from incident.verbs.act import Act
from incident.verbs.alert_rows import signal_of
from incident.verbs.entries import record
from incident.verbs.sources import source_named, usable_rules

MOST_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class RulesTrial:
    """What rules would do with the alerts of a source that were heard last.

    `tried` of `stored` alerts, `erased` of them because what they said is gone; `lines` what changes first.
    """

    lines: tuple[TrialLine, ...]
    tried: int
    erased: int
    stored: int

    @property
    def changed(self) -> int:
        """How many alerts would fare otherwise."""
        return sum(line.number for line in self.lines if line.changed)

    def counts(self) -> dict[Course, tuple[int, int]]:
        """How many alerts open, join, are recorded and ignored: by the present rules and by those tried."""
        return {
            course: (
                sum(line.number for line in self.lines if line.before.course is course),
                sum(line.number for line in self.lines if line.after.course is course),
            )
            for course in Course
        }


def try_rules(act: Act, slug: str, document: Mapping[str, object]) -> RulesTrial:
    """What these rules would do with the stored alerts if they came now, beside what the present ones would.

    Titles of incidents that the actor may not read are left out. Nothing changes but a line that says that alerts were
    read. Raises Invalid, naming the field and the mend, NotFound, and Forbidden by permission.
    """
    act.require(Action.ADMINISTER)
    proposed, source = usable_rules(act, document), source_named(act, slug)
    mine = col(SignalRow.source_id) == source.id
    latest = select(SignalRow).where(mine).order_by(col(SignalRow.last_seen_at).desc(), col(SignalRow.id).desc())
    rows = act.session.exec(latest.limit(MOST_TRIED)).all()
    total = int(act.session.exec(select(func.count()).select_from(SignalRow).where(mine)).one())
    readable = _readable(act, {row.incident_id for row in rows if row.incident_id is not None})
    stored = [found for row in reversed(rows) if (found := _stored(act, row, readable)) is not None]
    lines = compare(read_rules(source.rules), proposed, stored, act.now)
    text = f"Rules tried on {len(stored):,} stored alerts of source {slug}; what these say was read."
    record(act, ADMINISTRATION, "source.rules_tried", {"text": text, "about": str(source.id)})
    return RulesTrial(tuple(lines), len(stored), len(rows) - len(stored), total)


def _stored(act: Act, row: SignalRow, readable: Collection[UUID]) -> Stored | None:
    said = signal_document(act.session, act.keys, row)
    if not said:
        return None
    hidden = row.incident_id is not None and row.incident_id not in readable
    return Stored(signal_of(row, said), row.first_seen_at, row.last_seen_at, hidden)


def _readable(act: Act, incidents: Collection[UUID]) -> frozenset[UUID]:
    if not may(act.actor, Action.READ, None):
        return frozenset()
    visible = select(Incident.id).where(col(Incident.id).in_(incidents), visible_incidents(act.actor))
    return frozenset(act.session.exec(visible).all())
