"""TXT records of the DNS: one look-up with its time-out, and a round of them that ends while others wait."""

import time

import dns.exception
import dns.rdatatype
import dns.resolver

from notifications.dkim_checks import KeyLookup, LookupTrouble

LARGEST = 8192  # bytes of a record


def txt_lookup(seconds: float) -> KeyLookup:
    """Asks the resolvers of this machine, for so long at most."""

    def look_up(name: str) -> bytes | None:
        try:
            found = dns.resolver.resolve(name, dns.rdatatype.TXT, lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except dns.exception.DNSException as error:
            raise LookupTrouble(type(error).__name__) from error
        for record in found:
            return b"".join(record.strings)[:LARGEST]
        return None

    return look_up


def nobody_asked(_name: str) -> bytes | None:
    """For an installation that asks no name server."""
    raise LookupTrouble("no name server is asked")


class Lookups:
    """The look-ups of one round: each name once, and none begun after `seconds` in all."""

    def __init__(self, look_up: KeyLookup, seconds: float = 10.0) -> None:
        self._look_up, self._left = look_up, seconds
        self._known: dict[str, bytes | LookupTrouble | None] = {}

    @property
    def spent(self) -> bool:
        """Whether the round has waited for so long that what is left had better wait for the next one."""
        return self._left <= 0

    def __call__(self, name: str) -> bytes | None:
        """As the look-up itself. Raises LookupTrouble."""
        if name not in self._known:
            began = time.monotonic()
            try:
                self._known[name] = self._look_up(name)
            except LookupTrouble as trouble:
                self._known[name] = trouble
            self._left -= time.monotonic() - began
        found = self._known[name]
        if isinstance(found, LookupTrouble):
            raise LookupTrouble(str(found)) from found
        return found
