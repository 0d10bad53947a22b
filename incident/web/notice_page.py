"""The page of one notice in work: its text, what the checks say, whom it goes to, how it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from sqlmodel import Session

from incident import writing
from incident.errors import Fault
from incident.notice_kinds import NoticeKind
from incident.organisation import sending_rules_of
from incident.queries.facts import read_facts
from incident.queries.notices import NoticeView, is_released, read_notice
from incident.queries.suggestions import suggested_measures
from incident.roles import Action
from incident.web.audience_views import region_choices
from incident.web.audiences import SOURCES, regions_of
from incident.web.authoring import measures, told_before, words_before
from incident.web.frame import Desk
from incident.web.notice_editor import editor_view, typed_view
from incident.web.notice_views import case_of_notice, notice_view
from incident.web.outgoing import label_of
from incident.web.presence import present_at
from incident.web.tongues import living, tongues_lacking
from incident.web.views import Problem
from incident.writing import Edited, Tried
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Looked:
    """How somebody looks at a notice: the text of which language and segment, as what, with which audience.

    `had`: the version on a page that is open and asks what is new; 0: none is.
    """

    locale: str = "en"
    mode: str = "html"
    audience: str = ""
    had: int = 0


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it was typed and what is found in it, with why it could not be kept where it should have been."""

    edited: Edited
    tried: Tried
    faults: Sequence[Fault] = ()


def notice_page(desk: Desk, notice_id: UUID, looked: Looked, typed: Typed | None = None) -> Response:
    """The page of a notice; with 422 where a text was refused. Raises NotFound and Forbidden.

    Of what was typed speaks the editor; all else is of the notice as it is saved.
    """
    with desk.edge.read() as session:
        found = read_notice(session, desk.edge.keys, desk.actor, notice_id)
        checked = writing.check(desk.edge, desk.actor, notice_id)
        shown = notice_view(desk, session, found, checked, looked.audience)
        href, codename = case_of_notice(session, found.notice)
        locales = [text.locale for text in shown.texts]
        locale = looked.locale if looked.locale in locales else locales[0]
        editor = editor_view(desk, session, found, shown, locale)
        if typed:
            editor = typed_view(desk, session, found, shown, typed.edited, typed.tried)
        kept = shown.discarded_at is None
        values = {
            "view": shown,
            "case_href": href,
            "codename": codename,
            "present": present_at(desk, session, found.notice.incident_id),
            "editor": editor,
            "locale": locale,
            "had": looked.had,
            "mode": looked.mode if looked.mode in ("html", "text", "phone") else "html",
            "can_write": kept and desk.may(Action.WRITE_NOTICE),
            "can_discard": not is_released(session, notice_id),
            "can_request": kept and desk.may(Action.REQUEST_RELEASE),
            "can_import": kept and desk.may(Action.IMPORT_AUDIENCE),
            "audience_from": SOURCES.get(NoticeKind(found.notice.kind), ""),
            "audience_regions": region_choices(regions_of(session, found.notice)),
            "dataset": found.notice.dataset,
            "unread": _unread(desk, session, found),
            "no_audience": worded("No audience yet."),
            "sending_hours": str(sending_rules_of(desk.edge.settings).hours_of(found.notice.kind) or ""),
            "problems": problems_of(typed.faults) if typed else (),
            "typed": typed.edited if typed else None,
            **_account(desk, session, found),
        }
        return desk.page("notice.html", session, values, 422 if typed and typed.faults else 200)


def _account(desk: Desk, session: Session, found: NoticeView) -> dict[str, object]:
    """What was told at drafting, for the form that writes it again."""
    account = found.draft.account
    return {
        "measures": measures(desk.edge.settings, desk.language),
        "told": told_before(desk, account),
        "own_words": words_before(desk, account, found.draft.locales),
        "suggested": suggested_measures(session, desk.actor, found.notice.incident_id),
    }


def _unread(desk: Desk, session: Session, found: NoticeView) -> tuple[str, ...]:
    """Languages of people the facts name that it lacks. Of a customer's own people they do not say where they live."""
    notice = found.notice
    if notice.controller or notice.discarded_at is not None:
        return ()
    sheet = read_facts(session, desk.edge.keys, desk.actor, notice.incident_id).sheet
    return tongues_lacking(found.draft.locales, living(sheet, notice.dataset, notice.kind))


def problems_of(faults: Sequence[Fault]) -> tuple[Problem, ...]:
    """Faults of an edited text, such as "fr.text", in words: which field of which language."""
    found = []
    for fault in faults:
        key, _dot, field = fault.field.rpartition(".")
        said = worded("{fault}, in {field}", fault=fault.message, field=fault.field)
        if field == "subject":
            said = worded("{fault}, in the subject in {language}", fault=fault.message, language=label_of(key))
        elif field == "text":
            said = worded("{fault}, in the text in {language}", fault=fault.message, language=label_of(key))
        found.append(Problem(field, said, fault.mend))
    return tuple(found)
