"""Any state of knowledge about one data set, for properties: every fact the criteria read, stated or not."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from incident.assessment import CRITERIA, TESTS
from incident.assessment.criteria import parsed, presumptions, without_presumption
from incident.facts import FIELDS, Value, read_sheet
from incident.facts.vocabulary import COUNTRY, FLAG, MOMENT, NUMBER, SHARE, WORD, WORDS
from incident.law.answers import Answer, any_of, no
from incident.law.expressions import Expression, World
from tests.incident.assessment.worked import Worked, own_cases

READ = tuple(sorted(set().union(*(parsed(criterion.test).facts for criterion in CRITERIA))))
NUMBERS: Mapping[str, tuple[int | str, ...]] = {
    "people.count": (0, 1, 100, 101, 9999, 10000),
    "protection.unavailable_hours": (0, 3, 4, 23, 24, 71, 72, "permanent"),
}


def _values(path: str) -> st.SearchStrategy[Any]:
    kind = FIELDS[path]
    word = st.sampled_from(kind.words or ("",))
    shapes: dict[str, st.SearchStrategy[Any]] = {
        FLAG: st.booleans(),
        WORD: word,
        WORDS: st.lists(word, unique=True, max_size=5).map(lambda words: tuple(sorted(words))),
        NUMBER: st.sampled_from(NUMBERS.get(path, (0, 1))),
        SHARE: st.sampled_from((0.0, 1.0)),
        MOMENT: st.just("2026-11-14T00:00:00Z"),
        COUNTRY: st.sampled_from(("PL", "DE", "US")),
    }
    return shapes[kind.shape]


def knowledge() -> st.SearchStrategy[dict[str, Value]]:
    """What is known of one data set, by path: anything at all, or a worked case with some facts told otherwise."""
    anything = st.fixed_dictionaries({}, optional={path: _values(path) for path in READ})
    cases = st.sampled_from([_known(case) for case in own_cases()])
    changes = st.dictionaries(st.sampled_from(READ), st.none(), max_size=3).flatmap(
        lambda paths: st.fixed_dictionaries({path: _values(path) for path in paths})
    )
    return st.one_of(anything, st.tuples(cases, changes).map(lambda pair: {**pair[0], **pair[1]}))


def _known(case: Worked) -> dict[str, Value]:
    sheet = read_sheet(case.facts)
    return sheet.view(sheet.datasets[0])


def one_more_fact() -> st.SearchStrategy[tuple[dict[str, Value], dict[str, Value]]]:
    """What is known, and the same with one fact more."""

    def without_one(known: dict[str, Value]) -> st.SearchStrategy[tuple[dict[str, Value], dict[str, Value]]]:
        less = st.sampled_from(sorted(known)).map(lambda path: {key: known[key] for key in known if key != path})
        return less.map(lambda fewer: (fewer, known))

    return knowledge().filter(bool).flatmap(without_one)


def certain(facts: Mapping[str, Value]) -> dict[str, Answer]:
    """The findings as they stand when nothing is presumed."""
    if any(facts.get(path) == () for path in ("data.categories", "breach.kinds")):
        return {name: no("nothing") for name in ("gdpr_risk", "gdpr_high_risk", *(test.name for test in TESTS))}
    answers: dict[str, Answer] = {}
    for criterion in CRITERIA:
        answers[criterion.name] = _strict(criterion.test).evaluate(World(facts, answers))
    own = [found for found in CRITERIA if found.law == "gdpr"]
    severe = any_of(answers[found.name] for found in own if found.weight == "high")
    harm = any_of((*(answers[found.name] for found in own if found.weight == "risk"), severe))
    other = {test.name: _strict(test.rule).evaluate(World(facts, answers)) for test in TESTS}
    return {"gdpr_risk": harm, "gdpr_high_risk": severe, **other}


def _strict(rule: str) -> Expression:
    for name in presumptions(rule):
        rule = without_presumption(rule, name)
    return parsed(rule)
