"""Alarms as the services document them: fields, limits, one key from trigger to end; providers by a template."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.alarms import Alarm, AlarmAct, AlarmRequest, BadTemplate, Door, opsgenie, pagerduty, provider
from notifications.alarms import read_template as read

KEY = "01a214a3-a741-7000-aca2-b1a859368e47"
LINK = "https://incident.example.org/incidents/amber-heron"
ALARM = Alarm(
    AlarmAct.TRIGGER, KEY, "Incident amber-heron (high)", "high", "2026-11-24T04:00:00+00:00", LINK, {"a": "b"}
)
ROUTING = "R" * 32
PAGERDUTY = Door("https://events.pagerduty.com/v2/enqueue", ROUTING)
OPSGENIE = Door("https://api.eu.opsgenie.com/", "eb243592-faa2-4ba2-a551q-1afdf565c889")
TWILIO = json.dumps(
    {
        "headers": {"Authorization": "Basic {basic}"},
        "fields": {"To": "{to}", "From": "+15005550006", "Twiml": "<Response><Say>{spoken_xml}</Say></Response>"},
    }
)


def said(made: AlarmRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.body)
    return found


def test_pagerduty_is_triggered_with_a_payload() -> None:
    made = pagerduty(ALARM, PAGERDUTY)
    assert made.url == PAGERDUTY.url
    assert said(made) == {
        "routing_key": ROUTING,
        "event_action": "trigger",
        "dedup_key": KEY,
        "payload": {
            "summary": ALARM.summary,
            "source": "seventytwo",
            "severity": "error",
            "timestamp": ALARM.at,
            "custom_details": {"a": "b"},
        },
        "client": "seventytwo",
        "client_url": LINK,
        "links": [{"href": LINK, "text": "Open in the console"}],
    }


@pytest.mark.parametrize("act", [AlarmAct.ACKNOWLEDGE, AlarmAct.RESOLVE])
def test_pagerduty_is_answered_under_the_same_key(act: AlarmAct) -> None:
    made = pagerduty(Alarm(act, KEY, "over"), PAGERDUTY)
    assert said(made) == {"routing_key": ROUTING, "event_action": act.value, "dedup_key": KEY}


@pytest.mark.parametrize(
    ("severity", "pager", "genie"),
    [("critical", "critical", "P1"), ("high", "error", "P2"), ("medium", "warning", "P3"), ("low", "info", "P4"),
     ("info", "info", "P5"), ("", "info", "P5")],
)  # fmt: skip
def test_severities_are_in_their_words(severity: str, pager: str, genie: str) -> None:
    alarm = Alarm(AlarmAct.TRIGGER, KEY, "x", severity)
    assert said(pagerduty(alarm, PAGERDUTY))["payload"]["severity"] == pager
    assert said(opsgenie(alarm, OPSGENIE))["priority"] == genie


def test_opsgenie_creates_an_alert_by_its_alias() -> None:
    made = opsgenie(ALARM, OPSGENIE)
    assert made.url == "https://api.eu.opsgenie.com/v2/alerts"
    assert made.headers["Authorization"] == f"GenieKey {OPSGENIE.secret}"
    assert said(made) == {
        "message": ALARM.summary,
        "alias": KEY,
        "description": f"{ALARM.summary}\n{LINK}",
        "details": {"a": "b"},
        "priority": "P2",
        "source": "seventytwo",
    }


@pytest.mark.parametrize(("act", "verb"), [(AlarmAct.ACKNOWLEDGE, "acknowledge"), (AlarmAct.RESOLVE, "close")])
def test_opsgenie_is_answered_by_the_alias(act: AlarmAct, verb: str) -> None:
    made = opsgenie(Alarm(act, "a/b?c", "over"), OPSGENIE)
    assert made.url == f"https://api.eu.opsgenie.com/v2/alerts/a%2Fb%3Fc/{verb}?identifierType=alias"
    assert said(made) == {"source": "seventytwo", "note": "over"}


@given(st.text(max_size=3000), st.text(min_size=1, max_size=900))
def test_nothing_is_longer_than_they_take(summary: str, key: str) -> None:
    alarm = Alarm(AlarmAct.TRIGGER, key, summary)
    pager, genie = said(pagerduty(alarm, PAGERDUTY)), said(opsgenie(alarm, OPSGENIE))
    assert len(pager["payload"]["summary"]) <= 1024
    assert len(pager["dedup_key"]) <= 255
    assert len(genie["message"]) <= 130
    assert len(genie["alias"]) <= 512


def test_a_provider_is_asked_as_its_template_says() -> None:
    alarm = Alarm(AlarmAct.TRIGGER, KEY, "Fish & <chips>", link="https://x.example/p", to="+4930123456")
    door = Door("https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json", "AC1:token", TWILIO)
    made = provider(alarm, door)
    assert made.url == door.url
    assert made.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(made.headers["Authorization"].removeprefix("Basic ")) == b"AC1:token"
    assert parse_qs(made.body.decode()) == {
        "To": ["+4930123456"],
        "From": ["+15005550006"],
        "Twiml": ["<Response><Say>Fish &amp; &lt;chips&gt;</Say></Response>"],
    }


def test_a_json_provider_may_nest() -> None:
    template = {"encoding": "json", "fields": {"messages": [{"destinations": [{"to": "{to}"}], "text": "{text}"}]}}
    alarm = Alarm(AlarmAct.TRIGGER, KEY, "Incident", link="https://x.example/p", to="+49301")
    made = provider(alarm, Door("https://x.example", "k", json.dumps(template)))
    message = {"destinations": [{"to": "+49301"}], "text": "Incident https://x.example/p"}
    assert said(made) == {"messages": [message]}


def test_what_stands_in_a_value_is_never_a_placeholder() -> None:
    alarm = Alarm(AlarmAct.TRIGGER, KEY, "{secret} {to}", to="+49301")
    made = provider(alarm, Door("https://x.example", "hidden", '{"fields": {"To": "{to}", "Body": "{text}"}}'))
    assert parse_qs(made.body.decode())["Body"] == ["{secret} {to}"]


@pytest.mark.parametrize(
    "template",
    ["", "[]", "{}", '{"fields": {"Body": "{text}"}}', '{"fields": {"To": "{to}"}, "url": "x"}',
     '{"fields": {"To": "{to}", "B": "{title}"}}', '{"fields": {"To": "{to}", "B": {"c": "d"}}}',
     '{"fields": {"To": "{to}"}, "headers": {"Host": "x"}}', '{"fields": {"To": "{to}"}, "headers": {"X": "a\\r\\nb"}}',
     '{"fields": {"To": "{to}"}, "headers": {"X": "{to}"}}', '{"fields": {"To": "{to}"}, "headers": [1]}',
     '{"fields": {"To": "{to}"}, "encoding": "xml"}', '{"fields": {"To": "{to}", "B": "' + "x" * 9000 + '"}}',
     '{"encoding": "json", "fields": {"To": "{to}", "B": ' + "[" * 9 + "]" * 9 + "}}"],
)  # fmt: skip
def test_what_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(BadTemplate):
        read(template)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda more: st.lists(more) | st.dictionaries(st.text(), more),
    )
)
def test_no_document_breaks_the_reading_of_a_template(document: object) -> None:
    try:
        found = read(json.dumps(document))
    except BadTemplate:
        return
    assert "to" in json.dumps(found.fields)
