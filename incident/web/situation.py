"""The situation report: one page for who decides, live, for printing and as text; and how often it comes."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.queries.incident import IncidentPage
from incident.queries.situation import read_rhythm
from incident.roles import Action, Actor
from incident.situation import Rhythm, as_text, data_words, sentences, told_words
from incident.verbs.situation import set_rhythm
from incident.web.case_acts import find
from incident.web.forms import RhythmForm
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened
from incident.web.situation_view import situation_of
from incident.web.times import local, read_local
from incident.web.views import Choice
from incident.web.views.situation import SituationView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
RHYTHMS = {
    30: worded("30 minutes"),
    60: worded("Hour"),
    120: worded("2 hours"),
    240: worded("4 hours"),
    480: worded("8 hours"),
    720: worded("12 hours"),
    1440: worded("Day"),
}


@router.get("/incidents/{reference}/situation")
def show_situation(desk: Seated, reference: str) -> Response:
    """The report as it stands at this moment."""
    with desk.edge.read() as session:
        view = _view(desk, session, opened(desk, session, reference))
        return desk.page("situation.html", session, {"view": view})


@router.get("/incidents/{reference}/situation.txt")
def download_situation(desk: Seated, reference: str) -> Response:
    """The same as text, for a mail."""
    with desk.edge.read() as session:
        view = _view(desk, session, opened(desk, session, reference))
    return Response(view.text, media_type="text/plain; charset=utf-8")


@router.post("/incidents/{reference}/situation/rhythm")
def choose_rhythm(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.COMMAND, programs=False))],
    reference: str,
    form: Annotated[RhythmForm, Form()],
) -> Response:
    """Say how often a report comes; 0: no next one is promised."""
    incident_id, rhythm = find(desk, reference), _read(desk, form)
    desk.edge.write(by, lambda act: set_rhythm(act, incident_id, rhythm))
    return see(f"/incidents/{reference}/situation")


def _read(desk: Desk, form: RhythmForm) -> Rhythm | None:
    if not form.every:
        return None
    every, now = timedelta(minutes=form.every), desk.edge.clock.now()
    try:
        return Rhythm(read_local(form.first, desk.zone).astimezone(now.tzinfo) if form.first else now + every, every)
    except ValueError as error:
        raise Invalid(Fault("first", worded("is no moment"), worded("such as 2026-11-24T18:00"))) from error


def _view(desk: Desk, session: Session, page: IncidentPage) -> SituationView:
    report, now = situation_of(desk, session, page), desk.edge.clock.now()
    rhythm = read_rhythm(session, desk.edge.keys, desk.actor, page.incident.id)
    following = rhythm.after(now) if rhythm and not report.over else None
    minutes = rhythm.every // timedelta(minutes=1) if rhythm else 0

    def said(moment: datetime) -> str:
        return local(moment, desk.zone, language=desk.language)

    return SituationView(
        href=f"/incidents/{report.codename}",
        report=report,
        sentences=sentences(report, said),
        data=tuple(data_words(line) for line in report.data),
        told=tuple((line.label, told_words(line)) for line in report.told),
        text=as_text(report, said, now, following, desk.say),
        next_at=following,
        rhythms=(
            *(Choice(str(number), label, number == minutes) for number, label in RHYTHMS.items()),
            Choice("0", worded("No next one"), not minutes),
        ),
    )
