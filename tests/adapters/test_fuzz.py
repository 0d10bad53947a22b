"""Whatever becomes of a payload on its way: an adapter reads it or says why not, and says nothing no row can hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident.adapters.registry import Adapter, adapter_named, all_adapters
from tests.adapters.test_expected_signals import document_of, look
from tests.expected_signals import PRESENT, Expectation
from tests.payload_changes import asked_of
from tests.payload_mutations import mutated

pytestmark = pytest.mark.untraced
EVERY = tuple(all_adapters())
HERE, LONG = 40, 500
MAPPING = {
    "alerts": "alerts",
    "title": "title || name || alertname",
    "key": "id || key",
    "severity": "severity",
    "state": "status",
    "started_at": "startsAt",
    "asset": "asset.name",
    "asset_kind": "host",
    "link": "url",
    "group": "group",
    "labels": {"all": "labels", "first": "labels[0]"},
}
NAMES = "content-type ce-type ce-source ce-id ce-time x-github-event x-amz-sns-message-type x-snyk-timestamp"
TEXTS = "text/plain application/cloudevents+json application/cloudevents-batch+json % %C3%A9%00 ping Notification"
HEADERS = st.dictionaries(
    st.sampled_from(NAMES.split()), st.sampled_from([*TEXTS.split(), "", "é\u202e", "x" * 3000]), max_size=3
)


def adapter_of(name: str) -> Adapter:
    """The generic one reads by a mapping that takes what many monitors send."""
    return adapter_named(name).with_rules({"mapping": MAPPING} if name == "generic" else {})


def payloads_of(name: str) -> list[Expectation]:
    """What this monitor documents; the generic one is sent everybody's."""
    return [one for one in PRESENT if name in (one.document["source"], "generic") and document_of(one) is not None]


def stands(data: st.DataObject, name: str) -> None:
    one = data.draw(st.sampled_from(payloads_of(name)))
    asked = asked_of(one)
    body = data.draw(mutated(document_of(one)))
    look(adapter_of(name), replace(asked, body=body, headers={**asked.headers, **data.draw(HEADERS)}))


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=HERE, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_mutation_breaks_an_adapter(name: str, data: st.DataObject) -> None:
    stands(data, name)


@pytest.mark.soak
@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=LONG, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_none_of_many_mutations_breaks_an_adapter(name: str, data: st.DataObject) -> None:
    stands(data, name)


def test_every_adapter_has_payloads_to_mutate(say: Callable[[str], None]) -> None:
    number: dict[str, Any] = {name: len(payloads_of(name)) for name in EVERY}
    assert all(number.values())
    own = sum(number.values()) - number["generic"]
    say(f"mutations tried: {HERE} of each of {len(number)} adapters, of {own} payloads")
