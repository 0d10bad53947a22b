"""Who may send at all: networks of both kinds, a certificate compared whole, nobody by an address that is none."""

import pytest

from incident.adapters.admission import EVERYBODY, BadAdmission, Barred, admission_in, new_admission

OFFICE = new_admission(["192.0.2.0/24", " 2001:db8::/32 ", "198.51.100.7"], "")


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "192.0.2.255", "198.51.100.7", "2001:db8::1", "::ffff:192.0.2.9", "2001:db8::1%eth0"]
)
def test_an_address_of_a_network_is_let_in(address: str) -> None:
    assert OFFICE.bars(address, "") is None


@pytest.mark.parametrize(
    "address", ["192.0.3.1", "198.51.100.8", "2001:db9::1", "::ffff:192.0.3.9", "", "localhost", "192.0.2.1, 192.0.3.1"]
)
def test_any_other_is_not(address: str) -> None:
    assert OFFICE.bars(address, "") is Barred.NETWORK
    assert EVERYBODY.bars(address, "") is None


def test_a_certificate_is_the_whole_of_what_the_proxy_says() -> None:
    asked = new_admission([], "CN=monitor.example,O=Verein")
    assert asked.bars("", " CN=monitor.example,O=Verein ") is None
    for said in ("", "CN=monitor.example", "CN=monitor.example,O=Verein,OU=x", "cn=monitor.example,o=verein", "é"):
        assert asked.bars("", said) is Barred.CERTIFICATE


def test_what_is_kept_is_read_again_and_said_in_words() -> None:
    both = new_admission(["192.0.2.0/24", "192.0.2.0/24"], "ab12")
    assert admission_in(both.document()) == both
    assert str(both) == "from 192.0.2.0/24 with the certificate ab12"
    assert (str(EVERYBODY), admission_in({})) == ("", EVERYBODY)


@pytest.mark.parametrize(
    ("networks", "certificate", "field"),
    [
        (["192.0.2.0/24", "192.0.2.1/24"], "", "networks.1"),
        (["everywhere"], "", "networks.0"),
        (["192.0.2.0/33"], "", "networks.0"),
        (["192.0.2.0/24"] * 101, "", "networks"),
        ([], "a\nb", "certificate"),
        ([], "é", "certificate"),
        ([], "x" * 501, "certificate"),
    ],
)
def test_what_cannot_be_used_is_named(networks: list[str], certificate: str, field: str) -> None:
    with pytest.raises(BadAdmission) as caught:
        new_admission(networks, certificate)
    assert caught.value.field == field
