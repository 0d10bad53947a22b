"""The look at what is over: releases closed out, audiences and report files purged, a few pieces at a time."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from incident.looks import Look, beat
from incident.queries.health import RETENTION
from incident.queries.retention import Planned, close_outs_due, outdated_reports, planned_purges, purges_begun
from incident.retention_rules import USUAL_RETENTION, RetentionRules
from incident.roles import system
from incident.verbs.closing_out import Closer, begin_close_out
from incident.verbs.purging import Purger, begin_audience_purge, purge_file
from incident.verbs.purging_finders import (
    finder_evidence_due,
    purge_finder_evidence,
    purge_threads,
    threads_due,
)
from incident.verbs.purging_replies import purge_replies, replies_due
from notifications.proofs import CloseOut, CloseOutPart
from notifications.sealing import Keys
from notifications.store import Store

T = TypeVar("T")
DueOf = Callable[..., list[UUID]]
log = logging.getLogger(__name__)
PARTS = 20  # of one report at one look: 100,000 rows
PIECES = 200  # of one purge at one look


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look did: reports finished, audiences, files, replies and conversations purged, and what could not."""

    closed_out: int = 0
    audiences: int = 0
    files: int = 0
    replies: int = 0
    finders: int = 0
    troubles: tuple[str, ...] = ()


def look(store: Store, keys: Keys, now: datetime, rules: RetentionRules = USUAL_RETENTION) -> Looked:
    """Carry on what is due. Each piece is a transaction of its own; what fails stops nothing else and stays due.

    Raises StoreUnavailable when the database cannot be written.
    """
    work = _Retention(name="retention", store=store, keys=keys, actor=system(RETENTION), now=now, rules=rules)
    done = work.close_out(), work.purge_audiences(), work.purge_files(), work.purge_replies(), work.purge_finders()
    found = Looked(*done, tuple(work.troubles))
    store.write(lambda session: beat(session, RETENTION, asdict(found), now))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retention(Look):
    rules: RetentionRules

    def close_out(self) -> int:
        closer, done = Closer(self.store, self.keys, self.actor), 0
        for release_id in self.read(partial(close_outs_due, rules=self.rules, now=self.now)):
            report = self._try(f"release {release_id}", partial(closer.close, release_id, self.now, PARTS))
            done += report is not None and report.finished_at is not None
        return done

    def purge_audiences(self) -> int:
        for one in self._due("audience"):
            self._try(f"audience {one.id}", partial(self._begin, one))
        purger = Purger(self.store, self.keys, self.actor, self.now)
        begun = self.read(purges_begun)
        return sum(bool(self._try(f"audience {one}", partial(purger.audience, one, PIECES))) for one in begun)

    def purge_files(self) -> int:
        for one in self._due("file"):
            work = partial(self.write, partial(purge_file, report_id=one.id, rules=self.rules))
            self._try(f"report {one.id}", work)
        purger = Purger(self.store, self.keys, self.actor, self.now)
        begun = self.read(_files_begun)
        return sum(bool(self._try(f"report {one}", partial(purger.file, one, PIECES))) for one in begun)

    def purge_replies(self) -> int:
        return self._pieces("replies", replies_due, purge_replies)

    def purge_finders(self) -> int:
        """Words and names of conversations; then, later, what was kept of them as evidence."""
        done = self._pieces("conversations", threads_due, purge_threads)
        self._pieces("evidence of finders", finder_evidence_due, purge_finder_evidence)
        return done

    def _pieces(self, what: str, due_of: DueOf, purge: Callable[..., int]) -> int:
        done = 0
        while due := self.read(partial(due_of, rules=self.rules, now=self.now)):
            purged = self._try(what, partial(self.write, partial(purge, due=due)))
            done += purged or 0
            if not purged or done >= PIECES * len(due):
                break
        return done

    def _begin(self, due: Planned) -> None:
        """Destroy the key; where rows changed since the last report, one more is written first."""
        with self.store.read() as session:
            outdated = [release_id for one in due.group for release_id in outdated_reports(session, one)]
        for release_id in outdated:
            self.write(partial(begin_close_out, release_id=release_id))
        if not outdated:
            self.write(partial(begin_audience_purge, audience_id=due.id, rules=self.rules))

    def _due(self, what: str) -> list[Planned]:
        with self.store.read() as session:
            planned = planned_purges(session, self.rules, self.now)
        return [one for one in planned if one.what == what and one.is_due(self.now)]

    def _try(self, what: str, work: Callable[[], T]) -> T | None:
        return self.attempt(what, work, "dealt with")


def _files_begun(session: Session) -> list[UUID]:
    """Reports whose file's key is destroyed and of which parts are left."""
    parts = select(CloseOutPart.number).where(col(CloseOutPart.close_out_id) == col(CloseOut.id)).exists()
    return list(session.exec(select(CloseOut.id).where(col(CloseOut.file_purged_at).is_not(None), parts)).all())
