"""JMESPath under limits: a short expression, checked when it is saved, whose work on a stranger's document is counted.

https://jmespath.org/specification.html

An expression cannot loop, but it can double what it holds: `[@, @] | [@, @]` and so on. So each step costs a unit of
work, and each list, object or text that is made costs as many as it has values and letters, counted as a tree.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jmespath import functions, visitor
from jmespath.exceptions import JMESPathError, LexerError, ParseError
from jmespath.parser import Parser

LONGEST = 500
DEEPEST = 24
WORK = 1_000_000
"""Units of one delivery: about a second at the worst; a body of the largest size needs a tenth of it."""
LETTERS_A_UNIT = 32
_MAKING = frozenset(
    {
        "projection",
        "filter_projection",
        "value_projection",
        "flatten",
        "slice",
        "multi_select_list",
        "multi_select_dict",
        "function_expression",
    }
)
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+"|(`)((?:\\.|[^`\\])*+)`""", re.DOTALL)
_BROKEN = (JMESPathError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What the library raises, of what is no expression and of functions given something else than they take."""


class BadExpression(ValueError):
    """It cannot be used; the text says why and how to mend it."""


class TooMuchWork(Exception):
    """The work of this delivery is spent."""


class Work:
    """What is left of the work a delivery may take."""

    def __init__(self, units: int = WORK) -> None:
        self.left = units

    def spend(self, units: int = 1) -> None:
        """Raises TooMuchWork when nothing is left."""
        self.left -= units
        if self.left < 0:
            raise TooMuchWork

    def spend_on(self, value: object) -> None:
        """As many units as a value has parts, counted as a tree; raises TooMuchWork before it has counted too far."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self.spend(1 + len(one) // LETTERS_A_UNIT if isinstance(one, str) else 1)
            if isinstance(one, list):
                self.spend(len(one) // LETTERS_A_UNIT)
                waiting.extend(one)
            elif isinstance(one, dict):
                waiting.extend(one.values())


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression."""

    text: str
    tree: Mapping[str, Any]

    def of(self, document: object, work: Work) -> Any:
        """What it gives of a document; None also where a function is given what it does not take.

        Raises TooMuchWork.
        """
        try:
            return _Counting(work).visit(self.tree, document)
        except _BROKEN:
            return None


def read_expression(text: str) -> Expression:
    """Check an expression. Raises BadExpression."""
    if not text.strip():
        raise BadExpression("is empty; such as alert.name")
    if len(text) > LONGEST:
        raise BadExpression(f"is longer than {LONGEST} characters; shorten it")
    _check_literals(text)
    _check_nesting(_QUOTED.sub("", text))
    try:
        tree = Parser().parse(text).parsed
    except RecursionError:
        raise BadExpression(_TOO_DEEP) from None
    except _BROKEN as error:
        raise BadExpression(_why(error, text)) from None
    _check_tree(tree)
    return Expression(text, tree)


_TOO_DEEP = f"is nested deeper than {DEEPEST} levels; take it apart"


def _check_literals(text: str) -> None:
    """The library takes a literal that is no JSON for a text, which was given up long ago (JEP-12)."""
    for match in _QUOTED.finditer(text):
        if match[1] is None:
            continue
        try:
            json.loads(match[2].replace("\\`", "`"))
        except (ValueError, RecursionError):
            raise BadExpression(f"has `{match[2][:40]}`, which is no JSON; a text stands in 'single quotes'") from None


def _check_nesting(bare: str) -> None:
    """Before the parser, which calls itself for each bracket, sees it."""
    depth = 0
    for letter in bare:
        depth += (letter in "([{") - (letter in ")]}")
        if depth > DEEPEST:
            raise BadExpression(_TOO_DEEP)


def _why(error: Exception, text: str) -> str:
    if isinstance(error, LexerError):
        return f"cannot be read at character {error.lexer_position + 1}; look at quotes, brackets and dashes there"
    if isinstance(error, ParseError):
        if error.lex_position is None or error.lex_position >= len(text):
            return "ends too early; close its brackets and finish its last word"
        return f"cannot be read at character {error.lex_position + 1}; look at what stands there"
    return "is no JMESPath expression; such as alert.name"


def _check_tree(tree: Mapping[str, Any]) -> None:
    known = functions.Functions.FUNCTION_TABLE
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise BadExpression(_TOO_DEEP)
        if node["type"] == "function_expression":
            name, taken = node["value"], known.get(node["value"])
            if taken is None:
                raise BadExpression(f"names {name}(), which there is not; there are {', '.join(sorted(known))}")
            given, wanted = len(node["children"]), len(taken["signature"])
            if given < wanted or (given > wanted and not taken["signature"][-1].get("variadic")):
                raise BadExpression(f"gives {name}() {given} values; it takes {wanted}")
        if node["type"] == "slice":
            if node["children"][2] == 0:
                raise BadExpression("has a slice of step 0; leave the step out")
            continue
        waiting.extend((child, depth + 1) for child in node["children"])


class _Functions(functions.Functions):
    """The functions of JMESPath; what they look at is counted before."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        self._work.spend_on(resolved_args)
        return super().call_function(function_name, resolved_args)


class _Counting(visitor.TreeInterpreter):
    """The interpreter; each step and all that is made is counted."""

    def __init__(self, work: Work) -> None:
        super().__init__(visitor.Options(custom_functions=_Functions(work)))
        self._work = work

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._work.spend()
        found = super().visit(node, *args, **kwargs)
        if node["type"] in _MAKING:
            self._work.spend_on(found)
        return found
