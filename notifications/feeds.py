"""What subscribers read: a list of entries as an Atom feed (RFC 4287) and as a JSON Feed 1.1 document."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # RFC 4287 §4.1.1: a feed says when it was updated, an empty one too


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `id` is a URI that stays for ever, `address` where it is read; `html` stands alone as `text` does."""

    id: str
    address: str
    title: str
    summary: str
    html: str
    text: str
    locale: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in one language. `home` is the page it belongs to; `atom` and `json` are its own addresses."""

    title: str
    author: str
    locale: str
    home: str
    atom: str
    json: str
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime:
        return max((entry.updated_at for entry in self.entries), default=NEVER)


def atom_feed(feed: Feed) -> bytes:
    """The feed as Atom, in UTF-8. Its id is its address (RFC 4287 §4.2.6)."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.locale})
    _text(root, "title", feed.title)
    _text(root, "id", feed.atom)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.atom})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "hreflang": feed.locale, "href": feed.home})
    _text(root, "updated", stamp(feed.updated_at))
    _text(SubElement(root, "author"), "name", feed.author)
    for entry in feed.entries:
        node = SubElement(root, "entry", {"xml:lang": entry.locale})
        _text(node, "title", entry.title)
        _text(node, "id", entry.id)
        SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": entry.address})
        _text(node, "published", stamp(entry.published_at))
        _text(node, "updated", stamp(entry.updated_at))
        _text(node, "summary", entry.summary)
        SubElement(node, "content", {"type": "html"}).text = entry.html
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1, in UTF-8."""
    items = [
        {
            "id": entry.id,
            "url": entry.address,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "content_text": entry.text,
            "date_published": stamp(entry.published_at),
            "date_modified": stamp(entry.updated_at),
            "language": entry.locale,
        }
        for entry in feed.entries
    ]
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.json,
        "authors": [{"name": feed.author}],
        "language": feed.locale,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def stamp(moment: datetime) -> str:
    """A moment as both formats write it (RFC 3339), to the second, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
