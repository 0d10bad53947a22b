"""An assessment in plain text for people: both answers, why, what would decide, severity and other laws."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from incident.assessment import TESTS

WIDTH = 100
SAID = {"yes": "yes", "no": "no", "unknown": "not decided yet"}
SIGNS = {"raises": "+", "lowers": "-"}
BANDS = {"low": "low", "medium": "medium", "high": "high", "very_high": "very high"}
TITLES = {test.name: test.title for test in TESTS}


def explained(document: object) -> str:
    """The document that `assess` answers, told for people."""
    if not isinstance(document, Mapping):
        return ""
    lines = list(_told(document))
    datasets = document["datasets"]
    if len(datasets) > 1:
        for dataset in datasets:
            lines += ["", f"Data set {dataset['id']}", *(f"  {line}" for line in _told(dataset))]
    return "\n".join(lines) + "\n"


def _told(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"Tell the authority: {SAID[found['notify_authority']]}"
    yield f"Tell the people:    {SAID[found['notify_subjects']]}"
    yield f"Risk to people:     {SAID.get(found['risk'], found['risk'])}"
    yield "On the record:      yes, every breach is"
    if found["reasons"]:
        yield "Why (+ raises the risk, - lowers it):"
    for reason in found["reasons"]:
        yield from _wrapped(f"{SIGNS[reason['direction']]} {reason['text']} [{reason['source']}]")
    if found["missing"]:
        yield "Not stated; it would decide, or overturn what is presumed:"
        yield from _wrapped(", ".join(found["missing"]))
    yield from _scored(found["severity"])
    yield "Other laws' tests:"
    for test in found["tests"]:
        asked = f"; not stated: {', '.join(test['missing'])}" if test["answer"] == "unknown" else ""
        yield from _wrapped(f"{TITLES[test['name']]}: {SAID[test['answer']]}{asked}")


def _scored(severity: Mapping[str, Any]) -> Iterator[str]:
    parts = f"DPC {severity['dpc']:g} x EI {severity['ei']:g} + CB {severity['cb']:g}"
    flags = f"; {', '.join(severity['flags']).replace('_', ' ')}" if severity["flags"] else ""
    yield f"ENISA severity, beside the law: {severity['score']:g}, {BANDS[severity['band']]} ({parts}){flags}"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
