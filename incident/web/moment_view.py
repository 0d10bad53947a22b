"""The moments the law counts from, as a page shows them: recorded or not, and which open duties count from each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from incident.anchors import AWARE, NAMES, Anchor, by_name, stand_in
from incident.law.duties import SUBMITTED
from incident.models.incidents import Evidence
from incident.queries.duties import DutyLine
from incident.web.breach_words import cited
from incident.web.views import Choice, MomentLine, RecordedMoment
from incident.web.words import moment_title
from notifications.wording import worded

ASKED, LIFTED = "hold_requested", "hold_lifted"
HAPPENED = ("occurred_from", "occurred_until", "detected", "discovered")
"""What filings, notices and the register say of the breach itself, whether or not a duty counts from it."""
HOLD_RULE = worded("every open duty whose law permits it to wait")
WHOLE = worded("the whole incident")


def moment_lines(
    duties: Sequence[DutyLine], anchors: Sequence[Anchor], zone: str, titles: Mapping[str, str]
) -> tuple[MomentLine, ...]:
    """When it happened, then every moment some open duty counts from or waits for, those that are waited for first.

    Awareness stands apart.
    A hold of law enforcement is one where an open duty permits it. `titles` are the data sets' names by id.
    """
    moments = by_name(anchors)
    lines = []
    for name, found in _asking(duties, moments).items():
        if name in (SUBMITTED, AWARE):
            continue
        records = tuple(_recorded(one, zone, titles) for one in moments.get(name, ()) if one.decided)
        other = None if records or not found or name in (ASKED, LIFTED) else stand_in(moments, name, ())
        lines.append(
            MomentLine(
                name=name,
                title=moment_title(name),
                meaning=NAMES[name],
                recorded=records,
                counting=len(found),
                waiting=0 if records else sum(_waits(line, name) for line in found),
                rules=_rules(found) if name not in (ASKED, LIFTED) else (HOLD_RULE,),
                stand_in=moment_title(other.anchor.name) if other else "",
                stand_in_at=other.at if other else None,
                happened=name in HAPPENED,
            )
        )
    happened, others = lines[: len(HAPPENED)], lines[len(HAPPENED) :]
    others.sort(key=lambda line: (-line.waiting, bool(line.recorded), -line.counting, line.name))
    return (*happened, *others)


def _asking(duties: Sequence[DutyLine], moments: Mapping[str, Sequence[Anchor]]) -> dict[str, list[DutyLine]]:
    """The open duties that count from each moment, by its name; when it happened first, asked for or not."""
    asking: dict[str, list[DutyLine]] = {name: [] for name in HAPPENED}
    open_ones = [line for line in duties if line.deadline.is_open]
    for line in open_ones:
        for name in dict.fromkeys((line.duty.anchor, *(bound.anchor for bound in line.duty.bounds))):
            asking.setdefault(name, []).append(line)
    if any(line.duty.hold for line in open_ones):
        held = [line for line in open_ones if line.duty.hold]
        asking.setdefault(ASKED, []).extend(held)
        if moments.get(ASKED):
            asking.setdefault(LIFTED, []).extend(held)
    return asking


def scopes_of(titles: Mapping[str, str]) -> tuple[Choice, ...]:
    """What a moment can hold for: everything, or one data set where there are several."""
    own = [Choice(f"dataset:{name}", title) for name, title in titles.items()] if len(titles) > 1 else []
    return (Choice("", WHOLE, True), *own)


def proofs_of(kept: Iterable[tuple[Evidence, str]]) -> tuple[Choice, ...]:
    """What can show a moment: each piece of evidence, by its name."""
    return tuple(Choice(f"evidence:{row.id}", name) for row, name in kept)


def local_input(moment: datetime, zone: str) -> str:
    """A moment as a field for local time carries it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _recorded(anchor: Anchor, zone: str, titles: Mapping[str, str]) -> RecordedMoment:
    kind, _, name = anchor.scope.partition(":")
    where = (titles.get(name, name) if kind == "dataset" else name) if anchor.scope else ""
    return RecordedMoment(anchor.id, anchor.at, anchor.why, anchor.scope, where, local_input(anchor.at, zone))


def _waits(line: DutyLine, name: str) -> bool:
    """Whether the duty has no moment of its own while this one is not recorded."""
    return line.duty.anchor == name and (bool(line.obligation.blocked) or line.obligation.provisional)


def _rules(lines: Iterable[DutyLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cited(line.duty.law, line.duty.article) for line in lines))
