"""The page of templates: kinds and forms with their languages, what is one's own, and a check of each."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.notice_kinds import FORMS, KINDS, TITLES, NoticeKind
from incident.roles import Action
from incident.settings import Settings
from incident.template_checks import Checked, check_form, check_kind
from incident.web import words
from incident.web.forms import Line, Sent
from incident.web.frame import Desk, Seated
from incident.web.languages import autonym
from incident.web.outgoing import LANGUAGES
from incident.web.views import Choice
from incident.web.views.installed import TextRow, TextsView
from incident.writing import templates_of
from notifications.rendering import Templates, Unrenderable
from notifications.wording import Said, worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/admin/templates"
KEEPER = [Depends(acting(Action.ADMINISTER, programs=False))]
Seen = dict[tuple[tuple[Path, ...], str, str], tuple[str, Checked]]
_seen: Seen = {}  # what this process checked, by folders, text and language, with the digest it was checked at


class CheckForm(Sent):
    """A kind of notice or a form, as `notices/people` or `filings/lgpd`, and the language to check it in."""

    text: Line
    locale: Line


@router.get(PAGE, dependencies=KEEPER)
def show_templates(desk: Seated) -> Response:
    """Every kind and form with its languages."""
    return _page(desk)


@router.post(f"{PAGE}/checks", dependencies=KEEPER)
def check(desk: Seated, form: Annotated[CheckForm, Form()]) -> Response:
    """Write one text in one language from every sample, as `seventytwo templates check` does."""
    templates = templates_of(desk.edge.settings)
    folder, _, name = form.text.partition("/")
    if form.locale not in templates.locales(form.text) or (name not in KINDS and name not in FORMS):
        raise Invalid(Fault("text", worded("is written in no such language"), worded("take it as it is listed")))
    digest = _digest(templates, form.text, form.locale)
    if folder == "notices":
        checked = check_kind(templates, NoticeKind(name), form.locale)
    else:
        checked = check_form(templates, name, form.locale)
    _seen[templates.folders, form.text, form.locale] = (digest, checked)
    return _page(desk)


def _page(desk: Desk) -> Response:
    with desk.edge.read() as session:
        return desk.page("templates.html", session, {"view": texts_view(desk.edge.settings)})


def texts_view(settings: Settings) -> TextsView:
    """Kinds, forms, their languages, and what lies in one's own folder."""
    templates, own = templates_of(settings), settings.templates_folder
    notices = tuple(
        _row(templates, f"notices/{kind}", TITLES[kind], rules.locales, own) for kind, rules in KINDS.items()
    )
    forms = tuple(
        _row(templates, f"filings/{name}", words.FORMS.get(name, name), form.locales, own)
        for name, form in FORMS.items()
    )
    files = sum(1 for path in own.rglob("*") if path.is_file()) if own and own.is_dir() else 0
    usual = tuple(Choice(locale, LANGUAGES[locale]) for locale in settings.notice_locales)
    return TextsView(notices, forms, str(own or ""), files, usual)


def _row(templates: Templates, key: str, title: str, expected: tuple[str, ...], own: Path | None) -> TextRow:
    written = templates.locales(key)
    checks = [(locale, _seen[seen]) for locale in written if (seen := (templates.folders, key, locale)) in _seen]
    verdict, tone, faults = _verdict(templates, key, checks)
    return TextRow(
        key=key,
        title=title,
        languages=written,
        missing=tuple(locale for locale in expected if locale not in written),
        own=tuple(locale for locale in written if own is not None and (own / key / locale).is_dir()),
        verdict=verdict,
        tone=tone,
        faults=faults,
    )


def _verdict(
    templates: Templates, key: str, checks: list[tuple[str, tuple[str, Checked]]]
) -> tuple[Said | str, str, tuple[str, ...]]:
    if not checks:
        return "", "", ()
    if any(_digest(templates, key, locale) != digest for locale, (digest, _) in checks):
        return worded("changed since it was checked"), "soon", ()
    faults = tuple(str(fault) for _, (_, checked) in checks for fault in checked.faults)
    languages = ", ".join(autonym(locale) for locale, _ in checks)
    if faults:
        return worded_number("{number} fault", "{number} faults", len(faults)), "late", faults
    return worded("holds in {languages}", languages=languages), "met", ()


def _digest(templates: Templates, key: str, locale: str) -> str:
    try:
        return templates.digest(f"{key}/{locale}")
    except Unrenderable:
        return ""
