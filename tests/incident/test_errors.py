"""Errors are named for what the caller got wrong; HTTP is learnt in one table."""

import pytest

from incident.errors import (
    STATUS,
    Conflict,
    Fault,
    Forbidden,
    IncidentError,
    Invalid,
    LostRace,
    Missing,
    NotFound,
    Refused,
    status_of,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404),
        (Forbidden("x"), 403),
        (Conflict("x"), 409),
        (LostRace(1, 2), 409),
        (Refused("x"), 409),
        (Invalid(Fault("a", "b")), 422),
        (IncidentError("x"), 400),
    ],
)
def test_each_error_has_one_status(error: IncidentError, status: int) -> None:
    assert status_of(error) == status


def test_every_kind_of_error_is_an_incident_error() -> None:
    assert all(issubclass(kind, IncidentError) for kind in STATUS)


def test_a_fault_names_the_field_and_the_mend() -> None:
    error = Invalid(Fault("title", "is empty", "say what was seen"), Fault("kind", "is unknown"))
    assert str(error) == "title: is empty (say what was seen); kind: is unknown"
    assert [fault.field for fault in error.faults] == ["title", "kind"]


def test_a_lost_race_says_both_versions_and_what_to_do() -> None:
    assert str(LostRace(3, 5)) == (
        "Somebody decided something on this incident since you opened the page (it is at version 5, your page showed "
        "3). Read it again, then repeat."
    )


def test_a_refusal_says_what_is_missing_and_where_to_mend_it() -> None:
    error = Refused("amber-crane cannot close yet.", [Missing("duties", "Obligations are open.", "#duties")])
    assert str(error) == "amber-crane cannot close yet. Obligations are open."
    assert error.missing[0].link == "#duties"
