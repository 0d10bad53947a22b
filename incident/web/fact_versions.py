"""One saved version of the fact sheet: what changed against the one before it, and every answer it has."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from incident.errors import NotFound
from incident.facts import sheet_document
from incident.queries.facts import fact_versions, read_facts
from incident.queries.timeline import names_of
from incident.web.fact_races import answers_by_part, apart, called_in
from incident.web.frame import Seated
from incident.web.incidents import opened, show
from incident.web.views.facts import FactVersionView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)


@router.get("/incidents/{reference}/facts/versions/{number}")
def show_version(desk: Seated, reference: str, number: Annotated[int, Path(ge=1, le=1_000_000)]) -> Response:
    """A version as it was saved; nothing of it can be changed. Raises NotFound."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        here, keys = page.incident.id, desk.edge.keys
        saved = read_facts(session, keys, desk.actor, here, number)
        if saved.number != number or saved.saved_at is None:
            raise NotFound(worded("There is no such version of these facts."))
        before = read_facts(session, keys, desk.actor, here, number - 1)
        then, now = sheet_document(before.sheet) if before.number else {}, sheet_document(saved.sheet)
        called = called_in(desk, session, then, now)
        view = FactVersionView(
            number=number,
            newest=fact_versions(session, desk.actor, here)[0].number,
            saved_at=saved.saved_at,
            saved_by=names_of(session, [saved.saved_by])[saved.saved_by],
            digest=saved.digest,
            changes=tuple(apart(then, now, called)),
            answers=answers_by_part(now, called),
        )
        return show(desk, session, page, "facts", "facts_version.html", {"view": view})
