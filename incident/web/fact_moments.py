"""A moment among the answers of the fact sheet: a field in the reader's zone, a fact in UTC. Pure."""

from datetime import UTC, datetime

from incident.web.times import iso, read_local
from incident.zones import zone_named


def moment_sent(text: str, zone: str) -> str:
    """What such a field sent, as facts hold it; what names a zone, or no moment, stays for the reader of sheets."""
    try:
        read = datetime.fromisoformat(text)
        return text if read.tzinfo else iso(read_local(text, zone).astimezone(UTC))
    except ValueError:
        return text


def moment_shown(fact: object, zone: str) -> str:
    """A fact as a field for local time holds it; "" for what comes back from one as another moment, or as none."""
    try:
        text = datetime.fromisoformat(str(fact)).astimezone(zone_named(zone)).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError):
        return ""
    return text.removesuffix(":00") if moment_sent(text, zone) == fact else ""
