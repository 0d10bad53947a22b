"""Feeds are what RFC 4287 and JSON Feed 1.1 ask for, read back by a parser, whatever an entry says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from notifications.feeds import ATOM, JSON_FEED, Entry, Feed, atom_feed, json_feed, stamp

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
BASE = "https://status.example/announcements"
ONE = Entry(
    id="urn:uuid:0b5d3c2e-2f9d-5d0e-9a51-6f6a6d1d2b11",
    address=f"{BASE}/abc",
    title="Störung <b> & 'Ende'",
    summary="Version 2: the day was wrong.",
    html="<p>1 &lt; 2 &amp; ]]&gt;</p>",
    text="1 < 2 & ]]>",
    locale="de",
    published_at=AT,
    updated_at=AT + timedelta(hours=2),
)
SECOND = "urn:uuid:3f1c1a52-31c5-5a06-8f86-0d6a7a5b9c22"
TWO = replace(ONE, id=SECOND, address=f"{BASE}/def", updated_at=AT, locale="en")
FEED = Feed(
    "Brightdesk: Sicherheitsmitteilungen",
    "Brightdesk",
    "de",
    f"{BASE}/de/index.html",
    f"{BASE}/de/feed.atom",
    f"{BASE}/de/feed.json",
    (ONE, TWO),
)
BOTH = pytest.mark.parametrize("feed", [FEED, replace(FEED, entries=())], ids=["two", "none"])


def named(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def one_text(parent: Element, name: str) -> str:
    """The text of an element that has to be there exactly once and to say something."""
    (found,) = parent.findall(named(name))
    assert found.text
    return found.text


def links(parent: Element, rel: str) -> list[Element]:
    return [link for link in parent.findall(named("link")) if link.get("rel") == rel]


@BOTH
def test_an_atom_feed_has_what_rfc_4287_section_4_1_1_asks_for(feed: Feed) -> None:
    root = ElementTree.fromstring(atom_feed(feed))
    assert root.tag == named("feed")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    for name in ("id", "title", "updated"):
        one_text(root, name)
    (own,) = links(root, "self")
    assert own.get("href") == one_text(root, "id") == feed.atom
    assert [link.get("href") for link in links(root, "alternate")] == [feed.home]
    assert one_text(root.findall(named("author"))[0], "name") == "Brightdesk"
    assert len(root.findall(named("entry"))) == len(feed.entries)


@pytest.mark.parametrize("number", [0, 1])
def test_an_atom_entry_has_what_section_4_1_2_asks_for(number: int) -> None:
    entry, said = ElementTree.fromstring(atom_feed(FEED)).findall(named("entry"))[number], FEED.entries[number]
    assert (one_text(entry, "id"), one_text(entry, "title")) == (said.id, said.title)
    (alternate,) = links(entry, "alternate")  # no two with the same type and hreflang
    assert alternate.get("href") == said.address
    for name, moment in (("published", said.published_at), ("updated", said.updated_at)):
        assert datetime.fromisoformat(one_text(entry, name)) == moment  # RFC 3339 with its zone
    (content,) = entry.findall(named("content"))
    assert (content.get("type"), content.text) == ("html", said.html)  # §4.1.3.3: escaped, read back as it was
    assert one_text(entry, "summary") == said.summary


def test_ids_differ_and_the_feed_is_as_new_as_its_newest_entry() -> None:
    root = ElementTree.fromstring(atom_feed(FEED))
    ids = [one_text(entry, "id") for entry in root.findall(named("entry"))]
    assert len({*ids, one_text(root, "id")}) == 3
    assert one_text(root, "updated") == "2026-11-24T12:00:00Z"
    assert one_text(ElementTree.fromstring(atom_feed(replace(FEED, entries=()))), "updated") == "1970-01-01T00:00:00Z"


@BOTH
def test_a_json_feed_has_what_version_1_1_asks_for(feed: Feed) -> None:
    document = json.loads(json_feed(feed))
    assert document["version"] == JSON_FEED
    assert set(document) == {"version", "title", "home_page_url", "feed_url", "authors", "language", "items"}
    assert document["title"]
    assert document["authors"] == [{"name": "Brightdesk"}]
    assert (document["home_page_url"], document["feed_url"]) == (feed.home, feed.json)
    for item, said in zip(document["items"], feed.entries, strict=True):
        check_item(item, said)


def check_item(item: dict[str, Any], said: Entry) -> None:
    assert isinstance(item["id"], str)
    assert item["id"] == said.id
    assert (item["content_html"], item["content_text"]) == (said.html, said.text)
    assert (item["url"], item["language"]) == (said.address, said.locale)
    assert datetime.fromisoformat(item["date_published"]) == said.published_at
    assert datetime.fromisoformat(item["date_modified"]) == said.updated_at


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    berlin = timezone(timedelta(hours=1))
    assert stamp(datetime(2026, 11, 24, 11, 0, 0, 123456, tzinfo=berlin)) == "2026-11-24T10:00:00Z"
