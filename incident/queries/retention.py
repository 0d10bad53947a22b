"""What goes when: releases to close out, audiences and report files to purge, and what keeps each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_of_subject
from incident.models.incidents import Incident
from incident.models.releasing import ListLink
from incident.models.retention import LegalHold
from incident.phases import FINAL
from incident.queries.access import access_to
from incident.retention_rules import RetentionRules
from incident.roles import Action, Actor, require
from notifications.ledger import counts
from notifications.models import IN_FLIGHT, Audience, Delivery, Release, ReleaseState
from notifications.proofs import CloseOut
from notifications.wording import Day, worded

ENDED = (ReleaseState.FINISHED, ReleaseState.VOID, ReleaseState.REFUSED)
UNENDED = {
    ReleaseState.REQUESTED: worded("a release waits for approval"),
    ReleaseState.APPROVED: worded("a release is being sent"),
    ReleaseState.STOPPED: worded("a release is stopped"),
}
SENT = (ReleaseState.FINISHED, ReleaseState.VOID)


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that will be purged: an audience, or the file of a report. `kept_by` empty: nothing but time.

    `due_at` None: not before something else has happened. `group` are the audiences that go together with it.
    """

    id: UUID
    what: str  # "audience" | "file"
    name: str
    people: int
    incident_id: UUID
    codename: str
    due_at: datetime | None
    kept_by: tuple[str, ...] = ()
    group: tuple[UUID, ...] = ()
    release_id: UUID | None = None  # of a report's file

    def is_due(self, now: datetime) -> bool:
        """Whether it goes now."""
        return not self.kept_by and self.due_at is not None and self.due_at <= now


def close_outs_due(session: Session, rules: RetentionRules, now: datetime) -> list[UUID]:
    """Releases that ended so long ago that they are closed out, and those whose report was begun; the oldest first.

    A void release counts when a row of it is left; none whose rows are still on their way.
    """
    running = select(CloseOut.release_id).where(col(CloseOut.finished_at).is_(None))
    found = list(session.exec(running.order_by(col(CloseOut.begun_at))).all())
    has_report = select(CloseOut.id).where(col(CloseOut.release_id) == col(Release.id)).exists()
    mine = select(Delivery.id).where(col(Delivery.release_id) == col(Release.id))
    query = (
        select(Release.id, Release.closed_at)
        .join(Audience, col(Audience.id) == col(Release.audience_id))
        .where(col(Release.state).in_(SENT), col(Audience.purged_at).is_(None), ~has_report)
        .where(mine.exists(), ~mine.where(IN_FLIGHT).exists())
        .order_by(col(Release.closed_at), col(Release.id))
    )
    ended = session.exec(query).all()
    return found + [release_id for release_id, at in ended if at is not None and rules.closes_at(at) <= now]


def planned_purges(session: Session, rules: RetentionRules, now: datetime) -> list[Planned]:
    """Every audience and every report's file that is still there, what goes first first."""
    books = _Books.read(session, now)
    found = [*_audiences(session, books, rules), *_files(books, rules)]
    return sorted(found, key=lambda one: (one.due_at is None, str(one.due_at), str(one.id)))


def planned_of(
    session: Session, actor: Actor, incident_id: UUID, rules: RetentionRules, now: datetime
) -> list[Planned]:
    """The same of one incident, for whoever reads it. Raises NotFound and Forbidden."""
    require(actor, Action.READ, access_to(session, incident_id))
    return [one for one in planned_purges(session, rules, now) if one.incident_id == incident_id]


def purges_begun(session: Session) -> list[UUID]:
    """Audiences whose key is destroyed and of which rows are left."""
    begun = (col(Audience.purged_at).is_not(None), col(Audience.purge_ended_at).is_(None))
    return list(session.exec(select(Audience.id).where(*begun).order_by(col(Audience.purged_at))).all())


def last_report(session: Session, release_id: UUID) -> CloseOut | None:
    """The newest report of a release, finished or not."""
    mine = select(CloseOut).where(col(CloseOut.release_id) == release_id).order_by(col(CloseOut.number).desc())
    return session.exec(mine.limit(1)).first()


def outdated_reports(session: Session, audience_id: UUID) -> list[UUID]:
    """Releases to an audience whose newest report counts other states than the ledger has now: a bounce came late.

    Counts a million rows where there are so many: not for a transaction that writes.
    """
    found = []
    for release_id in session.exec(select(Release.id).where(col(Release.audience_id) == audience_id)).all():
        report = last_report(session, release_id)
        now = {str(state): number for state, number in counts(session, release_id).items()}
        if report is not None and report.counts.get("states") != now:
            found.append(release_id)
    return found


@dataclass(frozen=True, slots=True)
class _Books:
    """What every question here is asked of: small tables, read once."""

    incidents: Mapping[UUID, Incident]
    releases: Sequence[Release]
    reports: Sequence[CloseOut]
    holds: Mapping[UUID, datetime]
    links: Mapping[UUID, datetime]

    @classmethod
    def read(cls, session: Session, now: datetime) -> "_Books":
        holds = select(LegalHold).where(col(LegalHold.lifted_at).is_(None)).order_by(col(LegalHold.set_at).desc())
        live = (col(ListLink.revoked_at).is_(None), col(ListLink.expires_at) > now)
        links = select(ListLink).where(*live).order_by(col(ListLink.expires_at))
        return cls(
            {row.id: row for row in session.exec(select(Incident)).all()},
            session.exec(select(Release)).all(),
            session.exec(select(CloseOut)).all(),
            {row.incident_id: row.set_at for row in session.exec(holds).all()},
            {row.incident_id: row.expires_at for row in session.exec(links).all()},
        )

    def keeps(self, incident: Incident, rules: RetentionRules) -> list[str]:
        """What of the incident itself keeps everything that belongs to it."""
        held = self.holds.get(incident.id)
        found: list[str] = [worded("a legal hold since {day}", day=_day(held))] if held else []
        return found + ([worded("the incident is open")] if rules.while_open and incident.phase not in FINAL else [])

    def links_to(self, incident: Incident) -> list[str]:
        """What customers still may download."""
        until = self.links.get(incident.id)
        return [worded("a customer's link to its list lives until {day}", day=_day(until))] if until else []


@dataclass(slots=True)
class _Group:
    """Audiences that go together: of one chain of additions, or reached by the same edition."""

    audiences: list[Audience]
    releases: list[Release] = field(default_factory=list)


def _groups(audiences: Sequence[Audience], releases: Sequence[Release]) -> list[_Group]:
    links: list[set[UUID]] = [{row.id, row.adds_to} for row in audiences if row.adds_to]
    by_edition: dict[UUID, set[UUID]] = {}
    for release in releases:
        by_edition.setdefault(release.edition_id, set()).add(release.audience_id)
    groups = {row.id: {row.id} for row in audiences}
    for link in (*links, *by_edition.values()):
        joined = set().union(*(groups.get(one, {one}) for one in link))
        groups |= dict.fromkeys(joined, joined)
    whole = {frozenset(group) for group in groups.values()}
    return [
        _Group(
            [row for row in audiences if row.id in group],
            [release for release in releases if release.audience_id in group],
        )
        for group in whole
    ]


def _audiences(session: Session, books: _Books, rules: RetentionRules) -> Iterator[Planned]:
    left = session.exec(select(Audience).where(col(Audience.purged_at).is_(None))).all()
    for group in _groups(left, books.releases):
        kept, moments = _weighed(session, books, rules, group)
        waits = any(release.state not in ENDED for release in group.releases)
        due = None if waits else rules.audience_goes_at(moments)
        ids = tuple(row.id for row in group.audiences)
        for row in group.audiences:
            incident = books.incidents[incident_of_subject(row.subject)]
            yield Planned(row.id, "audience", row.name, row.members, incident.id, incident.codename, due, kept, ids)


def _weighed(
    session: Session, books: _Books, rules: RetentionRules, group: _Group
) -> tuple[tuple[str, ...], list[datetime]]:
    """What keeps a group, and the moments after the last of which its time begins."""
    kept: list[str] = []
    moments = [row.created_at for row in group.audiences]
    for release in group.releases:
        moment, why = _release_ended(session, books, release, rules)
        kept += [why] if why else []
        moments += [moment] if moment else []
    for row in group.audiences:
        incident = books.incidents[incident_of_subject(row.subject)]
        kept += [*books.keeps(incident, rules), *books.links_to(incident)]
        unsent = not any(release.audience_id == row.id for release in group.releases)
        if unsent and incident.phase not in FINAL:
            kept.append(worded("“{name}” was sent nothing yet, and the incident is open", name=row.name))
        elif incident.closed_at and (unsent or rules.while_open):
            moments.append(incident.closed_at)
    return tuple(dict.fromkeys(kept)), moments


def _release_ended(
    session: Session, books: _Books, release: Release, rules: RetentionRules
) -> tuple[datetime | None, str]:
    """When a release was over for those it went to, or what it waits for."""
    if release.state not in ENDED:
        return None, UNENDED[release.state]
    closed = release.closed_at or release.requested_at
    mine = [row for row in books.reports if row.release_id == release.id]
    if release.state is ReleaseState.REFUSED or (not mine and not _has_rows(session, release)):
        return closed, ""
    first = min((row.finished_at for row in mine if row.finished_at), default=None)
    if first is None or any(row.finished_at is None for row in mine):
        return rules.closes_at(closed), worded("a release is not closed out yet")
    return max(first, rules.closes_at(closed)), ""


def _has_rows(session: Session, release: Release) -> bool:
    mine = select(Delivery.id).where(col(Delivery.release_id) == release.id)
    return session.exec(mine.limit(1)).first() is not None


def _files(books: _Books, rules: RetentionRules) -> Iterator[Planned]:
    subjects = {row.id: row.subject for row in books.releases}
    for row in books.reports:
        if row.finished_at is None or row.file_purged_at is not None:
            continue
        incident = books.incidents[incident_of_subject(subjects[row.release_id])]
        kept, due = tuple(books.keeps(incident, rules)), rules.file_goes_at(row.finished_at)
        name = worded("close-out report {number}", number=row.number)
        yield Planned(
            row.id, "file", name, row.rows, incident.id, incident.codename, due, kept, release_id=row.release_id
        )


def _day(at: datetime) -> Day:
    return Day(f"{at:%Y-%m-%d}")
