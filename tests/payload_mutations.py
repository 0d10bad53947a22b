"""Payloads changed at random, step by step: what a monitor of another version, a proxy or an attacker might send."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from tests.payload_changes import JUNK, Path, at, paths

TWICE = "\ue000twice\ue000"  # stands before a name that is then written a second time
EXTREME: tuple[Any, ...] = (
    *JUNK,
    -(2**63),
    2**53 + 1,
    -0.0,
    5e-324,
    1.7976931348623157e308,
    False,
    "\ud800",
    "a\r\nb\u2028c",
    "=1+1",
    "javascript:alert(1)",
    "http://[::1",
    "http://\u202e.example/",
    "9" * 400,
    "1e400",
    "-1",
    "2026-13-45T25:61:61Z",
    "2026-11-24T09:00:00+99:99",
    "arn:aws:::::",
    "a:b:c:d:e:f:g:h",
    "/" * 300,
    "null",
    "{}",
    '{"a": [1, {"b": "c"}]}',
    "%00%ff",
    [""] * 300,
    [{}] * 300,
    {str(number): number for number in range(300)},
)
CHANGES = ("drop", "retype", "twice", "nest", "swap", "repeat", "rename", "wrap")


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> bytes:
    """The document after up to six changes, and then perhaps cut short."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 6))):
        places = list(paths(changed))
        if not places:
            break
        # Through JSON, so that nothing stands at two places at once, or within itself.
        changed = json.loads(json.dumps(_change(draw, changed, draw(st.sampled_from(places)), places)))
    text = json.dumps(changed, ensure_ascii=draw(st.booleans())).replace(TWICE, "").replace(json.dumps(TWICE)[1:-1], "")
    body = text.encode("utf-8", "surrogatepass")
    return body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 9)) == 0 else body


def _change(draw: st.DrawFn, document: Any, place: Path, places: list[Path]) -> Any:
    how, holder, name = draw(st.sampled_from(CHANGES)), at(document, place[:-1]), place[-1]
    if how == "wrap":
        return draw(st.sampled_from([[document], {"data": document}, {"alerts": [document, document]}]))
    if how == "drop":
        del holder[name]
    elif how == "retype":
        holder[name] = copy.deepcopy(draw(st.sampled_from(EXTREME)))
    elif how == "nest":
        for _ in range(draw(st.sampled_from([1, 2, 70]))):
            holder[name] = draw(st.sampled_from([[holder[name]], {str(name): holder[name]}]))
    elif how == "swap":
        _swap(document, place, draw(st.sampled_from(places)))
    elif isinstance(holder, dict):
        _add_a_name(draw, holder, str(name), how)
    else:
        holder.extend([holder[int(name)]] * draw(st.integers(1, 50)))
    return document


def _swap(document: Any, one: Path, other: Path) -> None:
    """Exchange two values of which neither is within the other."""
    if other[: len(one)] != one and one[: len(other)] != other:
        here, there = at(document, one[:-1]), at(document, other[:-1])
        here[one[-1]], there[other[-1]] = there[other[-1]], here[one[-1]]


def _add_a_name(draw: st.DrawFn, holder: dict[str, Any], name: str, how: str) -> None:
    """Write a name a second time, or call it something else."""
    if how == "twice":
        holder[f"{TWICE}{name}"] = draw(st.sampled_from([holder[name], None, "other"]))
    else:
        holder[draw(st.sampled_from(["", "\u202e", "x" * 500, name.upper()]))] = holder.pop(name)
