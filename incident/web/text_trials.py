"""A text of a notice while it is being typed: shown and checked, and kept nowhere."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response

from incident import writing
from incident.auth.dependencies import acting
from incident.roles import Action, Actor
from incident.web.forms import TrialForm
from incident.web.frame import Seated
from incident.web.notice_page import Looked, Typed, notice_page
from incident.web.outgoing import preview
from incident.writing import Edited

router = APIRouter(include_in_schema=False)
Writer = Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))]
Sent = Annotated[TrialForm, Form()]


@router.post("/notices/{notice_id}/trial")
def try_text(
    desk: Seated,
    by: Writer,
    notice_id: UUID,
    form: Sent,
    view: Annotated[str, Query(max_length=8)] = "html",
    audience: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The page of the notice with what the checks say of the text in the field. Raises NotFound and Forbidden."""
    edited = _edited(form)
    typed = Typed(edited, writing.try_text(desk.edge, by, notice_id, edited))
    return notice_page(desk, notice_id, Looked(form.locale, view, audience), typed)


@router.post("/notices/{notice_id}/trial/page")
def show_typed(desk: Seated, by: Writer, notice_id: UUID, form: Sent) -> Response:
    """The text in the field as a mail program would show it, for the frame. Raises NotFound and Forbidden."""
    tried = writing.try_text(desk.edge, by, notice_id, _edited(form))
    return preview(tried.texts[form.locale], form.locale)


def _edited(form: TrialForm) -> Edited:
    return Edited(form.version, form.locale, form.subject, form.text.replace("\r\n", "\n"))
