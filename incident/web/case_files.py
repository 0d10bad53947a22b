"""The download of a case file: everything of one incident that an outsider needs to check it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from incident.auth.dependencies import acting
from incident.case_file import zipped
from incident.roles import Action, Actor
from incident.verbs.case_files import take_case_file
from incident.web.case_acts import find
from incident.web.frame import Seated

router = APIRouter(include_in_schema=False)
Taker = Annotated[Actor, Depends(acting(Action.READ_PROOF, programs=False))]


@router.get("/incidents/{reference}/case-file.zip")
def download_case_file(desk: Seated, by: Taker, reference: str) -> StreamingResponse:
    """The case file as of now; that it was taken is kept, with the digest of its manifest."""
    incident_id, parts = find(desk, reference), desk.edge
    checkpoints = parts.settings.checkpoints
    pieces = take_case_file(parts.store, parts.keys, by, incident_id, parts.clock.now(), checkpoints)
    headers = {
        "Content-Disposition": f'attachment; filename="case-{reference.lower()}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(zipped(pieces), media_type="application/zip", headers=headers)
