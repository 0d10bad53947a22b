"""Whether an audience is as large as the facts say: who is missing is named where a release is asked for."""

import pytest

from incident.facts import DataSet, FactSheet
from incident.notice_kinds import NoticeKind
from incident.people_counted import counted_for_customer, counted_otherwise, customers_left_out

K = NoticeKind


def dataset(name: str, role: str = "controller", **counted: int) -> DataSet:
    return DataSet(id=name, role=role, facts={f"people.{path}": number for path, number in counted.items()})


def sheet(*datasets: DataSet) -> FactSheet:
    return FactSheet(shared={}, datasets=datasets)


@pytest.mark.parametrize(
    ("datasets", "about", "recipients", "said"),
    [
        ([dataset("a", count=40)], "a", 40, ""),
        ([dataset("a", count=40)], "a", 3, "The facts say 40 people, this audience holds 3: "),
        ([dataset("a", count=1200)], "", 1500, "The facts say 1,200 people, this audience holds more: 1,500."),
        ([dataset("a", count_min=30, count_max=50)], "a", 44, ""),
        ([dataset("a", count_min=30, count_max=50)], "a", 3, "The facts say 30 to 50 people, "),
        ([dataset("a", count=40), dataset("b", count=70)], "", 100, ""),
        ([dataset("a", count=40), dataset("b", count=70)], "", 69, "The facts say 70 to 110 people, "),
        (
            [dataset("a", count=40), dataset("b", count=70)],
            "a",
            70,
            "The facts say 40 people, this audience holds more",
        ),
        ([dataset("a", count=40), dataset("b", "processor", count=900)], "", 40, ""),
        ([dataset("a", count=40), dataset("b")], "", 3, ""),
        ([dataset("a", count=40)], "a", 0, ""),
    ],
)
def test_an_audience_of_another_size_than_the_facts_is_said(
    datasets: list[DataSet], about: str, recipients: int, said: str
) -> None:
    found = counted_otherwise(sheet(*datasets), K.PEOPLE, about, recipients)
    assert found.startswith(said) if said else found == ""


def test_more_people_than_the_facts_count_are_nobody_left_out() -> None:
    facts = dataset("a", count=40)
    assert counted_otherwise(sheet(facts), K.PEOPLE, "a", 41, fewer=True) == ""
    assert counted_otherwise(sheet(facts), K.PEOPLE, "a", 2, fewer=True).startswith("The facts say 40 people")


@pytest.mark.parametrize(
    ("reach", "recipients", "said"),
    [
        ({"US-CA": 120, "DE": 220}, 120, ""),
        ({"US-CA": 120, "DE": 220}, 100, "The facts say 120 people, this audience holds 100: "),
        ({"US-CA": 120, "DE": 220}, 340, "The facts say 120 people, this audience holds more: 340."),
        ({"US-CA": None, "DE": 220}, 100, ""),
        ({"DE": 220}, 100, ""),
    ],
)
def test_a_notice_to_californians_is_compared_with_how_many_live_there(
    reach: dict[str, int | None], recipients: int, said: str
) -> None:
    told = DataSet(id="a", role="controller", facts={"people.count": 340, "reach": reach})
    found = counted_otherwise(sheet(told), K.CALIFORNIA, "a", recipients)
    assert found.startswith(said) if said else found == ""


@pytest.mark.parametrize("kind", [K.CUSTOMER, K.MEDIA, K.ANNOUNCEMENT])
def test_only_notices_to_the_people_themselves_are_compared(kind: NoticeKind) -> None:
    assert counted_otherwise(sheet(dataset("a", count=40)), kind, "a", 3) == ""


@pytest.mark.parametrize(
    ("figure", "controllers", "recipients", "said"),
    [
        (40, ("acme",), 40, ""),
        (40, ("acme", "blue"), 3, "The facts say 40 people, this audience holds 3: "),
        (None, ("acme",), 3, "The facts say 70 people, this audience holds 3: "),
        (None, ("acme",), 70, ""),
        (None, ("acme", "blue"), 3, ""),
        (40, ("acme",), 0, ""),
    ],
)
def test_the_people_of_a_customer_are_compared_with_its_own_number(
    figure: int | None, controllers: tuple[str, ...], recipients: int, said: str
) -> None:
    theirs = DataSet(id="a", role="processor", controllers=controllers, facts={"people.count": 70})
    found = counted_for_customer(figure, theirs, "acme", recipients)
    assert found.startswith(said) if said else found == ""


@pytest.mark.parametrize(
    ("affected", "reached", "said"),
    [
        ("ab", "ab", ""),
        ("ab", "", ""),
        ("ab", "abz", ""),
        ("ab", "a", "The facts name 2 customers as affected, this audience holds 1 of them: Blue would not"),
        ("abcdef", "a", "this audience holds 1 of them: Blue, c, d and 2 more would not"),
    ],
)
def test_a_customer_that_is_left_out_is_named(affected: str, reached: str, said: str) -> None:
    found = customers_left_out(list(affected), list(reached), {"a": "Acme", "b": "Blue"})
    assert said in found if said else found == ""
