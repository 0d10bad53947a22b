"""Stages that are played once and copied from then on: facts, moments and duties take a second, a copy takes none."""

from incident.keys import KeyRing
from notifications.clock import MovableClock
from notifications.store import Store
from tests.incident.answering import tell
from tests.incident.cases import KEK, OPENED, LawCase, begin_case
from tests.incident.notices import prepare


def opened(store: Store) -> None:
    """The organisation's people and customers, and an incident that was just opened."""
    _begin(store)


def prepared(store: Store) -> None:
    """The same incident with facts and moments, an approver, and a contact for each customer."""
    prepare(_begin(store))


def told(store: Store) -> None:
    """The same incident with a notice to three people that every one of them has."""
    tell(prepare(_begin(store)))


def _begin(store: Store) -> LawCase:
    clock = MovableClock(OPENED)
    return begin_case(store, KeyRing(KEK, clock), clock)
