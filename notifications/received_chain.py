"""When a mail first reached a server of ours: the Received line it wrote, else our own receipt. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_HEADER = 128 * 1024
LONGEST_LINE = 4000
RECEIVED = re.compile(rb"^received[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.I | re.M)
SKEW = timedelta(minutes=5)  # clocks of two servers of one organisation


@dataclass(frozen=True, slots=True)
class Receipt:
    """When, and how that is known: `by_header` from the line of a server of ours; `how` says it in words."""

    at: datetime
    by_header: bool
    how: str


def first_receipt(raw: bytes, hops: int, kept_at: datetime) -> Receipt:
    """When the first server of ours had it. `hops`: how many Received lines every mail gets from servers of ours.

    Each server puts its line above the others, so the line at that place from the top is ours and whatever stands below
    it can be anybody's. Where there are fewer lines, or that one names no usable moment, our own receipt counts.
    """
    if hops < 1:
        return Receipt(kept_at, by_header=False, how="our own receipt: no Received line is trusted by the settings")
    lines = [found[1] for found in RECEIVED.finditer(_head(raw))]
    if len(lines) < hops:
        return Receipt(kept_at, by_header=False, how=f"our own receipt: it has {len(lines)} of {hops} Received lines")
    at = _moment(lines[hops - 1])
    if at is None or at > kept_at + SKEW:
        return Receipt(kept_at, by_header=False, how=f"our own receipt: Received line {hops} names no usable moment")
    return Receipt(min(at, kept_at), by_header=True, how=f"Received line {hops} from the top, of our first server")


def _head(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw[:LONGEST_HEADER], maxsplit=1)[0]


def _moment(line: bytes) -> datetime | None:
    if len(line) > LONGEST_LINE or b";" not in line:
        return None
    said = " ".join(line.rpartition(b";")[2].decode("ascii", "replace").split())
    try:
        found = parsedate_to_datetime(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
