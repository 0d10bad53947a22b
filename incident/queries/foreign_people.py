"""Whether a release may write to whom it would: people of another controller only on that controller's instruction.

A public announcement goes to nobody, and a text only to an audience of the channel its kind is written for.

The rule stands here once; asking for a release, approving it, going on with it and every change of the facts ask it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from incident.facts import DataSet
from incident.grounds import Case
from incident.models.people import Customer, CustomerContact, Notice, Person
from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.queries.instructions import live_instruction
from incident.queries.shares import is_anothers, processed_for
from notifications.models import Audience, Edition, Member
from notifications.wording import worded, worded_number

UNINSTRUCTED = worded(
    "The controller of these people is another party, and no instruction of that controller is recorded: "
    "tell the controller (Art. 33(2) GDPR), who decides whether its people are told."
)
PUBLISHED = worded("A public announcement is published for everybody to read: it is sent to no audience.")
OTHER_CHANNEL = worded(
    "The audience is told in another way than this kind of notice is written for: make one of its channel."
)


@dataclass(frozen=True, slots=True)
class Going:
    """What would go to whom."""

    notice: Notice
    edition: Edition
    audience: Audience


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands against a release ("": nothing), and what the controller has still to say before its approval."""

    against: str = ""
    missing: str = ""


def standing_of(session: Session, case: Case, going: Going, now: datetime) -> Stand:
    """What stands against writing to these people, as things are now."""
    kind = KINDS[NoticeKind(going.notice.kind)]
    if kind.channel != going.audience.channel:
        return Stand(PUBLISHED if kind.readers is Readers.PUBLIC else OTHER_CHANNEL)
    if kind.readers is Readers.CUSTOMERS:
        return Stand(_not_its_contacts(session, case, going))
    if kind.readers is Readers.RECIPIENTS:
        return Stand(_smuggled(session, case, going))
    others = [dataset for dataset in spoken_of(case, going) if is_anothers(dataset)]
    if not others:
        return Stand(_ours(going))
    controller = going.notice.controller
    if not controller:
        return Stand(UNINSTRUCTED)
    if going.edition.controller != controller or going.audience.controller != controller:
        text = worded(
            "The notice speaks in the name of {controller}, and its text is another's: make it anew.",
            controller=controller,
        )
        audience = worded(
            "The notice speaks in the name of {controller}, and its audience is another's: make it anew.",
            controller=controller,
        )
        return Stand(text if going.edition.controller != controller else audience)
    stranger = _stranger(session, going.audience, controller)
    if stranger:
        return Stand(stranger)
    return _instructed(session, others, going, now)


def spoken_of(case: Case, going: Going) -> tuple[DataSet, ...]:
    """The data sets a text speaks of: the notice's own, and those whose facts it rests on."""
    named = {going.notice.dataset, *(path.partition("/")[0] for path in going.edition.rests_on)}
    return tuple(dataset for dataset in case.sheet.datasets if dataset.id in named)


def _ours(going: Going) -> str:
    """A notice about our own data goes out in our own name."""
    if going.notice.kind == NoticeKind.CONTROLLER_PEOPLE:
        return worded("We are the controller of these data: write to the people in our own name.")
    if going.notice.controller or going.edition.controller or going.audience.controller:
        return worded(
            "We are the controller of these data, and text or audience are in another's name: make them anew."
        )
    return ""


def _instructed(session: Session, others: Sequence[DataSet], going: Going, now: datetime) -> Stand:
    controller, missing = going.notice.controller, ""
    for dataset in others:
        what = dataset.name
        if controller not in (dataset.controllers or ()):
            return Stand(
                worded(
                    "The facts do not name {controller} as a controller of the data set {what}.",
                    controller=controller,
                    what=what,
                )
            )
        row = live_instruction(session, going.notice.incident_id, dataset.id, controller)
        if row is None or row.received_at > now:
            return Stand(
                worded(
                    "No instruction of {controller} to write to its people of the data set {what} is recorded.",
                    controller=controller,
                    what=what,
                )
            )
        if row.approved_digest != going.edition.digest:
            missing = worded(
                "{controller} has not said yes to this text (edition {number}) yet.",
                controller=controller,
                number=going.edition.number,
            )
    return Stand("", missing)


def _stranger(session: Session, audience: Audience, controller: str) -> str:
    """Somebody in the audience who is not the controller's, as the list or the register say."""
    mine = col(Member.audience_id) == audience.id
    wrong = _count(session, mine, col(Member.account) != controller)
    if wrong:
        return worded_number(
            "{number} of the audience is not of the account {controller}: its people alone may be written to.",
            "{number} of the audience are not of the account {controller}: its people alone may be written to.",
            wrong,
            controller=controller,
        )
    owner = (
        select(Person.id)
        .join(Customer, col(Customer.id) == col(Person.customer_id), isouter=True)
        .where(
            col(Person.host_id) == col(Member.person),
            or_(col(Customer.host_id).is_(None), col(Customer.host_id) != controller),
        )
    )
    wrong = _count(session, mine, owner.exists())
    if not wrong:
        return ""
    return worded_number(
        "{number} of the audience belongs to somebody else than {controller} in the register.",
        "{number} of the audience belong to somebody else than {controller} in the register.",
        wrong,
        controller=controller,
    )


def _not_its_contacts(session: Session, case: Case, going: Going) -> str:
    """A notice to customers reaches registered contacts of affected customers, so that no list is sent under it."""
    affected = {name for dataset in spoken_of(case, going) for name in dataset.controllers or ()}
    mine = col(Member.audience_id) == going.audience.id
    if going.audience.controller:
        return worded("This audience is a controller's people, and the notice is for controllers themselves.")
    contact = (
        select(CustomerContact.id)
        .join(Customer, col(Customer.id) == col(CustomerContact.customer_id))
        .where(
            col(Customer.host_id) == col(Member.account),
            col(Member.person) == col(Customer.host_id) + ":" + col(CustomerContact.person),
        )
    )
    wrong = _count(session, mine, or_(col(Member.account).not_in(sorted(affected)), ~contact.exists()))
    if wrong:
        return worded_number(
            "{number} of the audience is no registered contact of an affected customer: build it from the register.",
            "{number} of the audience are no registered contacts of an affected customer: build it from the register.",
            wrong,
        )
    return ""


def _smuggled(session: Session, case: Case, going: Going) -> str:
    """A notice to newsrooms or a market's service reaches nobody who is a customer's."""
    controllers = sorted({name for dataset in processed_for(case.sheet) for name in dataset.controllers or ()})
    mine = col(Member.audience_id) == going.audience.id
    theirs = (
        select(Person.id)
        .join(Customer, col(Customer.id) == col(Person.customer_id))
        .where(col(Person.host_id) == col(Member.person), col(Customer.host_id).in_(controllers))
    )
    wrong = _count(session, mine, or_(col(Member.account).in_(controllers), theirs.exists()))
    if wrong or going.audience.controller:
        return worded(
            "People of customers are in this audience, who are written to on their controller's instruction alone."
        )
    return ""


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.exec(select(func.count()).select_from(Member).where(and_(*conditions))).one())
