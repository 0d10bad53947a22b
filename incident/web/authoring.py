"""What a person adds to the facts when a notice or a filing is written: measures, the next update, edited words."""

from functools import cache
from pathlib import Path

from incident.drafting import Account, Authoring
from incident.errors import Fault, Invalid
from incident.notice_kinds import NoticeKind
from incident.notice_texts import dress
from incident.organisation import profile_of
from incident.phrases import load_phrases
from incident.settings import Settings
from incident.web.forms import AccountForm
from incident.web.frame import Desk
from incident.web.times import read_local
from incident.web.views import Choice
from notifications.message import Text
from notifications.rendering import Templates


@cache
def _templates(folders: tuple[Path, ...]) -> Templates:
    return Templates(folders)


def templates_of(desk: Desk) -> Templates:
    """The template folders notices are written with."""
    return _templates(desk.edge.settings.template_folders)


def measures(settings: Settings) -> tuple[Choice, ...]:
    """The measures a notice can name in every language."""
    phrases = load_phrases(settings.template_folders, "en")
    return tuple(Choice(word, text) for word, text in phrases.tables["measures"].items())


def authoring_from(desk: Desk, form: AccountForm, delay: str = "") -> Authoring:
    """Who writes, and what the form tells beyond the facts. Raises Invalid."""
    try:
        ahead = read_local(form.next_update, desk.zone) if form.next_update else None
    except ValueError:
        raise Invalid(Fault("next_update", "names no moment", "such as 2026-11-27T16:00")) from None
    account = Account(tuple(form.taken), tuple(form.planned), next_update=ahead, delay=delay.strip())
    return Authoring(profile_of(desk.edge.settings), account, desk.edge.clock.now())


def dressed(desk: Desk, kind: NoticeKind, locale: str, subject: str, text: str) -> Text:
    """An edited subject and text with the HTML made from them. Raises Invalid for a bad placeholder."""
    written = Text(subject, text.replace("\r\n", "\n"))
    return dress(templates_of(desk), kind, locale, written, profile_of(desk.edge.settings))
