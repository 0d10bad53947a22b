"""A received mail taken apart under limits: header lines as they stand, parts that are not in another mail."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import default

LARGEST = 1024 * 1024  # bytes that are looked at: reports stand before what they return
DEEPEST = 8  # multiparts within each other
MOST_PARTS = 60
LONGEST_VALUE = 2000
LONGEST_TEXT = 100_000
LONGEST_DECIDING = 4000  # characters of a header that decides how the rest is read
MOST_BOUNDARIES = 1000  # lines that the parser compares with every boundary it knows
MOST_GROUPS = 2000
BOUNDARY = re.compile(rb"^--", re.M)
GROUP = re.compile(rb"^(?:action|final-recipient)[ \t]*:", re.I | re.M)
DECIDING = re.compile(rb"^content-(?:type|transfer-encoding|disposition):.*(?:\r?\n[ \t].*)*", re.I | re.M)
MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
CHARSET = re.compile(r"(utf-?8|us-ascii|iso-8859-\d+|windows-125\d|koi8-[ru]|gb\w+|big5|euc-\w+|shift_jis)", re.I)
FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)")
ENCODED = "=?"  # how an encoded word begins (RFC 2047)
RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")


class TooStrange(Exception):
    """The mail is built in a way that no honest one is: nested, wide or long beyond every measure."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `text` is decoded and cut; of a part that holds header fields or a mail it is what stands there."""

    type: str
    text: str

    def blocks(self) -> list[dict[str, str]]:
        """Its groups of header fields, which blank lines part: names in lower case, folded values in one line."""
        return [found for block in re.split(r"(?:\r?\n){2,}", self.text) if (found := _fields(block))]


@dataclass(frozen=True, slots=True)
class MailParts:
    """A mail: its header (names in lower case, the first of equal ones), content type with parameters, and parts.

    `repeated` are the names of header fields that stand there more than once.
    """

    header: Mapping[str, str]
    type: str
    parameters: Mapping[str, str]
    parts: tuple[Part, ...] = ()
    references: tuple[str, ...] = field(default=())
    repeated: frozenset[str] = frozenset()

    def of_type(self, *types: str) -> list[Part]:
        return [part for part in self.parts if part.type in types]


def take_apart(raw: bytes) -> MailParts:
    """The mail of these bytes, of which the first MiB is looked at. Raises TooStrange, and nothing else."""
    head = raw[:LARGEST]
    check_cost(head)
    try:
        return _taken_apart(message_from_bytes(head, policy=default))
    except TooStrange:
        raise
    except Exception as error:  # the library's parsers fail on hostile headers in many ways; RecursionError among them
        raise TooStrange(f"the parser failed: {type(error).__name__}") from error


def check_cost(head: bytes) -> None:
    """Refuse what would keep the parser busy for seconds, before it begins. Raises TooStrange."""
    if any(len(found[0]) > LONGEST_DECIDING for found in DECIDING.finditer(head)):
        raise TooStrange("a header that says what a part is, is longer than any honest one")
    for line, most in ((BOUNDARY, MOST_BOUNDARIES), (GROUP, MOST_GROUPS)):
        if sum(1 for _ in line.finditer(head)) > most:
            raise TooStrange("it has more parts or recipients than any honest one")


def decoded_header(value: str) -> str:
    """A header value as people read it (RFC 2047), in one line. What it hides twice stays hidden.

    Written into a header of ours, an encoded word would be decoded once more: its line breaks would be ours then.
    """
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        text = value
    line = " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())
    return line.replace(ENCODED, "= ?")


def message_ids(text: str) -> tuple[str, ...]:
    """Every Message-ID in a header value, in its order, each once; at most 50."""
    return tuple(dict.fromkeys(MESSAGE_ID.findall(text)))[:50]


def _taken_apart(mail: Message) -> MailParts:
    header: dict[str, str] = {}
    repeated: set[str] = set()
    for name, value in mail.raw_items():
        if name.lower() in header:
            repeated.add(name.lower())
        else:
            header[name.lower()] = _plain(value)
    parameters = {name.lower(): value for name, value in mail.get_params(failobj=[])[1:]}
    parts = []
    for part in _parts(mail, 0):
        parts.append(Part(part.get_content_type(), _text(part)))
        if len(parts) > MOST_PARTS:
            raise TooStrange(f"it has more than {MOST_PARTS} parts")
    named = message_ids(header.get("in-reply-to", "")) + message_ids(header.get("references", ""))[::-1]
    references = tuple(dict.fromkeys(named))
    return MailParts(header, mail.get_content_type(), parameters, tuple(parts), references, frozenset(repeated))


def _parts(mail: Message, depth: int) -> Iterator[Message]:
    """The leaves; a mail within the mail is one, and is not looked into."""
    if depth > DEEPEST:
        raise TooStrange(f"its parts are nested more than {DEEPEST} deep")
    inner = mail.get_payload()
    if mail.get_content_maintype() == "multipart" and isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield mail


def _text(part: Message) -> str:
    """What stands in a part. The library parses whatever is message/*: that is put together again."""
    inner = part.get_payload()
    if isinstance(inner, list):
        text = "\n\n".join(_written(one) for one in inner if isinstance(one, Message))
        if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
            text = _unpacked(text)  # RFC 6533 allows it for message/global-*, where RFC 2046 forbade it
        return text[:LONGEST_TEXT]
    content = part.get_payload(decode=True)
    found = content if isinstance(content, bytes) else b""
    charset = str(part.get_content_charset("utf-8"))
    known = charset if CHARSET.fullmatch(charset) else "utf-8"
    return found[:LONGEST_TEXT].decode(known, "replace")


def _written(mail: Message) -> str:
    """A mail or group of fields as text, cut."""
    lines = [f"{name}: {_plain(value)}" for name, value in mail.raw_items()]
    inner = mail.get_payload(decode=True)
    body = inner[:LONGEST_TEXT].decode("utf-8", "replace") if isinstance(inner, bytes) else ""
    return "\n".join(lines) + (f"\n\n{body}" if body else "")


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode(errors="replace")
    except binascii.Error:
        return text


def _plain(value: object) -> str:
    """A header value in one line, cut; bytes beyond ASCII as UTF-8 (RFC 6532)."""
    return _bytes_as_text(" ".join(str(value)[: LONGEST_VALUE * 2].split()))[:LONGEST_VALUE]


def _bytes_as_text(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _fields(block: str) -> dict[str, str]:
    """The header fields of one block, the first of equal names; lines that are no field are left out."""
    found: dict[str, str] = {}
    last = ""
    for line in block.splitlines()[:200]:
        if line[:1] in (" ", "\t") and last:
            found[last] = f"{found[last]} {line.strip()}"[:LONGEST_VALUE]
        elif match := FIELD.fullmatch(line):
            last = match[1].lower()
            if last in found:
                last = ""
            else:
                found[last] = match[2].strip()[:LONGEST_VALUE]
        else:
            last = ""
    return found
