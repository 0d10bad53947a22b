"""What the organisation undertook itself: each customer's contract and the published promise; never statute."""

from dataclasses import dataclass

from incident.law.counting import Period, Unit
from incident.law.duties import Duty, DutyKind, contract_with, undertaken
from notifications.wording import worded

PROMISE = "promise-customers"
AFFECTS_CUSTOMERS = "organisation.role in [processor, sub_processor] and some breach.kinds"


@dataclass(frozen=True, slots=True)
class Counterparty:
    """A customer as the law sees it: host id, legal name, and the hours its contract names, if any."""

    id: str
    name: str = ""
    contract_hours: int | None = None
    contract_clause: str = ""


def contract_id(customer: str) -> str:
    """The duty id of one customer's contract."""
    return f"contract-{customer}"


def contract_duty(customer: Counterparty) -> Duty | None:
    """The duty a customer's contract sets, or None when it names no hours."""
    if customer.contract_hours is None:
        return None
    name = customer.name or customer.id
    return Duty(
        id=contract_id(customer.id),
        kind=DutyKind.CONTRACT,
        jurisdiction="contract",
        regime="contract",
        law=contract_with(name),
        article=customer.contract_clause or worded("clause not recorded"),
        title=undertaken(customer.contract_hours, name),
        roles=("processor", "sub_processor"),
        addressee_kind="controller",
        stage="initial",
        trigger=AFFECTS_CUSTOMERS,
        anchor="aware",
        period=Period(customer.contract_hours, Unit.HOURS),
        counting="plain_elapsed_hours",
        basis="agreement",
    )


def promise_duty(hours: int) -> Duty:
    """The organisation's published promise to its customers."""
    return Duty(
        id=PROMISE,
        kind=DutyKind.PROMISE,
        jurisdiction="promise",
        regime="promise",
        law=worded("Published promise to customers"),
        article=worded("own undertaking, not a law"),
        title=undertaken(hours),
        roles=("processor", "sub_processor"),
        addressee_kind="customers",
        stage="initial",
        trigger=AFFECTS_CUSTOMERS,
        anchor="aware",
        period=Period(hours, Unit.HOURS),
        counting="plain_elapsed_hours",
        basis="agreement",
    )
