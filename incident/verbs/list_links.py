"""Links by which one customer's contact fetches the list of its own people: made, asked a code for, used, revoked.

A list of people travels in no mail. A link opens a page without a sign-in, a code goes to the registered address of
one contact, and the code gives the list once. Every step is a line of the timeline; neither link nor code is kept.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.people import Customer, CustomerContact
from incident.models.releasing import ListLink
from incident.outreach import InternalMessage
from incident.queries.facts import latest_facts
from incident.queries.list_links import TRIES, LinkState, Source, link_digest, source_of, state_of
from incident.queries.recipients import contact_place, nearest_contacts
from incident.queries.shares import processed_dataset
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import put_to
from incident.verbs.signing_in import ADDRESS, Pace, count_try, forget_tries
from notifications.ids import new_id
from notifications.wording import worded

SHORTEST, USUAL, LONGEST = timedelta(days=1), timedelta(hours=72), timedelta(days=14)
CODE_LASTS = timedelta(minutes=10)
TOKEN_BYTES = 32
VISITOR = system("list link")
CODES = Pace(free=3, longest=timedelta(minutes=10))  # mails to a contact at once, by whoever has the link
GUESSES = Pace(free=3, longest=timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made. `contact_id` None: the contact nearest to privacy; `lasts` from 1 to 14 days."""

    host_id: str
    dataset: str = ""
    contact_id: UUID | None = None
    lasts: timedelta = USUAL


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was made: its token, which is shown once and kept nowhere."""

    token: str
    link: ListLink
    source: Source


class Answer(StrEnum):
    """What came of entering a code."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"  # no code waits for an answer: it ran out, was used, or was never asked for
    DEAD = "dead"  # the last try was wrong too


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a code; `source` is the list where it was right."""

    answer: Answer
    source: Source | None = None


def make_list_link(act: Act, incident_id: UUID, new: NewLink) -> MadeLink:
    """Make a link for one affected customer. Raises Invalid for one the facts do not name, without a contact, and
    of whose people nobody is known."""
    act.require(Action.READ_AUDIENCE, incident_id)
    if not SHORTEST <= new.lasts <= LONGEST:
        raise Invalid(
            Fault("lasts", worded("is shorter than a day or longer than 14 days"), worded("72 hours are usual"))
        )
    dataset = processed_dataset(latest_facts(act.session, act.keys, incident_id).sheet, new.dataset)
    customer = act.session.exec(select(Customer).where(col(Customer.host_id) == new.host_id)).first()
    if customer is None or new.host_id not in (dataset.controllers or ()):
        raise Invalid(
            Fault("customer", worded("is not named by the facts for this data set"), worded("name it there first"))
        )
    contact = _contact(act, customer, new.contact_id)
    source = source_of(act.session, act.keys, incident_id, dataset.id, new.host_id)
    if not source.people:
        raise Invalid(_nobody_known(customer))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = ListLink(
        id=new_id(),
        incident_id=incident_id,
        dataset=dataset.id,
        host_id=new.host_id,
        token_digest=link_digest(token),
        contact_id=contact.id,
        made_at=act.now,
        made_by=act.actor.label,
        expires_at=act.now + new.lasts,
    )
    act.session.add(row)
    act.session.flush()
    text = f"Link to the list of {customer.legal_name}'s own people (data set {dataset.id}) made, {source.people:,} "
    text += f"from {_where(source)}; codes go to its {contact.kind} contact, until {row.expires_at:%Y-%m-%d %H:%M} UTC."
    _write_down(act, row, "list.made", text)
    return MadeLink(token, row, source)


def _nobody_known(customer: Customer) -> Fault:
    empty = worded("of {customer} are not known here: the list is empty", customer=customer.legal_name)
    return Fault("people", empty, worded("import them as an audience, or keep its persons in the register"))


def revoke_list_link(act: Act, link_id: UUID) -> ListLink:
    """End a link at once. One that is over by itself can be revoked too, which changes nothing else."""
    row = act.session.get(ListLink, link_id)
    if row is None:
        raise NotFound(worded("There is no such link."))
    act.require(Action.READ_AUDIENCE, row.incident_id)
    if row.revoked_at is None:
        row.revoked_at, row.code_digest = act.now, ""
        act.session.add(row)
        _write_down(act, row, "list.revoked", f"Link to {_name(act, row.host_id)}'s list revoked.")
    return row


def end_links_of(act: Act, contacts: Iterable[UUID]) -> None:
    """Contacts leave the register, and with them the links whose codes went to them. A step of keeping customers."""
    gone = col(ListLink.contact_id).in_(list(contacts))
    for row in act.session.exec(select(ListLink).where(gone)).all():
        text = f"Link to {_name(act, row.host_id)}'s list ended: its contact has left the register. "
        text += f"It was used {row.downloads} times."
        act.session.delete(row)
        act.session.flush()
        _write_down(act.by(system("register")), row, "list.revoked", text)


def pace_of_codes(act: Act, token: str, network: str) -> timedelta:
    """Count that a code is asked for, before the link is looked up. Returns how long to wait; zero lets it through."""
    return count_try(act, {f"list-code:{link_digest(token)}": CODES, f"address:{network}": ADDRESS}, network, "Codes")


def pace_of_guesses(act: Act, token: str, network: str) -> timedelta:
    """Count that a code is entered, before it is compared. Returns how long to wait; zero lets it through."""
    return count_try(act, {f"list:{link_digest(token)}": GUESSES, f"address:{network}": ADDRESS}, network, "Lists")


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def send_code(act: Act, link_id: UUID, code: str, mail: tuple[str, str], domain: str) -> datetime:
    """Mail a code to the link's contact; an earlier one is void. Returns until when it can be entered.

    `mail` is subject and text, with the code in it. Raises NotFound for a link that is no longer live.
    """
    row = _live(act, link_id)
    contact = act.session.get_one(CustomerContact, row.contact_id)
    address = act.open(contact.address_sealed, contact_place(contact.id, "address_sealed"))
    row.code_digest = _code_digest(act, row, code)
    row.code_expires_at = act.now + CODE_LASTS
    act.session.add(row)
    act.session.flush()
    subject, text = mail
    message = InternalMessage(f"list:{row.id}:{new_id().hex}", frozenset(), subject, text)
    put_to(act, incident_subject(row.incident_id), message, {str(contact.id): address}, domain, CODE_LASTS)
    said = f"A code for {_name(act, row.host_id)}'s list was mailed to its {contact.kind} contact."
    _write_down(act, row, "list.code_sent", said)
    return row.code_expires_at


def enter_code(act: Act, link_id: UUID, code: str, network: str) -> Entered:
    """Compare a code and, where it is right, give the list once. Raises NotFound for a link that is no longer live.

    A code that is wrong is counted, also across codes: after the fifth in a row the link is dead.
    """
    row = _live(act, link_id)
    name = _name(act, row.host_id)
    if not row.code_digest or row.code_expires_at is None or act.now >= row.code_expires_at:
        return Entered(Answer.LATE)
    if not hmac.compare_digest(row.code_digest, _code_digest(act, row, code.strip())):
        row.code_failures += 1
        dead = state_of(row, act.now) is LinkState.DEAD
        row.code_digest = "" if dead else row.code_digest
        act.session.add(row)
        text = f"A wrong code was entered for {name}'s list, {row.code_failures} of {TRIES}"
        _write_down(act, row, "list.wrong_code", text + (": the link is dead." if dead else "."))
        return Entered(Answer.DEAD if dead else Answer.WRONG)
    source = source_of(act.session, act.keys, row.incident_id, row.dataset, row.host_id)
    row.code_digest, row.code_expires_at, row.code_failures = "", None, 0
    row.downloads, row.last_download_at = row.downloads + 1, act.now
    act.session.add(row)
    forget_tries(act, f"list:{row.token_digest}", f"list-code:{row.token_digest}", f"address:{network}")
    text = f"{name} downloads the list of its own people: {source.people:,} from {_where(source)}, "
    _write_down(act, row, "list.downloaded", text + f"download {row.downloads} of this link.")
    return Entered(Answer.RIGHT, source)


def _live(act: Act, link_id: UUID) -> ListLink:
    """The link, held until the transaction ends: two who guess at once are counted both."""
    row = act.session.get(ListLink, link_id, with_for_update=True)
    if row is None or state_of(row, act.now) is not LinkState.LIVE:
        raise NotFound(worded("There is no such list."))
    return row


def _contact(act: Act, customer: Customer, wanted: UUID | None) -> CustomerContact:
    if wanted is None:
        found = nearest_contacts(act.session, [customer.id]).get(customer.id, [])
        if not found:
            raise Invalid(
                Fault(
                    "contact",
                    worded("{legal_name} has none in the register", legal_name=customer.legal_name),
                    worded("register one first"),
                )
            )
        return found[0]
    row = act.session.get(CustomerContact, wanted)
    if row is None or row.customer_id != customer.id:
        raise Invalid(Fault("contact", worded("is no contact of this customer"), worded("choose one of its contacts")))
    return row


def _code_digest(act: Act, row: ListLink, code: str) -> str:
    """A keyed fingerprint: six digits under a bare hash are tried out in a second by whoever reads the database."""
    keyring = act.keys.for_scope(act.session, incident_subject(row.incident_id))
    return keyring.blind(f"list code {row.id} {code}")


def _where(source: Source) -> str:
    return "the audience of these people" if source.is_audience else "the register of persons"


def _name(act: Act, host_id: str) -> str:
    return act.session.exec(select(Customer.legal_name).where(col(Customer.host_id) == host_id)).first() or host_id


def _write_down(act: Act, row: ListLink, action: str, text: str) -> None:
    body = {"text": text, "link": str(row.id), "customer": row.host_id}
    record(act, incident_subject(row.incident_id), action, body)
