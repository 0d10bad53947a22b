"""Notices in the host's product: a short-lived token says who reads; nothing else does, and receipts are honest."""

import base64
import json
from datetime import timedelta

import pytest
from sqlmodel import Session, func, select

from incident.roles import Role
from notifications.audience import NewMember, add_members, freeze, new_audience
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Channel, Receipt
from notifications.quorum import Yes
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release
from tests.api.conftest import ORIGIN, Front

NOTICES = "/api/in-app/notices"
TEXTS = {
    "en": Text("Notice for {{ name }}", "Hello {{ name }}", "<p>Hello {{ name }}</p>", fallbacks={"name": "you"}),
    "de": Text("Hinweis", "Hallo {{ name }}", "<p>Hallo {{ name }}</p>", fallbacks={"name": "Sie"}),
}
MEMBERS = (
    NewMember("u-1", locale="de", values={"name": "<b>Anna</b> {{ name }}"}),
    NewMember("", account="acme", role="admin"),
)


@pytest.fixture
def told(front: Front) -> Front:
    """One in-app notice released to a person and to the administrators of an account."""
    parts = front.stage.installation
    now = parts.clock.now()

    def release(session: Session) -> None:
        audience = new_audience(session, "incident:1", "everybody", Channel.IN_APP, now)
        assert add_members(session, parts.keys, audience.id, list(enumerate(MEMBERS, 1))) == []
        freeze(session, audience.id, now)
        new = NewEdition(new_id(), "incident:1", "in_app", TEXTS, "f" * 64)
        edition = freeze_edition(session, parts.keys, new, new_id(), now)
        asked = request_release(session, edition, audience.id, "n@example.org", new_id(), now)
        approve(session, asked, Seen(edition.digest, asked.audience_digest, "f" * 64), Yes(new_id()), (), now)

    parts.store.write(release)
    return front


def receipts(front: Front) -> int:
    with front.stage.installation.store.read() as session:
        return session.exec(select(func.count()).select_from(Receipt)).one()


def test_a_reader_is_shown_their_own_and_leaves_one_receipt(told: Front) -> None:
    reader = told.reader("u-1")
    shown = reader.get(NOTICES)
    assert shown.headers["cache-control"] == "no-store"
    assert "set-cookie" not in shown.headers
    (notice,) = shown.json()["notices"]
    assert (notice["text"], notice["locale"]) == ("Hallo <b>Anna</b> {{ name }}", "de")
    assert notice["html"] == "<p>Hallo &lt;b&gt;Anna&lt;/b&gt; {{ name }}</p>"
    assert (notice["read_at"], shown.json()["unread"]) == (None, 1)
    assert reader.get(NOTICES, params={"locale": "en"}).json()["notices"][0]["text"].startswith("Hello")

    first = reader.post(f"{NOTICES}/{notice['id']}/receipts")
    assert (first.status_code, first.json()["recorded"]) == (201, True)
    again = told.reader("u-1").post(f"{NOTICES}/{notice['id']}/receipts")
    assert again.json() == first.json()
    assert receipts(told) == 1
    assert reader.get(NOTICES).json()["unread"] == 0
    assert reader.get(NOTICES).json()["notices"][0]["read_at"] == first.json()["read_at"]


def test_an_impersonated_reader_sees_it_and_leaves_no_receipt(told: Front) -> None:
    support = told.reader("u-1", impersonated=True)
    (notice,) = support.get(NOTICES).json()["notices"]
    answer = support.post(f"{NOTICES}/{notice['id']}/receipts")
    assert (answer.status_code, answer.json()["recorded"]) == (201, False)
    assert receipts(told) == 0
    assert told.reader("u-1").get(NOTICES).json()["unread"] == 1


def test_an_administrator_who_joins_the_account_later_sees_its_notices(told: Front) -> None:
    joined = told.reader("hired-later", accounts={"acme": ["member", "admin"], "blue": ["admin"]})
    (notice,) = joined.get(NOTICES).json()["notices"]
    assert notice["text"] == "Hello you"
    assert joined.post(f"{NOTICES}/{notice['id']}/receipts").status_code == 201
    others: list[dict[str, list[str]]] = [{"acme": ["member"]}, {"blue": ["admin"]}, {"acme": []}]
    for accounts in others:
        other = told.reader("somebody", accounts=accounts)
        assert other.get(NOTICES).json() == {"notices": [], "unread": 0, "impersonated": False}
        assert other.post(f"{NOTICES}/{notice['id']}/receipts").status_code == 404


def test_a_token_ends_when_it_says_and_cannot_be_made_or_changed_by_anybody_else(
    told: Front, clock: MovableClock
) -> None:
    issued = told.program().post("/api/in-app/tokens", json={"person": "u-2", "seconds": 60})
    assert issued.headers["cache-control"] == "no-store"
    token = issued.json()["token"]
    head, body, mac = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["sub"] = "u-1"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

    def status(given: str) -> int:
        return told.client(Authorization=f"Bearer {given}", Origin=ORIGIN).get(NOTICES).status_code

    assert status(token) == 200
    bare = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    changed = (
        *(f"{head}.{forged}.{mac}", f"{head}.{body}.{mac[:-4]}AAAA", f"{head}.{body}.", f"{bare}.{body}."),
        *(f"{bare}.{body}.{mac}", body, "..", told.tokens[Role.HOST]),
    )
    assert [status(given) for given in changed] == [401] * len(changed)
    assert told.client().get(NOTICES, headers={b"Authorization": b"Bearer \xe9"}).status_code == 401
    assert told.client(Authorization=f"Bearer {token}").get("/api/customers").status_code == 401
    clock.move(timedelta(seconds=60))
    assert status(token) == 401


def test_before_the_first_token_was_asked_for_none_is_ours(front: Front) -> None:
    assert front.client(Authorization="Bearer e30.e30.e30").get(NOTICES).status_code == 401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_host_says_who_reads_and_only_within_limits(front: Front) -> None:
    for role in set(Role) - {Role.HOST}:
        assert front.program(role).post("/api/in-app/tokens", json={"person": "u-1"}).status_code == 403
    assert front.signed_in("mara").post("/api/in-app/tokens", json={"person": "u-1"}).status_code == 401
    for body in (
        {},
        {"person": ""},
        {"person": "x" * 201},
        {"person": "u-1", "seconds": 3601},
        {"person": "u-1", "seconds": 0},
        {"person": "u-1", "impersonated": "no"},
        {"person": "u-1", "accounts": {"acme": "admin"}},
        {"person": "u-1", "accounts": {f"a{number}": ["x"] for number in range(21)}},
        {"person": "u-1", "accounts": {"acme": ["x" * 65]}},
    ):
        assert front.program().post("/api/in-app/tokens", json=body).status_code == 422, body


def test_pages_of_the_host_and_of_nobody_else_may_call_from_a_browser(told: Front) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    allowed = told.client(Origin=ORIGIN, **asks).options(NOTICES)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in allowed.headers
    for origin in ("https://evil.example", f"{ORIGIN}.evil.example", "null", "http://app.nimbus.example"):
        refused = told.client(Origin=origin, **asks).options(NOTICES)
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers
    reader = told.reader("u-1")
    (notice,) = reader.get(NOTICES).json()["notices"]
    for answer in (
        reader.get(NOTICES),
        reader.post(f"{NOTICES}/{notice['id']}/receipts"),
        told.client(Origin=ORIGIN).get(NOTICES),  # a 401 that the page can see
    ):
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "Origin" in answer.headers["vary"]
    token = reader.headers["authorization"]
    foreign = told.client(Origin="https://evil.example", Authorization=token).get(NOTICES)
    assert "access-control-allow-origin" not in foreign.headers
    for path in ("/api/in-app/tokens", "/api/customers", "/api/announcements", "/api/in-app/noticesx"):
        other = told.client(Origin=ORIGIN, **asks).options(path)
        assert "access-control-allow-origin" not in other.headers, path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_notice_that_cannot_be_is_not_looked_for(told: Front) -> None:
    reader = told.reader("u-1")
    assert reader.post(f"{NOTICES}/{'0' * 32}/receipts").status_code == 404
    for name in ("ü" * 32, "x", "0" * 33):
        assert reader.post(f"{NOTICES}/{name}/receipts").status_code == 422
    assert reader.get(NOTICES, params={"locale": "<script>"}).status_code == 422
