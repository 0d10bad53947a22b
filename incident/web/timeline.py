"""The timeline of an incident: every entry a page at a time, or those by somebody, of a kind, of some days."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from incident.queries.incident import IncidentPage
from incident.queries.timeline import COMMENTED, PAGE, Wanted, comments_on, erased_of, read_entries, writers_of
from incident.web import words
from incident.web.entry_views import entry_lines
from incident.web.frame import Desk, Later, Seated
from incident.web.incidents import opened, show
from incident.web.times import read_local
from incident.web.views import Choice, EntryLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
MOST_PINNED = 50
PINNED_OPEN = 4  # the others are folded
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "notes": (worded("Lines by hand"), ("noted", COMMENTED)),
    "decisions": (worded("Decisions and moves"), tuple(sorted(words.PINNED))),
    "evidence": (worded("Evidence"), ("evidence",)),
    "tasks": (worded("Tasks"), ("task",)),
    "facts": (
        worded("Facts and duties"),
        ("facts", "duties", "obligation", "moment", "awareness", "score"),
    ),
    "notices": (worded("Notices and releases"), ("notice", "edition", "audience", "release", "announcement", "filing")),
    "customers": (worded("Customers"), ("customer", "share", "list", "instruction")),
    "alerts": (worded("Monitors"), ("signal", "intake", "alert")),
}


class Filter:
    """What the address asks for; who never wrote here, no kind and no day ask for nothing."""

    def __init__(
        self,
        desk: Seated,
        who: Annotated[str, Query(max_length=128)] = "",
        what: Annotated[str, Query(max_length=16)] = "",
        begins: Annotated[str, Query(alias="from", max_length=10)] = "",
        ends: Annotated[str, Query(alias="to", max_length=10)] = "",
    ) -> None:
        self.who, self.what = who, what if what in KINDS else ""
        self._since, self._until = _day(begins, desk.zone), _day(ends, desk.zone, days=1)
        self.begins, self.ends = begins if self._since else "", ends if self._until else ""

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.who, KINDS[self.what][1] if self.what else (), self._since, self._until)

    @property
    def narrows(self) -> bool:
        return bool(self.who or self.what or self.begins or self.ends)

    def href(self, path: str, before: int | None = None) -> str:
        """The address of these entries, from below one of them."""
        given = {"who": self.who, "what": self.what, "from": self.begins, "to": self.ends, "before": before}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{path}?{query}" if query else path


@router.get("/incidents/{reference}/timeline")
def show_timeline(
    desk: Seated,
    reference: str,
    chosen: Annotated[Filter, Depends()],
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    on: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Every entry that is asked for, a page at a time; above the newest of all, what was decided.

    `on` is the entry a line is about to be added to as a comment.
    """
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        here, path = page.incident.id, f"/incidents/{page.incident.codename}/timeline"
        writers = writers_of(session, desk.actor, here)

        def read() -> Mapping[str, object]:
            return _lines(desk, session, page, chosen, before) | {
                "people": tuple(Choice(label, name, label == chosen.who) for label, name in writers.items()),
                "kinds": tuple(Choice(key, label, key == chosen.what) for key, (label, _) in KINDS.items()),
                "chosen": chosen,
            }

        values = {
            "on": on if on <= page.seq else 0,
            "live_href": chosen.href(path, before),
            "lines": Later("timeline_lines.html", _said(session, desk, here, page.seq, writers), read),
        }
        return show(desk, session, page, "timeline", "timeline.html", values)


def _lines(desk: Desk, session: Session, page: IncidentPage, chosen: Filter, before: int | None) -> dict[str, object]:
    """The entries that are asked for, and what was decided."""
    here, keys = page.incident.id, desk.edge.keys
    lines = read_entries(session, keys, desk.actor, here, replace(chosen.wanted, before=before))
    older = lines[-1].seq if len(lines) == PAGE and lines[-1].seq > 1 else 0
    path = f"/incidents/{page.incident.codename}/timeline"
    return {
        "lines": entry_lines(lines, comments_on(session, keys, desk.actor, here, {line.seq for line in lines})),
        "older": chosen.href(path, older) if older else "",
        "newest": chosen.href(path) if before else "",
        "decided": () if before or chosen.narrows else _decided(desk, session, here),
        "pinned_open": PINNED_OPEN,
    }


def _said(session: Session, desk: Desk, incident_id: UUID, seq: int, writers: Mapping[str, str]) -> str:
    """What tells two timelines of an incident apart: a chain only grows, a line can be erased, a writer renamed."""
    return json.dumps([seq, erased_of(session, desk.actor, incident_id), writers])


def _decided(desk: Desk, session: Session, incident_id: UUID) -> tuple[EntryLine, ...]:
    """What was decided, the newest first."""
    wanted = Wanted(actions=KINDS["decisions"][1])
    found = read_entries(session, desk.edge.keys, desk.actor, incident_id, wanted, MOST_PINNED)
    return entry_lines(found)


def _day(text: str, zone: str, days: int = 0) -> datetime | None:
    """The beginning of a day in a zone, or of one so many days later; None for what is no day."""
    try:
        return read_local(f"{text}T00:00", zone) + timedelta(days=days) if text else None
    except (ValueError, OverflowError):
        return None
