"""The page of support: whether somebody is affected, the approved sentence, and nothing else; and its log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from incident import replying
from incident.auth.dependencies import acting
from incident.queries.lookups import read_lookups
from incident.queries.support import Asked
from incident.roles import Action, Actor
from incident.verbs.support import Question, SupportAnswer
from incident.web.forms import Line, Sent
from incident.web.frame import Desk, Seated
from incident.web.outgoing import LANGUAGES, languages
from incident.web.views import Choice
from incident.web.views.replies import LookupLine, SupportView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Asker = Annotated[Actor, Depends(acting(Action.ASK_SUPPORT, programs=False))]
Auditor = Annotated[Actor, Depends(acting(Action.READ_LOOKUPS, programs=False))]
SAID = {"yes": worded("Yes"), "no": worded("No"), "unknown": worded("Not yet known")}
BY = {
    Asked.ADDRESS: worded("E-mail address"),
    Asked.PERSON: worded("Id of a person"),
    Asked.CUSTOMER: worded("Id of a customer"),
}


class QuestionForm(Sent):
    """Whom it is about, and the language of whoever asks."""

    asked: Asked
    value: Line
    locale: Line = "en"


@router.get("/support")
def show_support(desk: Seated, _by: Asker) -> Response:
    """The empty page."""
    return _page(desk, Asked.ADDRESS, "en")


@router.post("/support/questions")
def ask(desk: Seated, by: Asker, form: Annotated[QuestionForm, Form()]) -> Response:
    """Answer, and keep the question; so it is a form."""
    found = replying.ask(desk.edge, by, Question(form.asked, form.value, form.locale))
    return _page(desk, form.asked, form.locale, form.value, found)


@router.get("/support/lookups")
def show_lookups(desk: Seated, by: Auditor) -> Response:
    """What support asked, for auditors."""
    with desk.edge.read() as session:
        found = read_lookups(session, by)
        lines = tuple(
            LookupLine(
                found.names.get(row.by, row.by),
                BY[Asked(row.asked)],
                row.subject_blind[:12],
                SAID[row.answer],
                row.at,
            )
            for row in found.rows
        )
        return desk.page("lookups.html", session, {"lines": lines})


def _page(desk: Desk, asked: Asked, locale: str, value: str = "", found: SupportAnswer | None = None) -> Response:
    kinds = tuple(Choice(kind.value, label, kind is asked) for kind, label in BY.items())
    view = SupportView(kinds, languages(locale))
    if found is not None:
        said = SAID[found.affected]
        public = f"/announcements/{found.public}" if found.public else ""
        language = LANGUAGES.get(found.locale, found.locale)
        view = SupportView(kinds, languages(locale), value, said, found.sentence, language, public)
    with desk.edge.read() as session:
        response = desk.page("support.html", session, {"view": view})
    response.headers["Cache-Control"] = "no-store"
    return response
