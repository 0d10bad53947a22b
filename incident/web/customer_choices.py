"""The register of customers offered where a data set asks whose data it is, so that nobody has to know its ids."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from incident.queries.customers import registered_customers
from incident.roles import Action
from incident.web.frame import Desk
from incident.web.views import Choice, DatasetForm, FactField

MOST = 200  # more are not listed: their ids are written


def register_for(desk: Desk, session: Session) -> tuple[tuple[str, str], ...]:
    """Ids and names of the register; none where there are too many of them or they are not for this reader."""
    if not desk.may(Action.READ_CUSTOMERS):
        return ()
    rows = registered_customers(session, desk.actor, limit=MOST + 1)
    return () if len(rows) > MOST else tuple((row.customer.host_id, row.customer.legal_name) for row in rows)


def with_register(forms: Iterable[DatasetForm], register: tuple[tuple[str, str], ...]) -> list[DatasetForm]:
    """The forms with the register to choose from; ids it does not hold stay to be written."""
    return [form.with_fields(lambda field: offered(field, register)) for form in forms]


def offered(field: FactField, register: tuple[tuple[str, str], ...]) -> FactField:
    """The field with the register to choose from, if it asks for customers."""
    if field.path != "controllers" or not register:
        return field
    choices, unlisted = chosen_of(register, field.value.splitlines())
    return replace(field, choices=choices, value=unlisted)


def chosen_of(register: tuple[tuple[str, str], ...], said: Sequence[str]) -> tuple[tuple[Choice, ...], str]:
    """The register as choices, with those said chosen, and a line for each id said that it does not hold."""
    choices = tuple(Choice(host_id, f"{name} · {host_id}", host_id in said) for host_id, name in register)
    known = {choice.value for choice in choices}
    return choices, "\n".join(one for one in said if one not in known)
