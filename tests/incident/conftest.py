"""A case to act on: one organisation, its people, two customers and an open incident, on a clock that can be moved."""

import pytest

from notifications.store import Store
from tests.databases import Content
from tests.incident import kept
from tests.incident.answering import Mailbag
from tests.incident.cases import LawCase, found_case
from tests.incident.notices import Desk, prepared_desk


@pytest.fixture
def content(request: pytest.FixtureRequest) -> Content | None:
    """What a test begins with, by the furthest of these it asks for; without any of them with nothing."""
    stages = {"bag": kept.told, "desk": kept.prepared, "case": kept.opened}
    return next((stage for name, stage in stages.items() if name in request.fixturenames), None)


@pytest.fixture
def case(store: Store) -> LawCase:
    """An incident that was just opened."""
    return found_case(store)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    """The incident with its facts saved, an hour later."""
    return prepared_desk(case)


@pytest.fixture
def bag(desk: Desk) -> Mailbag:
    """People of a finished release, and the door their answers come back by."""
    return Mailbag(desk)
