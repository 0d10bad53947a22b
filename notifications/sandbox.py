"""The sandbox templates are rendered in: Jinja2's immutable one, with bounds on what a template can make grow."""

from collections.abc import Iterator
from typing import ClassVar

from jinja2 import Template
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST = 256 * 1024  # characters of one rendered file, and of any value a template multiplies
STEPS = 100_000  # that all ranges of one rendering count together
REFUSED_FILTERS = (
    "center",  # these make text of any length from a number
    "format",
    "indent",
    "wordwrap",
    "pprint",  # these show more than the slots say
    "random",  # the same facts make the same text
    "safe",  # what is written into HTML is escaped
    "urlize",
    "xmlattr",
)
REFUSED_METHODS = frozenset(
    ("center", "encode", "expandtabs", "format", "format_map", "ljust", "rjust", "translate", "zfill")
)


class TooMuch(ValueError):
    """A template makes more than a notice can need. The text says of what."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without what makes large values of small ones, or changes from one rendering to the next."""

    intercepted_binops: ClassVar[frozenset[str]] = frozenset({"*", "**", "%", "+"})  # type: ignore[misc]

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Arithmetic of numbers as it is; of texts and lists only up to the largest that is read."""
        if operator == "**":
            raise TooMuch("powers are not computed in a template")
        if operator == "%" and isinstance(left, str):
            raise TooMuch("texts are not formatted with %: write the words around {{ }}")
        if operator == "*" and _grown(left, right) > LARGEST:
            raise TooMuch(f"a text or list is repeated to more than {LARGEST}")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, _value: object) -> None:
        """`str.format` is refused like the other methods that widen a text."""
        return

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Not what Jinja2 refuses, nor the methods of text that widen it."""
        if isinstance(obj, str | bytes) and attr in REFUSED_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)


class Counting:
    """`range` for one rendering: all its numbers together have a bound, so that loops inside loops end."""

    def __init__(self) -> None:
        self._left = STEPS

    def range(self, *bounds: int) -> range:
        """As Python's. Raises TooMuch."""
        found = range(*bounds)
        self._left -= len(found) if len(found) <= STEPS else STEPS + 1
        if self._left < 0:
            raise TooMuch(f"the ranges of this template count further than {STEPS}")
        return found


def bounded(template: Template, slots: dict[str, object]) -> str:
    """The rendered template. Raises TooMuch as soon as it is longer than a notice may be, so that loops end."""
    found, length = [], 0
    for piece in _pieces(template, slots):
        length += len(piece)
        if length > LARGEST:
            raise TooMuch(f"it renders to more than {LARGEST} characters")
        found.append(piece)
    return "".join(found)


def _pieces(template: Template, slots: dict[str, object]) -> Iterator[str]:
    return template.generate(**slots, range=Counting().range)


def _grown(left: object, right: object) -> int:
    for value, times in ((left, right), (right, left)):
        if isinstance(value, str | bytes | list | tuple) and isinstance(times, int):
            return len(value) * max(times, 0)
    return 0
