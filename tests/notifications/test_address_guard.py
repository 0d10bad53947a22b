"""Addresses that lead inside are refused in every notation, however they are written or resolved."""

from ipaddress import ip_address

import pytest

from notifications.address_guard import Allowed, Refused, check_addresses, check_url

NOBODY = Allowed()
INSIDE = Allowed(hosts=frozenset({"chat.corp.example"}))
FOREVER_CLOSED = (
    "0.0.0.0", "169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "192.88.99.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.1", "::", "::7f00:1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
    "2001::7f00:1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "fd00:ec2::254", "4000::1",
)  # fmt: skip
PRIVATE = ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1", "fd12:3456::1")
LOOPBACK = ("127.0.0.1", "127.255.255.254", "::1")
PUBLIC = ("8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::200e")


@pytest.mark.parametrize("address", [*FOREVER_CLOSED, *PRIVATE, *LOOPBACK])
def test_no_name_leads_inside(address: str) -> None:
    with pytest.raises(Refused):
        check_addresses("hooks.example", (ip_address(address),), NOBODY)
    with pytest.raises(Refused):
        check_addresses("hooks.example", (ip_address("8.8.8.8"), ip_address(address)), NOBODY)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open(address: str) -> None:
    check_addresses("hooks.example", (ip_address(address),), NOBODY)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_that_is_allowed_by_name_may_be_in_a_private_network_and_no_other_may(address: str) -> None:
    check_addresses("Chat.Corp.Example.", (ip_address(address),), INSIDE)
    with pytest.raises(Refused, match="private network"):
        check_addresses("other.corp.example", (ip_address(address),), INSIDE)


@pytest.mark.parametrize("address", [*FOREVER_CLOSED, *LOOPBACK])
def test_being_allowed_by_name_opens_neither_this_machine_nor_a_clouds_metadata(address: str) -> None:
    with pytest.raises(Refused):
        check_addresses("chat.corp.example", (ip_address(address),), INSIDE)


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(Refused, match="has no address"):
        check_addresses("hooks.example", (), NOBODY)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "//hooks.example/x",
        "hooks.example/x",
        "https:///x",
        "https://",
        "",
        "https://user:word@hooks.example/",
        "https://hooks.example@127.0.0.1/",
        "https://hooks.example/#x",
        "https://hooks.example:99999/",
        "https://hooks.example:x/",
        "https://hooks.example/\r\nX: y",
        "https://hooks.example/ x",
        "https://127。0。0。1/",
        "https://b\u00fccher.example/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1]:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://hooks.example/" + "x" * 2000,
    ],
)
def test_an_address_that_is_none_to_post_to_is_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(Refused) as refused:
        check_url(url, NOBODY)
    assert "example" not in str(refused.value)  # what a chat's address says is a secret


@pytest.mark.parametrize("url", ["https://hooks.example/x?y=z", "https://hooks.example:8443/", "https://8.8.8.8/"])
def test_https_to_a_name_or_a_public_address_is_open(url: str) -> None:
    assert str(check_url(url, NOBODY)) == url


def test_clear_text_goes_to_this_machine_only_and_only_where_the_settings_say_so() -> None:
    here = Allowed(loopback=True)
    for url in ("http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "https://127.0.0.1:1/"):
        assert check_url(url, here)
        with pytest.raises(Refused):
            check_addresses("localhost", (ip_address("127.0.0.1"),), NOBODY)
    with pytest.raises(Refused, match="https"):
        check_url("http://hooks.example/", here)
    with pytest.raises(Refused, match="https"):
        check_url("http://localhost:1/", NOBODY)
