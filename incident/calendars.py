"""Calendars that other programs subscribe to: iCalendar (RFC 5545), times in UTC, texts escaped. Pure."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

OCTETS = 75  # of a line, without its end (RFC 5545, 3.1)
PRODUCT = "-//seventytwo//EN"
REFRESH = "PT1H"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `key` is what makes it the same one the next time; `url` is where to look, "" for nowhere."""

    key: str
    begins: datetime
    ends: datetime
    summary: str
    about: str = ""
    url: str = ""


def new_address() -> str:
    """What makes the address of a calendar one nobody can guess: 256 bits, shown once."""
    return secrets.token_urlsafe(32)


def address_digest(token: str) -> str:
    """What is kept of it: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def calendar(name: str, events: Iterable[Event], now: datetime, host: str) -> str:
    """The calendar with these entries. `host` stands in each UID."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        *(line for event in events for line in _entry(event, now, host)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _entry(event: Event, now: datetime, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{hashlib.sha256(event.key.encode()).hexdigest()[:32]}@{host}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(event.begins)}",
        f"DTEND:{_stamp(event.ends)}",
        f"SUMMARY:{_text(event.summary)}",
        *([f"DESCRIPTION:{_text(event.about)}"] if event.about else []),
        *([f"URL:{_text(event.url)}"] if event.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """RFC 5545, 3.3.11; a control character becomes a blank."""
    plain = "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in value)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """No line is longer than 75 octets; none is cut within a character."""
    pieces: list[str] = []
    current = ""
    for letter in line:
        room = OCTETS if not pieces else OCTETS - 1
        if len((current + letter).encode()) > room:
            pieces.append(current)
            current = ""
        current += letter
    return "\r\n ".join([*pieces, current])
