"""Links and addresses of a text: over https, on the organisation's own hosts, and none that tracks who follows it."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import parse_qsl, urlsplit

from notifications.findings import Finding, Level, Rule
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded

LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>\"'\u201d\u00bb]+[^\s<>\"'\u201d\u00bb.,;:!?)]", re.IGNORECASE
)
ADDRESS = re.compile(r"(?<![\w.%+-])[A-Za-z0-9._%+-]+@((?:[\w-]+\.)+[A-Za-z]{2,})")
SHORTENERS = (
    *("bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "shorturl.at"),
    *("t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd"),
)
TRACKERS = (
    *("dclid", "fbclid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "oly_anon_id"),
    *("oly_enc_id", "twclid", "vero_id", "yclid", "_hsenc", "_hsmi"),
)
PERSONAL = re.compile(r"\{\{|\}\}|%7b%7b", re.IGNORECASE)


def check_links(text: Text, hosts: Collection[str], locale: str) -> list[Finding]:
    """Links that do not belong into a notice. `hosts` are those it may lead to, with everything below them."""
    findings: dict[str, Finding] = {}
    for part, written in (("subject", text.subject), ("text", text.text)):
        for at, (rule, level, message, mend) in _faults(written, hosts):
            line = line_at(written, at) if part == "text" else 0
            found = Finding(level, rule, worded("link"), message, mend, locale=locale, line=line)
            findings.setdefault(found.key, found)
    return list(findings.values())


def belongs(host: str, hosts: Collection[str]) -> bool:
    """Whether a host is one of these or below one: app.example.org belongs to example.org."""
    name = host.rstrip(".").casefold()
    return any(name == own.casefold() or name.endswith(f".{own.casefold()}") for own in hosts if own)


Fault = tuple[Rule, Level, str, str]


def _faults(written: str, hosts: Collection[str]) -> Iterator[tuple[int, Fault]]:
    for match in LINK.finditer(written):
        fault = _of_link(match[0], hosts)
        if fault is not None:
            yield match.start(), fault
    for match in ADDRESS.finditer(LINK.sub(lambda found: " " * len(found[0]), written)):
        if not belongs(match[1], hosts):
            message = worded("{address} is no address of the organisation", address=match[0])
            yield match.start(), (Rule.FOREIGN_LINK, Level.WARNING, message, _allow(match[1]))


def _of_link(link: str, hosts: Collection[str]) -> Fault | None:
    """What is wrong with a link; the gravest alone."""
    try:
        parts = urlsplit(link if "://" in link else f"http://{link}")
        host = (parts.hostname or "").removeprefix("www.") if "://" not in link else parts.hostname or ""
    except ValueError:
        return (
            Rule.UNSAFE_LINK,
            Level.ERROR,
            worded("{link} is no address", link=link),
            worded("Correct it, or take it out"),
        )
    if host.removeprefix("www.") in SHORTENERS:
        message = worded("{link} hides where it leads, as phishing does", link=link)
        return Rule.UNSAFE_LINK, Level.ERROR, message, worded("Write the address itself")
    if parts.scheme.casefold() != "https":
        message = worded("{link} does not begin with https://", link=link)
        return Rule.UNSAFE_LINK, Level.ERROR, message, worded("Write the https address")
    if parts.username is not None or PERSONAL.search(link):
        message = worded("{link} is of one reader alone", link=link)
        return Rule.UNSAFE_LINK, Level.ERROR, message, worded("Write the same address for everybody")
    names = {name.casefold() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if names & set(TRACKERS) or any(name.startswith("utm_") for name in names):
        message = worded("{link} tracks who follows it", link=link)
        return Rule.UNSAFE_LINK, Level.ERROR, message, worded("Write it without what stands behind ?")
    if not belongs(host, hosts):
        message = worded("{link} does not lead to the organisation", link=link)
        return Rule.FOREIGN_LINK, Level.WARNING, message, _allow(host)
    return None


def _allow(host: str) -> str:
    return worded("Take it out, or have {host} added to the setting link_hosts if it is yours", host=host)
