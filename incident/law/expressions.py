"""The trigger language: a small closed, three-valued expression over the facts of one data set.

    organisation.role in [controller, joint] and some data.categories and not data.public_before
    residents [DE, FR] >= 500 and presume "the law reaches us" (organisation.establishment in [@EEA]) and finding risk

`some LIST` has at least one item; `has` and `has_any` look into a list of words; `@NAME` stands for a group of words
and `$NAME` for a term, an expression written once for many rules; `residents [...]` counts people by ISO 3166 code,
regions within their country, `residents_of_one [US]` those of the one region that has most; `finding NAME` is the
answer of an assessment; `recorded ANCHOR` is yes once that moment is recorded; `presume "why" (…)` carries unknown to
yes, never to no. A fact nobody answered makes its test unknown. Numbers of people sum the data sets of `World.pool`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from incident.anchors import NAMES
from incident.facts import FIELDS, Value
from incident.facts.vocabulary import COUNTRY, FLAG, NUMBER, SHARE, WORD, WORDS, Kind, nearest
from incident.law.answers import Answer, all_of, any_of, negated, no, presumed, unknown, yes
from incident.law.comparisons import (
    WITHOUT_END,
    Pool,
    flag,
    has_any,
    is_word,
    number,
    people,
    residents,
    residents_of_one,
    some,
)
from incident.law.trigger_text import ExpressionError, tokens_of

ORDERS = (">=", "<=", ">", "<", "==")
WHOLE = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class World:
    """What an expression may look at: the facts of one data set, the answers of assessments, the moments recorded.

    `others` are the data sets whose people count with this one's where a number decides, each with whether it surely
    satisfies the rule. `any_number`: thresholds of people are passed over, to find those data sets. `answered` keeps
    what parts in brackets, as terms are, came to.
    """

    facts: Mapping[str, Value]
    findings: Mapping[str, Answer] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    others: tuple[tuple[Mapping[str, Value], bool], ...] = ()
    any_number: bool = False
    answered: dict[str, Answer] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def pool(self) -> tuple[tuple[Mapping[str, Value], bool], ...]:
        return ((self.facts, True), *self.others)


Test = Callable[[World], Answer]


@dataclass(frozen=True, slots=True)
class Expression:
    """A trigger that was read. `facts` and `findings` are the names it looks at; `counts`: numbers of people decide."""

    text: str
    test: Test
    facts: frozenset[str]
    findings: frozenset[str]
    counts: bool = False

    def evaluate(self, world: World) -> Answer:
        return self.test(world)


def parse(text: str, groups: Mapping[str, tuple[str, ...]]) -> Expression:
    """Read a trigger. Raises ExpressionError, which names the word that is wrong and the nearest right one."""
    reader = _Reader(tokens_of(text), groups)
    test = reader.either()
    if reader.tokens:
        raise ExpressionError(f"{reader.tokens[-1]!r} is left over", "join tests by and, or")
    text = " ".join(text.split())
    return Expression(text, test, frozenset(reader.facts), frozenset(reader.findings), reader.counts)


class _Reader:
    """Recursive descent: either := both (or both)*; both := one (and one)*; one := not one | (either) | test."""

    def __init__(self, tokens: list[str], groups: Mapping[str, tuple[str, ...]]) -> None:
        self.tokens, self.groups = tokens[::-1], groups  # the next one last, where it is taken from
        self.facts: set[str] = set()
        self.findings: set[str] = set()
        self.counts = False

    def either(self) -> Test:
        parts = [self.both()]
        while self._takes("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda world: any_of(part(world) for part in parts)

    def both(self) -> Test:
        parts = [self.one()]
        while self._takes("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda world: all_of(part(world) for part in parts)

    def one(self) -> Test:
        begins = self.tokens[-1] if self.tokens else ""
        if begins not in BEGINNINGS:
            return self._comparison()
        self.tokens.pop()
        return BEGINNINGS[begins](self)

    def _not(self) -> Test:
        inner = self.one()
        return lambda world: negated(inner(world))

    def _inside(self) -> Test:
        rest = self.tokens[::-1]
        inside = self.either()
        self._expect(")")
        return _once_a_world(inside, self._written(rest[: len(rest) - len(self.tokens)]))

    def _written(self, tokens: list[str]) -> str:
        """The same part of two packs need not mean the same countries: groups are written out."""
        return " ".join(str(self.groups[token[1:]]) if token.startswith("@") else token for token in tokens)

    def _some(self) -> Test:
        path, _ = self._fact(WORDS)
        return lambda world: some(world.facts, path)

    def _presumption(self) -> Test:
        because = self._next()
        if not because.startswith('"'):
            raise ExpressionError(f"{because!r} follows presume", 'name the presumption: presume "why" (…)')
        inner = self.one()
        return lambda world: presumed(inner(world), because.strip('"'))

    def _finding(self) -> Test:
        name = self._next()
        self.findings.add(name)
        return lambda world: world.findings.get(name, unknown(f"finding.{name}"))

    def _recorded(self) -> Test:
        name = self._next()
        if name not in NAMES:
            raise ExpressionError(f"{name!r} is no anchor", nearest(name, NAMES))
        return lambda world: yes(f"{name} is recorded") if name in world.recorded else no(f"{name} is not recorded")

    def _residents(self, count: Callable[[Pool, tuple[str, ...], str, float], Answer]) -> Test:
        codes = self._list(FIELDS["organisation.establishment"])
        order, bound = self._order(), self._number()
        self.facts.add("reach")
        if order == ">=" and bound == 1:
            return lambda world: count(world.pool[:1], codes, order, bound)
        self.counts = True
        some_there = (">=", 1.0) if order in (">", ">=") else ("<=", WITHOUT_END)
        return lambda world: (
            count(world.pool[:1], codes, *some_there) if world.any_number else count(world.pool, codes, order, bound)
        )

    def _people(self, order: str, bound: float) -> Test:
        self.counts = True
        return lambda world: yes("a number of people decides") if world.any_number else people(world.pool, order, bound)

    def _comparison(self) -> Test:
        path, kind = self._fact()
        if kind.shape == FLAG:
            return lambda world: flag(world.facts, path)
        operator = self._next()
        if operator in ("has", "has_any") and kind.shape == WORDS:
            words = (self._word(kind),) if operator == "has" else self._list(kind)
            return lambda world: has_any(world.facts, path, words)
        if operator in ("==", "!=", "in") and kind.shape in (WORD, COUNTRY):
            wanted = self._list(kind) if operator == "in" else (self._word(kind),)
            if operator == "!=":
                return lambda world: negated(is_word(world.facts, path, wanted))
            return lambda world: is_word(world.facts, path, wanted)
        if operator in ORDERS and kind.shape in (NUMBER, SHARE):
            bound = self._number()
            if path == "people.count":
                return self._people(operator, bound)
            return lambda world: number(world.facts, path, operator, bound)
        raise ExpressionError(f"{operator!r} cannot test {path}", f"it is a {kind.shape}")

    def _fact(self, shape: str | None = None) -> tuple[str, Kind]:
        path = self._next()
        if path not in FIELDS:
            raise ExpressionError(f"{path!r} is no fact", nearest(path, FIELDS))
        kind = FIELDS[path]
        if shape is not None and kind.shape != shape:
            raise ExpressionError(f"{path} is no list", "use it with ==, in, or a number")
        self.facts.add(path)
        return path, kind

    def _list(self, kind: Kind) -> tuple[str, ...]:
        self._expect("[")
        words: list[str] = []
        while True:
            words.extend(self._words(kind))
            if self._takes("]"):
                return tuple(words)
            self._expect(",")

    def _words(self, kind: Kind) -> tuple[str, ...]:
        if self.tokens and self.tokens[-1].startswith("@"):
            name = self._next()[1:]
            if name not in self.groups:
                raise ExpressionError(f"@{name} is no group", nearest(name, self.groups))
            return self.groups[name]
        return (self._word(kind),)

    def _word(self, kind: Kind) -> str:
        word = self._next()
        known = bool(re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", word)) if kind.shape == COUNTRY else word in kind.words
        if not known:
            raise ExpressionError(f"{word!r} is no word of this fact", nearest(word, kind.words))
        return word

    def _order(self) -> str:
        order = self._next()
        if order not in ORDERS:
            raise ExpressionError(f"{order!r} compares nothing", f"one of {', '.join(ORDERS)}")
        return order

    def _number(self) -> float:
        token = self._next()
        if not WHOLE.fullmatch(token):
            raise ExpressionError(f"{token!r} is no number", "write digits, such as 500")
        return float(token)

    def _takes(self, token: str) -> bool:
        if self.tokens and self.tokens[-1] == token:
            self.tokens.pop()
            return True
        return False

    def _expect(self, token: str) -> None:
        found = self._next()
        if found != token:
            raise ExpressionError(f"{found!r} stands where {token!r} belongs", f"write {token}")

    def _next(self) -> str:
        if not self.tokens:
            raise ExpressionError("the trigger ends too early", "finish the test")
        return self.tokens.pop()


def _once_a_world(test: Test, part: str) -> Test:
    def answer(world: World) -> Answer:
        found = world.answered.get(part)
        if found is None:
            found = world.answered[part] = test(world)
        return found

    return answer


BEGINNINGS: Mapping[str, Callable[[_Reader], Test]] = {
    "not": _Reader._not,
    "(": _Reader._inside,
    "presume": _Reader._presumption,
    "finding": _Reader._finding,
    "recorded": _Reader._recorded,
    "residents": lambda reader: reader._residents(residents),
    "residents_of_one": lambda reader: reader._residents(residents_of_one),
    "some": _Reader._some,
}
