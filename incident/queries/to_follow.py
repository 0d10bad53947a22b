"""What authorities were told is to follow in phases (Art. 33(4) GDPR), and no later filing has told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from incident.fact_words import is_answered
from incident.facts import FactSheet
from incident.grounds import Case, Grounds
from incident.models.incidents import Incident
from incident.models.law import Filing, Obligation
from incident.notice_kinds import IN_PHASES, STAND_IN, adds_to
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.breach_sealed import Vault, latest_sheets, moments_of
from incident.roles import Actor
from notifications.sealing import Keys

PHASED = ("gdpr", "uk_gdpr")  # the regimes with this article; other laws have a duty for each of their steps
LAST = f"{STAND_IN}-final"


@dataclass(frozen=True, slots=True)
class ToFollow:
    """What the authority of one duty waits for: point → since when it is told to follow. `to`: its name as filed.

    `draft` is a further filing that is drafted and not submitted. `answered` are points the facts answer by now.
    """

    incident_id: UUID
    duty: UUID
    datasets: tuple[str, ...]
    to: str
    points: Mapping[str, datetime]
    draft: UUID | None = None
    answered: frozenset[str] = field(default_factory=frozenset)


def to_follow(session: Session, duties: Iterable[Obligation]) -> tuple[ToFollow, ...]:
    """What is to follow on these duties of an incident; for callers that have asked for permission."""
    mine = {row.id: row for row in duties if row.rule.get("regime") in PHASED and row.rule.get("contents") == STAND_IN}
    if not mine:
        return ()
    wanted = (col(Filing.obligation_id).in_(mine), col(Filing.form).in_(IN_PHASES))
    rows = session.exec(select(Filing).options(defer(col(Filing.draft_sealed))).where(*wanted)).all()  # type: ignore[arg-type]
    return _left({row.id: tuple(row.datasets) for row in mine.values()}, rows)


def all_to_follow(session: Session, keys: Keys, actor: Actor) -> tuple[tuple[ToFollow, Incident], ...]:
    """What is to follow on running incidents one may see, with what the facts answer; the longest told first."""
    query = (
        select(Filing, Incident, col(Obligation.datasets))
        .join(Incident, col(Incident.id) == col(Filing.incident_id))
        .join(Obligation, col(Obligation.id) == col(Filing.obligation_id))
        .options(defer(col(Filing.draft_sealed)), defer(col(Incident.review_sealed)))  # type: ignore[arg-type]
        .where(
            visible_incidents(actor),
            col(Incident.phase).not_in(FINAL),
            col(Filing.form).in_(IN_PHASES),
            col(Obligation.rule)["regime"].as_string().in_(PHASED),
            col(Obligation.rule)["contents"].as_string() == STAND_IN,
        )
    )
    rows = session.exec(query).all()
    found = _left({row.obligation_id: tuple(datasets) for row, _, datasets in rows}, [row for row, _, _ in rows])
    waiting = {one.incident_id for one in found}
    incidents = {incident.id: incident for _, incident, _ in rows if incident.id in waiting}
    known = with_answers(session, keys, list(incidents.values()), found)
    return tuple((one, incidents[one.incident_id]) for one in known)


def with_answers(
    session: Session, keys: Keys, incidents: Sequence[Incident], found: Sequence[ToFollow]
) -> tuple[ToFollow, ...]:
    """The same with the points that the saved facts and moments answer by now; those told first, first."""
    if not found:
        return ()
    mine, vault = {incident.id for incident in incidents}, Vault.of(session, keys, incidents)
    ids = select(Incident.id).where(col(Incident.id).in_(mine))
    sheets, moments = latest_sheets(vault, ids), moments_of(vault, ids, ())
    cases = {}
    for one in mine:
        anchors = [anchor for same in moments.get(one, {}).values() for anchor in same]
        cases[one] = Case(sheets[one].sheet if one in sheets else FactSheet(), anchors)
    known = (replace(one, answered=_answered(cases[one.incident_id], one)) for one in found)
    return tuple(sorted(known, key=lambda one: min(one.points.values())))


def _answered(case: Case, one: ToFollow) -> frozenset[str]:
    told = [dataset for dataset in case.sheet.datasets if dataset.id in one.datasets]
    return frozenset(
        point for point in one.points if told and all(is_answered(point, Grounds(case, dataset)) for dataset in told)
    )


def _left(datasets: Mapping[UUID, tuple[str, ...]], rows: Iterable[Filing]) -> tuple[ToFollow, ...]:
    """What the newest submission of each duty leaves open; a point that several leave open counts from the first."""
    found: dict[UUID, ToFollow] = {}
    for row in sorted(rows, key=lambda row: (row.submitted_at is None, row.submitted_at or row.drafted_at)):
        before = found.get(row.obligation_id)
        if row.submitted_at is None:
            if before and adds_to(row.form):
                found[row.obligation_id] = replace(before, draft=row.id)
            continue
        since, at = before.points if before else {}, row.submitted_at
        points = {} if row.form == LAST else {point: since.get(point, at) for point in row.left_open}
        found[row.obligation_id] = ToFollow(
            row.incident_id, row.obligation_id, datasets[row.obligation_id], row.submitted_to, points
        )
    return tuple(one for one in found.values() if one.points)
