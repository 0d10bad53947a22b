"""The trigger language answers from the facts of one data set and names what it cannot read."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.facts import Value
from incident.law.answers import Truth, yes
from incident.law.expressions import World, parse
from incident.law.trigger_text import ExpressionError

GROUPS = {"EEA": ("DE", "FR")}


def truth(text: str, **facts: Value) -> str:
    world = World({path.replace("__", "."): value for path, value in facts.items()}, {"risk": yes("assessed")})
    return str(parse(text, GROUPS).evaluate(world).truth)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("breach.malicious", {"breach__malicious": True}, "yes"),
        ("not breach.malicious", {"breach__malicious": True}, "no"),
        ("breach.malicious", {}, "unknown"),
        ("organisation.role in [controller, joint]", {"organisation__role": "joint"}, "yes"),
        ("organisation.role == controller", {"organisation__role": "joint"}, "no"),
        ("organisation.role != controller", {"organisation__role": "joint"}, "yes"),
        ("organisation.role != controller", {}, "unknown"),
        ("some data.categories", {"data__categories": ()}, "no"),
        ("some data.categories", {"data__categories": ("name",)}, "yes"),
        ("data.categories has health", {"data__categories": ("name",)}, "no"),
        ("data.categories has_any [health, name]", {"data__categories": ("name",)}, "yes"),
        ("people.count >= 500", {"people__count": 500}, "yes"),
        ("people.count > 500", {"people__count": 500}, "no"),
        ("people.count >= 500", {"people__count_min": 501}, "yes"),
        ("people.count >= 500", {"people__count_max": 499}, "no"),
        ("people.count >= 500", {"people__count_min": 1, "people__count_max": 900}, "unknown"),
        ("people.count == 5", {"people__count_min": 1, "people__count_max": 9}, "unknown"),
        ("protection.unavailable_hours >= 24", {"protection__unavailable_hours": "permanent"}, "yes"),
        ("protection.unavailable_hours < 24", {"protection__unavailable_hours": 0.1}, "yes"),
        ("residents [@EEA] >= 3", {"reach": {"DE-BY": 2, "FR": 1, "US": 9}}, "yes"),
        ("residents [US-CA] >= 3", {"reach": {"US": 9}}, "unknown"),
        ("residents [US-CA] >= 10", {"reach": {"US": 9}}, "no"),
        ("residents [US-CA] >= 3", {"reach": {"US": 9, "US-CA": 3}}, "yes"),
        ("residents [US-CA] >= 3", {"reach": {"US-CA": None}, "people__count": 2}, "no"),
        ("residents [US-CA] >= 3", {"people__count": 2}, "unknown"),
        ("residents_of_one [US] > 500", {"reach": {"US-CA": 501, "US-NY": 2}}, "yes"),
        ("residents_of_one [US] > 500", {"reach": {"US-CA": 500, "US-NY": 500}}, "no"),
        ("residents_of_one [US] > 500", {"reach": {"US": 501}}, "unknown"),
        ("residents_of_one [US] > 500", {"reach": {"US": 500}}, "no"),
        ("residents [DE] >= 1", {"reach": {"DE": None}}, "yes"),
        ("residents [DE] >= 2", {"reach": {"DE": None}}, "unknown"),
        ("residents [DE] >= 1", {}, "unknown"),
        ("organisation.establishment in [@EEA]", {"organisation__establishment": "DE-BY"}, "yes"),
        ("organisation.establishment in [CA-QC]", {"organisation__establishment": "CA"}, "unknown"),
        ("organisation.establishment in [CA-QC]", {"organisation__establishment": "CA-AB"}, "no"),
        ("finding risk", {}, "yes"),
        ("finding other", {}, "unknown"),
        ("finding other and breach.malicious", {"breach__malicious": False}, "no"),
        ("finding other or finding risk", {}, "yes"),
        ('presume "why" (finding other)', {}, "yes"),
        ("breach.malicious or breach.misuse_seen and breach.malicious", {"breach__malicious": True}, "yes"),
        ("(breach.malicious or breach.misuse_seen) and not breach.malicious", {"breach__malicious": True}, "no"),
    ],
)
def test_a_trigger_answers(text: str, facts: Mapping[str, Value], expected: str) -> None:
    assert truth(text, **facts) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("breach.malicous", "did you mean breach.malicious?"),
        ("breach.kinds has confidentialty", "did you mean confidentiality?"),
        ("organisation.role in [@EAA]", "did you mean EEA?"),
        ("people.count >= many", "is no number"),
        ("people.count has 5", "it is a number"),
        ("breach.cause > 5", "it is a word"),
        ("residents [Germany] >= 1", "is no word"),
        ("residents [DE] near 1", "compares nothing"),
        ("some breach.cause", "is no list"),
        ("breach.malicious and", "ends too early"),
        ("(breach.malicious", "ends too early"),
        ("breach.malicious breach.malicious", "left over"),
        ("data.categories has_any health", "stands where"),
        ("presume (breach.malicious)", "follows presume"),
        ("breach.malicious & 1", "cannot be read"),
        ("", "ends too early"),
    ],
)
def test_a_trigger_that_cannot_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(ExpressionError, match=says.replace("?", r"\?")):
        parse(text, GROUPS)


def test_an_expression_knows_what_it_looks_at() -> None:
    found = parse("breach.malicious and finding risk or residents [DE] >= 1", GROUPS)
    assert found.facts == {"breach.malicious", "reach"}
    assert found.findings == {"risk"}


def test_unknown_asks_for_the_facts_that_would_decide_and_no_others() -> None:
    found = parse("breach.malicious and people.count >= 5 and data.categories has name", GROUPS).evaluate(
        World({"data.categories": ("name",)})
    )
    assert found.missing == ("breach.malicious", "people.count")


TRIGGER = parse(
    "organisation.role in [controller] and (breach.malicious or people.count >= 500) and not data.public_before", GROUPS
)
ANSWERS: dict[str, st.SearchStrategy[Value]] = {
    "organisation.role": st.sampled_from(["controller", "processor"]),
    "breach.malicious": st.booleans(),
    "people.count": st.integers(0, 1000),
    "data.public_before": st.booleans(),
}


@given(st.fixed_dictionaries({}, optional=ANSWERS), st.fixed_dictionaries(ANSWERS))
def test_one_more_fact_never_turns_a_yes_into_a_no(known: dict[str, Value], all_known: dict[str, Value]) -> None:
    now = TRIGGER.evaluate(World(known)).truth
    for path in ANSWERS.keys() - known.keys():
        later = TRIGGER.evaluate(World({**known, path: all_known[path]})).truth
        assert now is Truth.UNKNOWN or later is now


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000))
def test_more_residents_never_turn_a_threshold_off(bound: int, here: int, more: int) -> None:
    trigger = parse(f"residents [DE] >= {bound}", GROUPS)
    few = trigger.evaluate(World({"reach": {"DE": here}})).truth
    many = trigger.evaluate(World({"reach": {"DE": here, "DE-BY": more}})).truth
    assert few is Truth.NO or many is Truth.YES
