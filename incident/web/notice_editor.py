"""The text of a notice as its editor shows it: saved, or as it is being typed, with what the checks say beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from incident.queries.editions import since_last_edition
from incident.queries.notices import NoticeView as Opened
from incident.web.approval_views import difference_view
from incident.web.frame import Desk
from incident.web.notice_views import case_of_notice, finding_lines
from incident.web.outgoing import edition_texts, label_of, page_of
from incident.web.views import EditionText, FindingLine, NoticeView
from incident.web.views.approvals import DifferenceView
from incident.web.views.editing import EditedLine, EditorView, FoundAt, TextState
from incident.writing import Edited, Tried
from notifications.findings import Rule
from notifications.message import Text
from notifications.wording import worded

LACKING = frozenset({Rule.CONTENTS, Rule.EMPTY, Rule.OPEN_SLOT})
LONGEST_QUOTE = 140  # characters


def editor_view(desk: Desk, session: Session, found: Opened, shown: NoticeView, locale: str) -> EditorView:
    """The saved text of one language with what was found in it."""
    text = next(one for one in shown.texts if one.locale == locale)
    states = text_states(shown.texts, shown.findings)
    return EditorView(
        text=text,
        lines=edited_lines(text.text, states, locale),
        states=states,
        difference=_difference(desk, session, found, found.draft.texts, locale),
    )


def typed_view(
    desk: Desk, session: Session, found: Opened, shown: NoticeView, edited: Edited, tried: Tried
) -> EditorView:
    """A text as it is being typed, with what the checks say of it; `shown` is the notice as it is saved."""
    kept = {one.key for one in shown.findings}
    href, _codename = case_of_notice(session, found.notice)
    findings = [replace(one, kept=one.key in kept) for one in finding_lines(found, tried.checked, href)]
    texts = edition_texts(tried.texts, shown.href)
    text = next(one for one in texts if one.locale == edited.key)
    states = text_states((*(one for one in texts if one is not text), replace(text, text=edited.text)), findings)
    return EditorView(
        text=text,
        lines=edited_lines(edited.text, states, edited.key),
        states=states,
        difference=_difference(desk, session, found, tried.texts, edited.key),
        tried=True,
        html=page_of(tried.texts[edited.key], edited.key),
    )


def text_states(texts: Iterable[EditionText], findings: Sequence[FindingLine]) -> tuple[TextState, ...]:
    """Each language with what was found in it; first what concerns no one language, where there is any."""
    named = {one.locale: one for one in texts}
    stray = [one for one in findings if one.locale not in named]
    general = [_state("", worded("Every language"), "", stray)] if stray else []
    rows = sorted(named, key=lambda key: (key.partition("@")[0] != "en", key))
    by_key = ((key, [one for one in findings if one.locale == key]) for key in rows)
    return (*general, *(_state(key, label_of(key), named[key].text, mine) for key, mine in by_key))


def edited_lines(text: str, states: Iterable[TextState], locale: str) -> tuple[EditedLine, ...]:
    """Every line of a text in this language, marked with the worst that stands open in it."""
    levels = {place.line: place.level for one in states if one.locale == locale for place in one.places}
    return tuple(EditedLine(line, levels.get(at, "")) for at, line in enumerate(text.split("\n"), 1))


def _state(locale: str, language: str, text: str, findings: Sequence[FindingLine]) -> TextState:
    lines = text.splitlines()
    places: dict[int, list[FindingLine]] = {}
    for one in findings:
        places.setdefault(one.line if 0 < one.line <= len(lines) else 0, []).append(one)
    return TextState(
        locale=locale,
        language=language,
        errors=sum(one.level == "error" for one in findings),
        warnings=sum(one.level == "warning" and not one.ticked for one in findings),
        empty=tuple(dict.fromkeys(one.field for one in findings if one.rule in LACKING)),
        places=tuple(
            FoundAt(line, _quoted(lines[line - 1]) if line else "", tuple(places[line])) for line in sorted(places)
        ),
    )


def _quoted(line: str) -> str:
    said = line.strip()
    return said if len(said) <= LONGEST_QUOTE else said[:LONGEST_QUOTE].rpartition(" ")[0] + " …"


def _difference(
    desk: Desk, session: Session, found: Opened, texts: Mapping[str, Text], locale: str
) -> DifferenceView | None:
    compared = since_last_edition(session, desk.edge.keys, found, texts)
    return difference_view(compared, found.notice.id, locale, released=False) if compared else None
