"""Your tasks, over all incidents: taken, handed on and done from one page, with evidence."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from incident.auth.dependencies import acting, safe_next
from incident.queries.open_tasks import Due, Wanted, Whose, count_own_tasks, read_open_tasks
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.evidence import UNNAMED_TYPE, Finding
from incident.verbs.task_hands import (
    hand_task,
    holder_of,
    incident_of_task,
    reopen_task,
    settle_with_evidence,
    take_task,
)
from incident.verbs.tasks import Settled
from incident.web.done import can_undo
from incident.web.forms import Line, Sent, TaskForm
from incident.web.frame import Seated, see
from incident.web.own_tasks_view import own_tasks_view

router = APIRouter(include_in_schema=False)
PAGE = "/tasks"
Reader = Annotated[Actor, Depends(acting(Action.READ, programs=False))]
Worker = Annotated[Actor, Depends(acting(Action.TASK, programs=False))]
Asking = Annotated[str, Query(max_length=64)]
TaskId = Annotated[UUID, Path()]


class TakeForm(Sent):
    """`back`: the page of tasks it was taken from."""

    back: Line = PAGE


class HandForm(Sent):
    """`to`: the person's id; "" gives it back."""

    to: UUID | Literal[""] = ""
    back: Line = PAGE


def wanted_in(
    whose: Asking = "",
    incident: Asking = "",
    kind: Asking = "",
    due: Asking = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Wanted:
    """What the address asks for; a word it does not know asks for nothing."""
    chosen = Whose(whose) if whose in set(Whose) else None
    return Wanted(chosen, incident, kind, Due(due) if due in set(Due) else None, page)


@router.get(PAGE)
def show(desk: Seated, by: Reader, wanted: Annotated[Wanted, Depends(wanted_in)]) -> Response:
    """Open tasks, due first; one's own, and where one has none those that are free to take."""
    with desk.edge.read() as session:
        if wanted.whose is None:
            wanted = replace(wanted, whose=Whose.MINE if count_own_tasks(session, by) else Whose.FREE)
        found = read_open_tasks(session, desk.edge.keys, by, wanted, desk.edge.clock.now())
        view = own_tasks_view(desk, session, wanted, found)
        return desk.page("own_tasks.html", session, {"view": view})


@router.post(f"{PAGE}/{{task_id}}/taking")
def take(request: Request, desk: Seated, by: Worker, task_id: TaskId, form: Annotated[TakeForm, Form()]) -> Response:
    """It is one's own from now on; undone, it is whose it was."""

    def taking(act: Act) -> UUID | None:
        before = holder_of(act, task_id)
        take_task(act, incident_of_task(act, task_id), task_id)
        return before

    before = desk.edge.write(by, taking)
    can_undo(request, f"{PAGE}/{task_id}/handing", to=before or "", back=safe_next(form.back))
    return see(safe_next(form.back))


@router.post(f"{PAGE}/{{task_id}}/handing")
def hand(desk: Seated, by: Worker, task_id: TaskId, form: Annotated[HandForm, Form()]) -> Response:
    """It is somebody else's, or anybody's."""
    to = form.to or None
    desk.edge.write(by, lambda act: hand_task(act, incident_of_task(act, task_id), task_id, to))
    return see(safe_next(form.back))


async def sent_settlement(request: Request) -> tuple[TaskForm, str, Finding | None]:
    """What was done, where to go then, and the file that proves it."""
    form: FormData = await request.form()
    try:
        file = form.get("file")
        said = TaskForm.model_validate({name: form.get(name) or "" for name in ("state", "note")})
        back = str(form.get("back") or PAGE)
        if isinstance(file, UploadFile) and file.filename:
            return said, back, Finding(file.filename, await file.read(), file.content_type or UNNAMED_TYPE)
        return said, back, None
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    finally:
        await form.close()


@router.post(f"{PAGE}/{{task_id}}/reopening")
def reopen(desk: Seated, by: Worker, task_id: TaskId, form: Annotated[TakeForm, Form()]) -> Response:
    """It was settled by mistake: it is open again."""
    desk.edge.write(by, lambda act: reopen_task(act, incident_of_task(act, task_id), task_id))
    return see(safe_next(form.back))


@router.post(f"{PAGE}/{{task_id}}/settlement")
def settle(
    request: Request,
    desk: Seated,
    by: Worker,
    task_id: TaskId,
    sent: Annotated[tuple[TaskForm, str, Finding | None], Depends(sent_settlement)],
) -> Response:
    """It is done, or skipped with a reason; a file is kept as its evidence. Undone, the task is open again."""
    form, back, finding = sent
    desk.edge.write(by, lambda act: settle_with_evidence(act, task_id, Settled(form.state), form.note, finding))
    can_undo(request, f"{PAGE}/{task_id}/reopening", back=safe_next(back))
    return see(safe_next(back))
