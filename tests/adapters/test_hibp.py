"""Have I Been Pwned: one model, a truncated one, an answer to a domain, and what is refused."""

import json

import pytest

from incident.adapters.hibp import ADAPTER, CATEGORIES
from incident.adapters.signals import Signal, SignalState, Unreadable
from incident.facts.vocabulary import CATEGORIES as WORDS


def read(document: object) -> tuple[Signal, ...]:
    return ADAPTER.read({}, json.dumps(document).encode())


def test_every_class_is_a_word_of_the_fact_sheet() -> None:
    assert set(CATEGORIES.values()) <= set(WORDS)
    assert all(name == name.lower() for name in CATEGORIES)


def test_one_breach_and_a_truncated_one() -> None:
    (signal,) = read({"Name": "Alt", "DataClasses": ["Biometric data", "Shoe sizes"], "IsMalware": True})
    assert (signal.title, signal.key, signal.state) == ("Alt", "Alt", SignalState.INFORMATIONAL)
    assert [hint.value for hint in signal.hints] == [("biometric",), "malware"]
    assert signal.labels["data_classes"] == "Biometric data, Shoe sizes"
    assert [one.title for one in read([{"Name": "A"}, {"Name": "B"}])] == ["A", "B"]


def test_no_address_of_ours_gets_into_a_signal() -> None:
    signals = read({"ines": ["A", "B"], "hanne": ["A"], "olaf": []})
    assert [(one.key, one.hints[0].value) for one in signals] == [("A", 2), ("B", 1)]
    assert "ines" not in repr(signals)
    assert read({}) == read([]) == ()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([{"Title": "x"}], r"^\[0\].Name"),
        ([{"Source": "Pastebin", "Id": "8Q0BvKD8"}], "Name"),
        ({"ines": "A"}, "^ines must"),
        ("A", "Name"),
    ],
)
def test_what_decides_must_be_there(document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(document)
