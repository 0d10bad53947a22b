"""General rules of the assessment: knowledge only settles, presumptions only carry a yes, neighbours do not matter."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from incident.assessment import Risk, assess, assess_sheet
from incident.facts import DataSet, FactSheet, Value
from incident.law.answers import Truth
from tests.incident.assessment.sheets import certain, knowledge, one_more_fact

Known = dict[str, Value]


@given(one_more_fact())
def test_one_more_fact_moves_unknown_to_yes_or_no_and_never_between_those(pair: tuple[Known, Known]) -> None:
    less, more = (certain(facts) for facts in pair)
    for name, answer in less.items():
        assert answer.truth in (Truth.UNKNOWN, more[name].truth), name


@given(knowledge())
def test_a_presumption_can_carry_an_unknown_to_yes_and_nothing_else(facts: Known) -> None:
    strict, found = certain(facts), assess(facts).findings
    for name, answer in found.items():
        if strict[name].truth is Truth.UNKNOWN:
            assert answer.truth is not Truth.NO, name
        else:
            assert answer.truth is strict[name].truth, name


@given(knowledge())
def test_what_rests_on_a_presumption_asks_for_its_facts(facts: Known) -> None:
    strict = certain(facts)
    for name, answer in assess(facts).findings.items():
        if answer.truth is Truth.UNKNOWN or (answer.truth is Truth.YES and strict[name].truth is Truth.UNKNOWN):
            assert answer.missing, name
            assert not set(answer.missing) & set(facts), name


@given(knowledge())
def test_nothing_stated_is_asked_again_and_the_limbs_fit_each_other(facts: Known) -> None:
    found = assess(facts)
    if found.subjects.truth is Truth.YES:
        assert found.authority.truth is Truth.YES
    if found.authority.truth is Truth.NO:
        assert (found.subjects.truth, found.risk) == (Truth.NO, Risk.UNLIKELY)
    assert (found.risk is Risk.HIGH) == (found.subjects.truth is Truth.YES)


@given(knowledge(), st.randoms())
def test_order_does_not_matter(facts: Known, chance: Random) -> None:
    paths = list(facts)
    chance.shuffle(paths)
    assert assess({path: facts[path] for path in paths}) == assess(facts)


@given(knowledge(), knowledge())
def test_facts_of_one_data_set_never_change_another(mine: Known, other: Known) -> None:
    shared = {path: value for path, value in mine.items() if path.startswith(("breach.", "organisation."))}
    own = {path: value for path, value in mine.items() if path not in shared}
    its = {path: value for path, value in other.items() if not path.startswith(("breach.", "organisation."))}
    first, second = DataSet("first", facts=own), DataSet("second", facts=its)
    alone = assess_sheet(FactSheet(shared, (first,)))["first"]
    assert assess_sheet(FactSheet(shared, (first, second)))["first"] == alone
    assert assess_sheet(FactSheet(shared, (second, first)))["first"] == alone
