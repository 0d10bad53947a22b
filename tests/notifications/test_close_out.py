"""Of any ledger a report says exactly what a naive reading of the rows says: the same lines, digest and counts."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, update

from notifications import close_out
from notifications.audience import NewMember
from notifications.close_out import begin_report, examine_report, is_written, read_part, store_part
from notifications.models import Delivery, DeliveryState, Release
from notifications.proofs import CloseOut
from tests.notifications.outbox import Outbox

FREE = [state for state in DeliveryState if state not in (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)]
SECONDS = st.integers(0, 10**6)
FATES = st.fixed_dictionaries(
    {
        "state": st.sampled_from(FREE),
        "settled_at": SECONDS,
        "first_transmitting_at": st.none() | SECONDS,
        "reply_code": st.none() | st.sampled_from((250, 421, 550)),
        "reply_enhanced": st.sampled_from(("", "2.0.0", "5.1.1")),
        "reply_text": st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
        "possible_duplicate": st.booleans(),
    }
)
PEOPLE = st.tuples(
    st.sampled_from(("en", "de", "pt-BR")), st.sampled_from(("", "DE", "US-CA")), st.sampled_from("abcdefg"), FATES
)
LEDGERS = st.lists(PEOPLE, min_size=1, max_size=40)


def ledger(outbox: Outbox, people: list[tuple[str, str, str, dict[str, Any]]]) -> UUID:
    """A release to these people, each with what became of it."""
    members = [
        NewMember(f"u{n}", f"u{n}@{domain}.example", locale=locale, region=region)
        for n, (locale, region, domain, _) in enumerate(people)
    ]
    release_id, now = outbox.release(members), outbox.clock.now()

    def fate(session: Session) -> None:
        for n, (*_, said) in enumerate(people):
            moments = {
                name: None if said[name] is None else now + timedelta(seconds=said[name])
                for name in ("settled_at", "first_transmitting_at")
            }
            mine = (col(Delivery.release_id) == release_id, col(Delivery.person) == f"u{n}")
            session.exec(update(Delivery).where(*mine).values({**said, **moments}))

    outbox.write(fate)
    return release_id


def closed_out(outbox: Outbox, release_id: UUID, piece: int) -> CloseOut:
    """The report of a release in parts of so many rows."""

    def begun(session: Session) -> CloseOut:
        release = session.get_one(Release, release_id)
        return begin_report(session, outbox.keys, release, "system:test", outbox.clock.now())

    report = outbox.write(begun)
    usual, close_out.PIECE = close_out.PIECE, piece
    try:
        while not is_written(report):
            part = outbox.look(partial(read_part, keys=outbox.keys, report=report))
            assert outbox.write(partial(store_part, report=report, part=part))
            assert not outbox.write(partial(store_part, report=report, part=part))  # whoever is slower keeps nothing
            report = outbox.look(partial(_again, report))
    finally:
        close_out.PIECE = usual
    return report


def _again(report: CloseOut, session: Session) -> CloseOut:
    return session.get_one(CloseOut, report.id)


def naive(outbox: Outbox, report: CloseOut, people: list[tuple[str, str, str, dict[str, Any]]]) -> tuple[str, Any]:
    """Digest and counts, computed in the plainest way from the rows."""
    release = outbox.released(report.release_id)
    rows = sorted((row for row in outbox.rows() if row.release_id == release.id), key=lambda row: row.id or 0)
    head = {
        "audience": release.audience_digest,
        "begun_at": f"{report.begun_at:%Y-%m-%dT%H:%M:%S.%f}+00:00",
        "edition": release.edition_digest,
        "form": "seventytwo close-out 1",
        "number": 1,
        "release": str(release.id),
    }
    lines, said = [head], []
    for row in rows:
        number = int(row.person[1:])
        locale, region, domain, _ = people[number]
        said.append((row, locale, region, f"{domain}.example"))
        lines.append(
            {
                "account": "",
                "address": f"u…@{domain}.example",
                "address_version": 1,
                "attempts": 0,
                "channel": "email",
                "domain": f"{domain}.example",
                "first_at": _stamp(row.first_transmitting_at),
                "locale": locale,
                "message_id": row.message_id,
                "person": row.person,
                "possible_duplicate": row.possible_duplicate,
                "region": region,
                "reply_code": row.reply_code,
                "reply_enhanced": row.reply_enhanced,
                "reply_text": row.reply_text,
                "role": "",
                "row": row.id,
                "segment": "",
                "settled_at": _stamp(row.settled_at),
                "state": str(row.state),
            }
        )
    whole = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    first = [row.first_transmitting_at for row in rows if row.first_transmitting_at]
    domains = Counter(domain for *_, domain in said)
    answers = Counter(f"{row.reply_code or ''} {row.reply_enhanced}".strip() for row in rows)
    counts = {
        "rows": len(rows),
        "told": sum(row.state in ("accepted", "delivered") for row in rows),
        "possible_duplicates": sum(row.possible_duplicate for row in rows),
        "first_at": _stamp(min(first, default=None)),
        "last_at": _stamp(max(row.settled_at for row in rows if row.settled_at)),
        "states": Counter(str(row.state) for row in rows),
        "channels": _by((("email", row) for row, *_ in said)),
        "locales": _by((locale, row) for row, locale, *_ in said),
        "regions": _by((region, row) for row, _, region, _ in said if region),
        "domains": _by((domain if domains[domain] >= 5 else "others", row) for row, *_, domain in said),
        "answers": {answer: number for answer, number in answers.items() if answer},
    }
    return hashlib.sha256(whole.encode()).hexdigest(), counts


def _by(rows: Iterable[tuple[str, Delivery]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for word, row in rows:
        found.setdefault(word, Counter())[str(row.state)] += 1
    return found


def _stamp(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00" if at else ""


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=LEDGERS, piece=st.integers(1, 50))
def test_digest_and_counts_are_those_of_a_naive_reading(
    outbox: Outbox, people: list[tuple[str, str, str, dict[str, Any]]], piece: int
) -> None:
    report = closed_out(outbox, ledger(outbox, people), piece)
    found = examine_report(outbox.store, outbox.keys, report)
    digest, counts = naive(outbox, report, people)
    assert found.counts.document() == counts
    assert found.digest == digest
    assert report.rows == report.expected == len(people)


def test_rows_of_other_releases_in_between_are_left_out(outbox: Outbox) -> None:
    fate: dict[str, Any] = {
        "state": DeliveryState.ACCEPTED,
        "settled_at": 1,
        "first_transmitting_at": 0,
        "reply_code": 250,
        "reply_enhanced": "2.0.0",
        "reply_text": "ok",
        "possible_duplicate": False,
    }
    people = [("en", "", "a", fate)] * 3
    first, second = ledger(outbox, people), ledger(outbox, people)
    for release_id in (second, first):
        report = closed_out(outbox, release_id, 2)
        assert examine_report(outbox.store, outbox.keys, report).counts.rows == 3
