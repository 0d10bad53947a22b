"""The page of one notice in work: its text, what the checks say, whom it goes to, how it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response

from incident import writing
from incident.errors import Fault
from incident.notice_kinds import NoticeKind
from incident.organisation import sending_rules_of
from incident.queries.notices import is_released, read_notice
from incident.queries.suggestions import suggested_measures
from incident.roles import Action
from incident.web.audience_views import region_choices
from incident.web.audiences import SOURCES, regions_of
from incident.web.authoring import measures, told_before, words_before
from incident.web.frame import Desk
from incident.web.notice_views import case_of_notice, notice_view
from incident.web.outgoing import label_of
from incident.web.presence import present_at
from incident.web.views import Problem
from incident.writing import Edited
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Looked:
    """How somebody looks at a notice: the text of which language and segment, as what, with which audience."""

    locale: str = "en"
    mode: str = "html"
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A text as it was typed, and why it could not be kept."""

    edited: Edited
    faults: Sequence[Fault]


def notice_page(desk: Desk, notice_id: UUID, looked: Looked, refused: Refused | None = None) -> Response:
    """The page of a notice; with 422 and what was typed, where a text was refused. Raises NotFound and Forbidden."""
    with desk.edge.read() as session:
        found = read_notice(session, desk.edge.keys, desk.actor, notice_id)
        checked = writing.check(desk.edge, desk.actor, notice_id)
        shown = notice_view(desk, session, found, checked, looked.audience)
        href, codename = case_of_notice(session, found.notice)
        locales = [text.locale for text in shown.texts]
        kept, account = shown.discarded_at is None, found.draft.account
        values = {
            "view": shown,
            "case_href": href,
            "codename": codename,
            "present": present_at(desk, session, found.notice.incident_id),
            "locale": looked.locale if looked.locale in locales else locales[0],
            "mode": looked.mode if looked.mode in ("html", "text", "phone") else "html",
            "can_write": kept and desk.may(Action.WRITE_NOTICE),
            "can_discard": not is_released(session, notice_id),
            "can_request": kept and desk.may(Action.REQUEST_RELEASE),
            "can_import": kept and desk.may(Action.IMPORT_AUDIENCE),
            "audience_from": SOURCES.get(NoticeKind(found.notice.kind), ""),
            "audience_regions": region_choices(regions_of(session, found.notice)),
            "no_audience": worded("No audience yet."),
            "sending_hours": str(sending_rules_of(desk.edge.settings).hours_of(found.notice.kind) or ""),
            "measures": measures(desk.edge.settings, desk.language),
            "told": told_before(desk, account),
            "own_words": words_before(desk, account, found.draft.locales),
            "suggested": suggested_measures(session, desk.actor, found.notice.incident_id),
            "problems": problems_of(refused.faults) if refused else (),
            "typed": refused.edited if refused else None,
        }
        return desk.page("notice.html", session, values, 422 if refused else 200)


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
