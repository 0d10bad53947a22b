"""Addresses come out in one form any relay takes, or are refused with the mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.addresses import BadAddress, domain_of, meeting_key, normalise


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("  Anna.Berg+72@Example.ORG ", "Anna.Berg+72@example.org"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
    ],
)
def test_an_address_is_normalised(given_address: str, expected: str) -> None:
    assert normalise(given_address) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "bad",
    [
        *("", "anna", "@example.org", "anna@", "anna@localhost", "a b@example.org", "a@b@example.org"),
        *("a@exa mple.org", "a\r\nRCPT TO:<x>@example.org", "<a@example.org>", "a@-example.org", "a@example..org"),
        *(".a@example.org", "a..b@example.org", "ä@example.org", "a,b@example.org", f"{'a' * 65}@example.org"),
        *(f"a@{'b' * 64}.org", "a@\u2024.example", "a@exam\u200bple.org\u2028", '"a b"@example.org'),
    ],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(BadAddress):
        normalise(bad)


@given(st.text(max_size=60))
def test_nothing_that_could_reach_a_protocol_line_gets_through(text: str) -> None:
    try:
        found = normalise(text)
    except BadAddress:
        return
    assert found.isascii()
    assert not set(found) & set(' \r\n\t<>,;:"\\')
    assert found.count("@") == 1


def test_the_same_mailbox_meets_in_lower_case() -> None:
    assert meeting_key("Anna@example.org") == meeting_key("anna@example.org")
    assert domain_of("anna@example.org") == "example.org"
