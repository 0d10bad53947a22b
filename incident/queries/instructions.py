"""Instructions of controllers to write to their people: opened, the one that holds, and the brand to write with."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.drafting import Profile
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.models.releasing import Instruction
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.models import Delivery, Edition, Release
from notifications.sealing import Keys, Place

LEDGER_PAGE = 1000
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


@dataclass(frozen=True, slots=True)
class Brand:
    """In whose name the people are written to: what is printed. `colour` is #rrggbb, "" for none."""

    name: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    address: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What a controller instructed: in words, by whom there, how it came, and the brand to write with."""

    what: str
    by: str
    way: str
    brand: Brand


@dataclass(frozen=True, slots=True)
class Yes:
    """A controller's yes to one edition: who there gave it, how, and the id of the evidence ("" for none)."""

    by: str
    way: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Instructed:
    """One instruction, opened. `yes` None: no edition was approved yet."""

    row: Instruction
    details: Details
    yes: Yes | None = None

    @property
    def is_live(self) -> bool:
        return self.row.withdrawn_at is None


def sealed_place(incident_id: UUID, column: str, instruction_id: UUID) -> Place:
    """Where what an instruction says is sealed for."""
    return Place("instruction", column, str(instruction_id), incident_subject(incident_id))


def details_document(details: Details | Yes) -> str:
    """The JSON that is sealed."""
    return json.dumps(asdict(details), ensure_ascii=False, sort_keys=True)


def live_instruction(session: Session, incident_id: UUID, dataset: str, controller: str) -> Instruction | None:
    """The instruction of a controller for a data set ("": its newest) that has not been withdrawn."""
    mine = [
        col(Instruction.incident_id) == incident_id,
        col(Instruction.controller) == controller,
        col(Instruction.withdrawn_at).is_(None),
    ]
    if dataset:
        mine.append(col(Instruction.dataset) == dataset)
    newest = col(Instruction.recorded_at).desc()
    return session.exec(select(Instruction).where(*mine).order_by(newest, col(Instruction.id).desc())).first()


def find_instruction(
    session: Session, keys: Keys, incident_id: UUID, dataset: str, controller: str
) -> Instructed | None:
    """The same, opened, for callers that have asked for permission: what a draft in its name is written with."""
    row = live_instruction(session, incident_id, dataset, controller)
    return open_instruction(session, keys, row) if row else None


def brand_of(session: Session, keys: Keys, notice: Notice, zone: str) -> Profile | None:
    """Who speaks in a notice in a controller's name, by its newest instruction, also one that was withdrawn.

    For callers that have asked for permission to read the notice. None where no instruction was ever recorded.
    """
    mine = (
        col(Instruction.incident_id) == notice.incident_id,
        col(Instruction.dataset) == notice.dataset,
        col(Instruction.controller) == notice.controller,
    )
    newest = (col(Instruction.recorded_at).desc(), col(Instruction.id).desc())
    row = session.exec(select(Instruction).where(*mine).order_by(*newest)).first()
    return profile_of_controller(open_instruction(session, keys, row), zone) if row else None


def read_instructions(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[Instructed]:
    """Every instruction of an incident, the newest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ_CUSTOMERS, access_to(session, incident_id))
    mine = select(Instruction).where(col(Instruction.incident_id) == incident_id)
    rows = session.exec(mine.order_by(col(Instruction.recorded_at).desc(), col(Instruction.id).desc())).all()
    return [open_instruction(session, keys, row) for row in rows]


def editions_in_name(session: Session, incident_id: UUID, controller: str) -> list[tuple[Edition, Notice]]:
    """The editions of notices in a controller's name, the newest first, for callers that have asked for permission."""
    query = (
        select(Edition, Notice)
        .join(Notice, col(Notice.id) == col(Edition.notice_id))
        .where(col(Notice.incident_id) == incident_id, col(Notice.controller) == controller)
    )
    rows = session.exec(query.order_by(col(Edition.created_at).desc(), col(Edition.id).desc())).all()
    return [(edition, notice) for edition, notice in rows]


def releases_of_editions(session: Session, editions: Collection[UUID]) -> list[Release]:
    """The releases of some editions, the newest first, for callers that have asked for permission."""
    mine = select(Release).where(col(Release.edition_id).in_(list(editions)))
    return list(session.exec(mine.order_by(col(Release.requested_at).desc(), col(Release.id))).all())


def open_instruction(session: Session, keys: Keys, row: Instruction) -> Instructed:
    """What an instruction says, for callers that have asked for permission."""
    said = json.loads(keys.open(session, row.details_sealed, sealed_place(row.incident_id, "details_sealed", row.id)))
    yes = None
    if row.approved_by_sealed:
        place = sealed_place(row.incident_id, "approved_by_sealed", row.id)
        yes = Yes(**json.loads(keys.open(session, row.approved_by_sealed, place)))
    return Instructed(row, _details(said), yes)


def profile_of_controller(instructed: Instructed, zone: str) -> Profile:
    """Who writes, as a notice in a controller's name prints it. `zone`: the IANA zone of printed times."""
    brand = instructed.details.brand
    return Profile(
        organisation=brand.name,
        entity=brand.name,
        contact_name=brand.contact_name,
        contact_email=brand.contact_email,
        contact_phone=brand.contact_phone,
        address=brand.address,
        zone=zone,
        colour=brand.colour,
    )


def _details(said: Mapping[str, object]) -> Details:
    brand = said["brand"]
    assert isinstance(brand, dict)
    return Details(str(said["what"]), str(said["by"]), str(said["way"]), Brand(**brand))


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What came of writing to one person in a controller's name. Holds no address."""

    person: str
    channel: str
    state: str
    at: datetime | None
    answer: str


def ledger_page(session: Session, release_id: UUID, after: int) -> tuple[list[LedgerRow], int]:
    """The next rows of a release, and what to give as `after` for those behind them, 0 at the end.

    For callers that have asked for permission. A relay's answer may repeat the address, which is taken out of it.
    """
    mine = (col(Delivery.release_id) == release_id, col(Delivery.id) > after)
    rows = session.exec(select(Delivery).where(*mine).order_by(col(Delivery.id)).limit(LEDGER_PAGE)).all()
    found = [LedgerRow(row.person, row.channel.value, row.state.value, row.settled_at, _answer(row)) for row in rows]
    return found, int(rows[-1].id or 0) if len(rows) == LEDGER_PAGE else 0


def _answer(row: Delivery) -> str:
    said = f"{row.reply_code or ''} {row.reply_enhanced} {ADDRESS.sub('…', row.reply_text)}"
    return " ".join(said.split())
