"""Events of providers at our door: proven, kept once, answered 200; refused, unknown or unreadable in their own way."""

import base64
import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from incident.hooks.guarded_fetch import Certificates
from incident.providers import sendgrid
from notifications.incoming import DeliveryNews, MailState, ReceivedMail
from tests.hooks.gate import Gate
from tests.incident.providers import test_others as others
from tests.incident.providers import test_ses as amazon

SETTINGS: dict[str, Any] = {
    "ses_topics": amazon.TOPIC,
    "sendgrid_key": others.PUBLIC,
    "postmark_secret": SecretStr(others.SECRET),
    "mailgun_key": SecretStr(others.SIGNING),
}
POSTMARK = json.dumps({"RecordType": "Bounce", "Type": "HardBounce", "MessageID": others.GUID}).encode()
BASIC = {"authorization": "Basic " + base64.b64encode(others.SECRET.encode()).decode()}


class Web:
    """What SNS would serve: certificates, and confirmations that are asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.down:
            raise httpx.ConnectError("nobody there")
        return amazon.certificate()


@pytest.fixture
def web(gate: Gate) -> Web:
    found = Web()
    gate.app.state.settings = gate.app.state.settings.model_copy(update=SETTINGS)
    gate.app.state.certificates = Certificates(found.fetch)
    return found


def post(gate: Gate, provider: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    answer: Any = gate.client.post(f"/hooks/events/{provider}", content=body, headers=headers or {})
    return answer


def kept(gate: Gate) -> list[tuple[str, str, bool]]:
    rows = gate.look(lambda session: session.exec(select(DeliveryNews).order_by(col(DeliveryNews.key))).all())
    return [(row.source, row.news, row.proven) for row in rows]


def test_each_providers_event_is_kept_once(gate: Gate, web: Web) -> None:
    batch = json.dumps([others.grid("delivered"), others.grid("open"), others.grid("bounce")]).encode()
    sent = [
        ("ses", amazon.message(amazon.HARD), {}),
        ("sendgrid", batch, others.signed(batch)),
        ("postmark", POSTMARK, BASIC),
        ("mailgun", others.gun(event="complained"), {}),
    ]
    first = [post(gate, *one) for one in sent]
    assert [(answer.status_code, answer.json()["kept"]) for answer in first] == [(200, 1), (200, 2), (200, 1), (200, 1)]
    assert [post(gate, *one).json()["kept"] for one in sent] == [0, 0, 0, 0]
    assert kept(gate) == [
        ("mailgun", "complaint", True),
        ("postmark", "bounced", True),
        ("sendgrid", "bounced", True),
        ("sendgrid", "delivered", True),
        ("ses", "bounced", True),
    ]
    assert web.asked == [amazon.URL], "its certificate is fetched once"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_proven_is_refused_and_not_kept(gate: Gate, web: Web) -> None:
    forged = amazon.message(amazon.HARD).replace(b"no such user", b"no such loser")
    strange = amazon.message(amazon.HARD, TopicArn="arn:aws:sns:eu-central-1:999999999999:strange")
    for provider, body, headers in (
        ("ses", forged, {}),
        ("ses", strange, {}),
        ("sendgrid", b"[]", others.signed(b"[ ]")),
        ("sendgrid", b"[]", {}),
        ("postmark", POSTMARK, {}),
        ("mailgun", others.gun().replace(b"token-1", b"token-2"), {}),
    ):
        assert post(gate, provider, body, headers).status_code == 401, (provider, body)
    assert kept(gate) == []
    assert web.asked == [amazon.URL], "nothing is fetched for a topic that is not ours"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_provider_that_is_not_set_has_no_address(gate: Gate) -> None:
    for provider in ("ses", "sendgrid", "postmark", "mailgun", "nobody"):
        assert post(gate, provider, b"{}").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_genuine_request_that_cannot_be_read_waits_for_a_person(gate: Gate, web: Web) -> None:
    body = b'{"events": 1}'
    assert post(gate, "sendgrid", body, others.signed(body)).json() == {"kept": 0}
    (row,) = gate.look(lambda session: session.exec(select(ReceivedMail)).all())
    assert (row.door, row.state, row.trouble) == (
        sendgrid.NAME,
        MailState.QUARANTINED,
        "The body is JSON but no list of events.",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_no_database_keeps_waits_for_a_person_too(gate: Gate, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    sent = [
        ("ses", amazon.message("half a pair: \ud800")),
        ("ses", amazon.message(amazon.HARD, MessageId="id\0")),
        ("ses", amazon.message(amazon.HARD, Subject="\udfff")),
        ("mailgun", others.gun(event="complained", reason="\ud800")),
        ("mailgun", others.gun(token="token\ud800", event="complained")),
        ("mailgun", others.gun(event="complained", recipient="a\0@mail.example")),
    ]
    for one in sent:
        assert post(gate, *one).json() == {"kept": 0}
    rows = gate.look(lambda session: session.exec(select(ReceivedMail)).all())
    assert [row.state for row in rows] == [MailState.QUARANTINED] * len(sent)
    assert kept(gate) == []
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_certificate_that_cannot_be_fetched_is_no_reason_to_lose_the_event(gate: Gate, web: Web) -> None:
    web.down = True
    answer = post(gate, "ses", amazon.message(amazon.HARD))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    web.down = False
    assert post(gate, "ses", amazon.message(amazon.HARD)).json() == {"kept": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_subscription_of_our_topic_is_confirmed(gate: Gate, web: Web) -> None:
    url = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={amazon.TOPIC}&Token=2336"
    body = amazon.message("You have chosen", Type="SubscriptionConfirmation", Token="2336", SubscribeURL=url)
    assert post(gate, "ses", body).json() == {"kept": 0}
    assert web.asked == [amazon.URL, url]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_too_large_and_encoded_bodies_are_refused(gate: Gate, web: Web) -> None:
    assert post(gate, "postmark", b"x" * (1024 * 1024 + 1), BASIC).status_code == 413
    assert post(gate, "postmark", POSTMARK, BASIC | {"content-encoding": "gzip"}).status_code == 415
