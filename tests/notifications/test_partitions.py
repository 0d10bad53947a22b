"""The SQL of docs/scaling.md that partitions the ledger works: rows lie where they belong, and everything is sent."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlmodel import Session

from notifications import ledger
from notifications import release as releases
from notifications.audience import add_members, new_audience
from notifications.ids import new_id
from notifications.job_tables import SCHEMA
from notifications.models import Channel, DeliveryState, Release
from notifications.quorum import Yes
from notifications.release import NewEdition, Seen
from tests.notifications.dispatch import HERE, reckon, run, sender
from tests.notifications.outbox import SENDER, SUBJECT, TEXTS, Outbox, people
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
BLOCKS = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def say_to(outbox: Outbox, words: str) -> None:
    """As `psql` does."""
    with outbox.store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.cursor().execute(words)
        raw.commit()


def rows(outbox: Outbox, table: str) -> int:
    words = text(f"SELECT count(*) FROM {table}")
    return outbox.look(lambda session: int(session.execute(words).scalar_one()))


async def test_a_release_has_a_partition_of_its_own_and_everything_goes_on(outbox: Outbox, sink: Sink) -> None:
    convert, one_of_its_own, take_out = BLOCKS.findall(PAGE.read_text())
    outbox.release(3)
    say_to(outbox, convert)
    assert rows(outbox, "delivery") == rows(outbox, "delivery_other") == 3
    before = rows(outbox, f"{SCHEMA}.procrastinate_jobs")

    release_id = with_partition(outbox, lambda edition: say_to(outbox, one_of_its_own.replace("EDITION", str(edition))))
    assert rows(outbox, "delivery") == 10
    assert rows(outbox, "delivery_large") == 7
    assert rows(outbox, f"{SCHEMA}.procrastinate_jobs") > before
    outbox.page("inside")
    await run(sender(outbox, sink, HERE))
    assert outbox.states() == {DeliveryState.ACCEPTED: 11}
    assert reckon(outbox, sink) == []
    assert outbox.look(lambda session: ledger.counts(session, release_id)) == {DeliveryState.ACCEPTED: 7}

    say_to(outbox, take_out)
    assert (rows(outbox, "delivery"), rows(outbox, "delivery_large")) == (4, 7)


async def test_nobody_has_two_rows_of_one_edition_in_any_partition(outbox: Outbox) -> None:
    say_to(outbox, BLOCKS.findall(PAGE.read_text())[0])
    outbox.release(2)
    copied = "CREATE TEMP TABLE twice AS SELECT * FROM delivery; UPDATE twice SET id = id + 1000"
    with pytest.raises(UniqueViolation, match="occasion_person_channel_address_version"):
        say_to(outbox, f"{copied}; INSERT INTO delivery SELECT * FROM twice")


def with_partition(outbox: Outbox, make: Callable[[UUID], None]) -> UUID:
    """A release whose edition gets its partition before it is approved."""

    def drafted(session: Session) -> tuple[UUID, UUID]:
        now = outbox.clock.now()
        audience = new_audience(session, SUBJECT, "everybody", Channel.EMAIL, now)
        new = [one for one in people(13) if int(one.person[1:]) >= 6]
        assert add_members(session, outbox.keys, audience.id, list(enumerate(new, 1))) == []
        edition = releases.freeze_edition(
            session, outbox.keys, NewEdition(new_id(), SUBJECT, "people", TEXTS, "f" * 64), new_id(), now
        )
        return edition.id, releases.request_release(session, edition, audience.id, SENDER, new_id(), now).id

    edition_id, release_id = outbox.write(drafted)
    make(edition_id)

    def approved(session: Session) -> None:
        asked = session.get_one(Release, release_id)
        seen = Seen(asked.edition_digest, asked.audience_digest, "f" * 64)
        releases.approve(session, asked, seen, Yes(new_id()), (), outbox.clock.now())

    outbox.write(approved)
    return release_id
