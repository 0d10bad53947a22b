"""The timeline of an incident: its entries opened, newest true time first, a page at a time."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from incident.models.entries import ChainHead, EntryBody, EntryHeader, body_place, incident_subject
from incident.models.people import ApiToken
from incident.queries.access import access_to
from incident.queries.people import people_named
from incident.roles import PARTS, Action, Actor, require
from notifications.sealing import Keys

PAGE = 50
KEPT = "evidence.kept"
COMMENTED = "commented"
MOST_COMMENTS = 500  # of an incident that are shown with what they are on, the latest


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it. `occurred_at` is its true time, `at` when it was recorded."""

    seq: int
    at: datetime
    occurred_at: datetime
    who: str
    action: str
    text: str
    erased: bool
    hash: str
    evidence: str = ""  # the id of what was kept by it, with its SHA-256
    sha256: str = ""
    on: int = 0  # the entry it comments on


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: by whom (the label the chain keeps), of which actions, recorded since and until, below a number.

    An action stands for itself and for those below it: "release" for "release.approved". Empty: all.
    """

    actor: str = ""
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        action, at = col(EntryHeader.action), col(EntryHeader.at)
        named = [
            test for one in self.actions for test in (action == one, action.startswith(f"{one}.", autoescape=True))
        ]
        found = [or_(*named)] if named else []
        found += [col(EntryHeader.actor) == self.actor] if self.actor else []
        found += [at >= self.since] if self.since else []
        found += [at < self.until] if self.until else []
        return found + ([col(EntryHeader.seq) < self.before] if self.before else [])


def read_timeline(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, *, before: int | None = None, limit: int = PAGE
) -> list[Line]:
    """The latest entries below `before`, the newest recorded first. Raises NotFound and Forbidden by permission."""
    return read_entries(session, keys, actor, incident_id, Wanted(before=before), limit)


def read_entries(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, wanted: Wanted, limit: int = PAGE
) -> list[Line]:
    """The latest entries that are wanted, the newest recorded first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    subject = incident_subject(incident_id)
    query = (
        select(EntryHeader, EntryBody)
        .join(
            EntryBody,
            (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
            isouter=True,
        )
        .where(col(EntryHeader.subject) == subject, *wanted.conditions)
        .order_by(col(EntryHeader.seq).desc())
        .limit(limit)
    )
    rows = session.exec(query).all()
    names = names_of(session, [header.actor for header, _ in rows])
    return [_opened(session, keys, header, body, names) for header, body in rows]


def comments_on(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, seqs: Collection[int]
) -> dict[int, list[Line]]:
    """What was said on entries, by the number of the entry, the oldest first. Raises as the above."""
    found: dict[int, list[Line]] = {}
    written = read_entries(session, keys, actor, incident_id, Wanted(actions=(COMMENTED,)), MOST_COMMENTS)
    for line in reversed(written):
        if line.on in seqs:
            found.setdefault(line.on, []).append(line)
    return found


def writers_of(session: Session, actor: Actor, incident_id: UUID) -> dict[str, str]:
    """Who has written on an incident: the label the chain keeps, and the name, by name. Raises as the above."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(EntryHeader.actor).where(col(EntryHeader.subject) == incident_subject(incident_id)).distinct()
    names = names_of(session, session.exec(mine).all())
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def erased_of(session: Session, actor: Actor, incident_id: UUID) -> int:
    """How many lines of an incident were erased. Raises as the above."""
    require(actor, Action.READ, access_to(session, incident_id))
    count = select(func.count(col(EntryBody.erased_at)))
    return session.exec(count.where(col(EntryBody.subject) == incident_subject(incident_id))).one()


def last_seq(session: Session, subject: str) -> int:
    """The number of the newest entry of a chain, 0 before the first."""
    return session.exec(select(ChainHead.seq).where(col(ChainHead.subject) == subject)).first() or 0


def names_of(session: Session, labels: Sequence[str]) -> dict[str, str]:
    """How people, programs and parts of the system are called, by the label the timeline keeps."""
    wanted = {UUID(label.removeprefix("user:")) for label in labels if label.startswith("user:")}
    programs = select(ApiToken.id, ApiToken.name).where(col(ApiToken.id).in_(wanted))
    called = people_named(session, wanted) | dict(session.exec(programs).all() if wanted else ())
    found = {f"user:{identity}": name for identity, name in called.items()}
    return {label: found.get(label) or _part(label.partition(":")[2]) for label in labels}


def _part(name: str) -> str:
    return PARTS.get(name, name)


def said_in(session: Session, keys: Keys, body: EntryBody | None) -> dict[str, object]:
    """What a line says, opened; nothing once it is erased. For callers that have asked for permission."""
    if body is None or body.sealed is None:
        return {}
    opened: dict[str, object] = json.loads(keys.open(session, body.sealed, body_place(body.subject, body.seq)))
    return opened


def body_of(session: Session, keys: Keys, header: EntryHeader) -> dict[str, object]:
    """What one entry says, for callers that have asked for permission; empty once it was erased."""
    return said_in(session, keys, session.get(EntryBody, (header.subject, header.seq)))


def lines_of(session: Session, keys: Keys, headers: Sequence[EntryHeader]) -> list[Line]:
    """These entries opened, for callers that have asked for permission."""
    names = names_of(session, [header.actor for header in headers])
    bodies = (session.get(EntryBody, (header.subject, header.seq)) for header in headers)
    return [_opened(session, keys, header, body, names) for header, body in zip(headers, bodies, strict=True)]


def _opened(session: Session, keys: Keys, header: EntryHeader, body: EntryBody | None, names: dict[str, str]) -> Line:
    said = said_in(session, keys, body)
    occurred = datetime.fromisoformat(str(said["occurred_at"])) if "occurred_at" in said else header.at
    return Line(
        seq=header.seq,
        at=header.at,
        occurred_at=occurred,
        who=str(said["by"]) if said.get("by") else names[header.actor],
        action=header.action,
        text=str(said.get("text", "")),
        erased=not said,
        hash=header.hash,
        evidence=str(said.get("evidence", "")) if header.action == KEPT else "",
        sha256=str(said.get("sha256", "")) if header.action == KEPT else "",
        on=int(str(said.get("on", 0))) if header.action == COMMENTED else 0,
    )
