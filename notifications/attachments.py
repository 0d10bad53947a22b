"""What is attached to a mail: parts as bytes with their SHA-256, under limits; nothing is unpacked. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from notifications.mail_parts import DEEPEST, MOST_PARTS, TooStrange, check_cost, decoded_header

LONGEST_NAME = 120
BODIES = ("text/plain", "text/html")
UNNAMED_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many parts of one mail are taken out, and how large each may be and all together, in bytes."""

    most: int = 20
    each: int = 5 * 1024 * 1024
    together: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part. `content` is None for what is beyond the limits: it is hashed, and stands in the mail as received."""

    name: str
    media_type: str
    size: int
    sha256: str
    content: bytes | None


def attachments_of(raw: bytes, limits: Limits = Limits()) -> tuple[Attachment, ...]:
    """Every part that is not the text of the mail. Raises TooStrange for a mail that cannot be taken apart."""
    check_cost(raw)
    try:
        return tuple(_taken(message_from_bytes(raw, policy=compat32), limits))
    except TooStrange:
        raise
    except Exception as error:  # the library's parsers fail on hostile parts in many ways; RecursionError among them
        raise TooStrange(f"the parser failed: {type(error).__name__}") from error


def _taken(mail: Message, limits: Limits) -> Iterator[Attachment]:
    left, number = limits.together, 0
    for seen, part in enumerate(_leaves(mail, 0)):
        if seen >= MOST_PARTS:
            raise TooStrange(f"it has more than {MOST_PARTS} parts")
        if not _is_attached(part):
            continue
        number += 1
        content = _bytes(part)
        kept = number <= limits.most and len(content) <= min(limits.each, left)
        left -= len(content) if kept else 0
        digest = hashlib.sha256(content).hexdigest()
        yield Attachment(_name(part, number), _type(part), len(content), digest, content if kept else None)


def _leaves(mail: Message, depth: int) -> Iterator[Message]:
    if depth > DEEPEST:
        raise TooStrange(f"its parts are nested more than {DEEPEST} deep")
    inner = mail.get_payload()
    if mail.get_content_maintype() == "multipart" and isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    else:
        yield mail


def _is_attached(part: Message) -> bool:
    if part.get_content_type() not in BODIES:
        return part.get_content_maintype() != "multipart"
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _bytes(part: Message) -> bytes:
    """Its content; of a mail within the mail that mail, as it is written out again."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n\n".join(one.as_bytes(policy=compat32) for one in inner if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name(part: Message, number: int) -> str:
    said = decoded_header(str(part.get_filename() or ""))
    plain = said.replace("\\", "/").rpartition("/")[2].strip(" .")
    return plain[:LONGEST_NAME] or f"part-{number}"


def _type(part: Message) -> str:
    found = part.get_content_type()
    return found[:100] if found.isascii() and found.isprintable() else UNNAMED_TYPE
