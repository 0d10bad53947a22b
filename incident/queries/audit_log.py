"""The log an auditor reads: acts of administration and looks at personal data, over all chains, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, incident_of_subject
from incident.models.incidents import Incident
from incident.queries.access import visible_incidents
from incident.queries.timeline import names_of, said_in
from incident.roles import Action, Actor, may, require
from notifications.sealing import Keys

PAGE = 50
LONGEST = 10_000  # lines of one file
LOOKS = (
    *("audience.sampled", "audience.previewed", "audience.faults_read", "mail.viewed", "intake.viewed"),
    *("finder.viewed", "reply.viewed", "release.proof_read", "proof.looked_up", "case.taken", "postal_list.downloaded"),
    *("list.downloaded", "instruction.ledger_taken", "register.exported", "audit.exported"),
)


class Part(StrEnum):
    """Which lines: all, looks at personal data, sign-ins, other acts of administration."""

    ALL = "all"
    LOOKS = "looks"
    SIGN_INS = "sign-ins"
    ADMINISTRATION = "administration"


SIGN_INS = ("signed_in", "signed_out", "sign_in.slowed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log is wanted. `person`: who did it; `day` is the start of 24 hours."""

    part: Part = Part.ALL
    person: UUID | None = None
    action: str = ""
    day: datetime | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. `codename` is "" for administration and for an incident the reader may not know; `hidden` says so."""

    at: datetime
    who: str
    action: str
    text: str
    codename: str
    hidden: bool
    erased: bool
    seq: int


def read_log(session: Session, keys: Keys, actor: Actor, asked: Asked, limit: int = PAGE) -> tuple[list[LogLine], bool]:
    """A page of the log, and whether there is a further one. Raises Forbidden.

    Of an incident the reader may not read stands that somebody looked, and neither which it is nor what was said.
    """
    require(actor, Action.VERIFY, None)
    joined = select(EntryHeader, EntryBody).outerjoin(
        EntryBody,
        (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
    )
    newest = (col(EntryHeader.at).desc(), col(EntryHeader.subject), col(EntryHeader.seq).desc())
    wanted = joined.where(*_conditions(asked)).order_by(*newest)
    rows = session.exec(wanted.offset((asked.page - 1) * limit).limit(limit + 1)).all()
    shown = rows[:limit]
    names = names_of(session, [header.actor for header, _ in shown])
    codenames = _codenames(session, actor, {header.subject for header, _ in shown})
    lines = [
        _line(session, keys, header, body, names[header.actor], codenames.get(header.subject)) for header, body in shown
    ]
    return lines, len(rows) > limit


def logged_actions(session: Session, actor: Actor) -> list[str]:
    """The acts that stand in the log at all, to choose from. Raises Forbidden."""
    require(actor, Action.VERIFY, None)
    query = select(EntryHeader.action).where(*_conditions(Asked())).distinct()
    return sorted(session.exec(query).all())


def latest(session: Session, keys: Keys, action: str, most: int = 1) -> list[tuple[datetime, dict[str, object]]]:
    """The newest acts of administration of one kind, with what they say; for callers that have asked for permission."""
    here = (col(EntryHeader.subject) == ADMINISTRATION, col(EntryHeader.action) == action)
    rows = session.exec(select(EntryHeader).where(*here).order_by(col(EntryHeader.seq).desc()).limit(most)).all()
    bodies = (session.get(EntryBody, (row.subject, row.seq)) for row in rows)
    return [(row.at, said_in(session, keys, body)) for row, body in zip(rows, bodies, strict=True)]


def count_looks(session: Session, actor: Actor, since: datetime) -> int:
    """How often somebody looked at personal data since then. Raises Forbidden."""
    require(actor, Action.VERIFY, None)
    looked = (col(EntryHeader.action).in_(LOOKS), col(EntryHeader.at) >= since)
    return session.exec(select(func.count()).select_from(EntryHeader).where(*looked)).one()


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    administered, looked = col(EntryHeader.subject) == ADMINISTRATION, col(EntryHeader.action).in_(LOOKS)
    signed = col(EntryHeader.action).in_(SIGN_INS)
    parts: dict[Part, list[ColumnElement[bool]]] = {
        Part.ALL: [administered | looked],
        Part.LOOKS: [looked],
        Part.SIGN_INS: [administered, signed],
        Part.ADMINISTRATION: [administered, ~signed, ~looked],
    }
    found = parts[asked.part]
    if asked.person is not None:
        found.append(col(EntryHeader.actor) == f"user:{asked.person}")
    if asked.action:
        found.append(col(EntryHeader.action) == asked.action)
    if asked.day is not None:
        found += [col(EntryHeader.at) >= asked.day, col(EntryHeader.at) < asked.day + timedelta(days=1)]
    return found


def _codenames(session: Session, actor: Actor, subjects: set[str]) -> dict[str, str]:
    """How the incidents among these subjects are called, as far as the actor may read them."""
    found = {ADMINISTRATION: ""}
    ids = {incident_of_subject(one): one for one in subjects if one.startswith("incident:")}
    if not ids or not may(actor, Action.READ, None):
        return found
    seen = select(Incident.id, Incident.codename).where(col(Incident.id).in_(ids), visible_incidents(actor))
    return found | {ids[identity]: name for identity, name in session.exec(seen).all()}


def _line(
    session: Session, keys: Keys, header: EntryHeader, body: EntryBody | None, who: str, codename: str | None
) -> LogLine:
    said = said_in(session, keys, body) if codename is not None else {}
    text = str(said.get("text", ""))
    erased = codename is not None and not said
    return LogLine(header.at, who, header.action, text, codename or "", codename is None, erased, header.seq)


def people_logged(session: Session, actor: Actor, people: Sequence[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    """Those of these people who stand in the log. Raises Forbidden."""
    require(actor, Action.VERIFY, None)
    labels = set(session.exec(select(EntryHeader.actor).where(*_conditions(Asked())).distinct()).all())
    return [(one, name) for one, name in people if f"user:{one}" in labels]
