"""Close a release out: a numbered report of who was told when, its digest chained; taken only by those who may."""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import incident_subject
from incident.queries.close_outs import CLOSED_OUT, close_outs_of, find_report, ledger_subject
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.close_out import begin_report, examine_report, is_written, read_part, store_part
from notifications.ledger_file import BadFile, Examined
from notifications.models import Delivery, Edition, Release, ReleaseState
from notifications.proofs import CloseOut, proof_key, told_as
from notifications.sealing import Keys
from notifications.store import Store
from notifications.wording import worded

SENT = (ReleaseState.FINISHED, ReleaseState.VOID)


def ask_close_out(act: Act, release_id: UUID) -> CloseOut:
    """Ask for a report as of now, one more where there is one; the worker writes it. One that runs is gone on with.

    Raises Conflict for a release that has not ended, and once its audience was purged.
    """
    found = close_outs_of(act.session, act.actor, release_id)
    act.require(Action.READ_AUDIENCE, found.notice.incident_id)
    if found.release.state not in SENT:
        raise Conflict(worded("The release is {state}: it is closed out once it has ended.", state=found.release.state))
    if found.audience.purged_at is not None:
        raise Conflict(
            worded("The audience was purged: the last report says who was told, and nothing is left to add.")
        )
    return begin_report(act.session, act.keys, found.release, act.actor.label, act.now)


def begin_close_out(act: Act, release_id: UUID) -> CloseOut | None:
    """The first report, by the system; None for a release that is not to be closed out any more."""
    release = act.session.get(Release, release_id, with_for_update=True)
    if release is None or release.state not in SENT:
        return None
    return begin_report(act.session, act.keys, release, act.actor.label, act.now)


def finish_close_out(act: Act, report_id: UUID, examined: Examined) -> bool:
    """Write the digest and the counts into the ledger's chain and the incident's; False when that was done before."""
    report = act.session.get_one(CloseOut, report_id, with_for_update=True, populate_existing=True)
    if report.finished_at is not None:
        return False
    release = act.session.get_one(Release, report.release_id)
    edition = act.session.get_one(Edition, release.edition_id)
    counts = examined.counts
    report.finished_at, report.digest, report.counts = act.now, examined.digest, counts.document()
    kept = {"release": str(release.id), "report": report.number, "digest": report.digest}
    text = (
        f"Close-out report {report.number} of edition {edition.number}: {counts.told:,} of {counts.rows:,} rows told, "
        f"as of {act.now:%Y-%m-%d %H:%M} UTC. SHA-256 of its file {report.digest[:16]}…"
    )
    whole = {"text": text, "edition": release.edition_digest, "audience": release.audience_digest, **kept}
    entry = record(act, ledger_subject(release.id), CLOSED_OUT, {**whole, "counts": report.counts})
    report.entry = entry.seq
    act.session.add(report)
    record(act, release.subject, "release.closed_out", {**kept, "text": text})
    return True


def record_file_taken(act: Act, release_id: UUID, number: int) -> CloseOut:
    """Write down that the file of a report, person by person, is taken. Raises NotFound, Forbidden, Conflict."""
    report = find_report(act.session, act.actor, release_id, number, Action.READ_PROOF)
    if report.file_purged_at is not None:
        raise Conflict(
            worded(
                "The file of this report was purged on {file_purged_at}; its counts stay.",
                file_purged_at=f"{report.file_purged_at:%Y-%m-%d}",
            )
        )
    release = act.session.get_one(Release, release_id)
    text = f"The file of close-out report {number} was downloaded: {report.rows:,} rows, each with its person."
    body = {"text": text, "release": str(release_id), "report": number}
    record(act, release.subject, "release.proof_read", body)
    return report


def look_up_person(act: Act, incident_id: UUID, person: str) -> list[Delivery]:
    """What an incident's ledger says of one person, by the host's id, before and after a purge; the look is a line.

    Raises NotFound and Forbidden.
    """
    act.require(Action.READ_PROOF, incident_id)
    names = (person, told_as(proof_key(act.session, act.keys), person))
    mine = (col(Release.subject) == incident_subject(incident_id), col(Delivery.person).in_(names))
    query = select(Delivery).join(Release, col(Release.id) == col(Delivery.release_id)).where(*mine)
    rows = list(act.session.exec(query.order_by(col(Delivery.id))).all())
    text = f"What one person was told was looked up: {len(rows)} {'row' if len(rows) == 1 else 'rows'}."
    record(act, incident_subject(incident_id), "proof.looked_up", {"text": text, "person": person})
    return rows


class Closer:
    """Writes reports in short transactions; whatever it was killed in, it goes on from the last part it kept."""

    def __init__(self, store: Store, keys: Keys, actor: Actor) -> None:
        self._store, self._keys, self._actor = store, keys, actor

    def close(self, release_id: UUID, now: datetime, parts: int) -> CloseOut | None:
        """Write at most so many parts of the report of a release, the first where it has none; finish it when whole.

        Returns the report as it is then; None where there is nothing to close out. Raises BadFile and Unsealable for
        parts that were changed since they were written.
        """
        begun = self._store.write(lambda session: begin_close_out(self._act(session, now), release_id))
        return self.go_on(begun.id, now, parts) if begun else None

    def go_on(self, report_id: UUID, now: datetime, parts: int) -> CloseOut:
        """Write at most so many parts of a report that was begun, and finish it when it is whole."""
        for _ in range(parts):
            if is_written(self._read(report_id)):
                break
            self._write_part(report_id)
        report = self._read(report_id)
        if is_written(report) and report.finished_at is None:
            self._finish(report, now)
        return self._read(report_id)

    def _write_part(self, report_id: UUID) -> None:
        with self._store.read() as session:
            report = _found(session, report_id)
            part = read_part(session, self._keys, report)
        self._store.write(partial(store_part, report=report, part=part))

    def _finish(self, report: CloseOut, now: datetime) -> None:
        examined = examine_report(self._store, self._keys, report)
        if examined.counts.rows != report.rows:
            raise BadFile(f"the file holds {examined.counts.rows} rows, and {report.rows} were written")
        self._store.write(lambda session: finish_close_out(self._act(session, now), report.id, examined))

    def _read(self, report_id: UUID) -> CloseOut:
        with self._store.read() as session:
            return _found(session, report_id)

    def _act(self, session: Session, now: datetime) -> Act:
        return Act(session, self._keys, self._actor, now)


def _found(session: Session, report_id: UUID) -> CloseOut:
    report = session.get(CloseOut, report_id)
    if report is None:
        raise NotFound(worded("There is no such close-out report."))
    return report
