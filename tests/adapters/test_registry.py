"""Every module that defines ADAPTER is found under its own name."""

import pytest

from incident.adapters.registry import UnknownAdapter, adapter_named, all_adapters


def test_the_adapters_are_found_by_their_names() -> None:
    assert {"alertmanager", "standard_webhooks"} <= set(all_adapters())
    for name, adapter in all_adapters().items():
        assert adapter.name == name
        assert adapter.schemes
        assert adapter.label


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownAdapter, match="alertmanager, "):
        adapter_named("nagios")
