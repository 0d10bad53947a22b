"""SendGrid, Postmark and Mailgun: events in their documented forms, proven with keys of the test's own."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from incident.adapters.authenticity import Reason, Refused
from incident.adapters.signals import Unreadable
from incident.providers import mailgun, postmark, sendgrid
from incident.providers.reading import PROVEN
from notifications.heard import News

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
OURS = "<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>"
ANN = frozenset({"ann@mail.example"})
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
PUBLIC = base64.b64encode(ELLIPTIC.public_key().public_bytes(*SPKI)).decode()
GUID = "883953f4-6105-42a2-a16a-77a8eac79483"
SECRET = "events:long-and-secret-enough"
SIGNING = "mailgun-signing-key"


def grid(event: str, **more: object) -> dict[str, Any]:
    return {
        "email": "Ann@mail.example",
        "timestamp": AT,
        "smtp-id": OURS,
        "event": event,
        "sg_event_id": f"id-{event}",
        "sg_message_id": "Jrgr-6wVTCOiVVM8fZJ_LQ.recvd-5f54b9d587-2clnw-1-5E8-0.0",
        **more,
    }


def signed(body: bytes, at: int = AT) -> dict[str, str]:
    signature = ELLIPTIC.sign(f"{at}".encode() + body, ec.ECDSA(hashes.SHA256()))
    return {sendgrid.TIMESTAMP: f"{at}", sendgrid.SIGNATURE: base64.b64encode(signature).decode()}


def test_a_batch_of_sendgrid_is_read() -> None:
    batch = [
        grid("processed"),
        grid("delivered", response="250 OK"),
        grid("bounce", status="5.1.1", reason="550 5.1.1 no such user", type="bounce"),
        grid("bounce", status="4.0.0", type="blocked"),
        grid("dropped", reason="Bounced Address"),
        grid("deferred", response="451 later"),
        grid("spamreport"),
        grid("open"),
    ]
    heard = sendgrid.read(json.dumps(batch).encode())
    wanted = [News.DELIVERED, News.BOUNCED, News.BOUNCED, News.SUPPRESSED, News.DEFERRED, News.COMPLAINT]
    assert [one.news for one in heard] == wanted
    bounced = heard[1]
    assert (bounced.key, bounced.message_ids, bounced.status) == ("sendgrid:id-bounce", (OURS,), "5.1.1")
    assert (bounced.detail, bounced.at, bounced.addresses) == ("550 5.1.1 no such user", NOW, ANN)
    assert bounced.provider_ids[0] == "Jrgr-6wVTCOiVVM8fZJ_LQ"
    assert {one.proven for one in heard} == {True}


def test_an_old_id_of_sendgrid_is_found_with_its_dots() -> None:
    old = "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0"
    (heard,) = sendgrid.read(json.dumps([grid("delivered", sg_message_id=old)]).encode())
    assert "14c5d75ce93.dfd.64b469" in heard.provider_ids


def test_sendgrids_signature_proves_time_and_body() -> None:
    key, body = sendgrid.public_key(PUBLIC), b"[]"
    good = signed(body)
    assert sendgrid.verify(key, good, body, NOW) is PROVEN
    assert sendgrid.verify(key, good, b"[ ]", NOW) == Refused(Reason.WRONG)
    assert sendgrid.verify(key, good | {sendgrid.TIMESTAMP: f"{AT + 1}"}, body, NOW) == Refused(Reason.WRONG)
    assert sendgrid.verify(key, good, body, NOW + timedelta(hours=26)) == Refused(Reason.STALE)
    assert sendgrid.verify(key, signed(body, AT + 600), body, NOW) == Refused(Reason.STALE)
    assert sendgrid.verify(key, {}, body, NOW) == Refused(Reason.MISSING)
    assert sendgrid.verify(key, good | {sendgrid.SIGNATURE: "%"}, body, NOW) == Refused(Reason.MALFORMED)
    assert sendgrid.verify(key, good | {sendgrid.TIMESTAMP: "٣"}, body, NOW) == Refused(Reason.MALFORMED)


@pytest.mark.parametrize("typed", ["", "no key", base64.b64encode(b"x" * 91).decode()])
def test_what_is_no_key_of_sendgrid_is_refused(typed: str) -> None:
    with pytest.raises(sendgrid.UnusableKey):
        sendgrid.public_key(typed)


def test_a_key_of_another_kind_is_refused() -> None:
    other = base64.b64encode(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(*SPKI)).decode()
    with pytest.raises(sendgrid.UnusableKey, match="elliptic"):
        sendgrid.public_key(other)


@pytest.mark.parametrize(
    ("event", "news"),
    [
        (
            {"RecordType": "Delivery", "Recipient": "ann@mail.example", "DeliveredAt": "2026-11-24T09:00:00Z"},
            "delivered",
        ),
        ({"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "Email": "ann@mail.example"}, "bounced"),
        ({"RecordType": "Bounce", "Type": "SoftBounce", "Email": "ann@mail.example"}, "bounced"),
        ({"RecordType": "Bounce", "Type": "Transient", "Email": "ann@mail.example"}, "deferred"),
        ({"RecordType": "Bounce", "Type": "ManuallyDeactivated", "Email": "ann@mail.example"}, "suppressed"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "ann@mail.example"}, "complaint"),
        (
            {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "HardBounce"}
            | {"Recipient": "ann@mail.example"},
            "bounced",
        ),
    ],
)
def test_postmarks_events_are_read(event: dict[str, Any], news: str) -> None:
    (heard,) = postmark.read(json.dumps({"MessageID": GUID, "Details": "words", **event}).encode())
    assert (heard.news, heard.provider_ids, heard.addresses, heard.proven) == (news, (GUID,), ANN, True)


@pytest.mark.parametrize(
    "event",
    [
        {"RecordType": "Open"},
        {"RecordType": "Bounce", "Type": "AutoResponder"},
        {"RecordType": "SubscriptionChange", "SuppressSending": False, "SuppressionReason": "HardBounce"},
        {},
    ],
)
def test_what_is_no_news_of_postmark_is_none(event: dict[str, Any]) -> None:
    assert postmark.read(json.dumps(event).encode()) == ()


def test_postmark_is_known_by_its_secret() -> None:
    basic = base64.b64encode(SECRET.encode()).decode()
    assert postmark.verify(SECRET, {"authorization": f"Basic {basic}"}) is PROVEN
    assert postmark.verify(SECRET, {postmark.HEADER: SECRET}) is PROVEN
    assert postmark.verify("another:secret", {"authorization": f"Basic {basic}"}) == Refused(Reason.WRONG)
    assert postmark.verify(SECRET, {}) == Refused(Reason.MISSING)
    assert postmark.verify(SECRET, {"authorization": "Basic %"}) == Refused(Reason.MALFORMED)


def gun(token: str = "token-1", at: int = AT, **event: Any) -> bytes:
    signature = hmac.new(SIGNING.encode(), f"{at}{token}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()
    about = {"message": {"headers": {"message-id": OURS.strip("<>")}}, "recipient": "ann@mail.example", "timestamp": AT}
    return json.dumps(
        {
            "signature": {"timestamp": f"{at}", "token": token, "signature": signature},
            "event-data": {**about, "id": "x", **event},
        }
    ).encode()


@pytest.mark.parametrize(
    ("event", "news"),
    [
        ({"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}}, News.DELIVERED),
        ({"event": "failed", "severity": "permanent", "reason": "bounce"}, News.BOUNCED),
        ({"event": "failed", "severity": "temporary", "reason": "generic"}, News.DEFERRED),
        ({"event": "failed", "severity": "permanent", "reason": "suppress-bounce"}, News.SUPPRESSED),
        ({"event": "rejected", "reject": {"reason": "Sandbox"}}, News.SUPPRESSED),
        ({"event": "complained"}, News.COMPLAINT),
    ],
)
def test_mailguns_events_are_read(event: dict[str, Any], news: News) -> None:
    (heard,) = mailgun.read(gun(**event))
    assert (heard.news, heard.message_ids, heard.key, heard.at) == (news, (OURS,), "mailgun:token-1", NOW)


def test_mailguns_status_is_the_enhanced_one() -> None:
    status: Any = {"code": 550, "enhanced-code": "5.1.1", "message": "5.1.1 no such user"}
    event: dict[str, Any] = {"event": "failed", "severity": "permanent", "delivery-status": status}
    (heard,) = mailgun.read(gun(**event))
    assert (heard.status, heard.detail) == ("5.1.1", "5.1.1 no such user")
    assert mailgun.read(gun(event="opened")) == ()


def test_mailguns_token_and_time_are_proven() -> None:
    assert mailgun.verify(SIGNING, gun(), NOW) is PROVEN
    assert mailgun.verify("another", gun(), NOW) == Refused(Reason.WRONG)
    assert mailgun.verify(SIGNING, gun().replace(b"token-1", b"token-2"), NOW) == Refused(Reason.WRONG)
    assert mailgun.verify(SIGNING, gun(), NOW + timedelta(hours=10)) == Refused(Reason.STALE)
    assert mailgun.verify(SIGNING, b"{}", NOW) == Refused(Reason.MISSING)
    assert mailgun.verify(SIGNING, b"", NOW) == Refused(Reason.MALFORMED)


@pytest.mark.parametrize("read", [sendgrid.read, postmark.read, mailgun.read])
@pytest.mark.parametrize("body", [b"", b"[[[", b'"text"', b"{" * 100_000])
def test_what_is_no_event_is_unreadable(read: Any, body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)
