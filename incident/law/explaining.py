"""Derived duties as a table for people, sorted by what is next due. Pure text, no colour."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import wrap

from incident.law.presenting import TO_BE_CHECKED

Row = Mapping[str, object]
LAST = "9999"
WIDTH = 100


def table_of(rows: Sequence[Row]) -> str:
    """What is owed or may be, the next due first; the facts that would decide most; a count of what is not owed."""
    owed = sorted((row for row in rows if row["applies"] == "yes"), key=_next)
    open_ones = sorted((row for row in rows if row["applies"] == "unknown"), key=_next)
    lines = [line for row in owed for line in _described(row)]
    if open_ones:
        lines += [f"Not known yet whether they apply: {len(open_ones)}. What would decide, most first:", ""]
        lines += [f"  {fact}: decides {number}" for fact, number in asked_most(open_ones)[:12]] + [""]
        lines += [f"  {_moment(row):<26} {row['jurisdiction']}, {row['title']} ({row['id']})" for row in open_ones[:40]]
        lines += [f"  … and {len(open_ones) - 40} more"] if len(open_ones) > 40 else []
        lines += [""]
    rest = len(rows) - len(owed) - len(open_ones)
    lines.append(f"{len(owed)} apply, {len(open_ones)} not known, {rest} do not apply.")
    return "\n".join(lines)


def asked_most(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Each missing fact with how many open duties wait for it, the most first."""
    counted: dict[str, int] = {}
    for row in rows:
        missing = row["missing"]
        for fact in missing if isinstance(missing, list | tuple) else ():
            counted[str(fact)] = counted.get(str(fact), 0) + 1
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _next(row: Row) -> tuple[str, str, str]:
    moment = row["due_at"] or row["provisional_due_at"] or row["target_at"] or LAST
    return (str(moment), str(row["id"]), str(row["addressee"]))


def _described(row: Row) -> list[str]:
    head = f"{_moment(row):<26} {row['title']}"
    told = f"{row['addressee']} · {row['law']} {row['article']} · {row['id']}"
    if row["confidence"] == "unverified":
        told += " · UNVERIFIED"
    trace = row["trace"] if isinstance(row["trace"], list) else []
    said = [told, *(str(line) for line in trace)]
    readings = row["other_readings"] if isinstance(row["other_readings"], list) else []
    said += [f"Another reading: {_at(other['due_at'])}, {other['reading']}" for other in readings]
    said.append(str(row["url"]) or TO_BE_CHECKED)
    missing = row["missing"] if isinstance(row["missing"], list) else []
    said += [f"Still asked: {', '.join(map(str, missing))}"] if missing else []
    return [head, *(f"    {part}" for line in said for part in wrap(line, WIDTH)), ""]


def _moment(row: Row) -> str:
    if row["due_at"]:
        return _at(row["due_at"])
    if row["provisional_due_at"]:
        return f"{_at(row['provisional_due_at'])} (prov.)"
    if row["target_at"]:
        return f"{_at(row['target_at'])} (own)"
    return "blocked" if row["blocked"] else "no number in the law"


def _at(moment: object) -> str:
    return f"{datetime.fromisoformat(str(moment)):%Y-%m-%d %H:%M}Z"
