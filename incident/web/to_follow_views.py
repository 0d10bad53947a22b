"""What authorities were told is to follow and wait for: on the pages of an incident, and on the board."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from incident.queries.board import BoardRow, with_titles
from incident.queries.incident import IncidentPage
from incident.queries.to_follow import ToFollow, all_to_follow, with_answers
from incident.roles import Action
from incident.web.frame import Desk
from incident.web.views.to_follow import PointLine, ToFollowView
from notifications.wording import worded

POINTS: Mapping[str, str] = {
    "people": worded("how many people are concerned"),
    "whose": worded("which categories of people are concerned"),
    "categories": worded("which kinds of data are concerned"),
    "period": worded("during which period access was possible"),
    "exfiltration": worded("whether data were copied"),
    "recipients": worded("who obtained the data"),
    "cause": worded("how exactly the incident came about"),
    "countries": worded("in which countries the people concerned live"),
    "logs": worded("whether our access logs cover the whole period"),
    "aware": worded("since when we have been aware of the breach"),
}
ASKED_AT = {"period": "duties#moment-occurred_from", "aware": "duties#awareness"}  # all others stand in the facts


def to_follow_views(desk: Desk, session: Session, page: IncidentPage) -> tuple[ToFollowView, ...]:
    """What authorities wait for in this incident, those told first, first."""
    found = with_answers(session, desk.edge.keys, [page.incident], page.to_follow)
    return tuple(_view(one, f"/incidents/{page.incident.codename}") for one in found)


def filings_waiting(desk: Desk, session: Session, rows: Iterable[BoardRow]) -> tuple[ToFollowView, ...]:
    """The same over running incidents, for a reader who may file; the titles are those of `rows`."""
    found = all_to_follow(session, desk.edge.keys, desk.actor) if desk.may(Action.FILE) else ()
    waiting = {incident.id for _, incident in found}
    shown = with_titles(session, desk.edge.keys, [row for row in rows if row.incident.id in waiting])
    titles = {row.incident.id: row.title for row in shown}
    return tuple(
        replace(
            _view(one, f"/incidents/{incident.codename}"),
            codename=incident.codename,
            title=titles.get(incident.id, ""),
        )
        for one, incident in found
    )


def _view(one: ToFollow, case: str) -> ToFollowView:
    lines = (
        PointLine(POINTS.get(point, point), since, point in one.answered, f"{case}/{ASKED_AT.get(point, 'facts')}")
        for point, since in one.points.items()
    )
    new = f"{case}/filings/new?obligation={one.duty}"
    return ToFollowView(
        duty=str(one.duty),
        href=f"{case}/duties/{one.duty}",
        to=one.to,
        points=tuple(lines),
        go=f"{case}/notices#filing-{one.draft}" if one.draft else new,
        draft=one.draft is not None,
    )
