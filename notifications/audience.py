"""Who an edition goes to: members imported in pieces, each person once, faults named by line, frozen by a digest."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from notifications.addresses import domain_of, meeting_key
from notifications.audience_counts import count_domains, counted, segments_of
from notifications.audience_faults import forget_faults, keep_faults
from notifications.corrections import Earlier, Sealed, before_import, correct, known, shared
from notifications.ids import new_id
from notifications.members import (
    LOCALE,
    REGION,
    LineFault,
    NewMember,
    checked,
    open_member,
    opened,
    row_of,
    scope_of,
)
from notifications.models import Audience, Channel, Member
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store
from notifications.wording import worded

__all__ = [
    "LOCALE",
    "REGION",
    "AudienceFrozen",
    "ImportReport",
    "LineFault",
    "NewMember",
    "add_members",
    "audience_digest",
    "counted",
    "freeze",
    "import_members",
    "new_audience",
    "open_member",
    "opened",
    "relatives",
    "scope_of",
    "segments_of",
]
PIECE = 1000  # members stored in one transaction
ANALYSED = (1, 20)  # the pieces after which PostgreSQL looks how its tables are filled
LISTED = 1000  # faults a report names; the others it counts
Line = tuple[int, NewMember | LineFault]


class AudienceFrozen(Exception):
    """The audience is bound to a release: nobody can be added or taken away. Make an added audience."""


@dataclass(slots=True)
class ImportReport:
    """What an import came to: members stored, lines refused, stored with a warning; of people who were there before
    `repeated` with the same, and `corrected` to what their line says.

    `faults` names the first 1000 of the faults; each one is a row of `AudienceFault`. `whole`: the stream was read to
    its end.
    """

    stored: int = 0
    refused: int = 0
    warned: int = 0
    repeated: int = 0
    corrected: int = 0
    faults: list[LineFault] = field(default_factory=list)
    whole: bool = False

    def take(self, lines: int, faults: Sequence[LineFault]) -> None:
        """Count one piece of so many lines."""
        warned, repeated = sum(fault.warning for fault in faults), sum(fault.repeated for fault in faults)
        corrected = sum(fault.corrected for fault in faults)
        refused = len(faults) - warned - repeated - corrected
        self.stored += lines - refused - repeated - corrected
        self.refused += refused
        self.warned += warned
        self.repeated += repeated
        self.corrected += corrected
        self.faults.extend(faults[: LISTED - len(self.faults)])


def new_audience(
    session: Session,
    subject: str,
    name: str,
    channel: Channel,
    now: datetime,
    adds_to: Audience | None = None,
) -> Audience:
    """An empty audience; `adds_to`: for people found later, who are told what that one was told.

    An added audience is of the same controller's people, gathered from the same.
    """
    audience = Audience(id=new_id(), subject=subject, name=name, channel=channel, created_at=now)
    if adds_to is not None:
        audience.adds_to, audience.controller = adds_to.id, adds_to.controller
        audience.gathered = adds_to.gathered
    session.add(audience)
    session.flush()
    return audience


def import_members(
    store: Store, keys: Keys, audience_id: UUID, lines: Iterable[Line], report: ImportReport | None = None
) -> ImportReport:
    """Store members from a stream, a short transaction for each piece. Raises AudienceFrozen.

    `lines` are numbered members or faults, as `read_csv` gives them. What was stored before an interruption stays; the
    same people imported again are stored once: as before, or where their line says something else, as that says.
    `report` is one the caller goes on holding when the stream breaks off. Faults of an earlier import of this audience
    are forgotten.
    """
    report = ImportReport() if report is None else report
    rest = iter(lines)
    keyring, channel, earlier = store.write(lambda session: _begin(session, keys, audience_id))
    for number in count(1):
        piece = list(islice(rest, PIECE))
        if not piece:
            break
        faults: list[LineFault] = []
        rows = _sealed(keyring, audience_id, channel, piece, faults)  # before the write: others wait for that
        report.take(len(piece), store.write(lambda s: _stored(s, keyring, audience_id, rows, (earlier, faults))))  # noqa: B023
        if number in ANALYSED and not store.is_sqlite:
            store.write(_analyse)
    report.whole = True
    return report


def add_members(session: Session, keys: Keys, audience_id: UUID, lines: Sequence[Line]) -> list[LineFault]:
    """Store one piece in the caller's transaction. Each refused line has one fault. Raises AudienceFrozen."""
    keyring, channel = _open(session, keys, audience_id)
    faults: list[LineFault] = []
    rows = _sealed(keyring, audience_id, channel, lines, faults)
    return _stored(session, keyring, audience_id, rows, (before_import(session), faults))


def freeze(session: Session, audience_id: UUID, now: datetime) -> Audience:
    """Bind the audience to these members and no others. A frozen one stays as it is."""
    audience = session.exec(select(Audience).where(col(Audience.id) == audience_id).with_for_update()).one()
    if audience.frozen_at is None:
        audience.digest, audience.members = audience_digest(session, audience_id)
        audience.frozen_at = now
        session.add(audience)
        session.flush()
    return audience


def audience_digest(session: Session, audience_id: UUID) -> tuple[str, int]:
    """SHA-256 over the members in the order of their ids, and their number; streamed, so that a million fit."""
    query = select(Member.id, Member.digest).where(col(Member.audience_id) == audience_id).order_by(col(Member.id))
    running, number = hashlib.sha256(), 0
    for identity, digest in session.connection().execute(query.execution_options(yield_per=5000)):
        running.update(f"{identity} {digest}\n".encode())
        number += 1
    return running.hexdigest(), number


def relatives(session: Session, audience: Audience) -> dict[UUID, str]:
    """The other audiences whose people are told already when one of these is added to: id → name, the first one first.

    The one it adds to, the one that adds to, and whatever else adds to one of them; purged ones are left out.
    """
    columns = select(Audience.id, Audience.name, Audience.adds_to, Audience.purged_at)
    mine = columns.where(col(Audience.subject) == audience.subject)
    rows = session.execute(mine.order_by(col(Audience.created_at), col(Audience.id))).all()
    links = [{row.id, row.adds_to} for row in rows if row.adds_to]
    found = {audience.id}
    while grown := {one for link in links if link & found for one in link} - found:
        found |= grown
    return {row.id: row.name for row in rows if row.id in found - {audience.id} and row.purged_at is None}


def _begin(session: Session, keys: Keys, audience_id: UUID) -> tuple[DataKeyring, Channel, Earlier]:
    forget_faults(session, audience_id)
    return *_open(session, keys, audience_id), before_import(session)


def _analyse(session: Session) -> None:
    """Without figures of the tables PostgreSQL reads all of them to look up the people of each piece, until its own
    autovacuum comes by: a minute in which an import slows down by a factor of thirty."""
    session.execute(text("ANALYZE audience_member, audience_domain"))


def _open(session: Session, keys: Keys, audience_id: UUID) -> tuple[DataKeyring, Channel]:
    audience = session.exec(select(Audience).where(col(Audience.id) == audience_id)).one()
    _refuse_frozen(audience)
    return keys.for_scope(session, scope_of(audience_id)), audience.channel


def _refuse_frozen(audience: Audience) -> None:
    if audience.purged_at is not None:
        raise AudienceFrozen(f"the audience {audience.name!r} was purged: make a new one")
    if audience.frozen_at is not None:
        raise AudienceFrozen(f"the audience {audience.name!r} is frozen: make an added one for newly found people")


def _sealed(
    keyring: DataKeyring, audience_id: UUID, channel: Channel, lines: Sequence[Line], faults: list[LineFault]
) -> dict[int, Sealed]:
    """Members of one piece that can be stored, each person once, by line; the others' faults are added."""
    first: dict[str, int] = {}
    rows: dict[int, Sealed] = {}
    for line, given in lines:
        new = given if isinstance(given, LineFault) else checked(line, given, channel)
        if isinstance(new, NewMember) and (before := first.setdefault(new.person, line)) != line:
            new = LineFault(
                line,
                "person",
                worded("names the person of line {line} again", line=before),
                worded("line {line} was taken; two people need an id each, then import it again", line=before),
            )
        if isinstance(new, LineFault):
            faults.append(new)
            continue
        blind = keyring.blind(meeting_key(new.address)) if new.address else None
        rows[line] = Sealed(new.person, blind, domain_of(new.address), row_of(keyring, audience_id, new, blind))
    return rows


def _stored(
    session: Session,
    keyring: DataKeyring,
    audience_id: UUID,
    rows: Mapping[int, Sealed],
    so_far: tuple[Earlier, Sequence[LineFault]],
) -> list[LineFault]:
    """Store one piece, its faults so far and those of people who are there; every fault in the order of the lines."""
    audience, (earlier, faults) = _locked(session, audience_id), so_far
    others = relatives(session, audience) if audience.adds_to else {}
    there = list(known(session, audience, others, rows, earlier))
    old = {fault.line for fault, _ in there}
    new = {line: row for line, row in rows.items() if line not in old}
    changed = {fault.line: member for fault, member in there if member}
    taken = {line: row for line, row in rows.items() if line in new or line in changed}
    every = sorted([*faults, *(fault for fault, _ in there), *shared(session, taken)], key=lambda fault: fault.line)
    correct(session, keyring, audience_id, {member: rows[line] for line, member in changed.items()})
    if new:
        session.execute(insert(Member.__table__), [row.row for row in new.values()])  # type: ignore[attr-defined]
        count_domains(session, audience_id, Counter(row.domain for row in new.values() if row.domain))
        audience.members += len(new)
        session.add(audience)
    keep_faults(session, keyring, audience_id, every)
    return every


def _locked(session: Session, audience_id: UUID) -> Audience:
    """The audience, held until the transaction ends; of a chain the first one before it, so that two that add to it
    take nobody at the same time. Raises AudienceFrozen."""
    first = audience_id
    while above := session.exec(select(Audience.adds_to).where(col(Audience.id) == first)).one():
        first = above
    for identity in dict.fromkeys((first, audience_id)):
        held = select(Audience).where(col(Audience.id) == identity).with_for_update()
        audience = session.exec(held.execution_options(populate_existing=True)).one()
    _refuse_frozen(audience)
    return audience
