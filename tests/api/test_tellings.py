"""Affected customers by API: who is left, told by hand, and acknowledged."""

import pytest

from incident.roles import Role
from tests.api.conftest import Front


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_customer_is_told_by_hand_and_acknowledges_it(front: Front, played: Front) -> None:
    there = f"/api{front.stage.path}/customers"
    program = front.program(Role.RESPONDER)
    before = program.get(there).json()
    assert (before["affected"], len(before["customers"])) == (before["affected"], before["affected"])
    untold = next(one for one in before["customers"] if one["told_at"] is None)
    one = f"{there}/{untold['host_id']}"
    assert program.put(f"{one}/acknowledgement", json={"by": "Ms Roth", "way": "email"}).status_code == 404
    assert program.post(f"{one}/tellings", json={"channel": "pigeon", "proof": "x"}).status_code == 422
    assert program.post(f"{one}/tellings", json={"channel": "portal", "proof": "Ticket 4711"}).status_code == 204
    assert program.put(f"{one}/acknowledgement", json={"by": "Ms Roth", "way": "email"}).status_code == 204
    assert program.put(f"{one}/acknowledgement", json={"by": "Ms Roth", "way": "email"}).status_code == 409
    after = program.get(there).json()
    assert after["told"] == before["told"] + 1
    told = next(each for each in after["customers"] if each["host_id"] == untold["host_id"])
    assert (told["channel"], told["proof"], told["standing"]) == ("portal", "Ticket 4711", "met")
    assert (told["acknowledged_by"], told["acknowledged_way"]) == ("Ms Roth", "email")
    assert program.post(f"{there}/nobody/tellings", json={"channel": "portal", "proof": "x"}).status_code == 404
