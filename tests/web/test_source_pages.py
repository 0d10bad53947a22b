"""The page of monitors: what came of each, its snippet, a delivery tried and not kept; a confirmation by a click."""

import json
from html import unescape
from typing import Any

import httpx
import pytest

from incident.adapters import registry
from incident.adapters.answers import Answer, Asked, Confirmation
from incident.adapters.authenticity import Scheme
from incident.adapters.registry import Adapter, all_adapters
from incident.hooks.guarded_fetch import Certificates
from incident.models.intake import Intake, IntakeState
from incident.verbs.sources import add_source
from tests.expected_signals import PAYLOADS
from tests.hooks.gate import Gate
from tests.incident.monitor import alert, notification
from tests.web.conftest import Enter
from tests.web.reading import token
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALERT = PAYLOADS / "alertmanager/firing.json"
ADDRESS = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"


def attempt(browser: Any, body: bytes | None = None, **fields: str) -> str:
    sent = {"csrf_token": token(browser), "adapter": "alertmanager", **fields}
    files = {"file": ("body.json", ALERT.read_bytes() if body is None else body)}
    return unescape(browser.post("/sources/trials", data=sent, files=files).text)


def test_each_monitor_stands_with_what_came_of_it_and_its_snippet(stage: Stage, enter: Enter) -> None:
    gate = Gate(stage)
    gate.post(notification(alert()))
    gate.post(notification(alert()), headers={})
    page = unescape(enter("mara").get("/sources").text)
    assert "Prometheus Alertmanager, proven by a bearer token · 1 received" in page
    assert "1 refused" in page
    assert "/hooks/alertmanager\n" in page
    assert "credentials_file" in page
    assert gate.secrets["alertmanager"] not in page


def test_a_delivery_is_tried_and_not_kept(stage: Stage, enter: Enter) -> None:
    gate, browser = Gate(stage), enter("mara")
    headers = json.dumps({"Authorization": "Bearer a-token-of-ours-1234"})
    page = attempt(browser, headers=headers, secret="a-token-of-ours-1234")
    assert "1 signal. It proves itself by a bearer token." in page
    assert '"key": "639933d80385feee"' in page
    assert "refused (401): its proof is missing" in attempt(browser, secret="a-token-of-ours-1234")
    assert "would wait in quarantine: alerts must be a list" in attempt(browser, b'{"version": "4"}')
    assert "a-token-of-ours-1234" not in attempt(browser, secret="a-token-of-ours-1234").partition("<form")[0]
    assert (gate.intakes(), gate.alerts()) == ([], [])


def test_what_is_tried_is_shown_as_text(stage: Stage, enter: Enter) -> None:
    body = notification(alert("<img src=x onerror=alert(1)>", name="</pre><script>{{ 7 * 7 }}"))
    browser = enter("mara")
    sent = {"csrf_token": token(browser), "adapter": "alertmanager", "body": "</textarea><script>"}
    page = browser.post("/sources/trials", data=sent, files={"file": ("b", body)}).text
    assert "<img" not in page
    assert "</pre><script>" not in page
    assert "</textarea><script>" not in page
    assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize(
    ("fields", "label"),
    [({"adapter": "nagios"}, "Adapter"), ({"headers": "[]"}, "Headers"), ({"headers": "["}, "Headers")],
    ids=["adapter", "list", "broken"],
)
def test_a_form_that_says_nothing_usable_is_answered_with_the_field(
    stage: Stage, enter: Enter, fields: dict[str, str], label: str
) -> None:
    browser = enter("mara")
    sent = {"csrf_token": token(browser), "adapter": "alertmanager", **fields}
    answer = browser.post("/sources/trials", data=sent, files={"file": ("b", b"{}")})
    assert answer.status_code == 422
    assert f"<span>{label}: " in answer.text


@pytest.fixture
def waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A delivery that asks to be confirmed is in quarantine."""

    def answer(_asked: Asked) -> Answer | None:
        return Confirmation(ADDRESS, "The subscription of topic alarms waits.")

    asks = Adapter("asks", "Asks", (Scheme.BEARER,), lambda _headers, _body: (), answer=answer)
    known = dict(all_adapters()) | {"asks": asks}
    monkeypatch.setattr(registry, "all_adapters", lambda: known)
    gate = Gate(stage)
    secret = stage.act("operator", add_source, "asks", "asks", "bearer").secret
    assert gate.post(b"{}", "asks", {"authorization": f"Bearer {secret}"}).status_code == 202
    return gate


def confirm(gate: Gate, enter: Enter) -> Any:
    browser = enter("mara")
    assert "Confirm: have its address fetched once" in browser.get("/quarantine").text
    (row,) = gate.rows(Intake)
    return browser.post(f"/quarantine/{row.id}/confirmation", data={"csrf_token": token(browser)})


def test_a_confirmation_is_fetched_when_a_person_says_so_and_then_settled(
    stage: Stage, enter: Enter, waiting: Gate
) -> None:
    asked: list[str] = []
    enter("mara").app.state.certificates = Certificates(lambda url: asked.append(url) or b"")  # type: ignore[attr-defined, func-returns-value]
    assert confirm(waiting, enter).status_code in (200, 303)
    assert asked == [ADDRESS]
    assert waiting.states() == [IntakeState.SETTLED]


def test_a_confirmation_that_fails_stays_where_it_is(stage: Stage, enter: Enter, waiting: Gate) -> None:
    def down(_url: str) -> bytes:
        raise httpx.ConnectError("nobody there")

    enter("mara").app.state.certificates = Certificates(down)  # type: ignore[attr-defined]
    assert confirm(waiting, enter).status_code == 409
    assert waiting.states() == [IntakeState.QUARANTINED]
