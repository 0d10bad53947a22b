"""How the documents of a generic source become signals: an expression for each field, word maps, all checked; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import TypeVar

from incident.adapters.documents import Json
from incident.adapters.expressions import BadExpression, Expression, TooMuchWork, Work, read_expression
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
    joined,
    limited,
    made_key,
    moment,
    one_line,
    own_key,
    scalar_text,
    web_link,
)
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

MAPPING = "mapping"
"""Where it stands in the rules of a source."""
EXPRESSIONS = ("alerts", "title", "key", "severity", "state", "started_at", "asset", "region", "link", "group")
OTHERS = ("asset_kind", "severities", "states", "labels")
REST = "*"
"""In a map of words: every word it does not name."""
MAX_WORDS, MAX_LABELS, MAX_ALERTS = 100, 50, 5_000
Word = TypeVar("Word", Severity, SignalState)
MILLISECONDS_FROM = 100_000_000_000
"""A number from here on counts milliseconds: in seconds it would be the year 5138."""


class BadMapping(ValueError):
    """A mapping that cannot be used; `field` says where, `message` what is wrong and how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class DocumentMap:
    """A checked mapping: expressions by field, labels by name, words in lower case."""

    expressions: Mapping[str, Expression]
    labels: tuple[tuple[str, Expression], ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    states: Mapping[str, SignalState] = field(default_factory=dict)
    asset_kind: AssetKind = AssetKind.RESOURCE

    def signals(self, document: Json, source: str) -> tuple[Signal, ...]:
        """A signal for each alert. Raises Unreadable, naming the field that decides and is wrong."""
        work, chosen = Work(), self.expressions.get("alerts")
        found = _of(chosen, "alerts", document, work) if chosen else document
        if chosen and found is None:
            raise Unreadable(f"mapping.alerts ({chosen.text}) gives nothing.")
        alerts = found if chosen and isinstance(found, list) else [found]
        if len(alerts) > MAX_ALERTS:
            raise Unreadable(f"mapping.alerts gives more than {MAX_ALERTS:,} alerts.")
        each = (_Alert(self, alert, f"alert {number}: ", work) for number, alert in enumerate(alerts, 1))
        return tuple(one.signal(source) for one in each)


class _Alert:
    """One alert on its way into a signal."""

    def __init__(self, mapping: DocumentMap, alert: Json, place: str, work: Work) -> None:
        self._map, self._alert, self._place, self._work = mapping, alert, place, work

    def signal(self, source: str) -> Signal:
        """What the expressions give of it. Raises Unreadable."""
        title = self._text("title")
        if title is None:
            raise Unreadable(self._nothing("title"))
        asset = asset_of(self._map.asset_kind, self._text("asset"), self._text("region"))
        labels = limited((name, joined(self._given(one, f"labels.{name}"))) for name, one in self._map.labels)
        return Signal(
            title=one_line(title, TITLE_LENGTH),
            severity=self._severity(),
            source=source,
            key=self._key(title, asset.name if asset else None),
            state=self._state(),
            started_at=_moment(self._value("started_at")),
            asset=asset,
            hints=category_hints(labels.get(DATA_CATEGORIES), "label"),
            labels=labels,
            link=web_link(self._value("link")),
            group=self._text("group"),
        )

    def _value(self, name: str) -> Json:
        expression = self._map.expressions.get(name)
        return self._given(expression, name) if expression else None

    def _given(self, expression: Expression, name: str) -> Json:
        return _of(expression, name, self._alert, self._work)

    def _text(self, name: str) -> str | None:
        return scalar_text(self._value(name))

    def _nothing(self, name: str) -> str:
        return f"{self._place}mapping.{name} ({self._map.expressions[name].text}) gives no text."

    def _key(self, title: str, asset: str | None) -> str:
        if "key" not in self._map.expressions:
            return made_key(title, asset)
        key = self._text("key")
        if key is None:
            raise Unreadable(self._nothing("key"))
        return own_key(key)

    def _severity(self) -> Severity | None:
        return _word(self._text("severity"), self._map.severities, Severity)

    def _state(self) -> SignalState:
        """Firing where there is no word; a word that nobody explained decides nothing, so a person looks at it."""
        text = self._text("state")
        state = _word(text, self._map.states, SignalState)
        if text is not None and state is None:
            raise Unreadable(f"{self._place}the state {text[:60]!r} is not among mapping.states.")
        return state or SignalState.FIRING


def _word(text: str | None, said: Mapping[str, Word], words: type[Word]) -> Word | None:
    """By the map, else one of our own words, else what the map says of the rest."""
    if text is None:
        return None
    own = next((word for word in words if word.value == text.lower()), None)
    return said.get(text.lower()) or own or said.get(REST)


def _of(expression: Expression, name: str, document: Json, work: Work) -> Json:
    try:
        found: Json = expression.of(document, work)
    except TooMuchWork:
        raise Unreadable(f"mapping.{name} ({expression.text}) takes too much work on this document.") from None
    return found


def _moment(given: Json) -> datetime | None:
    """RFC 3339 with an offset, or seconds or milliseconds since 1970, a number or its digits."""
    found = moment(given)
    if found is not None or isinstance(given, bool) or not isinstance(given, str | int | float):
        return found
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    exact = given if isinstance(given, int) else number
    return epoch_moment(exact, 1000 if exact >= MILLISECONDS_FROM else 1) if isfinite(number) else None


def read_mapping(document: object) -> DocumentMap:
    """A mapping as a source keeps it. Raises BadMapping, naming the field and the mend."""
    if not isinstance(document, Mapping):
        raise BadMapping("mapping", "must be a table, with at least title")
    unknown = {str(name) for name in document} - {*EXPRESSIONS, *OTHERS}
    if unknown:
        raise BadMapping(f"mapping.{min(unknown)}", f"is not known; there are {', '.join((*EXPRESSIONS, *OTHERS))}")
    if "title" not in document:
        raise BadMapping("mapping.title", "is missing; an expression for what people see, such as alert.name")
    said = {name: _expression(document[name], f"mapping.{name}") for name in EXPRESSIONS if name in document}
    labels = _table(document.get("labels", {}), "mapping.labels", MAX_LABELS)
    kind = document.get("asset_kind", AssetKind.RESOURCE.value)
    if kind not in list(AssetKind):
        raise BadMapping("mapping.asset_kind", f"must be one of {', '.join(AssetKind)}")
    return DocumentMap(
        expressions=said,
        labels=tuple((name, _expression(text, f"mapping.labels.{name}")) for name, text in labels.items()),
        severities=_words(document.get("severities", {}), "mapping.severities", Severity),
        states=_words(document.get("states", {}), "mapping.states", SignalState),
        asset_kind=AssetKind(str(kind)),
    )


def _expression(text: object, place: str) -> Expression:
    if not isinstance(text, str):
        raise BadMapping(place, "must be a JMESPath expression in quotes, such as alert.name")
    try:
        return read_expression(text)
    except BadExpression as error:
        raise BadMapping(place, str(error)) from None


def _table(given: object, place: str, most: int) -> dict[str, object]:
    if not isinstance(given, Mapping) or len(given) > most:
        raise BadMapping(place, f"must be a table of at most {most} lines")
    names = {one_line(str(name), 200): value for name, value in given.items()}
    if len(names) < len(given) or "" in names:
        raise BadMapping(place, "has a name that is empty or too long; 1 to 200 characters")
    return names


def _words(given: object, place: str, words: type[Word]) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for name, word in _table(given, place, MAX_WORDS).items():
        if word not in list(words):
            raise BadMapping(f"{place}.{name}", f"must be one of {', '.join(words)}")
        found[name.lower()] = words(str(word))
    return found
