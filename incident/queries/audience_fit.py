"""What the facts say of an audience's people or customers where it is not whom the audience holds."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from incident.facts import DataSet, FactSheet
from incident.models.law import Obligation
from incident.models.people import Notice
from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.people_counted import counted_for_customer, counted_otherwise, customers_left_out
from incident.queries.briefs import case_for
from incident.queries.customers import customer_names
from incident.queries.shares import is_anothers, own_figures, processed_for
from incident.roles import Actor
from notifications.models import Audience, Edition, Member, Release
from notifications.sealing import Keys

SENT = "release:"  # what met a duty, when a notice did


def beside_facts(
    session: Session, keys: Keys, actor: Actor, notice: Notice, audience: Audience | None, *, fewer: bool = False
) -> str:
    """In a sentence, for callers that have asked for permission; "" where it fits, also for people found later.

    Of a notice to customers: who of those affected is not in it. Of one in a customer's name: that customer's number.
    Customers are named as far as the actor may read them. `fewer`: only where somebody is left out.
    """
    if audience is None or audience.adds_to:
        return ""
    kind, sheet = NoticeKind(notice.kind), case_for(session, keys, notice.incident_id).sheet
    if KINDS[kind].readers is Readers.CUSTOMERS:
        return _left_out(session, actor, sheet, notice, audience)
    if notice.controller:
        return _customers_people(session, keys, notice, audience, fewer=fewer)
    return counted_otherwise(sheet, kind, notice.dataset, audience.members, fewer=fewer)


def told_short(session: Session, keys: Keys, actor: Actor, duties: Iterable[Obligation]) -> dict[UUID, str]:
    """Duties that sent notices met, with what the facts say of people or customers who were not among the recipients.

    By the id of the obligation; for callers that have asked for permission.
    """
    met = {one.id: UUID(one.met_by.removeprefix(SENT)) for one in duties if one.met_by.startswith(SENT)}
    query = (
        select(Release.id, Notice, Audience)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .join(Notice, col(Notice.id) == col(Edition.notice_id))
        .join(Audience, col(Audience.id) == col(Release.audience_id))
        .where(col(Release.id).in_(set(met.values())))
    )
    rows = session.exec(query).all() if met else ()
    said = {
        identity: beside_facts(session, keys, actor, notice, audience, fewer=True)
        for identity, notice, audience in rows
    }
    return {duty: said[release] for duty, release in met.items() if said.get(release)}


def recipients_of(session: Session, duties: Iterable[Obligation]) -> dict[str, int]:
    """How many recipients each release had that met one of these duties, by what the duty says it was met by.

    For callers that have asked for permission.
    """
    sent = {UUID(one.met_by.removeprefix(SENT)) for one in duties if one.met_by.startswith(SENT)}
    rows = session.exec(select(Release.id, Release.recipients).where(col(Release.id).in_(sent))).all() if sent else ()
    return {f"{SENT}{release}": number for release, number in rows}


def mended_at(notice: Notice) -> str:
    """The section of the incident where what `beside_facts` says is mended: customers are put in order at theirs."""
    to_customers = KINDS[NoticeKind(notice.kind)].readers is Readers.CUSTOMERS
    return "customers" if to_customers or notice.controller else "facts"


def _left_out(session: Session, actor: Actor, sheet: FactSheet, notice: Notice, audience: Audience) -> str:
    told = [one for one in processed_for(sheet) if not notice.dataset or one.id == notice.dataset]
    affected = {name for dataset in told for name in dataset.controllers or ()}
    mine = select(Member.account).where(col(Member.audience_id) == audience.id).distinct()
    reached = session.exec(mine).all()
    return customers_left_out(affected, reached, customer_names(session, actor, affected))


def _customers_people(session: Session, keys: Keys, notice: Notice, audience: Audience, *, fewer: bool) -> str:
    case, controller = case_for(session, keys, notice.incident_id), notice.controller
    theirs = [one for one in case.sheet.datasets if is_anothers(one) and controller in (one.controllers or ())]
    dataset: DataSet | None = case.dataset(notice.dataset) if notice.dataset else None
    if dataset is None and len(theirs) == 1:
        [dataset] = theirs
    if dataset is None:
        return ""
    own = own_figures(session, case, notice.incident_id, dataset).get(controller)
    return counted_for_customer(own.people if own else None, dataset, controller, audience.members, fewer=fewer)
