"""An edge's own copy of what is shown: texts as released, people as keyed fingerprints, their values sealed."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session

from notifications.edge.tables import EDITION, MARK, METADATA, RELEASE, ROW, WORD
from notifications.edge.told import Mark, Release, Row, Texts
from notifications.filling import filled
from notifications.message import Rendered, Text, choose_text, locale_of
from notifications.placeholders import Unfillable
from notifications.reader_tokens import Reader
from notifications.sealing import DataKeyring
from notifications.store import Store

SCOPE = "edge"
GONE = 5000  # rows deleted in one transaction


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice as a reader is shown it; `read_at` None: unread."""

    id: str
    rendered: Rendered
    locale: str
    published_at: datetime
    read_at: datetime | None


class Copy:
    """What is shown, as last told, in a file of its own. Only whole releases are shown, and only the last version."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._keyring = DataKeyring(SCOPE, UUID(int=0), UUID(int=0), key)
        METADATA.create_all(store.engine)

    def word(self, name: str) -> str:
        """Something to be remembered, "" when it is not there."""
        with self._store.read() as session:
            return session.execute(select(WORD.c.value).where(WORD.c.name == name)).scalar() or ""

    def remember(self, name: str, value: str) -> None:
        self._store.write(lambda session: _remember(session, name, value))

    def releases(self) -> dict[str, str]:
        """What is shown: release → version."""
        with self._store.read() as session:
            return dict(session.execute(select(RELEASE.c.id, RELEASE.c.version)).all())

    def hide_all_but(self, shown: Iterable[Release]) -> None:
        """From this moment on nothing of any other release is shown."""
        ids = [str(one.id) for one in shown]
        self._store.write(lambda session: session.execute(delete(RELEASE).where(RELEASE.c.id.not_in(ids))))

    def has_edition(self, edition: UUID) -> bool:
        with self._store.read() as session:
            return session.execute(select(EDITION.c.id).where(EDITION.c.id == str(edition))).first() is not None

    def keep_edition(self, edition: UUID, texts: Texts) -> None:
        told = insert(EDITION).values(id=str(edition), texts=texts.model_dump_json()).on_conflict_do_nothing()
        self._store.write(lambda session: session.execute(told))

    def keep_rows(self, version: str, rows: Sequence[Row]) -> None:
        """Rows that are shown once their release is published with this version."""
        values = [self._row(version, row) for row in rows]
        if values:
            told = insert(ROW).on_conflict_do_nothing()
            self._store.write(lambda session: session.execute(told, values))

    def publish(self, release: Release) -> None:
        """Show this version of a release, whole, instead of an earlier one."""
        told = insert(RELEASE).values(id=str(release.id), version=release.version, edition=str(release.edition))
        changed = {"version": release.version, "edition": str(release.edition)}
        self._store.write(lambda session: session.execute(told.on_conflict_do_update(["id"], set_=changed)))

    def forget_hidden(self) -> None:
        """Delete rows and texts that are shown to nobody, in short transactions."""
        versions, editions = select(RELEASE.c.version), select(RELEASE.c.edition)
        stale = select(ROW.c.version, ROW.c.delivery).where(ROW.c.version.not_in(versions)).limit(GONE)
        while True:
            with self._store.read() as session:
                found = session.execute(stale).all()
            if not found:
                break
            version = found[0][0]
            numbers = [number for one, number in found if one == version]
            here = and_(ROW.c.version == version, ROW.c.delivery.between(min(numbers), max(numbers)))
            self._store.write(lambda session: session.execute(delete(ROW).where(here)))  # noqa: B023
        self._store.write(lambda session: session.execute(delete(EDITION).where(EDITION.c.id.not_in(editions))))

    def shown_to(self, reader: Reader, locale: str = "") -> list[Shown]:
        """Everything this reader is shown, the newest first. `locale` "" takes the one their row names."""
        with self._store.read() as session:
            rows = session.execute(_rows_of(self._mine(reader))).mappings().all()
            read = self._read(session, reader, [row["delivery"] for row in rows])
            wanted = select(EDITION.c.id, EDITION.c.texts).where(EDITION.c.id.in_({row["edition"] for row in rows}))
            texts = {name: _texts(said) for name, said in session.execute(wanted)}
        found = (self._shown(row, texts.get(row["edition"], {}), locale, read) for row in rows)
        return [one for one in found if one is not None]

    def mark(self, reader: Reader, notice: str, now: datetime) -> datetime | None:
        """Keep that this reader read a notice, until seventytwo was told; returns when, the first time counting.

        None for a notice this reader is not shown. An impersonated reader leaves nothing and gets the present moment.
        """
        with self._store.read() as session:
            row = session.execute(_rows_of(self._mine(reader)).where(ROW.c.notice == notice)).mappings().first()
            if row is None:
                return None
            number = int(row["delivery"])
            earlier = self._read(session, reader, [number]).get(number)
        if reader.impersonated or earlier is not None:
            return earlier if earlier is not None and not reader.impersonated else now
        kept = self._mark(Mark(delivery=number, reader=reader.person, at=now), waiting=True)
        self._store.write(lambda session: session.execute(insert(MARK).on_conflict_do_nothing(), [kept]))
        return now

    def waiting(self, limit: int) -> list[Mark]:
        """What was read here and seventytwo has not been told."""
        some = select(MARK).where(MARK.c.waiting).limit(limit)
        with self._store.read() as session:
            rows = session.execute(some).mappings().all()
        return [
            Mark(delivery=row["delivery"], reader=self._opened(row["reader_sealed"], MARK.name, row), at=row["at"])
            for row in rows
        ]

    def told(self, marks: Sequence[Mark]) -> None:
        """Seventytwo keeps these: of who read, the fingerprint alone stays."""

        def work(session: Session) -> None:
            for mark in marks:
                here = (MARK.c.delivery == mark.delivery, MARK.c.reader == self._person(mark.reader))
                session.execute(update(MARK).where(*here).values(waiting=False, reader_sealed=None))

        self._store.write(work)

    def take_marks(self, marks: Sequence[Mark], cursor: str) -> None:
        """What was read elsewhere, and where to ask on."""
        values = [self._mark(mark, waiting=False) for mark in marks]

        def work(session: Session) -> None:
            if values:
                session.execute(insert(MARK).on_conflict_do_nothing(), values)
            _remember(session, "receipts", cursor)

        self._store.write(work)

    def _mine(self, reader: Reader) -> Any:
        """SQL: the row is for this person, or for a role of theirs in an account."""
        accounts = [
            and_(ROW.c.shown_to == self._keyring.blind(f"account {account}"), ROW.c.role.in_(("", *roles)))
            for account, roles in reader.accounts.items()
        ]
        return or_(ROW.c.shown_to == self._person(reader.person), *accounts)

    def _person(self, person: str) -> str:
        return self._keyring.blind(f"person {person}")

    def _read(self, session: Session, reader: Reader, numbers: Sequence[int]) -> dict[int, datetime]:
        mine = (MARK.c.reader == self._person(reader.person), MARK.c.delivery.in_(numbers))
        return dict(session.execute(select(MARK.c.delivery, MARK.c.at).where(*mine)).all())

    def _row(self, version: str, row: Row) -> dict[str, object]:
        sealed = None
        if row.values:
            place = f"{version}:{row.delivery}"
            sealed = self._keyring.seal(json.dumps(row.values).encode(), ROW.name, "values_sealed", place)
        return {
            "version": version,
            "delivery": row.delivery,
            "notice": row.notice,
            "shown_to": self._person(row.person) if row.person else self._keyring.blind(f"account {row.account}"),
            "role": "" if row.person else row.role,
            "locale": row.locale,
            "segment": row.segment,
            "values_sealed": sealed,
            "published_at": row.published_at,
        }

    def _mark(self, mark: Mark, *, waiting: bool) -> dict[str, object]:
        reader = self._person(mark.reader)
        place = f"{mark.delivery}:{reader}"
        sealed = self._keyring.seal(mark.reader.encode(), MARK.name, "reader_sealed", place) if waiting else None
        return {
            "delivery": mark.delivery,
            "reader": reader,
            "at": mark.at,
            "waiting": waiting,
            "reader_sealed": sealed,
        }

    def _opened(self, blob: bytes, table: str, row: Any) -> str:
        return self._keyring.open(blob, table, "reader_sealed", f"{row['delivery']}:{row['reader']}").decode()

    def _shown(self, row: Any, texts: dict[str, Text], locale: str, read: dict[int, datetime]) -> Shown | None:
        """None where there is no text for the row's segment, or one cannot be filled: the others are shown."""
        values = {}
        if row["values_sealed"]:
            place = f"{row['version']}:{row['delivery']}"
            values = json.loads(self._keyring.open(row["values_sealed"], ROW.name, "values_sealed", place))
        with suppress(KeyError, Unfillable):
            chosen = choose_text(locale or row["locale"], row["segment"], texts)
            language = locale_of(chosen)
            rendered = filled(texts[chosen], values, language)
            return Shown(row["notice"], rendered, language, row["published_at"], read.get(row["delivery"]))
        return None


def _rows_of(mine: Any) -> Any:
    shown = select(ROW, RELEASE.c.edition).join(RELEASE, RELEASE.c.version == ROW.c.version).where(mine)
    return shown.order_by(ROW.c.published_at.desc(), ROW.c.delivery.desc())


def _texts(said: str) -> dict[str, Text]:
    return {key: text.as_text() for key, text in Texts.model_validate_json(said).texts.items()}


def _remember(session: Session, name: str, value: str) -> None:
    told = insert(WORD).values(name=name, value=value)
    session.execute(told.on_conflict_do_update(["name"], set_={"value": value}))
