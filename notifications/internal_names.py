"""What must stay inside: code names, names of colleagues, hosts, tickets, words of the fact sheet."""

import re
from collections.abc import Collection, Iterator

from notifications.blocks import LINK
from notifications.findings import PARTS, Finding, Level, Rule
from notifications.message import Text
from notifications.passages import line_at
from notifications.placeholders import BRACES
from notifications.wording import worded

PATTERNS = {
    worded("an internal host"): re.compile(
        r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:internal|intranet|local|localdomain|lan|corp|home\.arpa)(?!\w)"
        r"|(?<!\w)localhost(?!\w)",
        re.IGNORECASE,
    ),
    worded("an address of our network"): re.compile(
        r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}"
        r"|127(?:\.\d{1,3}){3}|169\.254(?:\.\d{1,3}){2})(?![\d.]*\d)"
    ),  # RFC 1918, 1122, 3927
    worded("a number of a ticket"): re.compile(
        r"(?<![\w-])(?:INC|CHG|PRB|RITM|REQ|TASK|TICKET|JIRA|SEC|SOC|CSIRT|CERT|OPS|SRE|BUG)[-#]?\d{2,10}(?![\w-])"
    ),
}
WORD = re.compile(r"(?<!\w)[a-z]{2,}(?:_[a-z0-9]+)+(?!\w)")  # such as credentials_plain, which has no phrase
MEND = worded("Take it out: it tells readers nothing, and attackers something")


def check_internal(text: Text, names: Collection[str], locale: str) -> list[Finding]:
    """Internal names in subject or text: errors. `names` are code names and names of colleagues."""
    findings: dict[str, Finding] = {}
    for part, written in (("subject", text.subject), ("text", text.text)):
        bare = BRACES.sub(lambda found: " " * len(found[0]), written)
        for at, said, what in _found(bare, names):
            line = line_at(written, at) if part == "text" else 0
            found = Finding(
                Level.ERROR,
                Rule.INTERNAL_NAME,
                PARTS[part],
                worded("“{said}” is {what}", said=said, what=what),
                MEND,
                locale=locale,
                line=line,
            )
            findings.setdefault(found.key, found)
    return list(findings.values())


def _found(written: str, names: Collection[str]) -> Iterator[tuple[int, str, str]]:
    ways = [_ways(name) for name in sorted(filter(None, names), key=len, reverse=True)]
    if ways:
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", written, re.IGNORECASE):
            yield match.start(), " ".join(match[0].split()), worded("an internal name")
    for what, pattern in PATTERNS.items():
        for match in pattern.finditer(written):
            yield match.start(), match[0], what
    for match in WORD.finditer(LINK.sub(lambda found: " " * len(found[0]), written)):
        yield match.start(), match[0], worded("a word of our systems")


def _ways(name: str) -> str:
    """A name as a pattern: amber-heron is also written amber heron."""
    return re.escape(name).replace(r"\-", r"[-\s]").replace(r"\ ", r"\s+")
