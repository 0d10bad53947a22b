"""From entries of a timeline as they are read to what pages show of them, and where one is found."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from incident.queries.timeline import Line
from incident.web import words
from incident.web.views import EntryLine


def entry_href(case_href: str, seq: int) -> str:
    """Where one entry stands, however old it is: the page of the timeline that begins with it."""
    return f"{case_href}/timeline?before={seq + 1}#entry-{seq}"


def entry_lines(
    lines: Sequence[Line], comments: Mapping[int, Sequence[Line]] = MappingProxyType({})
) -> tuple[EntryLine, ...]:
    """Entries as the timeline shows them, each with what was said on it."""
    return tuple(
        EntryLine(
            line.seq,
            line.at,
            line.occurred_at,
            line.who,
            line.action,
            line.text,
            words.icon_of(line.action),
            line.action in words.PINNED,
            line.erased,
            line.hash,
            line.evidence,
            line.sha256,
            line.on,
            entry_lines(comments.get(line.seq, ())),
        )
        for line in lines
    )
