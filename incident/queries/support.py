"""Whether a customer or a person is affected: yes, no, or not yet known. Reads what is proven and never guesses.

Every question takes the same path through the same queries, whatever comes of it: whoever asks learns nothing from how
long it takes, and an incident that is sealed answers as nobody's does.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from incident.answer_texts import filled
from incident.drafting import Profile
from incident.errors import Invalid
from incident.models.entries import incident_of_subject, incident_subject
from incident.models.incidents import Incident
from incident.models.people import Customer, Person, Telling
from incident.models.replies import Completeness
from incident.notice_kinds import KINDS, Readers
from incident.phases import Phase
from incident.queries.answers import SUPPORT, bank_of, case_of_answer, rests_digest
from incident.roles import Visibility
from notifications.addressees import members_with_address
from notifications.addresses import BadAddress, meeting_key, normalise
from notifications.models import Announcement, Audience, Delivery, DeliveryState, Edition, Member, Release
from notifications.proofs import proof_key, told_as
from notifications.release_states import UNDER_WAY, WENT_OUT
from notifications.sealing import Keys

SCOPE = "support"
TOLD = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED)
TO_PEOPLE = tuple(kind for kind, told in KINDS.items() if told.to_people)
TO_CUSTOMERS = tuple(kind for kind, told in KINDS.items() if told.readers is Readers.CUSTOMERS)
NOBODY = "\x01nobody"  # no stable id holds a control character


class Asked(StrEnum):
    """By what support names somebody."""

    CUSTOMER = "customer"  # the host's id of a customer
    PERSON = "person"  # the host's id of a person
    ADDRESS = "address"


class Affected(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # not yet known, or never heard of, or nobody may say


@dataclass(frozen=True, slots=True)
class Sentence:
    """What support says: the approved words in the asker's language, "" where none are approved yet."""

    text: str
    locale: str
    version_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a question is about, as far as the register knows: ids of persons and of the customer."""

    persons: frozenset[str]
    customers: frozenset[str]
    known: bool
    address: str = ""


def find_who(session: Session, keys: Keys, asked: Asked, value: str) -> Who:
    """Who is named; `known`: the register has them."""
    address = _address(value) if asked is Asked.ADDRESS else ""
    blind = keys.for_scope(session, "register").blind(meeting_key(address or NOBODY))
    by_address = set(session.exec(select(Person.host_id).where(col(Person.address_blind) == blind)).all())
    name = value.strip() if asked is not Asked.ADDRESS else NOBODY
    persons = session.exec(select(Person.host_id).where(col(Person.host_id) == name)).all()
    live = (col(Customer.host_id) == name, col(Customer.removed_at).is_(None))
    customers = session.exec(select(Customer.host_id).where(*live)).all()
    if asked is Asked.CUSTOMER:
        return Who(frozenset(), frozenset({name}), bool(customers))
    if asked is Asked.PERSON:
        return Who(frozenset({name}), frozenset(), bool(persons))
    return Who(frozenset(by_address), frozenset(), bool(by_address), address)


def is_affected(session: Session, keys: Keys, who: Who) -> tuple[Affected, tuple[UUID, ...]]:
    """The answer, and the open incidents it is yes for.

    Yes: a released notice went to them, or a customer's telling is recorded, in an incident that is not sealed. No:
    they stand in the register, and every incident that was not dismissed has a decision that everybody affected is in
    its released audiences, on the facts as they are, with no release under way. Everything else is not yet known, and
    so is everything while an incident is sealed: a "no" to some would tell who the others are.
    """
    incidents = session.exec(select(Incident).where(col(Incident.drill).is_(False))).all()
    sought = _sought(session, keys, who)
    told = _told(session, sought)
    concerned = told | _listed(session, sought) | _near(session, who)
    live = {row.id for row in incidents if row.phase is not Phase.DISMISSED}
    shown = {row.id for row in incidents if row.visibility is not Visibility.SEALED}
    complete = [_is_complete(session, keys, row) for row in incidents]
    yes = tuple(sorted(told & shown))
    if yes:
        return Affected.YES, yes
    if who.known and incidents and all(complete) and not concerned & live:
        return Affected.NO, ()
    return Affected.UNKNOWN, ()


def sentence_for(
    session: Session, keys: Keys, answer: Affected, incidents: tuple[UUID, ...], locale: str, profile: Profile
) -> Sentence:
    """The approved words for an answer: an incident's own before those for all; none where a fact has changed."""
    key = SUPPORT[answer.value]
    banks = [bank_of(session, keys, one) for one in (*incidents[:1], None)]
    for bank in banks:
        current = next((one.current for one in bank if one.row.key == key), None)
        if current is None or not current.usable:
            continue
        found = current.text.locale_for(locale)
        try:
            return Sentence(filled(current.text.texts[found], profile), found, current.row.id)
        except Invalid:
            continue
    return Sentence("", locale)


def public_of(session: Session, incidents: tuple[UUID, ...]) -> str:
    """The public id of the live announcement of one of these incidents; "" for none."""
    subjects = [incident_subject(one) for one in incidents]
    live = (col(Announcement.subject).in_(subjects), col(Announcement.withdrawn_at).is_(None))
    newest = select(Announcement.public_id).where(*live).order_by(col(Announcement.published_at).desc())
    return session.exec(newest.limit(1)).first() or ""


@dataclass(frozen=True, slots=True)
class _Sought:
    """Under what somebody stands in audiences and the ledger; `every` also as rows of purged audiences name them."""

    names: list[str]
    every: list[str]
    accounts: list[str]
    members: list[Member]  # with this address, of every audience that is left
    subjects: set[str]  # of those audiences


def _sought(session: Session, keys: Keys, who: Who) -> _Sought:
    keyring = proof_key(session, keys)
    names = sorted(who.persons) or [NOBODY]
    audiences = session.exec(select(Audience).where(col(Audience.purged_at).is_(None))).all()
    subjects = {audience.id: audience.subject for audience in audiences}
    members = members_with_address(session, keys, meeting_key(who.address or NOBODY), subjects)
    return _Sought(
        names=names,
        every=[*names, *(told_as(keyring, name) for name in names)],
        accounts=sorted(who.customers) or [NOBODY],
        members=members,
        subjects={subjects[member.audience_id] for member in members},
    )


def _told(session: Session, sought: _Sought) -> set[UUID]:
    """Incidents of which a released notice went to them, or a telling is recorded. Purged rows are found by hash."""
    found: set[UUID] = set()
    members = [member.id for member in sought.members]
    query = (
        select(Release.subject)
        .join(Delivery, col(Delivery.release_id) == col(Release.id))
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .where(col(Release.state).in_(WENT_OUT), col(Delivery.state).in_(TOLD))
    )
    for kinds, mine in (
        (TO_PEOPLE, col(Delivery.person).in_(sought.every)),
        (TO_PEOPLE, col(Delivery.member_id).in_(members)),
        (TO_CUSTOMERS, col(Delivery.account).in_(sought.accounts)),
    ):
        subjects = session.exec(query.where(mine, col(Edition.kind).in_(kinds)).distinct()).all()
        found.update(incident_of_subject(subject) for subject in subjects)
    telling = select(Telling.incident_id).join(Customer, col(Customer.id) == col(Telling.customer_id))
    found.update(session.exec(telling.where(col(Customer.host_id).in_(sought.accounts)).distinct()).all())
    return found


def _listed(session: Session, sought: _Sought) -> set[UUID]:
    """Incidents in an audience of which they stand, released or not, and of mails to them, whatever came of those.

    Of a purged audience the mails are left.
    """
    query = select(Audience.subject).join(Member, col(Member.audience_id) == col(Audience.id))
    subjects = set(session.exec(query.where(col(Member.person).in_(sought.names)).distinct()).all())
    subjects.update(session.exec(query.where(col(Member.account).in_(sought.accounts)).distinct()).all())
    subjects |= sought.subjects
    mails = select(Release.subject).join(Delivery, col(Delivery.release_id) == col(Release.id))
    subjects.update(session.exec(mails.where(col(Delivery.person).in_(sought.every)).distinct()).all())
    return {incident_of_subject(subject) for subject in subjects}


def _near(session: Session, who: Who) -> set[UUID]:
    """Incidents of the customer these people belong to, or of the people of this customer: no proof, and no all-clear.

    Nobody can tell any more which customers a purged audience was about: it may have been these.
    """
    belongs = col(Person.customer_id) == col(Customer.id)
    persons, accounts = sorted(who.persons) or [NOBODY], sorted(who.customers) or [NOBODY]
    theirs = select(Customer.host_id).join(Person, belongs).where(col(Person.host_id).in_(persons))
    people = select(Person.host_id).join(Customer, belongs).where(col(Customer.host_id).in_(accounts))
    asked = select(Customer.id).where(col(Customer.host_id).in_(accounts))
    listed = select(Audience.subject).join(Member, col(Member.audience_id) == col(Audience.id))
    gone = select(Audience.subject).where(col(Audience.purged_at).is_not(None))
    to_customers = (
        select(Release.id)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .where(col(Release.audience_id) == col(Audience.id), col(Edition.kind).in_(TO_CUSTOMERS))
    )
    subjects: set[str] = set()
    for query in (
        listed.where(col(Member.account).in_(theirs)),
        listed.where(col(Member.person).in_(people)),
        gone.where(asked.exists()),
        gone.where(theirs.exists(), to_customers.exists()),
    ):
        subjects.update(session.exec(query.distinct()).all())
    telling = select(Telling.incident_id).join(Customer, col(Customer.id) == col(Telling.customer_id))
    told = session.exec(telling.where(col(Customer.host_id).in_(theirs)).distinct()).all()
    return {incident_of_subject(subject) for subject in subjects} | set(told)


def decision_of(session: Session, keys: Keys, incident_id: UUID) -> Completeness | None:
    """The decision that everybody affected is in the released audiences; None for none, and for one that lapsed.

    For callers that have asked for permission.
    """
    mine = (col(Completeness.incident_id) == incident_id, col(Completeness.withdrawn_at).is_(None))
    said = session.exec(select(Completeness).where(*mine).order_by(col(Completeness.at).desc())).first()
    if said is None:
        return None
    moving = (col(Release.subject) == incident_subject(incident_id), col(Release.state).in_(UNDER_WAY))
    under_way = session.exec(select(Release.id).where(*moving).limit(1)).first() is not None
    now = rests_digest(case_of_answer(session, keys, incident_id))
    return said if said.facts_digest == now and not under_way else None


def _is_complete(session: Session, keys: Keys, incident: Incident) -> bool:
    """Whether nobody else can be affected: dismissed, or decided so. Of a sealed one nobody may say so."""
    holds = decision_of(session, keys, incident.id) is not None and incident.visibility is not Visibility.SEALED
    return incident.phase is Phase.DISMISSED or holds


def _address(value: str) -> str:
    try:
        return normalise(value)
    except BadAddress:
        return ""
