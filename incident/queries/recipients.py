"""Who can be told: the contacts of affected customers with that customer's own figures, and registered people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from incident.customer_figures import TYPED, Figures, customer_values
from incident.customer_names import Named, Names, foreign_in_values, foreign_names
from incident.errors import Fault, Invalid
from incident.facts import DataSet
from incident.models.people import Customer, CustomerContact, Person
from incident.phrases import Phrases
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.audience import NewMember
from notifications.findings import Finding
from notifications.formats import Formats
from notifications.message import Text, choose_locale
from notifications.sealing import Keys, Place
from notifications.wording import worded, worded_number

REGISTER = "register"
PREFERRED = ("privacy", "security", "legal", "admin")
PAGE = 1000

Line = tuple[int, NewMember]


def contact_place(contact_id: UUID, column: str) -> Place:
    """Where a contact's name or address is sealed for."""
    return Place("customer_contact", column, str(contact_id), REGISTER)


def person_place(person_id: UUID, column: str) -> Place:
    """Where a registered person's name or address is sealed for."""
    return Place("person", column, str(person_id), REGISTER)


def customer_members(
    session: Session,
    keys: Keys,
    dataset: DataSet,
    figures: Mapping[str, Figures],
    words: Mapping[str, tuple[Phrases, Formats]],
) -> list[Line]:
    """The contacts of every customer affected by a data set, each with that customer's own figures.

    `figures` are by the customer's host id; a customer without gets the honest "not yet known". `words` are by
    language. One that has left the register is told all the same, for the facts name it. Raises Invalid for affected
    customers that are unknown or have no contact, and where the name of a contact or of a field is another customer's.
    """
    affected = dataset.controllers or ()
    mine = col(Customer.host_id).in_(affected)
    customers = session.exec(select(Customer).where(mine).order_by(col(Customer.host_id))).all()
    contacts = nearest_contacts(session, [customer.id for customer in customers])
    names, faults = registered_names(session), list[Fault]()
    found: list[Line] = []
    for customer in customers:
        own = figures.get(customer.host_id) or Figures(customer.host_id, customer.legal_name)
        phrases, formats = words[choose_locale(customer.locale, words)]
        values = customer_values(_completed(own, customer, dataset), formats, phrases)
        for contact in contacts.get(customer.id, ()):
            name = keys.open(session, contact.name_sealed, contact_place(contact.id, "name_sealed"))
            address = keys.open(session, contact.address_sealed, contact_place(contact.id, "address_sealed"))
            told = {**values, "name": name}
            faults += _of_others(customer, told, names)
            who = f"{customer.host_id}:{contact.person}"  # one person may be the contact of several customers
            member = NewMember(who, address, customer.host_id, contact.kind, customer.locale, "", told)
            found.append((len(found) + 1, member))
    _refuse_unreachable(affected, {member.account for _, member in found})
    if faults:
        raise Invalid(*dict.fromkeys(faults))
    return found


def registered_names(session: Session, usual: str = "") -> Names:
    """The names of every customer that is or was in the register. `usual`: text whose words name nobody."""
    rows = session.exec(select(Customer.host_id, Customer.legal_name)).all()
    return Names((Named(host_id, legal_name) for host_id, legal_name in rows), usual)


def names_of_others(
    session: Session, texts: Mapping[str, Text], own: Sequence[str], usual: str, reader: str = ""
) -> list[Finding]:
    """Errors for every registered customer that a text to customers, or to the people of `reader`, names.

    `own` are names of the organisation itself and of the reader.
    """
    return foreign_names(texts, registered_names(session, usual), own, reader)


def registered_people(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, customer: str = "", region: str = ""
) -> Iterator[Line]:
    """The people of the register as members of an audience, a page at a time, in the order of their ids.

    `customer` narrows them to those of one customer, by the host's id; `region` to a country or a part of one.
    """
    require(actor, Action.IMPORT_AUDIENCE, access_to(session, incident_id))
    yield from people_in_pages(session, keys, customer, region)


def registered_regions(session: Session, customer: str = "") -> dict[str, int]:
    """How many people of the register live where, by ISO 3166; "" are those of whom it is not said."""
    query = select(Person.region, func.count()).group_by(col(Person.region)).order_by(col(Person.region))
    if customer:
        query = query.join(Customer, col(Customer.id) == col(Person.customer_id))
        query = query.where(col(Customer.host_id) == customer)
    return {region: int(number) for region, number in session.exec(query).all()}


def people_in_pages(session: Session, keys: Keys, customer: str = "", region: str = "") -> Iterator[Line]:
    """The same for callers that have asked for permission."""
    wanted = select(Customer.id, Customer.host_id)
    known = session.exec(wanted.where(col(Customer.host_id) == customer) if customer else wanted).all()
    hosts = dict(known)
    chosen = select(Person).order_by(col(Person.id)).limit(PAGE)
    if customer:
        chosen = chosen.where(col(Person.customer_id).in_(list(hosts)))
    if region:
        chosen = chosen.where(
            or_(col(Person.region) == region, col(Person.region).startswith(f"{region}-", autoescape=True))
        )
    last: UUID | None = None
    number = 0
    while True:
        query = chosen
        rows = session.exec(query if last is None else query.where(col(Person.id) > last)).all()
        for row in rows:
            number += 1
            yield number, _member(session, keys, row, hosts.get(row.customer_id, "") if row.customer_id else "")
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def counted_people(session: Session, host_ids: tuple[str, ...]) -> dict[str, Figures]:
    """Each customer's own registered people by country, for a data set that consists of exactly these people."""
    query = (
        select(Customer.host_id, Customer.legal_name, Person.region, func.count())
        .join(Person, col(Person.customer_id) == col(Customer.id))
        .where(col(Customer.host_id).in_(host_ids))
        .group_by(Customer.host_id, Customer.legal_name, Person.region)
    )
    found: dict[str, Figures] = {}
    for host_id, legal_name, region, number in session.exec(query).all():
        before = found.get(host_id) or Figures(host_id, legal_name, 0)
        reach = {**before.reach, region: int(number)} if region else before.reach
        found[host_id] = Figures(host_id, legal_name, (before.people or 0) + int(number), reach)
    return found


def nearest_contacts(session: Session, customers: list[UUID]) -> dict[UUID, list[CustomerContact]]:
    """Each customer's contacts of the kind that is nearest to privacy, by id."""
    rows = session.exec(select(CustomerContact).where(col(CustomerContact.customer_id).in_(customers))).all()
    chosen: dict[UUID, list[CustomerContact]] = {}
    for customer in customers:
        own = [row for row in rows if row.customer_id == customer]
        kinds = [kind for kind in PREFERRED if any(row.kind == kind for row in own)]
        nearest = kinds[0] if kinds else ""
        chosen[customer] = sorted(
            (row for row in own if not nearest or row.kind == nearest), key=lambda row: row.person
        )
    return chosen


def _completed(own: Figures, customer: Customer, dataset: DataSet) -> Figures:
    """The customer's own name as registered, and the data set's kinds of data where it has none of its own."""
    categories = dataset.facts.get("data.categories")
    shared = categories if isinstance(categories, tuple) else None
    return replace(own, host_id=customer.host_id, legal_name=customer.legal_name, categories=own.categories or shared)


def _of_others(customer: Customer, told: Mapping[str, str], names: Names) -> Iterator[Fault]:
    """Faults for what somebody typed into the register or the shares that names another customer."""
    typed = {name: told[name] for name in TYPED if name in told}
    for placeholder, other in foreign_in_values(typed, Named(customer.host_id, customer.legal_name), names):
        message = worded(
            "what is told to {customer} as {placeholder} names the customer {other}",
            customer=customer.legal_name,
            placeholder=placeholder,
            other=other.legal_name,
        )
        yield Fault("customers", message, worded("correct the contact's name, or the names of the fields"))


def _member(session: Session, keys: Keys, row: Person, account: str) -> NewMember:
    def opened(blob: bytes | None, column: str) -> str:
        return keys.open(session, blob, person_place(row.id, column)) if blob else ""

    name = opened(row.name_sealed, "name_sealed")
    address = opened(row.address_sealed, "address_sealed")
    values = {"name": name} if name else {}
    return NewMember(row.host_id, address, account, "", row.locale, row.region, values)


def _refuse_unreachable(affected: tuple[str, ...], reached: set[str]) -> None:
    missing = [host_id for host_id in affected if host_id not in reached]
    if missing:
        shown = ", ".join(missing[:10])
        if len(missing) > 10:
            shown = worded("{few} and {number} more", few=shown, number=len(missing) - 10)
        fault = worded_number(
            "{number} affected customer is not registered or has no contact: {shown}",
            "{number} affected customers are not registered or have no contact: {shown}",
            len(missing),
            shown=shown,
        )
        raise Invalid(Fault("customers", fault, worded("register a contact for each")))
