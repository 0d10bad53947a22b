"""Handshakes and pings at the real route, by adapters made for it; who asks elsewhere learns nothing."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from incident.adapters import registry
from incident.adapters.answers import Answer, Asked, Confirmation, Headers, Noted, Reply
from incident.adapters.authenticity import Scheme
from incident.adapters.registry import Adapter, all_adapters
from incident.adapters.signals import Signal, SignalState
from incident.errors import Invalid
from incident.hooks.guarded_fetch import Certificates
from incident.models.intake import IntakeState
from incident.verbs.sources import set_enabled
from tests.hooks.gate import ALERTMANAGER, Gate

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASKS, TOKEN = "asks", "a-token-of-enough-length"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"
PROVEN = {"x-own": TOKEN}


def answer(asked: Asked) -> Answer | None:
    what = asked.headers.get("x-ask", "")
    if asked.method == "OPTIONS":
        return Reply(headers={"WebHook-Allowed-Origin": asked.headers.get("webhook-request-origin", "")}, unproven=True)
    if "token" in asked.query:
        return Reply(content_type="text/html", body=asked.query["token"], unproven=True)
    said: Mapping[str, Answer] = {
        "challenge": Reply(content_type="application/json", body='{"verification":"x"}'),
        "ping": Noted("A ping."),
        "confirm": Confirmation("https://sns.eu-central-1.amazonaws.com/?x", "The subscription waits."),
    }
    return said.get(what)


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    return (Signal(body.decode(), None, ASKS, "k", SignalState.FIRING),)


ASKING = Adapter(
    name=ASKS,
    label="Asks",
    schemes=(Scheme.HEADER_TOKEN,),
    read=read,
    answer=answer,
    methods=("POST", "GET", "OPTIONS"),
)
BY_TOPIC = Adapter(name="topic", label="By topic", schemes=(Scheme.AWS_SNS,), read=read)
PULLED = Adapter(name="pulled", label="Pulled", schemes=(Scheme.NONE,), read=read)


@pytest.fixture
def asking(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Gate:
    more = {one.name: one for one in (ASKING, BY_TOPIC, PULLED)}
    known = dict(all_adapters()) | more
    monkeypatch.setattr(registry, "all_adapters", lambda: known)
    from incident.verbs.sources import add_source

    gate.stage.act("operator", add_source, ASKS, ASKS, "header_token", secret=TOKEN)
    gate.stage.act("operator", add_source, "topic", "topic", "aws_sns", secret=TOPIC)
    gate.stage.act("operator", add_source, "pulled", "pulled", "none")
    return gate


def ask(gate: Gate, method: str = "POST", slug: str = ASKS, query: str = "", **headers: str) -> Any:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return gate.client.request(method, f"/hooks/{slug}{query}", headers=sent, content=b"A")


def test_a_question_before_any_credential_is_answered_and_not_kept(asking: Gate) -> None:
    answer = ask(asking, "OPTIONS", webhook_request_origin="events.verein.example")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["webhook-allowed-origin"] == "events.verein.example"
    assert asking.intakes() == []


def test_what_the_sender_chose_is_never_a_page(asking: Gate) -> None:
    answer = ask(asking, query="?token=%3Cscript%3Ealert(1)%3C/script%3E")
    assert (answer.status_code, answer.text) == (200, "<script>alert(1)</script>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_question_that_needs_proof_is_answered_to_who_proves_himself(asking: Gate) -> None:
    assert ask(asking, "GET", x_ask="challenge").status_code == 401
    answer = ask(asking, "GET", x_ask="challenge", x_own=TOKEN)
    assert (answer.status_code, answer.json()) == (200, {"verification": "x"})
    assert (asking.intakes(), asking.refusals()) == ([], {"wrong": 1})


def test_a_ping_is_kept_as_heard_from_and_opens_nothing(asking: Gate) -> None:
    assert ask(asking, x_ask="ping", x_own=TOKEN).status_code == 202
    assert (asking.states(), asking.incidents(), asking.alerts()) == ([IntakeState.APPLIED], [], [])


def test_a_confirmation_waits_for_a_person_and_nothing_is_fetched(asking: Gate) -> None:
    asking.app.state.certificates = Certificates(lambda url: pytest.fail(url))
    assert ask(asking, x_ask="confirm", x_own=TOKEN).status_code == 202
    (row,) = asking.intakes()
    assert (row.state, row.trouble) == (IntakeState.QUARANTINED, "Asks to be confirmed: The subscription waits.")


def test_an_alert_goes_its_way_and_the_secret_is_not_kept_whatever_its_header_is_called(asking: Gate) -> None:
    assert ask(asking, x_own=TOKEN).status_code == 202
    (opened,) = asking.incidents()
    assert opened.severity == "medium"
    (row,) = asking.intakes()
    sealed = row.headers_sealed or b""
    keys = asking.stage.installation.keys
    headers = asking.look(
        lambda session: keys.for_scope(session, row.scope).open(sealed, "intake", "headers_sealed", row.id)
    )
    assert TOKEN.encode() not in headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_where_nobody_asks_every_address_looks_alike(asking: Gate, method: str) -> None:
    unknown = ask(asking, method, "never-heard-of")
    asking.stage.act("operator", set_enabled, ASKS, enabled=False)
    for slug in (ALERTMANAGER, ASKS, "pulled"):
        found = ask(asking, method, slug)
        assert (found.status_code, found.content, found.headers["allow"]) == (405, unknown.content, "POST")
    assert unknown.status_code == 405


def test_a_get_that_asks_nothing_is_no_delivery(asking: Gate) -> None:
    assert ask(asking, "GET", x_own=TOKEN).status_code == 405
    assert ask(asking, "HEAD", x_own=TOKEN).status_code == 405
    assert asking.intakes() == []


def test_a_source_that_is_asked_by_us_takes_no_delivery(asking: Gate) -> None:
    assert ask(asking, slug="pulled").status_code == 404


def test_what_proves_it_cannot_be_fetched_so_it_is_sent_again(asking: Gate) -> None:
    from tests.adapters.test_proofs import sns

    def down(_url: str) -> bytes:
        raise httpx.ConnectError("nobody there")

    asking.app.state.certificates = Certificates(down)
    now = asking.clock.now().isoformat().replace("+00:00", "Z")
    body = sns(TopicArn=TOPIC, Timestamp=now)
    assert asking.client.post("/hooks/topic", content=body).status_code == 503
    other = sns(TopicArn=TOPIC + "2", Timestamp=now)
    assert asking.client.post("/hooks/topic", content=other).status_code == 401
    assert asking.intakes() == []


def test_a_secret_that_is_not_ours_to_make_must_be_given(asking: Gate) -> None:
    from incident.verbs.sources import add_source

    with pytest.raises(Invalid, match="own-secret"):
        asking.stage.act("operator", add_source, "topic-2", "topic", "aws_sns")
