"""A warning of the checks may stand, with a reason, or blocks again; the page comes back as it was looked at."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident import writing
from incident.auth.dependencies import acting
from incident.roles import Action, Actor
from incident.verbs.notices import withdraw_tick
from incident.web.done import can_undo
from incident.web.forms import Line, Sent, Version
from incident.web.frame import Seated, see

router = APIRouter(include_in_schema=False)
Writer = Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))]


class TickedForm(Sent):
    """A warning, by the key of its finding; `locale`, `view` and `audience`: how the notice was looked at."""

    version: Version
    key: Line
    locale: Line = ""
    view: Line = ""
    audience: Line = ""

    @property
    def looked(self) -> dict[str, str]:
        """How the notice was looked at, as far as it was said."""
        said = {"locale": self.locale, "view": self.view, "audience": self.audience}
        return {name: value for name, value in said.items() if value}


class TickForm(TickedForm):
    """The same, with why it may stand."""

    reason: Line


@router.post("/notices/{notice_id}/ticks")
def accept_warning(desk: Seated, by: Writer, notice_id: UUID, form: Annotated[TickForm, Form()]) -> Response:
    """Let a warning stand, with a reason."""
    kept = writing.tick(desk.edge, by, notice_id, form.version, form.key, form.reason)
    undo = f"/notices/{notice_id}/ticks/withdrawal"
    can_undo(desk.request, undo, version=kept.version, key=form.key, **form.looked)
    return _findings(notice_id, form)


@router.post("/notices/{notice_id}/ticks/withdrawal")
def take_back_acceptance(desk: Seated, by: Writer, notice_id: UUID, form: Annotated[TickedForm, Form()]) -> Response:
    """Let a warning stand no more: it blocks the release again."""
    desk.edge.write(by, lambda act: withdraw_tick(act, notice_id, form.version, form.key))
    return _findings(notice_id, form)


def _findings(notice_id: UUID, form: TickedForm) -> Response:
    looked = f"?{urlencode(form.looked)}" if form.looked else ""
    return see(f"/notices/{notice_id}{looked}#findings")
