"""Bodies from hell at every monitor's address: kept, read or set aside, shown as text, never run and never fetched."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import cycle

import pytest
from fastapi.testclient import TestClient

from incident.adapters.registry import all_adapters
from incident.models.intake import IntakeState
from tests.adapters.test_expected_signals import document_of
from tests.expected_signals import PRESENT, Expectation
from tests.hooks.gate import Gate
from tests.hooks.hostile import MARKS, RAW, TEXTS, poisoned
from tests.hooks.monitors import Monitors
from tests.hooks.shown import Shown, no_formula, unlogged
from tests.hooks.test_payloads import bodies, headers_of
from tests.web.reading import links, send, token
from tests.web.stage import PASSWORD

pytestmark = [pytest.mark.untraced, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
EVERY = tuple(all_adapters())
APART = 18
SIGNED_BY_SNS = (
    ({"Message": "Half a pair: \ud800"}, IntakeState.QUARANTINED),
    ({"Message": "It ends here:\x00"}, IntakeState.QUARANTINED),
    ({"MessageId": "id\x00"}, IntakeState.QUARANTINED),
    ({"Subject": "\udfff"}, IntakeState.QUARANTINED),
    ({"Message": "   "}, IntakeState.QUARANTINED),
    ({"Message": '{"AlarmName": 7, "NewStateValue": "ALARM"}'}, IntakeState.QUARANTINED),
    ({"Message": "[" * 100_000}, IntakeState.APPLIED),
    ({"Message": '{"a": NaN'}, IntakeState.APPLIED),
    ({"Subject": TEXTS["line"], "Message": TEXTS["markup"]}, IntakeState.APPLIED),
    ({"MessageAttributes": ["no", {"object": None}]}, IntakeState.APPLIED),
    ({"MessageAttributes": {"": {"Value": ["x"]}, "a": 7}}, IntakeState.APPLIED),
)
"""Members of a notification whose signature is good, and what becomes of it."""


def alerts_of(name: str) -> list[Expectation]:
    """Payloads of our own with an alert of this monitor that is one JSON document."""
    ours = [one for one in PRESENT if one.own and one.document["source"] == name and one.document["signals"]]
    return [one for one in ours if one.document["state"] in ("firing", None) and document_of(one) is not None]


def some(number: int) -> tuple[str, ...]:
    """A few monitors, others for each number."""
    return EVERY[number % APART :: APART]


def is_taken(monitors: Monitors, name: str, what: str) -> IntakeState | None:
    """Send a body that breaks parsers; returns what became of it, None for one that had been sent before."""
    answer = monitors.post(name, RAW[what])
    assert answer.status_code == 202, (name, what, answer.text)
    if answer.json()["repeat"]:
        return None
    state = monitors.gate.intakes()[-1].state
    assert state in (IntakeState.APPLIED, IntakeState.QUARANTINED), (name, what)
    return state


def test_what_breaks_a_parser_is_kept_and_read_or_set_aside(
    monitors: Monitors, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Counter(is_taken(monitors, name, what) for number, what in enumerate(RAW) for name in some(number))
    assert heard[IntakeState.QUARANTINED]
    assert heard[IntakeState.APPLIED]
    unlogged(caplog)


@pytest.mark.soak
@pytest.mark.parametrize("name", EVERY)
def test_whatever_breaks_a_parser_is_taken_by_every_monitor(
    monitors: Monitors, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Counter(is_taken(monitors, name, what) for what in RAW)
    assert heard[IntakeState.QUARANTINED] or name == "aws_sns"  # any text may be the message of a topic
    unlogged(caplog)


def test_what_sns_signs_is_kept_whatever_its_members_hold(monitors: Monitors, caplog: pytest.LogCaptureFixture) -> None:
    gate, address = monitors.gate, monitors.add("aws_sns")
    for said, state in SIGNED_BY_SNS:
        answer = gate.client.post(address, content=monitors.envelope(said))
        assert (answer.status_code, gate.intakes()[-1].state) == (202, state), (said, answer.text)
    flipped = monitors.envelope({"Message": "Bucket is public"}).replace(b"Bucket", b"Bracket")
    assert gate.client.post(address, content=flipped).status_code == 401
    assert len(gate.intakes()) == len(SIGNED_BY_SNS)
    unlogged(caplog)


def test_only_size_encoding_and_proof_are_refused(monitors: Monitors, caplog: pytest.LogCaptureFixture) -> None:
    gate = monitors.gate
    for name in some(0):
        for encoding in ("gzip", "deflate", "br", "zstd", "gzip, gzip"):
            assert monitors.post(name, RAW["nothing"], {"content-encoding": encoding}).status_code == 415
        assert gate.client.post(monitors.add(name), content=b" " * (1024 * 1024 + 1)).status_code == 413
        assert gate.client.post(monitors.add(name), content=RAW["NaN"]).status_code == 401
    assert gate.intakes() == []
    unlogged(caplog)


@pytest.mark.soak
def test_the_collection_is_taken_by_every_monitor(
    monitors: Monitors, say: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    hostile = bodies("hostile")
    for name in EVERY:
        for payload, body in hostile.items():
            answer = monitors.post(name, body, headers_of("hostile", payload))
            assert answer.status_code in (202, 415), (name, payload, answer.text)
    assert IntakeState.OPEN not in monitors.gate.states()
    unlogged(caplog)
    say(f"hostile bodies of the collection at every monitor: {len(hostile)} x {len(EVERY)}")


def is_read(monitors: Monitors, name: str, text: str) -> None:
    """Send an alert of this monitor with this text in every field that may hold it."""
    for one in alerts_of(name)[:1]:
        answer = monitors.post(name, poisoned(one, all_adapters()[name], text), one.headers)
        assert answer.status_code == 202, (name, answer.text)
        row = monitors.gate.intakes()[-1]
        assert row.state is IntakeState.APPLIED, (name, row.trouble)


def are_shown_as_text(monitors: Monitors, texts: Sequence[str], looked_at: int) -> int:
    """Look at the pages of so many incidents, at what is set aside and at tables; returns how many pages that were."""
    for what in texts:
        plain = json.dumps({"title": TEXTS[what], "key": TEXTS[what], "asset": TEXTS[what]})
        assert monitors.post("generic", plain.encode()).status_code == 202
        assert monitors.post("generic", (plain + TEXTS[what]).encode()).status_code == 202
    shown = list(every_page(monitors.gate, looked_at))
    for path, text in shown:
        Shown(path, text).is_harmless()
    no_formula(monitors.gate.client.get("/register.csv").text)
    for what in texts:
        assert sum(MARKS[what] in unescape(text) for _, text in shown) > 1, what
    return len(shown)


def test_whatever_a_field_says_is_shown_as_text(monitors: Monitors, caplog: pytest.LogCaptureFixture) -> None:
    for name, what in zip(EVERY[::2], cycle(TEXTS), strict=False):
        is_read(monitors, name, TEXTS[what])
    are_shown_as_text(monitors, list(TEXTS), len(TEXTS))
    unlogged(caplog)


@pytest.mark.soak
@pytest.mark.parametrize("what", TEXTS)
def test_each_text_is_shown_as_text_whoever_says_it(
    monitors: Monitors, what: str, caplog: pytest.LogCaptureFixture, say: Callable[[str], None]
) -> None:
    for name in EVERY:
        is_read(monitors, name, TEXTS[what])
    number = are_shown_as_text(monitors, [what], len(EVERY))
    unlogged(caplog)
    say(f"pages looked at that show hostile texts ({what}): {number}")


@pytest.mark.parametrize(
    "page",
    [
        f"<td>{TEXTS['markup']}</td>",
        f'<a href="{TEXTS["script as a link"]}">more</a>',
        "<p>X\u202egnp.exe</p>",
        '<img src="http://169.254.169.254/">',
        '<p title="" onmouseover="pwned(6)">x</p>',
    ],
)
def test_a_page_that_lets_it_through_is_found(database_url: str, page: str) -> None:
    with pytest.raises(AssertionError):
        Shown("/", page).is_harmless()


def test_the_page_that_tries_a_delivery_shows_it_as_text(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    with gate.client as browser:
        browser.headers["Accept"] = "text/html"
        browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
        known = token(browser)
        texts = [json.dumps({"title": text, "key": text}).encode() for text in TEXTS.values()]
        for number, body in enumerate([*list(RAW.values())[::2], *texts]):
            sent = {"csrf_token": known, "adapter": EVERY[number % len(EVERY)]}
            answer = browser.post("/sources/trials", data=sent, files={"file": ("body.json", body)})
            assert answer.status_code in (200, 422), answer.text
            Shown("/sources/trials", answer.text).is_harmless()
    unlogged(caplog)


def every_page(gate: Gate, number: int) -> Iterator[tuple[str, str]]:
    """Pages that show what came, with their addresses: all of two incidents and two sources, two of others."""
    browser = gate.client
    browser.headers["Accept"], browser.follow_redirects = "text/html", False
    browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
    yield from pages(browser, ["/", "/sources", "/quarantine", "/register"])
    for place, row in enumerate(gate.incidents()[:number]):
        here = f"/incidents/{row.codename}"
        below = links(browser.get(here).text, f"{here}/") if place < 2 else [f"{here}/evidence"]
        yield from pages(browser, [here, *(link for link in below if "/evidence/" not in link)])
    yield from pages(browser, links(browser.get("/sources").text, "/sources/")[:2])
    for intake in gate.intakes():
        if intake.state is IntakeState.QUARANTINED:
            yield f"/quarantine/{intake.id}", send(browser, f"/quarantine/{intake.id}/views").text


def pages(browser: TestClient, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Those of these addresses that are pages."""
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            yield path, answer.text
