"""The pages of endpoints: an administrator adds one, sees its secret once, tries it, changes it and switches it off."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import Enter
from tests.web.reading import send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = "/endpoints"
HOST = {"name": "host", "kind": "webhook", "url": "https://app.host.example/SecretPath"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def add_host(browser: TestClient) -> str:
    made = send(browser, PAGE, **HOST, events=["notice.released", "incident.opened"])
    assert made.status_code == 200, made.text[:2000]
    assert made.headers["cache-control"] == "no-store"
    (secret,) = SECRET.findall(made.text)
    return str(secret)


def test_a_program_is_added_and_its_secret_is_on_one_page_only(enter: Enter) -> None:
    mara = enter("mara")
    assert "No endpoint yet" in mara.get(PAGE).text
    secret = add_host(mara)
    for path in (PAGE, f"{PAGE}/host"):
        html = mara.get(path).text
        assert secret not in html
        assert "SecretPath" not in html
        assert "app.host.example" in html
    second = SECRET.findall(send(mara, f"{PAGE}/host/secrets").text)
    assert second != [secret]
    assert "End the older one" in mara.get(f"{PAGE}/host").text
    assert send(mara, f"{PAGE}/host/secrets/retirement").status_code == 303
    assert "Make a second secret" in mara.get(f"{PAGE}/host").text


def test_a_room_is_tried_changed_and_switched_off_and_on(enter: Enter) -> None:
    mara = enter("mara")
    room = {"name": "room", "kind": "slack", "url": "https://hooks.slack.example/x"}
    assert send(mara, PAGE, **room, events=["incident.opened"]).headers["location"] == f"{PAGE}/room"
    html = mara.get(f"{PAGE}/room").text
    assert "Nothing went here yet" in html
    assert "notice.released" not in html  # a room gets no texts and no people
    assert send(mara, f"{PAGE}/room/tests").status_code == 303
    html = mara.get(f"{PAGE}/room").text
    assert "A test" in html
    assert "Waiting" in html
    changed = send(mara, f"{PAGE}/room/events", events=["release.void"], url="https://hooks.other.example/x")
    assert changed.status_code == 303
    assert "hooks.other.example" in mara.get(PAGE).text
    assert send(mara, f"{PAGE}/room/deactivation").status_code == 303
    html = mara.get(f"{PAGE}/room").text
    assert "Switched off by an administrator." in html
    assert "Cancelled" in html
    assert "Send a test" not in html
    assert send(mara, f"{PAGE}/room/activation").status_code == 303
    assert "Send a test" in mara.get(f"{PAGE}/room").text


def test_what_cannot_be_used_is_named_without_repeating_it(enter: Enter) -> None:
    refused = send(enter("mara"), PAGE, **{**HOST, "url": "https://169.254.169.254/SecretPath"}, events=["x"])
    assert refused.status_code == 422
    assert "leads to an address that is no host" in refused.text
    assert "SecretPath" not in refused.text


def test_nobody_else_has_the_pages(enter: Enter) -> None:
    ines = enter("ines")
    assert PAGE not in ines.get("/").text
    assert ines.get(PAGE).status_code == 403
    assert PAGE in enter("mara").get("/").text
    assert enter("mara").get(f"{PAGE}/none").status_code == 404
