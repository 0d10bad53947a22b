"""Each customer's own figures of a data set: as recorded for it, else as the registers count and the facts say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, select

from incident.customer_figures import Figures
from incident.errors import Fault, Invalid
from incident.fact_words import log_cover
from incident.facts import DataSet, FactSheet
from incident.grounds import Case
from incident.models.people import Customer
from incident.models.releasing import CustomerShare
from incident.notice_kinds import PROCESSING
from incident.queries.access import access_to
from incident.queries.recipients import counted_people
from incident.roles import Action, Actor, require
from notifications.wording import worded


def processed_for(sheet: FactSheet) -> tuple[DataSet, ...]:
    """The data sets we process for customers, who are their controllers."""
    return tuple(dataset for dataset in sheet.datasets if is_anothers(dataset))


def is_anothers(dataset: DataSet) -> bool:
    """Whether the controller of these data is another party; one without a role that names controllers is too."""
    return dataset.role in PROCESSING or (dataset.role is None and bool(dataset.controllers))


def processed_dataset(sheet: FactSheet, wanted: str = "") -> DataSet:
    """The data set figures of a customer are of: a named one, else the only one. Raises Invalid."""
    fitting = processed_for(sheet)
    known = ", ".join(dataset.id for dataset in fitting) or "none is saved on the fact sheet"
    found = [dataset for dataset in fitting if dataset.id == wanted] if wanted else list(fitting)
    if len(found) == 1:
        return found[0]
    if wanted:
        raise Invalid(
            Fault(
                "dataset",
                worded("{wanted} is no data set we process for customers", wanted=repr(wanted)),
                worded("one of: {known}", known=known),
            )
        )
    raise Invalid(
        Fault(
            "dataset",
            worded("{fitting} data sets are processed for customers", fitting=len(fitting)),
            worded("name one: {known}", known=known),
        )
    )


def read_shares(session: Session, actor: Actor, incident_id: UUID) -> list[CustomerShare]:
    """Every recorded share of an incident, by data set and customer. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ_CUSTOMERS, access_to(session, incident_id))
    mine = select(CustomerShare).where(col(CustomerShare.incident_id) == incident_id)
    return list(session.exec(mine.order_by(col(CustomerShare.dataset), col(CustomerShare.host_id))).all())


def own_figures(session: Session, case: Case, incident_id: UUID, dataset: DataSet) -> dict[str, Figures]:
    """The figures of every affected customer of a data set, for callers that have asked for permission.

    What is recorded for a customer goes first. Its people and places are else those of the register, where the facts
    count exactly the registered ones; its window and logs are else those of the whole data set, which hold for a part.
    """
    affected = tuple(dataset.controllers or ())
    counted = counted_people(session, affected)
    registered = sum(one.people or 0 for one in counted.values())
    if not registered or dataset.facts.get("people.count") != registered:
        counted = {}
    names = dict(
        session.exec(select(Customer.host_id, Customer.legal_name).where(col(Customer.host_id).in_(affected))).all()
    )
    shares = _shares(session, incident_id, dataset.id, affected)
    return {
        host_id: _of_dataset(_own(counted.get(host_id) or Figures(host_id, name), shares.get(host_id)), case, dataset)
        for host_id, name in names.items()
    }


def _shares(session: Session, incident_id: UUID, dataset: str, affected: Iterable[str]) -> Mapping[str, CustomerShare]:
    mine = (
        col(CustomerShare.incident_id) == incident_id,
        col(CustomerShare.dataset) == dataset,
        col(CustomerShare.host_id).in_(tuple(affected)),
    )
    return {row.host_id: row for row in session.exec(select(CustomerShare).where(*mine)).all()}


def _own(before: Figures, share: CustomerShare | None) -> Figures:
    """The recorded share over the counted people; its places go with its number, so that the two never contradict."""
    if share is None:
        return before
    recorded = share.people is not None or bool(share.reach)
    return replace(
        before,
        people=share.people if recorded else before.people,
        reach=dict(share.reach) if recorded else before.reach,
        fields=tuple(share.fields),
        exposed_from=share.exposed_from,
        exposed_until=share.exposed_until,
        logs=share.logs,
    )


def _of_dataset(own: Figures, case: Case, dataset: DataSet) -> Figures:
    """What the facts say of the whole data set, where nothing is recorded for the customer."""
    if own.exposed_from is None:
        begin, end = (case.moment(name, dataset) for name in ("occurred_from", "occurred_until"))
        own = replace(own, exposed_from=begin, exposed_until=end if begin else None)
    categories = dataset.facts.get("data.categories")
    shared = categories if isinstance(categories, tuple) else None
    logs = log_cover(*(dataset.facts.get(f"exposure.logs.{name}") for name in ("exist", "complete")))
    return replace(own, logs=own.logs or logs, categories=own.categories or shared)
