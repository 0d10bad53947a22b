"""The alerts of an incident that read alike, counted one by one, a page at a time."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from incident.queries.alert_sorts import SHOWN, read_alerts
from incident.web.alert_views import asking
from incident.web.frame import Seated
from incident.web.incidents import opened, show

router = APIRouter(include_in_schema=False)


@router.get("/incidents/{reference}/alerts")
def show_alerts(
    desk: Seated,
    reference: str,
    sort: Annotated[str, Query(max_length=64, pattern="^[0-9a-f]*$")] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """One sort of alerts."""
    with desk.edge.read() as session:
        here = opened(desk, session, reference)
        found = read_alerts(session, desk.edge.keys, desk.actor, here.incident.id, sort, page)
        values = {
            "lines": [(asking(count.one), count.starts, count.firing) for count in found.shown],
            "number": found.number,
            "sort": sort,
            "page": page,
            "pages": max(1, -(-found.number // SHOWN)),
        }
        return show(desk, session, here, "evidence", "alert_sort.html", values)
