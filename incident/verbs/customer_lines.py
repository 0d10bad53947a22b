"""What an entry of the register of customers says, what is wrong with it, and entries read from the lines of a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from incident.errors import Fault
from incident.verbs.register import (
    COUNTRY,
    Entry,
    Faults,
    check_columns,
    id_faults,
    locale_faults,
    numbered,
    text_faults,
    usable_address,
)
from notifications.audience_files import read_table
from notifications.wording import worded

ROLES = ("controller", "joint", "processor", "sub_processor")
CHANNELS = ("email", "in_app", "portal", "telephone", "post")
KINDS = ("privacy", "security", "legal", "admin")
FIELDS = ("legal_name", "role", "country", "contract_hours", "contract_clause", "channel", "locale")
CONTACT_FIELDS = ("contact_kind", "contact_person", "contact_name", "contact_address")
COLUMNS = ("host_id", *FIELDS, *CONTACT_FIELDS)
ALIASES = {"id": "host_id", "name": "legal_name"}
CONTACTS = "contacts"
MOST_LINES = 100_000
LONGEST_ID = 100  # it is part of the duty's id `contract-<id>` and of the recipient `<id>:<contact>`
LONGEST_CONTACT_ID = 99
LONGEST_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody to tell at a customer. `person` is the host's stable id of the contact."""

    kind: str
    person: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A business account as the host knows it. `role` is what the customer is for the data we hold for it.

    `contract_hours` are those within which the contract wants to hear; None: it names none. `kept` names fields the
    source says nothing of: what is stored of them stays ("contacts": those it does not name stay as well).
    """

    host_id: str
    legal_name: str
    role: str = "controller"
    country: str = ""
    contract_hours: int | None = None
    contract_clause: str = ""
    channel: str = "email"
    locale: str = "en"
    contacts: tuple[NewContact, ...] = ()
    kept: frozenset[str] = frozenset()


def check_customer(new: NewCustomer) -> NewCustomer | Faults:
    """The entry with its addresses as they are stored, or everything that is wrong with it."""
    faults, contacts = field_faults(new), []
    for number, contact in enumerate(new.contacts):
        found = check_contact(contact)
        if isinstance(found, NewContact):
            contacts.append(found)
        else:
            faults += [replace(fault, field=_nested(fault.field, number)) for fault in found]
    if len({_who(contact) for contact in new.contacts}) < len(new.contacts):
        faults.append(
            Fault(CONTACTS, worded("names one person twice as the same kind of contact"), worded("name each once"))
        )
    return tuple(faults) if faults else replace(new, contacts=tuple(contacts))


def field_faults(new: NewCustomer) -> list[Fault]:
    """What is wrong with the entry's own fields, its contacts left aside."""
    faults = [
        *id_faults("host_id", new.host_id, LONGEST_ID),
        *text_faults("legal_name", new.legal_name, 300, needed=True),
        *text_faults("contract_clause", new.contract_clause, 200),
        *locale_faults(new.locale),
    ]
    if new.role not in ROLES:
        faults.append(Fault("role", worded("is no role"), ", ".join(ROLES)))
    if not COUNTRY.fullmatch(new.country):
        faults.append(Fault("country", worded("is no country"), worded("two letters as in ISO 3166-1, such as DE")))
    if new.contract_hours is not None and not 1 <= new.contract_hours <= LONGEST_HOURS:
        faults.append(
            Fault(
                "contract_hours", worded("is no number of hours"), worded("1 to {most}, or nothing", most=LONGEST_HOURS)
            )
        )
    if new.channel not in CHANNELS:
        faults.append(Fault("channel", worded("is no channel"), ", ".join(CHANNELS)))
    return faults


def check_contact(contact: NewContact) -> NewContact | Faults:
    """The contact with its address as it is stored, or what is wrong with it."""
    faults = [
        *id_faults("contact_person", contact.person, LONGEST_CONTACT_ID),
        *text_faults("contact_name", contact.name, 300),
    ]
    if contact.kind not in KINDS:
        faults.insert(0, Fault("contact_kind", worded("is no kind of contact"), ", ".join(KINDS)))
    address = usable_address("contact_address", contact.address)
    if isinstance(address, Fault):
        return (*faults, address)
    return tuple(faults) if faults else replace(contact, address=address)


def read_customers(stream: BinaryIO) -> Iterator[Entry[NewCustomer]]:
    """Entries of a CSV file, a line for each contact; lines of one customer stand together. Raises Invalid.

    UTF-8 with or without a byte order mark, comma or semicolon; the first line names the columns, of which `host_id`
    and `legal_name` must be there. A column that is not there leaves what is stored as it is. A line that cannot be
    used is named and costs its contact only; what that contact was before then stays.
    """
    table = read_table(stream, ALIASES)
    contacts = ("contact_kind", "contact_person", "contact_address")
    tells_contacts = any(name in table.columns for name in CONTACT_FIELDS)
    check_columns(table.columns, COLUMNS, ("host_id", "legal_name", *(contacts if tells_contacts else ())))
    kept = frozenset(name for name in FIELDS if name not in table.columns)
    kept |= frozenset() if tells_contacts else {CONTACTS}
    return _grouped(numbered(table.rows, MOST_LINES), kept)


@dataclass(slots=True)
class _Group:
    """Lines of one customer that stand together. `again`: others did before. `doubtful`: one could not be used."""

    host_id: str
    again: bool
    doubtful: bool
    line: int = 0
    customer: NewCustomer | None = None
    contacts: list[NewContact] = field(default_factory=list)

    def take(self, number: int, new: NewCustomer | Faults, contact: NewContact | Faults | None) -> Faults:
        """Add a line; the faults of what was not taken of it."""
        if self.again:
            return (
                Fault(
                    "host_id",
                    worded("comes a second time further down"),
                    worded("put the lines of a customer together"),
                ),
            )
        if isinstance(new, NewCustomer) and self.customer not in (None, new):
            new = (
                Fault(
                    "host_id",
                    worded("says something else of this customer than line {line}", line=self.line),
                    worded("say it once"),
                ),
            )
        if isinstance(contact, NewContact) and any(_who(contact) == _who(one) for one in self.contacts):
            contact = (
                Fault("contact_person", worded("is named twice as the same kind of contact"), worded("name each once")),
            )
        if isinstance(new, NewCustomer):
            self.customer, self.line = new, self.line or number
            self.contacts += [contact] if isinstance(contact, NewContact) else []
        faults = [fault for part in (new, contact) if isinstance(part, tuple) for fault in part]
        self.doubtful = self.doubtful or bool(faults)
        return tuple(faults)

    def entries(self) -> Iterator[Entry[NewCustomer]]:
        """The one entry the lines come to; none when no line said who the customer is."""
        if self.customer is not None:
            kept = self.customer.kept | ({CONTACTS} if self.doubtful else frozenset())
            yield self.line, replace(self.customer, contacts=tuple(self.contacts), kept=kept)


def _grouped(rows: Iterator[tuple[int, dict[str, str] | Faults]], kept: frozenset[str]) -> Iterator[Entry[NewCustomer]]:
    group, seen, unreadable = _Group("", again=False, doubtful=False), set[str](), False
    for number, row in rows:
        if isinstance(row, tuple):
            yield number, row
            group.doubtful = unreadable = True  # it may have named a contact of the customer before it or after it
            continue
        host_id = row["host_id"]
        if host_id != group.host_id:
            yield from group.entries()
            group = _Group(host_id, host_id in seen, unreadable)
            seen.add(host_id)
        unreadable = False
        faults = group.take(number, _customer(row, kept), _contact(row))
        if faults:
            yield number, faults
    yield from group.entries()


def _customer(row: dict[str, str], kept: frozenset[str]) -> NewCustomer | Faults:
    hours = row.get("contract_hours", "")
    new = NewCustomer(
        host_id=row["host_id"],
        legal_name=row["legal_name"],
        role=row.get("role") or "controller",
        country=row.get("country", ""),
        contract_hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else 0 if hours else None,
        contract_clause=row.get("contract_clause", ""),
        channel=row.get("channel") or "email",
        locale=row.get("locale") or "en",
        kept=kept,
    )
    return tuple(field_faults(new)) or new


def _contact(row: dict[str, str]) -> NewContact | Faults | None:
    """The contact a line names; None when it names none."""
    if not any(row.get(name) for name in CONTACT_FIELDS):
        return None
    kind, person, name, address = (row.get(name, "") for name in CONTACT_FIELDS)
    return check_contact(NewContact(kind, person, address, name))


def _who(contact: NewContact) -> tuple[str, str]:
    return contact.kind, contact.person


def _nested(name: str, number: int) -> str:
    return f"{CONTACTS}.{number}.{name.removeprefix('contact_')}"
