"""Monitors added, given a second secret, and switched off and on again by their pages."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.adapters.registry import all_adapters
from incident.app import create_app
from incident.models.intake import Source
from tests.incident.monitor import alert, notification
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHOWN = re.compile(r'id="shown" value="([^"]+)"')


def posted(stage: Stage, slug: str, secret: str) -> int:
    head = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with TestClient(create_app(stage.installation)) as monitor:
        return int(monitor.post(f"/hooks/{slug}", content=notification(alert()), headers=head).status_code)


def secret_in(html: str) -> str:
    found = SHOWN.search(html)
    assert found
    return unescape(found[1])


def test_a_monitor_is_added_rotated_and_switched_off_by_its_pages(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    added = send(mara, "/sources", monitor="alertmanager:bearer", slug="prod-alerts")
    first = secret_in(added.text)
    assert added.headers["cache-control"] == "no-store"
    assert "/hooks/prod-alerts" in added.text
    page = mara.get("/sources/prod-alerts").text
    assert first not in page
    assert posted(stage, "prod-alerts", first) == 202
    second = secret_in(send(mara, "/sources/prod-alerts/secrets").text)
    assert posted(stage, "prod-alerts", second) == 202
    ending = "/sources/prod-alerts/secrets/retirement"
    assert send(mara, ending, confirmation="prod").status_code == 422
    assert posted(stage, "prod-alerts", first) == 202
    assert send(mara, ending, confirmation="prod-alerts").status_code == 303
    assert [posted(stage, "prod-alerts", secret) for secret in (first, second)] == [401, 202]
    assert send(mara, "/sources/prod-alerts/state", enabled="no").status_code == 422
    assert send(mara, "/sources/prod-alerts/state", enabled="no", confirmation="prod-alerts").status_code == 303
    assert "It is answered like an address that does not exist" in mara.get("/sources/prod-alerts").text
    assert posted(stage, "prod-alerts", second) in (401, 404)
    assert send(mara, "/sources/prod-alerts/state", enabled="yes").status_code == 303
    assert posted(stage, "prod-alerts", second) == 202


def test_what_cannot_be_added_is_refused_by_the_name_of_its_field(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    refused = send(mara, "/sources", monitor="alertmanager:sentry", slug="Not an address")
    assert refused.status_code == 422
    assert "<span>Its address: " in refused.text
    assert "scheme" in refused.text
    own = send(mara, "/sources", monitor="pagerduty:pagerduty", slug="pager")
    assert own.status_code == 422
    assert "is not ours to make" in unescape(own.text)
    kept = send(mara, "/sources", monitor="pagerduty:pagerduty", slug="pager", secret="a-signing-secret-of-pagerduty")
    assert kept.status_code == 200
    assert "a-signing-secret-of-pagerduty" not in kept.text
    assert send(mara, "/sources", monitor="pagerduty:pagerduty", slug="pager", secret="x" * 30).status_code == 409
    with stage.installation.store.read() as session:
        assert session.exec(select(Source.slug).where(col(Source.adapter) == "pagerduty")).all() == ["pager"]


def test_every_monitor_that_can_be_read_can_be_chosen(stage: Stage, enter: Enter) -> None:
    html = enter("mara").get("/sources").text
    wanted = {f"{name}:{scheme}" for name, one in all_adapters().items() for scheme in one.schemes}
    assert wanted == set(re.findall(r'<option value="([a-z0-9_]+:[a-z0-9_]+)"', html))
    assert enter("lea").get("/sources").status_code == 403
