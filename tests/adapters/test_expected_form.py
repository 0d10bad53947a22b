"""The expected signals are complete, agree with themselves and with the corpus, and number what their page says."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from incident.adapters.fields import TITLE_LENGTH, one_line
from incident.adapters.signals import Severity
from incident.facts.vocabulary import FIELDS, FLAG, NUMBER, WORD, WORDS
from incident.verbs.alert_homes import LONGEST_KEY
from tests.expected_signals import ALL, CORPUS, EXPECTED, PAYLOADS, Expectation


def words(text: str) -> list[str]:
    return text.split()


STATES = words("firing resolved informational test")
ASSETS = words("""
    account application bucket container database function host mailbox package repository resource secret service
    user website
""")
SCHEMES = words("""
    aws_sns basic bearer crowdstrike entra_oidc github google_oidc grafana header_token none pagerduty routing_key
    sentry snyk standard_webhooks
""")
MEMBERS = words("source payload origin sha256 state outcome answer intake_key authentic signals basis unknown")
SIGNAL = words("title severity source key state started_at asset hints")
NEVER_ENDS = set(words("auth0 cloudevents crowdstrike falco hibp okta splunk suricata wazuh"))
"""What these vendors send has no end that their documentation tells of."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
SOURCES = {one.document["source"] for one in ALL}


def place(one: Expectation) -> str:
    return one.place


def is_moment(text: str) -> bool:
    return bool(MOMENT.fullmatch(text)) and datetime.fromisoformat(text).tzinfo == UTC


@pytest.mark.parametrize("expectation", ALL, ids=place)
def test_a_file_has_the_form(expectation: Expectation) -> None:
    one = expectation.document
    assert list(one) == MEMBERS
    assert f"{one['source']}/{one['payload']}" == expectation.place
    assert one["origin"] in ("shared", "own")
    assert one["outcome"] in ("signals", "answer", "quarantine")
    assert (one["answer"] is not None) == (one["outcome"] == "answer") == (one["state"] == "control")
    assert one["outcome"] == "signals" or not one["signals"]
    assert re.fullmatch("[0-9a-f]{64}", one["sha256"])
    assert any(re.search(r"https://\S+\.\S|docs/\w+\.md", basis) for basis in one["basis"])
    assert set(one["authentic"]) == {"scheme", "secret", "at", "verdict", "why"}
    assert one["authentic"]["scheme"] in SCHEMES
    assert isinstance(one["authentic"]["verdict"], bool)
    assert one["authentic"]["why"]
    assert one["authentic"]["at"] is None or is_moment(one["authentic"]["at"])
    for signal in one["signals"]:
        check_signal(signal)


def check_signal(signal: dict[str, Any]) -> None:
    assert list(signal) == SIGNAL
    assert signal["title"] == one_line(signal["title"], TITLE_LENGTH) != ""
    assert signal["severity"] is None or signal["severity"] in list(Severity)
    assert (EXPECTED / signal["source"]).is_dir() or signal["source"] == "generic"  # which has no vendor
    assert signal["key"] == one_line(signal["key"], LONGEST_KEY) != ""
    assert signal["state"] in STATES
    assert signal["started_at"] is None or is_moment(signal["started_at"])
    if signal["asset"] is not None:
        assert list(signal["asset"]) == ["kind", "name", "region"]
        assert signal["asset"]["kind"] in ASSETS
        assert signal["asset"]["name"] == one_line(signal["asset"]["name"], 200) != ""
    for hint in signal["hints"]:
        assert list(hint) == ["fact", "value", "why"]
        assert fits(hint["fact"], hint["value"]), hint
        assert hint["why"]


def fits(fact: str, value: object) -> bool:
    """Whether the fact sheet would take the value."""
    kind = FIELDS[fact]
    if kind.shape == FLAG:
        return isinstance(value, bool)
    if kind.shape == NUMBER:
        return type(value) is int and 0 <= value <= kind.most
    if kind.shape == WORD:
        return value in kind.words
    return kind.shape == WORDS and isinstance(value, list) and bool(value) and set(value) <= set(kind.words)


@pytest.mark.parametrize("expectation", ALL, ids=place)
def test_what_is_unknown_is_null_with_a_reason(expectation: Expectation) -> None:
    one = expectation.document
    nulls = {name for signal in one["signals"] for name in ("severity", "started_at", "asset") if signal[name] is None}
    assert nulls == set(one["unknown"])
    assert all(one["unknown"].values())


@pytest.mark.parametrize("expectation", ALL, ids=place)
def test_the_state_of_a_delivery_is_that_of_its_signals(expectation: Expectation) -> None:
    one = expectation.document
    states = [signal["state"] for signal in one["signals"]]
    if one["outcome"] == "answer":
        assert one["state"] == "control"
    elif "firing" in states:
        assert one["state"] == "firing"
    else:
        assert {one["state"] or "informational"} == (set(states) or {"informational"})


@pytest.mark.parametrize("expectation", ALL, ids=place)
def test_a_delivery_is_told_by_its_id_or_its_bytes(expectation: Expectation) -> None:
    one = expectation.document
    key = one["intake_key"]
    if key is None:
        assert one["state"] == "control"
    elif key.startswith("sha256:"):
        assert key == f"sha256:{one['sha256']}"
    else:
        assert not expectation.own or set(key.split("#")) <= set(expectation.headers.values())


def test_every_payload_of_ours_has_its_headers_and_its_expectation() -> None:
    bodies = {path for path in PAYLOADS.glob("*/*.json") if not path.name.endswith(".headers.json")}
    assert bodies == {one.body for one in ALL if one.own}
    assert all(path.with_suffix(".headers.json").exists() for path in bodies)
    for one in ALL:
        if one.own:
            assert hashlib.sha256(one.body.read_bytes()).hexdigest() == one.document["sha256"], one.place


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_has_a_smallest_payload_and_others(source: str) -> None:
    names = {one.document["payload"] for one in own(source)}
    assert "minimal" in names
    assert len(names) >= 3


@pytest.mark.parametrize("source", sorted(SOURCES - NEVER_ENDS))
def test_an_alert_that_ends_keeps_its_key_its_asset_and_its_start(source: str) -> None:
    signals = [signal for one in own(source) for signal in one.document["signals"]]
    firing = {(signal["source"], signal["key"]): signal for signal in signals if signal["state"] == "firing"}
    ended = [signal for signal in signals if signal["state"] == "resolved"]
    pairs = [(firing[k], one) for one in ended if (k := (one["source"], one["key"])) in firing]
    assert pairs
    assert all(one["asset"] in (before["asset"], None) for before, one in pairs)
    assert all(one["started_at"] in (before["started_at"], None) for before, one in pairs)


@pytest.mark.parametrize("source", sorted(NEVER_ENDS))
def test_nothing_ends_where_the_vendor_tells_of_no_end(source: str) -> None:
    assert not [one.place for one in ALL if one.document["source"] == source and one.document["state"] == "resolved"]


def test_the_page_numbers_what_there_is(say: Callable[[str], None]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", (EXPECTED / "README.md").read_text(), re.MULTILINE)
    said = {source: (int(shared), int(ours)) for source, shared, ours in rows}
    found = {source: (len(corpus(source)), len(own(source))) for source in SOURCES}
    assert said == found
    of_corpus, of_ours = (sum(numbers) for numbers in zip(*found.values(), strict=True))
    say(f"expected signals: {of_corpus} payloads of the corpus, {of_ours} of our own, {len(found)} sources")


def own(source: str) -> list[Expectation]:
    return [one for one in ALL if one.own and one.document["source"] == source]


def corpus(source: str) -> list[Expectation]:
    return [one for one in ALL if not one.own and one.document["source"] == source]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of captured payloads is not beside this repository")
def test_the_corpus_is_expected_whole_and_its_states_agree() -> None:
    manifest = [entry for entry in json.loads((CORPUS / "manifest.json").read_bytes()) if entry["state"] != "hostile"]
    listed = {entry["file"]: (entry["sha256"], entry["state"] or None) for entry in manifest}
    expected = {f"{one.place}.json": (one.document["sha256"], one.document["state"]) for one in ALL if not one.own}
    assert len(listed) == len(manifest)
    assert expected == listed
