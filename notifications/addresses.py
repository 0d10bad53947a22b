"""E-mail addresses: one strict form that any relay takes, and the key by which equal ones meet."""

import re
from collections.abc import Collection

import idna

from notifications.wording import worded

DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LOCAL = re.compile(DOT_ATOM)
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


LONGEST = 254  # characters: a path holds 256 with its brackets (RFC 5321 4.5.3.1.3)


class BadAddress(ValueError):
    """The text is no address we can write to. Says what is wrong, and the mend, and repeats nothing of it."""


def normalise(address: str) -> str:
    """The address with its domain in lower case and ASCII (IDNA 2008 after UTS 46); the local part as it is.

    Raises BadAddress. Local parts beyond ASCII would need SMTPUTF8 along the whole way (RFC 6531): refused.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        raise BadAddress(worded("is no e-mail address: write name@domain"))
    if not local.isascii():
        raise BadAddress(worded("is not ASCII before the @: ask for another address"))
    if len(local) > 64 or not LOCAL.fullmatch(local):
        raise BadAddress(worded("holds before the @ what no address may, or more than 64 characters"))
    found = f"{local}@{_domain(domain)}"
    if len(found) > LONGEST:
        raise BadAddress(worded("is longer than {most} characters", most=LONGEST))
    return found


def meeting_key(address: str) -> str:
    """By which the same mailbox is found again: in lower case as a whole."""
    return address.lower()


def is_ours(address: str, ours: Collection[str]) -> bool:
    """Whether mail for this address is taken: named whole, without what follows a plus, or by its domain (`@…`)."""
    local, _, domain = address.lower().rpartition("@")
    names = (f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}", f"@{domain}")
    return bool(local) and not set(names).isdisjoint(ours)


def domain_of(address: str) -> str:
    """The domain of a normalised address."""
    return address.rpartition("@")[2]


def masked(address: str) -> str:
    """As much of a normalised address as tells that it is the right one: its first letter and the domain."""
    return f"{address[:1]}…@{domain_of(address)}" if address else ""


def _domain(domain: str) -> str:
    if not domain.isprintable():
        raise BadAddress(worded("holds invisible characters in its domain"))
    ascii_domain = domain.lower()
    if not ascii_domain.isascii():
        try:
            ascii_domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise BadAddress(worded("has a domain that cannot be encoded")) from None
    if not DOMAIN.fullmatch(ascii_domain):
        raise BadAddress(worded("has no domain name after the @"))
    return ascii_domain
