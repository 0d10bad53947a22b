"""One source with its rules, and what became of its alerts by each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.adapters.signals import SignalState
from incident.errors import NotFound
from incident.models.intake import SignalOutcome, SignalRow, Source
from incident.queries.refusals import Refused, refusals_of
from incident.queries.sources import SourceLine, source_line
from incident.roles import Action, Actor, require
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Came:
    """Alerts that fared alike: what became of them, by which rule ("" where none fits), how many, how often heard.

    `test`: the monitor's own tests and those sent from here, which belong to no incident whatever the rules say.
    """

    outcome: SignalOutcome
    rule: str
    alerts: int
    heard: int
    first_at: datetime
    last_at: datetime
    test: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source, its rules as it keeps them, what became of everything it said, and what was refused to it."""

    line: SourceLine
    rules: Mapping[str, object]
    came: tuple[Came, ...]
    refusals: tuple[Refused, ...] = ()


def read_source(session: Session, actor: Actor, slug: str) -> SourcePage:
    """One source. Raises Forbidden by permission, NotFound for an unknown one."""
    require(actor, Action.ADMINISTER, None)
    source = session.exec(select(Source).where(col(Source.slug) == slug)).first()
    if source is None:
        raise NotFound(worded("There is no source {slug}.", slug=slug))
    refusals = refusals_of(session, source.id)
    return SourcePage(source_line(session, source), source.rules, _came(session, source), refusals)


def _came(session: Session, source: Source) -> tuple[Came, ...]:
    """Incidents first, then what was recorded, what was ignored, and tests; of each what there is most of first."""
    test = col(SignalRow.state) == SignalState.TEST.value
    query = (
        select(
            SignalRow.outcome,
            SignalRow.rule,
            func.count(),
            func.sum(SignalRow.seen),
            func.min(SignalRow.first_seen_at),
            func.max(SignalRow.last_seen_at),
            test,
        )  # type: ignore[call-overload]
        .where(col(SignalRow.source_id) == source.id)
        .group_by(col(SignalRow.outcome), col(SignalRow.rule), test)
    )
    found = [Came(*row) for row in session.exec(query).all()]
    order = list(SignalOutcome)
    return tuple(sorted(found, key=lambda came: (came.test, order.index(came.outcome), -came.heard, came.rule)))
