"""Where a request from us may go: https to public addresses, checked on the address that is connected to.

Whoever can name an address that we fetch would otherwise reach what only we can reach (server-side request forgery,
CWE-918). The name is resolved by us, every address of it is judged, and the connection goes to one that was judged: a
name that answers differently the next time (DNS rebinding) gains nothing.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST_URL = 2000
_network = ipaddress.ip_network
# Special-purpose blocks (IANA registries, RFC 6890) and forms that hide an IPv4 address inside an IPv6 one.
NEVER = tuple(
    _network(block)
    for block in (
        "0.0.0.0/8",  # this network (RFC 791)
        "169.254.0.0/16",  # link-local, and where clouds answer with credentials (RFC 3927)
        "100.100.100.200/32",  # a cloud's metadata, in a block that is shared otherwise
        "168.63.129.16/32",  # a cloud's host, at a public address
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/96",  # unspecified, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # NAT64 within a network (RFC 8215)
        "100::/64",  # discard (RFC 6666)
        "2001::/23",  # protocol assignments, Teredo among them (RFC 2928)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fd00:ec2::254/128",  # a cloud's metadata, in what is a private block otherwise
        "fec0::/10",  # site-local (RFC 3879)
        "fe80::/10",  # link-local
        "ff00::/8",  # multicast
    )
)
PRIVATE = tuple(
    _network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
UNICAST = (_network("2000::/3"),)  # what of IPv6 is given out to hosts
LOOPBACK = tuple(_network(block) for block in ("127.0.0.0/8", "::1/128"))


class Refused(ValueError):
    """The address is none we post to. Says why, and repeats neither path nor name of what was asked for."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an installation lets through: `hosts` of its own network by name, and `loopback`, which is for tests."""

    hosts: frozenset[str] = frozenset()
    loopback: bool = False


def check_url(text: str, allowed: Allowed) -> httpx.URL:
    """The address as it will be used. Raises Refused. Nothing is resolved: see `check_addresses`."""
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_URL:
        raise Refused(f"is no address of at most {LONGEST_URL} ASCII characters")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise Refused("is no address") from None
    if url.userinfo or url.fragment:
        raise Refused("holds a user name or a fragment")
    if not url.host or (url.port or 443) > 65535:
        raise Refused("names no host and port")
    if literal := _literal(url.host):
        check_addresses(url.host, (literal,), allowed)
    if url.scheme != "https" and not (url.scheme == "http" and allowed.loopback and _is_here(url.host, literal)):
        raise Refused("does not begin with https://")
    return url


def check_addresses(host: str, found: Sequence[Address], allowed: Allowed) -> None:
    """Raise Refused unless every address a host name has is one we may connect to.

    One bad among good ones refuses all: a name that has both is not what it says.
    """
    if not found:
        raise Refused("has no address")
    inside = host.lower().rstrip(".") in allowed.hosts
    for address in found:
        if _within(address, LOOPBACK):
            if not allowed.loopback:
                raise Refused("leads to this machine")
        elif _within(address, NEVER) or getattr(address, "scope_id", None):
            raise Refused("leads to an address that is no host's on the internet")
        elif _within(address, PRIVATE):
            if not inside:
                raise Refused("leads into a private network that is not allowed by the settings")
        elif not address.is_global or (address.version == 6 and not _within(address, UNICAST)):
            raise Refused("leads to an address that is not public")


def addresses_in(answers: Iterable[Any]) -> tuple[Address, ...]:
    """Every address in what getaddrinfo says of a name, each once."""
    return tuple(dict.fromkeys(ipaddress.ip_address(answer[4][0]) for answer in answers))


def pinned(url: httpx.URL, address: Address) -> tuple[httpx.URL, dict[str, str], dict[str, Any]]:
    """The URL of an address that was judged, with the headers and the extensions of a request to it.

    By these Host, SNI and the certificate's name stay those of the URL.
    """
    name = url.raw_host.decode("ascii").rstrip(".")
    return url.copy_with(host=str(address)), {"Host": url.netloc.decode("ascii")}, {"sni_hostname": name}


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_here(host: str, literal: Address | None) -> bool:
    return host == "localhost" or (literal is not None and _within(literal, LOOPBACK))


def _within(address: Address, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
