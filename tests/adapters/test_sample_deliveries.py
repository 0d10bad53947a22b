"""Every monitor has a made-up alert in its own format: it is read, and each of its proofs that we can make holds."""

import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from incident.adapters.answers import Asked
from incident.adapters.authenticity import Presented, Reason, Refused, Scheme, prove
from incident.adapters.registry import Adapter, adapter_named, all_adapters
from incident.adapters.sample_deliveries import SECRET, sample_of
from incident.adapters.signals import Signal, SignalState
from incident.adapters.signing import VENDORS_OWN, can_sign, signed

NOW = datetime(2026, 11, 24, 9, 0, 7, 250_000, tzinfo=UTC)
INFORMATIONAL = frozenset({"cloudevents", "hibp"})  # of these everything is, whatever it says
NO_START = frozenset({"zabbix", "hibp"})
WAYS = [(name, scheme) for name, adapter in all_adapters().items() for scheme in adapter.schemes]
SIGNED = [way for way in WAYS if can_sign(way[1])]


def secrets_of(scheme: Scheme) -> tuple[str, str]:
    """Two live secrets."""
    if scheme is Scheme.STANDARD_WEBHOOKS:
        return "whsec_" + "A" * 32, "whsec_" + "B" * 32
    if scheme is Scheme.BASIC:
        return "desk:" + "a" * 20, "desk:" + "b" * 20
    return 'one-token-"of-ours', "another-token-of-ours"


def bound(name: str) -> Adapter:
    """The adapter as a source reads by it; the generic one by the mapping of its snippet."""
    adapter = adapter_named(name)
    rules = tomllib.loads("[mapping]" + adapter.snippet.partition("[mapping]")[2]) if adapter.bound else {}
    return adapter.with_rules(rules)


def read(name: str, scheme: Scheme) -> tuple[Signal, ...]:
    sample, adapter = sample_of(name, scheme, NOW), bound(name)
    assert adapter.answer_to(Asked(sample.headers, sample.body)) is None
    return adapter.read(sample.headers, sample.body)


@pytest.mark.parametrize(("name", "scheme"), WAYS)
def test_every_adapter_has_an_alert_that_it_reads(name: str, scheme: Scheme) -> None:
    [signal] = read(name, scheme)
    expected = SignalState.INFORMATIONAL if name in INFORMATIONAL else SignalState.FIRING
    assert signal.state is expected
    assert signal.title
    assert signal.key


@pytest.mark.parametrize("name", sorted(all_adapters()))
def test_it_happens_now(name: str) -> None:
    [signal] = read(name, all_adapters()[name].schemes[0])
    assert (signal.started_at is None) == (name == "zabbix")
    if name not in NO_START:
        assert signal.started_at == NOW.replace(microsecond=0)


@pytest.mark.parametrize("name", sorted(all_adapters()))
def test_no_place_for_a_moment_is_left(name: str) -> None:
    for scheme in all_adapters()[name].schemes:
        body = sample_of(name, scheme, NOW).body.replace(SECRET.encode(), b"")
        assert body.count(b"@") == body.count(b"@odata") + body.count(b"@nordlicht.example")


@pytest.mark.parametrize(("name", "scheme"), SIGNED)
@pytest.mark.parametrize("number", [0, 1])
def test_what_is_signed_proves_itself_by_that_secret(name: str, scheme: Scheme, number: int) -> None:
    secrets, adapter = secrets_of(scheme), adapter_named(name)
    sent = signed(scheme, secrets[number], sample_of(name, scheme, NOW), NOW, adapter.token_header)
    presented = Presented(sent.headers, sent.body, adapter.token_header)
    assert prove(scheme, secrets, presented, NOW) == number
    assert prove(scheme, secrets[1 - number : 2 - number], presented, NOW) == Refused(Reason.WRONG)


@pytest.mark.parametrize("scheme", [Scheme.STANDARD_WEBHOOKS, Scheme.GRAFANA, Scheme.CROWDSTRIKE])
def test_a_signed_moment_is_that_of_the_test(scheme: Scheme) -> None:
    secret = secrets_of(scheme)[0]
    sent = signed(scheme, secret, sample_of(scheme.value, scheme, NOW), NOW)
    late = NOW + timedelta(minutes=6)
    assert prove(scheme, [secret], Presented(sent.headers, sent.body), late) == Refused(Reason.STALE)


def test_every_scheme_is_signed_here_or_by_its_vendor_alone() -> None:
    assert {scheme for scheme in Scheme if not can_sign(scheme)} == {*VENDORS_OWN, Scheme.NONE}
