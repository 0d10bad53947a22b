"""Purge audiences and report files on schedule: their key first, then piece by piece, and a line with the counts."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.queries.audiences import incident_of
from incident.queries.close_outs import ledger_subject
from incident.queries.retention import Planned, last_report, planned_purges
from incident.retention_rules import RetentionRules
from incident.roles import Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.models import Audience, Edition, Release
from notifications.proofs import CloseOut, proof_key
from notifications.purging import (
    Left,
    begin_file_purge,
    begin_purge,
    condense,
    delete_members,
    delete_parts,
    end_purge,
    read_names,
    releases_to,
    rows_left,
)
from notifications.sealing import Keys
from notifications.store import Store


def begin_audience_purge(act: Act, audience_id: UUID, rules: RetentionRules) -> bool:
    """Destroy the key of an audience, and of those that go with it, if nothing keeps them; True when that was done.

    Asked again in this transaction, whatever was read before.
    """
    planned = _planned(act, audience_id, rules)
    if planned is None:
        return False
    group = select(Audience).where(col(Audience.id).in_(planned.group)).order_by(col(Audience.id))
    audiences = act.session.exec(group.with_for_update()).all()
    releases = [release for one in audiences for release in releases_to(act.session, one.id)]
    rows = select(Release).where(col(Release.id).in_(releases))
    editions = {row.edition_id for row in act.session.exec(rows).all()}
    held = select(Edition.id).where(col(Edition.id).in_(editions)).order_by(col(Edition.id))
    act.session.exec(held.with_for_update()).all()  # nobody can ask for a release of them meanwhile
    if _planned(act, audience_id, rules) is None:
        return False
    for audience in audiences:
        begin_purge(act.session, act.keys, audience, act.now)
    return True


def end_audience_purge(act: Act, audience_id: UUID) -> None:
    """Write down that nobody of an audience is named any more, once."""
    audience = act.session.get_one(Audience, audience_id)
    if not end_purge(act.session, audience, act.now):
        return
    releases = releases_to(act.session, audience_id)
    last = (last_report(act.session, release_id) for release_id in releases)
    rows = sum(report.rows for report in last if report)
    text = (
        f"Audience “{audience.name}” purged: {audience.members:,} members with addresses and values deleted, "
        f"their key destroyed; {rows:,} ledger rows keep when, how and with which answer, without the person."
    )
    body = {"text": text, "audience": str(audience_id), "members": audience.members, "rows": rows}
    record(act, incident_subject(incident_of(audience)), "audience.purged", body)


def purge_file(act: Act, report_id: UUID, rules: RetentionRules) -> bool:
    """Destroy the key of a report's file if nothing keeps it; digest and counts stay. False when it is kept."""
    report = act.session.get_one(CloseOut, report_id)
    if _planned(act, report_id, rules) is None or not begin_file_purge(act.session, act.keys, report, act.now):
        return False
    release = act.session.get_one(Release, report.release_id)
    text = f"The file of close-out report {report.number} was purged, its key destroyed; digest and counts stay."
    body = {"text": text, "release": str(release.id), "report": report.number, "digest": report.digest}
    record(act, ledger_subject(release.id), "file_purged", body)
    return True


class Purger:
    """Carries purges on in short transactions; whatever it was killed in, it goes on with what is left."""

    def __init__(self, store: Store, keys: Keys, actor: Actor, now: datetime) -> None:
        self._store, self._keys, self._actor, self._now = store, keys, actor, now

    def audience(self, audience_id: UUID, pieces: int) -> bool:
        """At most so many pieces of a purge that was begun; True when it is done."""
        for _ in range(pieces):
            if not self._store.write(lambda session: delete_members(session, audience_id)):
                break
        else:
            return False
        with self._store.read() as session:
            left = rows_left(session, audience_id)
        if not self._condensed(left, pieces):
            return False
        self._store.write(lambda session: end_audience_purge(self._act(session), audience_id))
        return True

    def file(self, report_id: UUID, pieces: int) -> bool:
        """At most so many pieces of a report's file whose key is destroyed; True when none is left."""
        return any(not self._store.write(lambda session: delete_parts(session, report_id)) for _ in range(pieces))

    def _condensed(self, releases: Sequence[Left], pieces: int) -> bool:
        waiting = list(releases)
        for _ in range(pieces):
            if not waiting:
                break
            with self._store.read() as session:
                rows = read_names(session, proof_key(session, self._keys), waiting[0])
            self._store.write(partial(condense, rows=rows))
            waiting[:1] = [rows.rest] if rows.rest else []
        return not waiting

    def _act(self, session: Session) -> Act:
        return Act(session, self._keys, self._actor, self._now)


def _planned(act: Act, wanted: UUID, rules: RetentionRules) -> Planned | None:
    """What is due of this; None while something keeps it."""
    found = (one for one in planned_purges(act.session, rules, act.now) if one.id == wanted)
    return next((one for one in found if one.is_due(act.now)), None)
