"""Who an edition goes to: members imported in pieces, addresses sealed, faults named by line, frozen by a digest."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from notifications.addresses import BadAddress, meeting_key, normalise
from notifications.ids import new_id
from notifications.message import Recipient
from notifications.models import Audience, Channel, Member
from notifications.placeholders import LINE_BREAKS, LONGEST_VALUE, NAME
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store

PIECE = 500  # members sealed and stored in one transaction
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?")
REGION = re.compile(r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?")


class AudienceFrozen(Exception):
    """The audience is bound to a release: nobody can be added or taken away. Make an added audience."""


@dataclass(frozen=True, slots=True)
class NewMember:
    """One person to write to. `person` is the host's stable id; `values` are what the text says to them alone."""

    person: str
    address: str = ""
    account: str = ""
    role: str = ""
    locale: str = "en"
    region: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line of an import. `warning`: the line was stored all the same."""

    line: int
    field: str
    message: str
    mend: str
    warning: bool = False

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.message} ({self.mend})"


@dataclass(slots=True)
class ImportReport:
    """What an import came to. A line with a fault that is no warning was not stored."""

    stored: int = 0
    faults: list[LineFault] = field(default_factory=list)

    @property
    def refused(self) -> list[LineFault]:
        return [fault for fault in self.faults if not fault.warning]


def scope_of(audience_id: UUID) -> str:
    """The scope of an audience's data key."""
    return f"audience:{audience_id}"


def new_audience(session: Session, subject: str, name: str, channel: Channel, now: datetime) -> Audience:
    """An empty audience."""
    audience = Audience(id=new_id(), subject=subject, name=name, channel=channel, created_at=now)
    session.add(audience)
    session.flush()
    return audience


def import_members(
    store: Store, keys: Keys, audience_id: UUID, lines: Iterable[tuple[int, NewMember | LineFault]]
) -> ImportReport:
    """Store members from a stream, a short transaction for each piece. Raises AudienceFrozen.

    `lines` are numbered members or faults, as `read_csv` gives them. What was stored before an interruption stays; the
    same people imported again are reported as duplicates and stored once.
    """
    report = ImportReport()
    rest = iter(lines)
    while piece := list(islice(rest, PIECE)):
        faults = store.write(lambda session, piece=piece: add_members(session, keys, audience_id, piece))  # type: ignore[misc]
        report.stored += len(piece) - sum(not fault.warning for fault in faults)
        report.faults.extend(faults)
    return report


def add_members(
    session: Session, keys: Keys, audience_id: UUID, lines: Sequence[tuple[int, NewMember | LineFault]]
) -> list[LineFault]:
    """Store one piece. Each refused line has one fault; a shared address is a warning. Raises AudienceFrozen."""
    audience = session.exec(select(Audience).where(col(Audience.id) == audience_id).with_for_update()).one()
    if audience.frozen_at is not None:
        raise AudienceFrozen(f"the audience {audience.name!r} is frozen: make an added one for newly found people")
    keyring = keys.for_scope(session, scope_of(audience_id))
    faults: list[LineFault] = []
    rows = dict(_checked(lines, audience.channel, faults))
    _drop_known(session, audience_id, rows, faults)
    blinds = {line: keyring.blind(meeting_key(new.address)) for line, new in rows.items() if new.address}
    faults.extend(_shared(session, audience_id, blinds))
    if rows:
        stored = [_row(keyring, audience_id, new, blinds.get(line)) for line, new in rows.items()]
        session.execute(insert(Member), stored)
        audience.members += len(stored)
        session.add(audience)
    return sorted(faults, key=lambda fault: fault.line)


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
    for identity, digest in session.execute(query.execution_options(yield_per=5000)):
        running.update(f"{identity} {digest}\n".encode())
        number += 1
    return running.hexdigest(), number


def open_member(keyring: DataKeyring, member: Member) -> Recipient:
    """The member opened for sending. Raises Unsealable for changed bytes, ValueError for a row that was changed."""
    new = opened(keyring, member)
    if _digest(keyring, new, member.address_version) != member.digest:
        raise ValueError(f"member {member.id} was changed after its import: nothing is sent to it")
    return Recipient(new.person, new.address, new.locale, new.values)


def opened(keyring: DataKeyring, member: Member) -> NewMember:
    """What was imported of a member."""
    place = _row_name(member.audience_id, member.person, member.address_version)
    address = (
        keyring.open(member.address_sealed, Member.__tablename__, "address_sealed", place)
        if member.address_sealed
        else b""
    )
    values = (
        keyring.open(member.variables_sealed, Member.__tablename__, "variables_sealed", place)
        if member.variables_sealed
        else b"{}"
    )
    return NewMember(
        member.person, address.decode(), member.account, member.role, member.locale, member.region, json.loads(values)
    )


def counted(session: Session, audience_id: UUID) -> dict[str, int]:
    """How many members each language has."""
    query = select(Member.locale, func.count()).where(col(Member.audience_id) == audience_id).group_by(Member.locale)
    return {locale: int(number) for locale, number in session.exec(query).all()}


def _checked(
    lines: Sequence[tuple[int, NewMember | LineFault]], channel: Channel, faults: list[LineFault]
) -> Iterator[tuple[int, NewMember]]:
    """Members that can be stored, with normalised addresses; each person once."""
    seen: set[str] = set()
    for line, new in lines:
        if isinstance(new, LineFault):
            faults.append(new)
            continue
        try:
            address = normalise(new.address) if new.address else ""
        except BadAddress as error:
            faults.append(LineFault(line, "address", str(error), "correct it, or reach this person another way"))
            continue
        fault = _fault(line, new, channel, address)
        if fault is None and new.person in seen:
            fault = LineFault(line, "person", f"{new.person!r} comes twice", "the first line was taken")
        if fault is not None:
            faults.append(fault)
            continue
        seen.add(new.person)
        yield line, NewMember(new.person, address, new.account, new.role, new.locale, new.region, dict(new.values))


def _fault(line: int, new: NewMember, channel: Channel, address: str) -> LineFault | None:
    if not new.person or len(new.person) > 200 or LINE_BREAKS.search(new.person):
        return LineFault(line, "person", "is empty, longer than 200 characters or broken", "give the host's stable id")
    if channel is Channel.EMAIL and not address:
        return LineFault(line, "address", "is empty", "an e-mail audience needs an address for everybody")
    if not LOCALE.fullmatch(new.locale):
        return LineFault(line, "locale", f"{new.locale!r} is no language", "write de, en or pt-BR")
    if not REGION.fullmatch(new.region):
        return LineFault(line, "region", f"{new.region!r} is no country or region", "ISO 3166, such as DE or US-CA")
    for name, value in new.values.items():
        if not re.fullmatch(NAME, name):
            return LineFault(line, name, "is no name of a value", "a-z, 0-9 and _, beginning with a letter")
        if len(value) > LONGEST_VALUE or LINE_BREAKS.search(value):
            return LineFault(line, name, "is too long or holds a line break", "one line of at most 4000 characters")
    return None


def _drop_known(session: Session, audience_id: UUID, rows: dict[int, NewMember], faults: list[LineFault]) -> None:
    """Leave out people the audience has already."""
    wanted = (col(Member.audience_id) == audience_id, col(Member.person).in_([new.person for new in rows.values()]))
    known = set(session.exec(select(Member.person).where(*wanted)).all())
    for line in [line for line, new in rows.items() if new.person in known]:
        message = f"{rows.pop(line).person!r} is in this audience already"
        faults.append(LineFault(line, "person", message, "nothing to do; the first line was taken"))


def _shared(session: Session, audience_id: UUID, blinds: Mapping[int, str]) -> Iterator[LineFault]:
    """An address that several people share: each gets a mail of their own."""
    wanted = (col(Member.audience_id) == audience_id, col(Member.address_blind).in_(list(blinds.values())))
    known = set(session.exec(select(Member.address_blind).where(*wanted)).all())
    for line, blind in blinds.items():
        if blind in known:
            mend = "each gets a mail; check whether they are one person"
            yield LineFault(line, "address", "is shared with another person", mend, warning=True)
        known.add(blind)


def _row(keyring: DataKeyring, audience_id: UUID, new: NewMember, blind: str | None) -> dict[str, object]:
    place, table = _row_name(audience_id, new.person, 1), Member.__tablename__
    values = json.dumps(dict(new.values), ensure_ascii=False, sort_keys=True).encode()
    return {
        "audience_id": audience_id,
        "person": new.person,
        "account": new.account,
        "role": new.role,
        "locale": new.locale,
        "region": new.region,
        "address_sealed": keyring.seal(new.address.encode(), table, "address_sealed", place) if new.address else None,
        "address_blind": blind,
        "address_version": 1,
        "variables_sealed": keyring.seal(values, table, "variables_sealed", place) if new.values else None,
        "digest": _digest(keyring, new, 1),
    }


def _row_name(audience_id: UUID, person: str, version: int) -> str:
    """What a member's sealed values are bound to; known before the row has an id."""
    return f"{audience_id}:{person}:{version}"


def _digest(keyring: DataKeyring, new: NewMember, version: int) -> str:
    """A keyed fingerprint of everything that decides what this person gets, and where."""
    said = [new.person, new.address, new.account, new.role, new.locale, new.region, version, sorted(new.values.items())]
    return keyring.blind(json.dumps(said, ensure_ascii=False))
