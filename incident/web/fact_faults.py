"""What is wrong with the answers of a fact sheet, at the question it belongs to. Pure."""

from collections.abc import Iterable

from incident.errors import Fault
from incident.web.views import Problem
from notifications.wording import worded_list


def problem_of(path: str, faults: Iterable[Fault]) -> Problem | None:
    """What is wrong with a fact or with things inside it, such as countries of `reach`: one after the other."""
    inside = (f"{path}.", f"{path}[")
    found = [one for one in faults if (name := one.field.rpartition("].")[2]) == path or name.startswith(inside)]
    if not found:
        return None
    first, *others = found
    more = (worded_list((one.message, one.mend), "; ") for one in others)
    return Problem(first.field, first.message, worded_list((first.mend, *more), ". ") if others else first.mend)


def first_of_each(faults: Iterable[Fault]) -> tuple[Problem, ...]:
    """Every fault; of several countries of one `reach` the first, with which `problem_of` says the others."""
    kept: dict[str, Problem] = {}
    for fault in faults:
        fact, inside, _ = fault.field.partition(".reach.")
        kept.setdefault(
            fact + inside if inside else f"{fault.field} {fault.message}",
            Problem(fault.field, fault.message, fault.mend),
        )
    return tuple(kept.values())
