"""Who stands on the list of one customer: its own people alone, from the audience of the data set or the register."""

import pytest

from incident.queries.list_links import (
    Source,
    page_of,
    source_of,
)
from notifications.members import NewMember
from tests.incident.cases import LawCase
from tests.incident.lists import imported, make, register
from tests.incident.notices import Desk, prepared_desk


@pytest.fixture
def desk(case: LawCase) -> Desk:
    prepared = prepared_desk(case)
    case.store.write(lambda session: register(prepared, session, "acme", 3))
    case.store.write(lambda session: register(prepared, session, "blue", 1))
    return prepared


def test_the_list_holds_that_customers_people_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from incident.queries import list_links

    monkeypatch.setattr(list_links, "PAGE", 2)

    def whole(source: Source) -> list[NewMember]:
        people, after = desk.case.look(lambda s: page_of(s, desk.case.keys, source, ""))
        while after:
            more, after = desk.case.look(lambda s, at=after: page_of(s, desk.case.keys, source, at))  # type: ignore[misc]
            people += more
        return people

    assert [one.person for one in whole(make(desk).source)] == ["acme-0", "acme-1", "acme-2"]
    assert whole(make(desk, "blue").source) == [
        NewMember("blue-0", "0@blue.example", "blue", values={"name": "blue 0"})
    ]
    audience = imported(desk, "acme", ["acme", "acme", "acme", "blue"])
    source = make(desk).source
    assert source == Source("acme", 3, audience.id)
    assert [one.person for one in whole(source)] == ["p0", "p1", "p2"]


def test_an_audience_counts_for_the_data_set_it_is_of(desk: Desk) -> None:
    def source(host_id: str) -> Source:
        return desk.case.look(lambda s: source_of(s, desk.case.keys, desk.incident_id, "lists", host_id))

    audience = imported(desk, "acme", ["acme"])
    assert source("acme").audience_id == audience.id
    assert source("blue") == Source("blue", 1)
    more = {**desk.facts["datasets"][1], "id": "orders"}
    desk.save({**desk.facts, "datasets": [*desk.facts["datasets"], more]})
    assert source("acme") == Source("acme", 3)  # nobody said of which of the two its people are
    empty = imported(desk, "blue", ["acme"])
    assert source("blue").audience_id != empty.id
