"""Every adapter there is reads what the expected files say, without any optional field, and is never broken by a body.

An adapter is tried by being there: nothing has to be added here.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident.adapters.answers import Asked
from incident.adapters.fields import TITLE_LENGTH, one_line
from incident.adapters.registry import Adapter, adapter_named, all_adapters
from incident.adapters.signals import Signal
from incident.adapters.trying import answer_document, attempt, signal_document
from incident.verbs.alert_homes import LONGEST_KEY
from incident.verbs.alert_rows import content_of
from tests.adapters.test_expected_form import MOMENT, check_signal
from tests.expected_signals import ALL, PRESENT, Expectation
from tests.payload_changes import JUNK, asked_of, damaged, decides, optional, paths, replaced, without

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
READ = [one for one in PRESENT if one.document["source"] in all_adapters()]
ALERTS = [one for one in READ if one.document["outcome"] == "signals" and one.document["signals"]]


def place(one: Expectation) -> str:
    return one.place


def adapter_of(one: Expectation) -> Adapter:
    return adapter_named(one.document["source"])


def moment(text: str | None) -> str | None:
    """A fraction is written as needed: 0.25 s is .250000 or .25."""
    if text is None or "." not in text:
        return text
    return text.rstrip("Z").rstrip("0").rstrip(".") + "Z"


def comparable(signal: dict[str, Any]) -> dict[str, Any]:
    """Hints are compared by fact and value; each has a reason, in words of its own."""
    hints = [(hint["fact"], hint["value"], bool(hint["why"])) for hint in signal["hints"]]
    return signal | {"started_at": moment(signal["started_at"]), "hints": hints}


@pytest.mark.parametrize("one", READ, ids=place)
def test_a_delivery_is_read_as_its_expected_file_says(one: Expectation) -> None:
    trial = attempt(adapter_of(one), asked_of(one), (), NOW)
    assert trial.outcome == one.document["outcome"]
    assert trial.intake_key == one.document["intake_key"]
    read = [comparable(signal_document(signal)) for signal in trial.signals or ()]
    assert read == [comparable(signal) for signal in one.document["signals"]]


@pytest.mark.parametrize("one", [one for one in READ if one.document["answer"]], ids=place)
def test_a_handshake_is_answered_as_its_expected_file_says(one: Expectation) -> None:
    answer = attempt(adapter_of(one), asked_of(one), (), NOW).answer
    assert answer is not None
    said, expected = answer_document(answer), one.document["answer"]
    assert said["status"] == expected["status"]
    assert str(said.get("then", "")).partition(":")[0] == str(expected.get("then", "")).partition(":")[0]
    assert {name: said.get(name) for name in ("headers", "body", "content_type") if name in expected} == {
        name: expected[name] for name in ("headers", "body", "content_type") if name in expected
    }


def document_of(one: Expectation) -> Any:
    """The payload as JSON; None for what is none, which is damaged as bytes only."""
    try:
        return json.loads(one.body.read_bytes())
    except ValueError:
        return None


def told(signals: tuple[Signal, ...]) -> list[tuple[str, str, str]]:
    return [(signal.title, signal.source, signal.key) for signal in signals]


def words_of(signals: tuple[Signal, ...]) -> list[str]:
    return [text for signal in signals for text in (signal.title, signal.key)]


@pytest.mark.parametrize("one", ALERTS, ids=place)
def test_title_source_and_key_survive_without_each_optional_field(one: Expectation) -> None:
    adapter, document, asked = adapter_of(one), document_of(one), asked_of(one)
    whole = adapter.read(asked.headers, asked.body)
    for left_out in optional(document, words_of(whole), decides(adapter)) if document else ():
        body = json.dumps(without(document, [left_out])).encode()
        assert told(adapter.read(asked.headers, body)) == told(whole), left_out


@pytest.mark.parametrize("one", [one for one in ALERTS if document_of(one)], ids=place)
@settings(max_examples=15)
@given(data=st.data())
def test_title_source_and_key_survive_without_several(one: Expectation, data: st.DataObject) -> None:
    adapter, document, asked = adapter_of(one), document_of(one), asked_of(one)
    whole = adapter.read(asked.headers, asked.body)
    places = optional(document, words_of(whole), decides(adapter)) if document else []
    chosen = data.draw(st.lists(st.sampled_from(places), max_size=8, unique=True)) if places else []
    outermost = [place for place in chosen if not any(place[: len(other)] == other != place for other in chosen)]
    assert told(adapter.read(asked.headers, json.dumps(without(document, outermost)).encode())) == told(whole)


@pytest.mark.parametrize("one", READ, ids=place)
@settings(max_examples=40)
@given(data=st.data())
def test_no_body_and_no_header_breaks_an_adapter(one: Expectation, data: st.DataObject) -> None:
    adapter, document, asked = adapter_of(one), document_of(one), asked_of(one)
    body = data.draw(damaged(asked.body))
    if isinstance(document, dict | list) and document and data.draw(st.booleans()):
        body = replaced(document, data.draw(st.sampled_from(list(paths(document)))), data.draw(st.sampled_from(JUNK)))
    names = sorted(asked.headers)
    given_texts = st.sampled_from(["", " ", "x" * 9000, "\u202e", "é", "a\r\nb", "0", "[]"])
    headers = dict(asked.headers)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else ():
        headers[name] = data.draw(given_texts)
    look(adapter, Asked(headers, body, asked.method, asked.query))


def look(adapter: Adapter, asked: Asked) -> None:
    """All that an adapter is asked of one request; what it says is within what a signal may be."""
    adapter.answer_to(asked)
    assert 0 < len(adapter.intake_key(asked.headers, asked.body)) <= 256
    for signal in attempt(adapter, asked, (), NOW).signals or ():
        assert signal.title == one_line(signal.title, TITLE_LENGTH) != ""
        assert signal.key == one_line(signal.key, LONGEST_KEY) != ""
        document = signal_document(signal)
        assert document["started_at"] is None or MOMENT.fullmatch(str(document["started_at"]))
        check_signal(document)
        content_of(signal).decode()


def test_how_much_is_tried(say: Callable[[str], None]) -> None:
    waiting = sorted({one.document["source"] for one in ALL} - set(all_adapters()))
    say(f"expected signals read: {len(READ)} of {len(PRESENT)} payloads at hand, {len(ALERTS)} without optional fields")
    say(f"sources without an adapter yet: {len(waiting)} ({', '.join(waiting) or 'none'})")
    assert READ
