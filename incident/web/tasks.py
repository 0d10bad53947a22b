"""Steps of the runbook and evidence, as people settle and keep them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.datastructures import FormData, UploadFile

from incident import runbooks
from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.roles import Action, Actor
from incident.verbs.evidence import UNNAMED_TYPE, Finding, keep_evidence
from incident.verbs.task_hands import settle_with_evidence
from incident.verbs.tasks import Settled, add_runbook
from incident.web.case_acts import find
from incident.web.done import can_undo
from incident.web.forms import STORABLE, TaskForm
from incident.web.frame import Seated, see
from incident.web.own_tasks import sent_settlement
from notifications.wording import worded

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/tasks/{task_id}/settlement")
def settle(
    request: Request,
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.TASK, programs=False))],
    reference: str,
    task_id: UUID,
    sent: Annotated[tuple[TaskForm, str, Finding | None], Depends(sent_settlement)],
) -> Response:
    """A step is done, or skipped with a reason; a file is kept as its evidence. Undone, it is open again."""
    incident_id, (form, _back, finding) = find(desk, reference), sent
    settled = Settled(form.state)
    desk.edge.write(by, lambda act: settle_with_evidence(act, task_id, settled, form.note, finding, incident_id))
    page = f"/incidents/{reference}/tasks#task-{task_id}"
    can_undo(request, f"/tasks/{task_id}/reopening", back=page)
    return see(page)


@router.post("/incidents/{reference}/runbooks")
def add(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.TASK, programs=False))],
    reference: str,
    kind: Annotated[str, Form(max_length=64, pattern=STORABLE)],
) -> Response:
    """The incident turns out to be of another kind as well: the steps of that runbook come after its own."""
    incident_id, book = find(desk, reference), runbooks.usable(desk.edge.settings.runbook_folders).get(kind)
    if book is None:
        raise NotFound(worded("There is no runbook of this kind."))
    desk.edge.write(by, lambda act: add_runbook(act, incident_id, book))
    return see(f"/incidents/{reference}/tasks")


async def sent_evidence(request: Request) -> Finding:
    """A file byte for byte, or pasted text as UTF-8."""
    form: FormData = await request.form()
    try:
        file, pasted, name = form.get("file"), form.get("pasted"), str(form.get("name") or "")
        if isinstance(file, UploadFile) and file.filename:
            kind = file.content_type or UNNAMED_TYPE
            return Finding(name or file.filename, await file.read(), kind, file_name=file.filename)
        return Finding(name or "Pasted text", str(pasted or "").encode(), "text/plain; charset=utf-8")
    finally:
        await form.close()


@router.post("/incidents/{reference}/evidence")
def keep(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.EVIDENCE, programs=False))],
    reference: str,
    finding: Annotated[Finding, Depends(sent_evidence)],
) -> Response:
    """Keep a file or a pasted text as evidence."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: keep_evidence(act, incident_id, finding))
    return see(f"/incidents/{reference}/evidence")
