"""People a file names who are in the audience already: what is said of them now takes the place of what stood there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col, select

from notifications.addresses import domain_of
from notifications.audience_counts import count_domains, uncount_domains
from notifications.members import CORRECTED, REPEATED, Kept, LineFault, address_of
from notifications.models import Audience, Member
from notifications.sealing import DataKeyring
from notifications.wording import worded

NOTHING = worded("nothing to do")
AT_ONCE = 100  # opened and written in one go, for the memory of it
COLUMNS = [col(getattr(Member, name)) for name in Kept._fields[1:]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checked member as it will be stored."""

    person: str
    blind: str | None
    domain: str
    row: Mapping[str, object]


@dataclass(slots=True)
class Earlier:
    """What was there before an import: only that can be corrected, for of a file the first line of a person counts.

    `last`: the newest member's id then. `named`: whom of those before a line of this file named, as hashes.
    """

    last: int
    named: set[int] = field(default_factory=set)


def before_import(session: Session) -> Earlier:
    """What is there now."""
    return Earlier(session.exec(select(func.max(Member.id))).one() or 0)


def known(
    session: Session, audience: Audience, others: Mapping[UUID, str], rows: Mapping[int, Sealed], earlier: Earlier
) -> Iterator[tuple[LineFault, int]]:
    """Lines of people who are in this audience already, or in one of `others`; with the member to correct, else 0."""
    of_chain = col(Member.audience_id).in_([audience.id, *others])
    named = col(Member.person).in_([row.person for row in rows.values()])
    columns = select(Member.person, Member.id, Member.audience_id, Member.digest)
    there = {member.person: member for member in session.execute(columns.where(of_chain, named))}
    for line, row in rows.items():
        member = there.get(row.person)
        if member is None:
            continue
        if member.audience_id != audience.id:
            name = others[member.audience_id]
            yield LineFault(line, REPEATED, worded("is told already by “{name}”", name=name), NOTHING), 0
            continue
        came_now = member.id > earlier.last or hash(row.person) in earlier.named
        earlier.named.add(hash(row.person))
        if came_now:
            mend = worded("nothing to do; where the two differ, mend the file and import it again")
            yield LineFault(line, REPEATED, worded("was in this import already, and that line was taken"), mend), 0
        elif member.digest == row.row["digest"]:
            yield LineFault(line, REPEATED, worded("is in this audience already, with the same"), NOTHING), 0
        else:
            message = worded("was in this audience with something else: what this line says took its place")
            yield LineFault(line, CORRECTED, message, NOTHING), member.id


def correct(session: Session, keyring: DataKeyring, audience_id: UUID, new: Mapping[int, Sealed]) -> None:
    """Put what is said now in the place of what was said of these members, by id."""
    rest = iter(new.items())
    while some := dict(islice(rest, AT_ONCE)):
        _correct(session, keyring, audience_id, some)


def _correct(session: Session, keyring: DataKeyring, audience_id: UUID, new: Mapping[int, Sealed]) -> None:
    found = session.execute(select(*COLUMNS).where(col(Member.id).in_(list(new))))
    gone = Counter(domain_of(address_of(keyring, Kept(str(audience_id), *row))) for row in found)
    come = Counter(row.domain for row in new.values())
    uncount_domains(session, audience_id, {name: number for name, number in (gone - come).items() if name})
    count_domains(session, audience_id, {name: number for name, number in (come - gone).items() if name})
    table = Member.__table__  # type: ignore[attr-defined]
    rows = [{"corrected": member, **row.row} for member, row in new.items()]
    names: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "corrected"}
    session.connection().execute(update(table).where(table.c.id == bindparam("corrected")).values(names), rows)


def shared(session: Session, rows: Mapping[int, Sealed]) -> Iterator[LineFault]:
    """An address that several people share: each gets a mail of their own.

    Fingerprints of two audiences never meet, so none need be named; naming it would make SQLite read all its members.
    """
    blinds = {line: row.blind for line, row in rows.items() if row.blind}
    query = select(Member.address_blind, Member.person).where(col(Member.address_blind).in_(list(blinds.values())))
    mine = {(row.blind, row.person) for row in rows.values()}
    before = {blind: 0 for blind, person in session.exec(query) if (blind, person) not in mine}
    for line, blind in blinds.items():
        first = before.setdefault(blind, line)
        if first != line:
            message = (
                worded("is that of line {line} too", line=first) if first else worded("is that of another person too")
            )
            mend = worded("each gets a mail; check whether they are one person")
            yield LineFault(line, "address", message, mend, warning=True)
