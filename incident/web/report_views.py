"""From a report's conversation to what its finder sees of it, in the finder's language."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from incident.errors import Fault
from incident.models.finders import Way
from incident.queries.finders import OpenedMail
from incident.report_rules import Detail
from incident.settings import Settings
from incident.verbs.finder_follow_ups import FollowedUp
from incident.web.public_words import Words, choose, words_of
from incident.web.views.reports import ConversationView, MessageView

FOLDER = "reports"
FALLBACK = "en"


@cache
def locales_of(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """The languages the form is written in, English first."""
    found = {file.stem for root in folders for file in (root / FOLDER).glob("*.toml")}
    return tuple(sorted(found, key=lambda one: (one != FALLBACK, one)))


@cache
def report_words(folders: tuple[Path, ...], locale: str) -> Words:
    """The words of the form in a language; what is missing there is said in English."""
    usual, said = (words_of(folders, one, FOLDER).said for one in (FALLBACK, locale))
    return Words(locale, {**usual, **said})


def locale_of(settings: Settings, wanted: str, asked: Sequence[str]) -> str:
    """The language to show: the one that was chosen, else the browser's, else that of the organisation's notices."""
    known = locales_of(settings.template_folders)
    if wanted in known:
        return wanted
    usual = next((one for one in settings.notice_locales if one in known), FALLBACK)
    return choose([one for one in asked if one in known], known, usual)


def conversation_view(found: FollowedUp, words: Words) -> ConversationView:
    """A conversation as its finder sees it."""
    messages = tuple(_message(one, words) for one in found.messages)
    return ConversationView(found.reference, found.began_at, found.takes_files, messages)


def said_of(faults: Iterable[Fault], words: Words, megabytes: int) -> dict[str, str]:
    """What is wrong, by field, in the reader's language."""
    names = {one.field: f"fault_{one.field}" for one in faults}
    usual = "fault_text"
    return {
        field: words.plain(name if name in words.said else usual, megabytes=megabytes) for field, name in names.items()
    }


def _message(mail: OpenedMail, words: Words) -> MessageView:
    said, theirs = mail.words, mail.row.way is Way.IN
    details = said.details if said else {}
    given = [(words.plain(name), _answer(name, details[name], words)) for name in Detail if details.get(name)]
    files = tuple(
        (str(one["name"]), int(str(one["size"])), str(one["sha256"])) for one in (said.attachments if said else ())
    )
    return MessageView(theirs, mail.row.at, said.text if said else "", tuple(given), files)


def _answer(name: str, words: str, say: Words) -> str:
    return say.plain(f"naming_{words}") if name == Detail.NAMING else words
