"""Reads of intake: a source with its live secrets, deliveries that wait to be read, the signals of an incident."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.adapters.admission import EVERYBODY, Admission, admission_in
from incident.adapters.signals import SignalState
from incident.models.intake import SENT_TEST, Intake, IntakeState, Refusal, SignalRow, Source, SourceSecret
from incident.models.paging import SourceWatch
from incident.queries.access import access_to
from incident.queries.recipients import REGISTER
from incident.queries.silence import last_received
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place, Unsealable

YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Posting:
    """A source as a request needs it: who it is, how it proves itself, the live secrets (the oldest first), who may."""

    id: UUID
    slug: str
    adapter: str
    scheme: str
    secrets: tuple[str, ...]
    admission: Admission


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One alert of an incident as the evidence page shows it.

    `began_at` is the monitor's word, `started_at` the same as it was sent where that is no moment; the other times are
    ours. `title` is empty when what the alert said cannot be opened any more.
    """

    source: str
    title: str
    state: str
    severity: str  # "" where the monitor says none
    asset: str
    began_at: datetime | None
    started_at: str
    first_seen_at: datetime
    last_seen_at: datetime
    seen: int
    hints: tuple["HintLine", ...] = ()


@dataclass(frozen=True, slots=True)
class HintLine:
    """A fact the alert makes likely, as the page shows it: never a fact."""

    fact: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source as whoever administers it sees it. `secrets` are the days its live secrets were made, the oldest first.

    `refused` counts requests that named it and were not taken, whoever sent them; `tested_at` is when a test of the
    monitor's own was heard last. `sent_tests` were sent from here, the last `sent_test_at`; `received` leaves them out.
    `expected`: something should be heard of it every so many minutes, 0: at no time; `silent_since`: nothing was, and
    it was paged.
    """

    slug: str
    adapter: str
    scheme: str
    enabled: bool
    secrets: tuple[datetime, ...]
    received: int
    last_received_at: datetime | None
    quarantined: int
    refused: int
    tested_at: datetime | None = None
    expected: int = 0
    silent_since: datetime | None = None
    admission: Admission = EVERYBODY
    sent_tests: int = 0
    sent_test_at: datetime | None = None

    def told(self, now: datetime) -> str:
        """One line for a terminal."""
        ages = " and ".join(f"{(now - made).days} days" for made in self.secrets)
        last = f", the last {self.last_received_at:%Y-%m-%d %H:%M} UTC" if self.last_received_at else ""
        alone = f"; {self.admission} alone" if str(self.admission) else ""
        tested = f"; a test heard {self.tested_at:%Y-%m-%d %H:%M} UTC" if self.tested_at else ""
        tested += f"; {self.sent_tests} sent as a test from here" if self.sent_tests else ""
        tested += self._expected()
        return (
            f"{self.slug}: {self.adapter} by {self.scheme}{'' if self.enabled else ', DISABLED'}; secret {ages} old; "
            f"{self.received} received{last}; {self.quarantined} in quarantine; {self.refused} refused{tested}{alone}"
        )

    def _expected(self) -> str:
        if not self.expected:
            return ""
        silent = f", SILENT since {self.silent_since:%Y-%m-%d %H:%M} UTC" if self.silent_since else ""
        return f"; expected every {self.expected} minutes{silent}"


def secret_place(secret_id: UUID) -> Place:
    """Where a source's secret is sealed for."""
    return Place("source_secret", "sealed", str(secret_id), REGISTER)


def posting_source(session: Session, keys: Keys, slug: str) -> Posting | None:
    """The enabled source of this address; None for an unknown and for a disabled one alike."""
    here = (col(Source.slug) == slug, col(Source.enabled).is_(True))
    source = session.exec(select(Source).where(*here)).first()
    if source is None:
        return None
    live = (col(SourceSecret.source_id) == source.id, col(SourceSecret.retired_at).is_(None))
    rows = session.exec(select(SourceSecret).where(*live).order_by(col(SourceSecret.id))).all()
    secrets = tuple(keys.open(session, row.sealed, secret_place(row.id)) for row in rows)
    return Posting(source.id, source.slug, source.adapter, source.scheme, secrets, admission_in(source.admission))


def read_sources(session: Session, actor: Actor) -> list[SourceLine]:
    """Every source, by address. Raises Forbidden by permission."""
    require(actor, Action.ADMINISTER, None)
    return [source_line(session, source) for source in session.exec(select(Source).order_by(Source.slug)).all()]


def source_line(session: Session, source: Source) -> SourceLine:
    """What came of a source, for queries that have asked for permission."""
    live = (col(SourceSecret.source_id) == source.id, col(SourceSecret.retired_at).is_(None))
    made = session.exec(select(SourceSecret.created_at).where(*live).order_by(col(SourceSecret.id))).all()
    mine = col(Intake.source_id) == source.id
    by_us = col(Intake.intake_key).startswith(SENT_TEST)
    received = session.exec(select(func.count()).where(mine, ~by_us)).one()
    sent, sent_at = session.exec(select(func.count(), func.max(Intake.received_at)).where(mine, by_us)).one()
    aside = select(func.count()).where(mine, col(Intake.state) == IntakeState.QUARANTINED)
    refused = select(func.coalesce(func.sum(Refusal.count), 0)).where(col(Refusal.source_id) == source.id)
    tests = (col(SignalRow.source_id) == source.id, col(SignalRow.state) == SignalState.TEST.value)
    own = ~col(SignalRow.key).startswith(SENT_TEST)
    watch = session.get(SourceWatch, source.id)
    return SourceLine(
        source.slug,
        source.adapter,
        source.scheme,
        source.enabled,
        tuple(made),
        int(received),
        last_received(session, source.id),
        int(session.exec(aside).one()),
        int(session.exec(refused).one()),
        session.exec(select(func.max(SignalRow.last_seen_at)).where(*tests, own)).one(),
        watch.minutes if watch else 0,
        watch.silent_since if watch else None,
        admission_in(source.admission),
        int(sent),
        sent_at,
    )


def waiting_deliveries(session: Session, before: datetime, limit: int = 200) -> list[UUID]:
    """Deliveries that were kept before this moment and are not read yet, the oldest first."""
    waiting = (col(Intake.state) == IntakeState.OPEN, col(Intake.received_at) < before)
    return list(session.exec(select(Intake.id).where(*waiting).order_by(col(Intake.received_at)).limit(limit)).all())


def read_signals(session: Session, keys: Keys, actor: Actor, incident_id: UUID, limit: int = 100) -> list[SignalLine]:
    """The alerts of an incident, the latest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    query = (
        select(SignalRow, Source.slug)
        .join(Source, col(Source.id) == col(SignalRow.source_id))
        .where(col(SignalRow.incident_id) == incident_id)
        .order_by(col(SignalRow.last_seen_at).desc(), col(SignalRow.id).desc())
        .limit(limit)
    )
    return [signal_line(session, keys, row, slug) for row, slug in session.exec(query).all()]


def signal_line(session: Session, keys: Keys, row: SignalRow, slug: str) -> SignalLine:
    """An alert as pages show it, for queries that have asked for permission."""
    said = signal_document(session, keys, row)
    return SignalLine(
        source=slug,
        title=str(said.get("title", "")),
        state=row.state,
        severity=row.severity.value if said.get("severity", "") is not None else "",
        asset=_asset(said.get("asset")),
        began_at=row.started_at,
        started_at=row.started_at_text,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        seen=row.seen,
        hints=tuple(_hints(said.get("hints"))),
    )


def _asset(said: object) -> str:
    if not isinstance(said, dict):
        return str(said or "")
    return f"{said['kind']} {said['name']}" + (f" ({said['region']})" if said.get("region") else "")


def _hints(said: object) -> Iterator[HintLine]:
    for hint in said if isinstance(said, list) else ():
        value = hint["value"]
        words = (
            ", ".join(value) if isinstance(value, list) else YES_NO[value] if isinstance(value, bool) else str(value)
        )
        yield HintLine(hint["fact"], words.replace("_", " "), hint["why"])


def signal_document(session: Session, keys: Keys, row: SignalRow) -> Mapping[str, object]:
    """What a signal said, opened; empty when its day's key is gone or the bytes were changed."""
    try:
        opened = keys.open(session, row.content_sealed, Place("signal", "content_sealed", str(row.id), row.scope))
    except Unsealable:
        return {}
    found: Mapping[str, object] = json.loads(opened)
    return found
