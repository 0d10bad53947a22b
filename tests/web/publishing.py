"""Announcements on a stage as its public pages show them: published, corrected, withdrawn, each at its moment."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlmodel import Session

from notifications import announcements
from notifications.announcements import Publication
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Announcement
from tests.web.stage import Stage

TITLES = {
    "en": "A storage area was open",
    "de": "Ein Speicherbereich war offen",
    "pt-BR": "Um espaço de armazenamento ficou aberto",
}
BODY = "What happened\n----\n\nIt was open on {day} November 2026. Ask us: help@brightdesk.example\n"


def publication(day: int = 24, locales: Sequence[str] = ("en", "de")) -> Publication:
    """A text in some languages; another day makes it another text."""
    body = BODY.format(day=day)
    texts = {locale: Text(TITLES[locale], body, f"<p>{body}</p>") for locale in locales}
    return Publication("incident:1", texts, f"{day:064d}", new_id())


class Publisher:
    """Puts announcements on the public pages of a stage; an hour passes after each."""

    def __init__(self, stage: Stage) -> None:
        self._store = stage.installation.store
        self._clock = cast(MovableClock, stage.installation.clock)

    def publish(self, day: int = 24, locales: Sequence[str] = ("en", "de")) -> Announcement:
        now = self._clock.now()
        row = self._store.write(lambda session: announcements.publish(session, publication(day, locales), now))
        self._clock.move(timedelta(hours=1))
        return row

    def correct(self, row: Announcement, day: int, why: str, locales: Sequence[str] = ("en", "de")) -> None:
        now, new = self._clock.now(), publication(day, locales)

        def work(session: Session) -> None:
            announcements.correct(session, session.get_one(Announcement, row.id), new, why, now)

        self._store.write(work)
        self._clock.move(timedelta(hours=1))

    def withdraw(self, row: Announcement, why: str) -> None:
        now = self._clock.now()

        def work(session: Session) -> None:
            announcements.withdraw(session, session.get_one(Announcement, row.id), why, now)

        self._store.write(work)
        self._clock.move(timedelta(hours=1))
