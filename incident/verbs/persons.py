"""The register of persons, synced before any incident: store one, remove some, import a file.

A person is a stable id of the host; name and address hang under it, sealed. The address version rises when the address
changes. Nothing of an open incident changes by itself: an audience that was gathered stays as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import Customer, Person
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.register import (
    Entry,
    Faults,
    Outcome,
    RegisterImport,
    RegisterReport,
    check_columns,
    id_faults,
    locale_faults,
    numbered,
    open_register,
    settled,
    text_faults,
    usable_address,
)
from notifications.addresses import meeting_key
from notifications.audience import REGION
from notifications.audience_files import Row, read_objects, read_table
from notifications.ids import new_id
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store
from notifications.wording import worded

PIECE = 250  # persons sealed and stored in one transaction
MOST_REMOVED = 500
MOST_LINES = 1_000_000
LONGEST_ID = 200
FIELDS = ("customer", "locale", "region", "name", "address")
COLUMNS = ("host_id", *FIELDS)
ALIASES = {"id": "host_id", "person": "host_id", "account": "customer", "email": "address", "e-mail": "address"}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody in the host's product. `customer` is the host's id of the account they belong to, "" for none.

    `kept` names fields the source says nothing of: what is stored of them stays.
    """

    host_id: str
    customer: str = ""
    locale: str = "en"
    region: str = ""
    name: str = ""
    address: str = ""
    kept: frozenset[str] = frozenset()


def upsert_person(act: Act, new: NewPerson) -> Outcome:
    """Add or change one person. Raises Invalid, naming each field."""
    act.require(Action.CUSTOMERS)
    outcome = settled(keep_persons(act, [new])[0])
    if outcome is not Outcome.UNCHANGED:
        text = f"Register of persons: 1 {outcome.value}."
        record(act, ADMINISTRATION, "person.stored", {"text": text, "outcome": outcome})
    return outcome


def remove_persons(act: Act, host_ids: Sequence[str]) -> int:
    """Erase persons from the register and say how many there were; at most 500 at once.

    Audiences gathered before keep their own sealed copy until they are purged. Raises NotFound when none is known, and
    Invalid for more than 500.
    """
    act.require(Action.CUSTOMERS)
    if len(host_ids) > MOST_REMOVED:
        raise Invalid(
            Fault(
                "host_ids",
                worded("are more than {most_removed}", most_removed=MOST_REMOVED),
                worded("remove them in pieces"),
            )
        )
    usable = [host_id for host_id in host_ids if not id_faults("host_id", host_id, LONGEST_ID)]
    open_register(act)
    rows = act.session.exec(select(Person).where(col(Person.host_id).in_(usable))).all()
    if not rows:
        raise NotFound(worded("There is no such person in the register."))
    for row in rows:
        act.session.delete(row)
    act.session.flush()
    text = f"Register of persons: {len(rows)} removed."
    record(act, ADMINISTRATION, "person.removed", {"text": text, "removed": len(rows)})
    return len(rows)


def import_csv(store: Store, keys: Keys, actor: Actor, stream: BinaryIO, now: datetime) -> RegisterReport:
    """Add and change persons by a CSV file, a short transaction for each 250; removes none.

    Columns: host_id, and any of customer, locale, region, name, address; a column that is not there leaves what is
    stored as it is. Faults are named by line and stop nothing else; the same file again changes nothing. Raises
    Forbidden, and Invalid for a first line that names the wrong columns.
    """
    table = read_table(stream, ALIASES)
    check_columns(table.columns, COLUMNS, ("host_id",))
    return _import(store, keys, actor, table.rows, now)


def import_jsonl(store: Store, keys: Keys, actor: Actor, stream: BinaryIO, now: datetime) -> RegisterReport:
    """As `import_csv`, from one JSON object a line with the same names; a name left out, or null, is left as it is."""
    return _import(store, keys, actor, read_objects(stream, ALIASES), now)


def keep_persons(act: Act, news: Sequence[NewPerson]) -> list[Outcome | Faults]:
    """Store entries in the caller's transaction: for each its outcome, or why it was refused. A step of the verbs."""
    ring = open_register(act)
    checked = [check_person(new) for new in news]
    usable = [new for new in checked if isinstance(new, NewPerson)]
    wanted = col(Person.host_id).in_({new.host_id for new in usable})
    rows = {row.host_id: row for row in act.session.exec(select(Person).where(wanted)).all()}
    customers = _customers(act, {new.customer for new in usable if new.customer})
    results = [new if isinstance(new, tuple) else _keep(act, ring, rows, customers, new) for new in checked]
    act.session.flush()
    return results


def check_person(new: NewPerson) -> NewPerson | Faults:
    """The entry with its address as it is stored, or everything that is wrong with it."""
    faults = [
        *id_faults("host_id", new.host_id, LONGEST_ID),
        *locale_faults(new.locale),
        *text_faults("name", new.name, 300),
        *(id_faults("customer", new.customer, LONGEST_ID) if new.customer else ()),
    ]
    if not REGION.fullmatch(new.region):
        faults.append(Fault("region", worded("is no country or region"), worded("ISO 3166, such as DE or US-CA")))
    address = usable_address("address", new.address) if new.address else ""
    if isinstance(address, Fault):
        return (*faults, address)
    return tuple(faults) if faults else replace(new, address=address)


def _import(store: Store, keys: Keys, actor: Actor, rows: Iterator[Row], now: datetime) -> RegisterReport:
    return RegisterImport(store, keys, actor, now, "persons", PIECE, keep_persons).run(_entries(rows))


def _entries(rows: Iterator[Row]) -> Iterator[Entry[NewPerson]]:
    """What the lines say, each person once; of those seen only a number is kept, for a million of them."""
    seen: set[int] = set()
    for number, row in numbered(rows, MOST_LINES):
        if isinstance(row, tuple):
            yield number, row
        elif not row.keys() <= set(COLUMNS):
            fault = Fault(
                "line", worded("has a name nobody knows"), worded("known are {known}", known=", ".join(COLUMNS))
            )
            yield number, (fault,)
        elif row.get("host_id") and hash(row["host_id"]) in seen:
            yield number, (Fault("host_id", worded("comes twice"), worded("the first line was taken")),)
        else:
            seen.add(hash(row.get("host_id")))
            yield number, _person(row)


def _person(row: dict[str, str]) -> NewPerson:
    said = {name: value for name, value in row.items() if value or name not in ("locale", "host_id")}
    kept = frozenset(name for name in FIELDS if name not in row)
    return NewPerson(**{"host_id": "", **said}, kept=kept)


def _customers(act: Act, host_ids: set[str]) -> dict[str, UUID]:
    live = (col(Customer.host_id).in_(host_ids), col(Customer.removed_at).is_(None))
    return dict(act.session.exec(select(Customer.host_id, Customer.id).where(*live)).all()) if host_ids else {}


def _keep(
    act: Act, ring: DataKeyring, rows: dict[str, Person], customers: dict[str, UUID], new: NewPerson
) -> Outcome | Faults:
    if new.customer and new.customer not in customers:
        return (Fault("customer", worded("is not in the register"), worded("store the customer first")),)
    row = rows.get(new.host_id)
    outcome = Outcome.NEW if row is None else Outcome.UNCHANGED
    if row is None:
        row = rows[new.host_id] = Person(id=new_id(), host_id=new.host_id, updated_at=act.now)
    plain = {"locale": new.locale, "region": new.region, "customer_id": customers.get(new.customer)}
    kept = new.kept | ({"customer_id"} if "customer" in new.kept else frozenset())
    changed = [name for name, value in plain.items() if name not in kept and getattr(row, name) != value]
    for name in changed:
        setattr(row, name, plain[name])
    if "name" not in kept and _opened(ring, row, "name_sealed") != new.name:
        row.name_sealed = _sealed(ring, row, "name_sealed", new.name)
        changed.append("name")
    if "address" not in kept and (before := _opened(ring, row, "address_sealed")) != new.address:
        row.address_sealed = _sealed(ring, row, "address_sealed", new.address)
        row.address_blind = ring.blind(meeting_key(new.address)) if new.address else None
        row.address_version += 1 if before or outcome is Outcome.UNCHANGED else 0
        changed.append("address")
    if outcome is Outcome.UNCHANGED and changed:
        outcome, row.updated_at = Outcome.CHANGED, act.now
    if outcome is not Outcome.UNCHANGED:
        act.session.add(row)
    return outcome


def _opened(ring: DataKeyring, row: Person, column: str) -> str:
    blob: bytes | None = getattr(row, column)
    return ring.open(blob, Person.__tablename__, column, row.id).decode() if blob else ""


def _sealed(ring: DataKeyring, row: Person, column: str, value: str) -> bytes | None:
    return ring.seal(value.encode(), Person.__tablename__, column, row.id) if value else None
