"""What a benchmark was to reach, what it reached, and the file that says both."""

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.measuring.machine import OUT

COMPARE: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure: `value` against `goal` in the sense of `sense`; None where it could not be measured, and `why`."""

    name: str
    about: str
    value: float | None
    goal: float
    sense: str = ">="
    why: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.value is None else COMPARE[self.sense](self.value, self.goal)


def middle(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Ours over theirs, round by round: the median."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def write(name: str, goals: Sequence[Goal]) -> None:
    """Print the goals and keep them as `bench/out/NAME.json`."""
    print()
    for one in goals:
        said = "not measured: " + one.why if one.value is None else f"{one.value:,.2f}"
        verdict = {True: "met", False: "NOT met", None: "-"}[one.met]
        print(f"  {one.name:<4} {one.about:<62} {said:>10}  {one.sense} {one.goal:g}  {verdict}")
    found = {
        one.name: {"value": one.value, "goal": one.goal, "sense": one.sense, "met": one.met, "about": one.about}
        for one in goals
    }
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps({"goals": found}, indent=2) + "\n")
