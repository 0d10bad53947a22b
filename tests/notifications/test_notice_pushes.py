"""Notices in the product are pushed whole: what was released, to whom, in pieces, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, update

from notifications.audience import NewMember
from notifications.endpoints import EndpointKind
from notifications.in_app import notices_for
from notifications.message import Text
from notifications.models import DeliveryState, Member, ReleaseState
from notifications.notice_pushes import PERSONAL_PIECE, PIECE
from notifications.reader_tokens import Reader
from tests.notifications.post_room import PostRoom
from tests.notifications.receiver import Receiver, Script

pytestmark = pytest.mark.anyio
S = DeliveryState
PLAIN = {
    "en": Text("Your data", "Somebody read your data.", "<p>Somebody read your data.</p>"),
    "de": Text("Ihre Daten", "Ihre Daten wurden gelesen.", "<p>Ihre Daten wurden gelesen.</p>"),
}
PERSONAL = {"en": Text("For {{ name }}", "Hello {{ name }}", "<p>Hello {{ name }}</p>", fallbacks={"name": "you"})}


def pieces(receiver: Receiver) -> list[dict[str, Any]]:
    said = [json.loads(taken.body) for taken in receiver.taken]
    assert {one["type"] for one in said} == {"notice.released"}
    return [one["data"] for one in said]


def whom(data: Mapping[str, Any]) -> list[str]:
    return [one["person"] for one in data["to"]]


def crowd(number: int) -> Sequence[NewMember]:
    return [NewMember(f"u{n}") for n in range(number)]


async def test_the_whole_text_goes_with_people_accounts_and_roles(room: PostRoom, receiver: Receiver) -> None:
    room.endpoint(receiver.url)
    members = [
        NewMember("u1", locale="de"),
        NewMember("u2"),
        NewMember("", account="acme", role="admin"),
        NewMember("", account="blue"),
    ]
    release = room.in_app(members, PLAIN)
    await room.post()
    (data,) = pieces(receiver)
    assert data["release"] == str(release)
    assert (data["part"], data["parts"], data["edition"]) == (1, 1, 1)
    assert data["texts"] == [
        {"locale": locale, "subject": PLAIN[locale].subject, "text": PLAIN[locale].text, "html": PLAIN[locale].html}
        for locale in ("de", "en")
    ]
    assert [{name: value for name, value in one.items() if name != "id"} for one in data["to"]] == [
        {"person": "u1", "text": 0},
        {"person": "u2", "text": 1},
        {"account": "acme", "roles": ["admin"], "text": 1},
        {"account": "blue", "roles": [], "text": 1},
    ]
    with room.outbox.store.read() as session:
        (shown,) = notices_for(session, room.outbox.keys, Reader("u1"))
    assert data["to"][0]["id"] == shown.id


async def test_a_crowd_goes_in_pieces_nobody_twice_and_nobody_forgotten(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    release = room.in_app(crowd(2 * PIECE + 1), PLAIN)
    await room.post()
    found = pieces(receiver)
    assert [(one["part"], one["parts"], len(one["to"])) for one in found] == [(1, 3, PIECE), (2, 3, PIECE), (3, 3, 1)]
    assert [person for one in found for person in whom(one)] == [f"u{n}" for n in range(2 * PIECE + 1)]
    assert len({taken.headers["webhook-id"] for taken in receiver.taken}) == 3
    assert {row.state for row in room.to(endpoint)} == {S.ACCEPTED}
    assert room.push_again(release) == 0


async def test_a_text_that_names_its_reader_is_filled_for_each_with_html_escaped(
    room: PostRoom, receiver: Receiver
) -> None:
    room.endpoint(receiver.url)
    members = [NewMember("u0", values={"name": "<Anna>"}), *[NewMember(f"u{n}") for n in range(1, PERSONAL_PIECE + 1)]]
    room.in_app(members, PERSONAL)
    await room.post()
    first, second = pieces(receiver)
    assert [text["html"] for text in first["texts"]] == ["<p>Hello &lt;Anna&gt;</p>", "<p>Hello you</p>"]
    assert (first["to"][0]["text"], first["to"][1]["text"]) == (0, 1)
    assert whom(second) == [f"u{PERSONAL_PIECE}"]


async def test_a_piece_that_was_refused_or_lost_holds_up_no_other_for_ever(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.in_app(crowd(PIECE + 1), PLAIN)
    receiver.script(Script(drop="body"), Script())
    await room.post()
    room.later(timedelta(minutes=2))
    await room.post()
    assert {row.state for row in room.to(endpoint)} == {S.ACCEPTED}
    numbers = [one["part"] for one in pieces(receiver)]
    assert sorted(numbers) == [1, 1, 2]
    ids = {
        one["part"]: taken.headers["webhook-id"] for one, taken in zip(pieces(receiver), receiver.taken, strict=True)
    }
    assert len(set(ids.values())) == 2


async def test_only_endpoints_that_want_notices_get_them(room: PostRoom, receiver: Receiver) -> None:
    room.endpoint(receiver.url, events=["release.approved"])
    room.endpoint(receiver.url, active=False)
    room.endpoint(receiver.url, EndpointKind.SLACK, (), events=[])
    room.in_app(crowd(1), PLAIN)
    await room.post()
    assert receiver.taken == []


async def test_what_is_no_longer_released_or_not_what_was_approved_is_not_pushed(
    room: PostRoom, receiver: Receiver
) -> None:
    endpoint = room.endpoint(receiver.url)
    void, forged, purged = (room.in_app(crowd(1), PLAIN) for _ in range(3))
    room.outbox.forge(void, state=ReleaseState.VOID)
    room.outbox.forge(forged, edition_digest="0" * 64)
    audience = room.outbox.released(purged).audience_id

    room.outbox.write(lambda session: session.exec(delete(Member).where(col(Member.audience_id) == audience)))
    await room.post()
    assert receiver.taken == []
    assert [row.state for row in room.to(endpoint)] == [S.REJECTED] * 3
    assert [row.reply_text for row in room.to(endpoint)] == [
        "the notice is not released",
        "the text is not the one that was approved",
        "its audience is gone",
    ]


async def test_a_member_that_was_changed_is_left_out_and_counted(room: PostRoom, receiver: Receiver) -> None:
    room.endpoint(receiver.url)
    room.in_app(crowd(5), PLAIN)
    changed = update(Member).where(col(Member.person) == "u3").values(locale="de")
    room.outbox.write(lambda session: session.exec(changed))
    await room.post()
    (data,) = pieces(receiver)
    assert (whom(data), data["left_out"]) == (["u0", "u1", "u2", "u4"], 1)


async def test_a_text_that_cannot_be_filled_stops_its_piece_and_not_the_next(
    room: PostRoom, receiver: Receiver
) -> None:
    endpoint = room.endpoint(receiver.url)
    named = [NewMember(f"u{n}", values={"name": "Anna"}) for n in range(PERSONAL_PIECE)]
    without = {"en": Text("For {{ name }}", "Hello", "<p>Hello</p>")}
    room.in_app([*named[1:], NewMember("nameless"), NewMember("last", values={"name": "Emil"})], without)
    await room.post()
    assert [row.state for row in room.to(endpoint)] == [S.REJECTED, S.ACCEPTED]
    (data,) = pieces(receiver)
    assert (data["part"], whom(data)) == (2, ["last"])


async def test_a_segment_without_a_text_gets_none(room: PostRoom, receiver: Receiver) -> None:
    room.endpoint(receiver.url)
    room.in_app([NewMember("u1"), NewMember("u2", segment="minors")], PLAIN)
    await room.post()
    (data,) = pieces(receiver)
    assert (whom(data), data["left_out"]) == (["u1"], 1)
