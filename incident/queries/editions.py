"""A text against the edition before it: word by word, in every language and segment."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from incident.models.people import Notice
from incident.queries.notices import NoticeView
from notifications.differences import Line, differences
from notifications.message import Text, texts_digest
from notifications.models import Edition
from notifications.release import open_texts
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class Compared:
    """Texts against an edition: the one of the same notice before them, or that they follow; by language and segment.

    `fresh` are languages that edition had no text in, `gone` those only it had.
    """

    edition: Edition
    notice: Notice
    lines: Mapping[str, tuple[Line, ...]]
    fresh: frozenset[str]
    gone: tuple[str, ...]


def compare(session: Session, keys: Keys, before: Edition, now: Mapping[str, Text]) -> Compared:
    """These texts against an edition, for callers that have asked for permission."""
    then = open_texts(session, keys, before)
    lines = {key: differences(_whole(then.get(key)), _whole(text)) for key, text in now.items()}
    fresh, gone = frozenset(set(now) - set(then)), tuple(sorted(set(then) - set(now)))
    return Compared(before, session.get_one(Notice, before.notice_id), lines, fresh, gone)


def since_last_edition(session: Session, keys: Keys, view: NoticeView, now: Mapping[str, Text]) -> Compared | None:
    """Texts of a notice in work against its last edition, else the one it follows; None without, and where all is same.

    For callers that have read the notice.
    """
    last = view.editions[0] if view.editions else None
    if last is None and view.notice.follows:
        last = session.get(Edition, view.notice.follows)
    if last is None or last.digest == texts_digest(view.notice.kind, now):
        return None
    return compare(session, keys, last, now)


def _whole(text: Text | None) -> str:
    return f"{text.subject}\n\n{text.text}" if text else ""
