"""Who may send to a source at all, besides proving it: networks, and the client certificate a proxy has verified."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from notifications.wording import worded

Network: TypeAlias = IPv4Network | IPv6Network
MOST_NETWORKS = 100
LONGEST_CERTIFICATE = 500


class Barred(StrEnum):
    """Why a sender was not let in; counted and shown to people, never told to the sender."""

    NETWORK = "network"
    CERTIFICATE = "certificate"


class BadAdmission(ValueError):
    """What cannot be used: `field`, and the text says what is wrong with it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Admission:
    """Networks that may send, none: all may. `certificate` is what the proxy calls the one it must have verified."""

    networks: tuple[Network, ...] = ()
    certificate: str = ""

    def bars(self, address: str, certificate: str) -> Barred | None:
        """Why whoever sends from this address, with this verified certificate or "", is not let in."""
        if self.networks and not self._is_near(address):
            return Barred.NETWORK
        if self.certificate and not hmac.compare_digest(self.certificate.encode(), certificate.strip().encode()):
            return Barred.CERTIFICATE
        return None

    def document(self) -> dict[str, object]:
        """As a row keeps it."""
        return {"networks": [str(one) for one in self.networks], "certificate": self.certificate}

    def __str__(self) -> str:
        """In a few words; "" where everybody is let in."""
        words = [f"from {', '.join(map(str, self.networks))}"] if self.networks else []
        words += [f"with the certificate {self.certificate}"] if self.certificate else []
        return " ".join(words)

    def _is_near(self, address: str) -> bool:
        try:
            found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in network for network in self.networks)


EVERYBODY = Admission()


def admission_in(document: Mapping[str, object]) -> Admission:
    """What a row keeps."""
    listed, certificate = document.get("networks"), document.get("certificate")
    networks = tuple(ip_network(str(one)) for one in listed) if isinstance(listed, list) else ()
    return Admission(networks, str(certificate or ""))


def new_admission(networks: Sequence[str], certificate: str) -> Admission:
    """What somebody asks for; an address alone is a network of one. Raises BadAdmission."""
    if len(networks) > MOST_NETWORKS:
        raise BadAdmission("networks", worded("are more than {most_networks}", most_networks=MOST_NETWORKS))
    found: list[Network] = []
    for index, text in enumerate(networks):
        try:
            found.append(ip_network(text.strip()))
        except ValueError as error:
            behind = "host bits" in str(error)
            where = worded("has bits set behind its prefix") if behind else worded("is no network")
            raise BadAdmission(f"networks.{index}", where) from None
    named = certificate.strip()
    if len(named) > LONGEST_CERTIFICATE or not (named.isascii() and (named.isprintable() or not named)):
        raise BadAdmission(
            "certificate",
            worded(
                "is longer than {longest_certificate} printable ASCII characters",
                longest_certificate=LONGEST_CERTIFICATE,
            ),
        )
    return Admission(tuple(dict.fromkeys(found)), named)
