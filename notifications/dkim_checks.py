"""DKIM (RFC 6376, 8463): whether a domain signed a mail as it came; keys by an injected look-up. Pure, under limits."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import dkim
from nacl.exceptions import CryptoError

LONGEST_HEADER = 128 * 1024  # of all header fields: the library adds folded lines to each other
LONGEST_SIGNATURE = 4000
MOST_SIGNATURES = 3
MOST_NAMES = 60  # header fields a signature covers
BLANKS = re.compile(rb"[ \t\r\n]{41}")  # inside a signature: expressions of the library go over them again and again
LONG_BLANKS = re.compile(rb"[ \t]{2001}")  # in a line of the body: the same
SAFE_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,10}\.?", re.I)
SHOWN = 100
TROUBLES = (
    dkim.DKIMException,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    CryptoError,
)
"""In how many ways the library's parsers of keys and numbers fail on hostile ones."""
_quiet = logging.getLogger(f"{__name__}.library")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False

KeyLookup = Callable[[str], bytes | None]
"""The TXT record of a name; None: there is none. Raises LookupTrouble when nobody answers now."""


class LookupTrouble(Exception):
    """The record cannot be had now; it may be there."""


class Verdict(StrEnum):
    """What a check found, in the words of RFC 8601. `none`: no signature that this program can check."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NONE = "none"
    TEMPERROR = "temperror"


@dataclass(frozen=True, slots=True)
class Signed:
    """The best that was found of a mail's signatures. `aligned`: its domain is the author's, or one above it.

    `domain` is what the signature claims; it says who signed only with `pass`.
    """

    verdict: Verdict
    domain: str = ""
    detail: str = ""
    aligned: bool = False

    @property
    def speaks_for_author(self) -> bool:
        """Whether the domain in From vouches for this mail."""
        return self.verdict is Verdict.PASS and self.aligned


NOTHING = Signed(Verdict.NONE, detail="it is not signed")


def check_signatures(raw: bytes, look_up: KeyLookup, author: str = "") -> Signed:
    """Check at most three signatures. `author` is the address in From. Raises nothing: what cannot be read has failed.

    A signature that covers only a part of the body, or does not cover From, vouches for nothing and has failed.
    """
    head = re.split(rb"\r?\n\r?\n", raw[: LONGEST_HEADER + 1], maxsplit=1)[0]
    if b"dkim-signature" not in head.lower():
        return NOTHING
    if len(head) > LONGEST_HEADER:
        return Signed(Verdict.FAIL, detail="its header is longer than any honest one")
    if LONG_BLANKS.search(raw):
        return Signed(Verdict.FAIL, detail="its body has longer blanks than any honest one")
    try:
        mail = dkim.DKIM(raw, logger=_quiet)
    except (dkim.DKIMException, ValueError, IndexError):
        return Signed(Verdict.FAIL, detail="its header cannot be read")
    values = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    domain = author.rpartition("@")[2].lower()
    found = [_check(mail, number, value, look_up, domain) for number, value in enumerate(values[:MOST_SIGNATURES])]
    return min(found, key=_rank, default=NOTHING)


def _check(mail: dkim.DKIM, number: int, value: bytes, look_up: KeyLookup, author: str) -> Signed:
    if len(value) > LONGEST_SIGNATURE or BLANKS.search(value):
        return Signed(Verdict.FAIL, detail="its signature is longer than any honest one")
    try:
        tags = dkim.util.parse_tag_value(value)
    except (dkim.util.InvalidTagValueList, ValueError):
        return Signed(Verdict.FAIL, detail="its signature cannot be read")
    domain = tags.get(b"d", b"").decode("ascii", "replace").lower()[:255]
    aligned = _above(domain, author)
    if fault := _fault(tags):
        return Signed(Verdict.FAIL, domain, fault, aligned)
    verdict, detail = _verified(mail, number, look_up)
    return Signed(verdict, domain, detail, aligned)


def _fault(tags: dict[bytes, bytes]) -> str:
    """Why a signature vouches for nothing whatever its key says, "" where it may."""
    names = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    if tags.get(b"a", b"") == b"rsa-sha1":
        return "signed with SHA-1, which proves nothing (RFC 8301)"
    if b"l" in tags:
        return "it signs only a part of the body"
    if b"from" not in names:
        return "it does not sign From"
    return "it signs more fields than any honest one" if len(names) > MOST_NAMES else ""


def _verified(mail: dkim.DKIM, number: int, look_up: KeyLookup) -> tuple[Verdict, str]:
    def asked(name: bytes, **_: object) -> bytes | None:
        wanted = name.decode("ascii", "replace")
        return look_up(wanted.rstrip(".")) if SAFE_NAME.fullmatch(wanted) else None

    try:
        good = bool(mail.verify(number, dnsfunc=asked))
    except LookupTrouble as error:
        return Verdict.TEMPERROR, f"its key cannot be had now: {error}"[:SHOWN]
    except TROUBLES as error:
        return Verdict.FAIL, _plain(error)
    return (Verdict.PASS, "") if good else (Verdict.FAIL, "the signature does not fit, or its key is missing")


def _above(domain: str, author: str) -> bool:
    """Whether a domain is the author's or above it (relaxed alignment, RFC 7489 §3.1.1, without a list of suffixes)."""
    return "." in domain and bool(author) and (author == domain or author.endswith(f".{domain}"))


def _rank(found: Signed) -> tuple[int, bool]:
    order = (Verdict.PASS, Verdict.TEMPERROR, Verdict.FAIL, Verdict.NONE)
    return order.index(found.verdict), not found.aligned


def _plain(error: Exception) -> str:
    said = " ".join("".join(letter for letter in str(error) if letter.isprintable()).split())
    return f"{type(error).__name__}: {said}"[:SHOWN]
