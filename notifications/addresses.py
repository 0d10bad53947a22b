"""E-mail addresses: one strict form that any relay takes, and the key by which equal ones meet."""

import re

import idna

DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LOCAL = re.compile(DOT_ATOM)
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


class BadAddress(ValueError):
    """The text is no address we can write to. Says what is wrong and the mend."""


def normalise(address: str) -> str:
    """The address with its domain in lower case and ASCII (IDNA 2008 after UTS 46); the local part as it is.

    Raises BadAddress. Local parts beyond ASCII would need SMTPUTF8 along the whole way (RFC 6531): refused.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        raise BadAddress(f"{address!r} is no e-mail address: write name@domain")
    if not local.isascii():
        raise BadAddress(f"{address!r}: the part before @ is not ASCII; ask for another address")
    if len(local) > 64 or not LOCAL.fullmatch(local):
        raise BadAddress(f"{address!r}: the part before @ holds what no address may, or more than 64 characters")
    return f"{local}@{_domain(domain, address)}"


def meeting_key(address: str) -> str:
    """By which the same mailbox is found again: in lower case as a whole."""
    return address.lower()


def domain_of(address: str) -> str:
    """The domain of a normalised address."""
    return address.rpartition("@")[2]


def _domain(domain: str, address: str) -> str:
    if not domain.isprintable():
        raise BadAddress(f"{address!r}: the domain holds invisible characters")
    ascii_domain = domain.lower()
    if not ascii_domain.isascii():
        try:
            ascii_domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as error:
            raise BadAddress(f"{address!r}: the domain cannot be encoded ({error})") from None
    if not DOMAIN.fullmatch(ascii_domain):
        raise BadAddress(f"{address!r}: {domain!r} is no domain name")
    return ascii_domain
