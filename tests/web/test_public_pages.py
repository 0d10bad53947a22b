"""The public pages: in the reader's language, with every version and what it changed, and kept by caches."""

import json
import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from incident.notice_kinds import LOCALES
from notifications.models import Announcement
from tests.web.conftest import Enter
from tests.web.publishing import TITLES, Publisher
from tests.web.stage import Stage

BASE = "/announcements"
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def publisher(stage: Stage) -> Publisher:
    return Publisher(stage)


@pytest.fixture
def stranger(enter: Enter) -> TestClient:
    return enter("")


def wanting(languages: str) -> dict[str, str]:
    return {"Accept-Language": languages}


def page_of(row: Announcement, locale: str = "en", number: int = 0) -> str:
    return f"{BASE}/{locale}/{row.public_id}{f'.{number}' if number else ''}.html"


def language_of(html: str) -> str:
    found = re.search(r'<html lang="([^"]+)">', html)
    assert found
    return found[1]


def test_a_correction_is_shown_and_what_was_said_before_stays(stranger: TestClient, publisher: Publisher) -> None:
    row = publisher.publish(23)
    publisher.correct(row, 24, "The day was wrong: it was a day later.")
    html = stranger.get(page_of(row)).text
    assert "It was open on 24 November 2026." in html
    assert "The day was wrong: it was a day later." in html
    assert re.search(r"<del><span[^>]*>removed: </span>23</del> <ins><span[^>]*>added: </span>24</ins>", html)
    earlier = stranger.get(page_of(row, number=1)).text
    assert "It was open on 23 November 2026." in earlier
    assert "This is an earlier version. It stood here from" in earlier
    assert '<meta name="robots" content="noindex">' in earlier
    assert '<meta name="robots"' not in html
    assert "earlier version" not in stranger.get(page_of(row, number=2)).text
    assert "Corrected, version 2" in stranger.get(f"{BASE}/en/index.html").text
    moments = re.findall(r'<time datetime="([^"]+)"', earlier)
    assert len(set(moments)) == 2  # when it came, and when it was replaced


def test_a_withdrawn_page_says_so_first_and_keeps_its_text_below(stranger: TestClient, publisher: Publisher) -> None:
    row = publisher.publish()
    publisher.withdraw(row, "It concerned another system.")
    head, _, html = stranger.get(page_of(row)).text.partition("<main")
    assert html.index("We withdrew this announcement") < html.index("It concerned another system.")
    assert html.index("It concerned another system.") < html.index("What it said until then")
    assert html.index("What it said until then") < html.index("It was open on 24 November")
    assert "<title>Withdrawn: " in head
    listed = stranger.get(BASE).text
    assert "Reason: It concerned another system." in listed
    assert "It was open on" not in listed


@ONE_KIND
def test_the_browser_is_answered_in_a_language_the_text_has(stranger: TestClient, publisher: Publisher) -> None:
    row = publisher.publish()
    lasting = f"{BASE}/{row.public_id}"
    for asked, expected in (("de-AT,en;q=0.5", "de"), ("fr,de;q=0.5,en;q=0.4", "de"), ("en", "en"), ("", "en")):
        answer = stranger.get(lasting, headers=wanting(asked))
        assert (language_of(answer.text), answer.headers["content-language"]) == (expected, expected)
        assert answer.headers["vary"] == "Accept-Language"
        assert TITLES[expected] in answer.text
    assert language_of(stranger.get(f"{lasting}?lang=de", headers=wanting("en")).text) == "de"
    assert language_of(stranger.get(f"{lasting}?lang=tlh", headers=wanting("de")).text) == "de"
    assert language_of(stranger.get(BASE, headers=wanting("pl,en;q=0.1")).text) == "pl"


@ONE_KIND
def test_a_text_the_reader_has_no_language_of_is_shown_in_another_and_says_so(
    stranger: TestClient, publisher: Publisher
) -> None:
    row = publisher.publish()
    html = stranger.get(f"{BASE}/{row.public_id}", headers=wanting("pl")).text
    assert language_of(html) == "pl"
    assert "Poniższy tekst jest w innym języku: angielski." in html
    assert f'<h1 lang="en">{TITLES["en"]}</h1>' in html
    assert "innym języku" not in stranger.get(page_of(row)).text


@ONE_KIND
@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_its_pages_and_a_switch_to_the_others(
    stranger: TestClient, publisher: Publisher, locale: str
) -> None:
    row = publisher.publish(locales=("en", "de", "pt-BR"))
    listed = stranger.get(f"{BASE}/{locale}/index.html").text
    assert language_of(listed) == locale
    for other in LOCALES:
        assert f'hreflang="{other}"' in listed
        assert f'href="../{other}/index.html"' in listed
    html = stranger.get(page_of(row, locale)).text
    shown = set(re.findall(r'<li><a href="[^"]+" lang="([^"]+)"', html))
    assert shown == {"en", "de", "pt-BR", locale}
    alternates = set(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="http', html))
    assert alternates == {*shown, "x-default"}


def test_what_was_never_published_is_not_there(stranger: TestClient, publisher: Publisher) -> None:
    row = publisher.publish()
    for path in ("none", "en/none.html", "tlh/index.html", f"tlh/{row.public_id}.html", "en/x.css", "../.env"):
        assert stranger.get(f"{BASE}/{path}").status_code == 404, path
    lost = stranger.get(f"{BASE}/de/none.html")
    assert (language_of(lost.text), lost.headers["content-language"]) == ("de", "de")
    assert 'href="../de/index.html"' in lost.text
    assert language_of(stranger.get(f"{BASE}/none", headers=wanting("pl")).text) == "pl"
    for number in ("2", "0", "01", "99999"):
        assert stranger.get(f"{BASE}/en/{row.public_id}.{number}.html").status_code == 404, number
    assert stranger.get(f"{BASE}/{row.public_id}/index.html").status_code == 200
    assert stranger.post(BASE).status_code == 405


def test_a_reader_who_has_it_is_told_so_and_who_asks_for_the_head_gets_it(
    stranger: TestClient, publisher: Publisher, stage: Stage
) -> None:
    row = publisher.publish()
    for path in (page_of(row), f"{BASE}/{row.public_id}", BASE, f"{BASE}/feed.atom", f"{BASE}/de/feed.json"):
        answer = stranger.get(path)
        tag, modified = answer.headers["etag"], answer.headers["last-modified"]
        assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
        assert parsedate_to_datetime(modified) == row.published_at.replace(microsecond=0)
        assert "public, max-age=60" in answer.headers["cache-control"]
        assert "stale-if-error=" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        head = stranger.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert {**head.headers} == {**answer.headers}
        assert int(head.headers["content-length"]) == len(answer.content)
        for had in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = stranger.get(path, headers={"If-None-Match": had})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert again.headers["cache-control"] == answer.headers["cache-control"]
        assert (
            stranger.get(path, headers={"If-None-Match": '"other"', "If-Modified-Since": modified}).status_code == 200
        )
        assert stranger.get(path, headers={"If-Modified-Since": modified}).status_code == 304
        before = format_datetime(row.published_at - timedelta(seconds=1), usegmt=True)
        for since in (before, "yesterday", ""):
            assert stranger.get(path, headers={"If-Modified-Since": since}).status_code == 200
    tags = {stranger.get(page_of(row)).headers["etag"]}
    publisher.correct(row, 25, "Another day.")
    changed = stranger.get(page_of(row), headers={"If-None-Match": tags.pop()})
    assert changed.status_code == 200
    assert parsedate_to_datetime(changed.headers["last-modified"]) > row.published_at


@ONE_KIND
def test_who_is_signed_in_sees_the_same_bytes_without_a_cookie(enter: Enter, publisher: Publisher) -> None:
    row = publisher.publish()
    stranger, mara = enter(""), enter("mara")
    mara.cookies.set("theme", "dark")
    answer = mara.get(page_of(row))
    assert answer.content == stranger.get(page_of(row)).content
    assert "cookie" not in answer.headers.get("vary", "").lower()
    assert "<script" not in answer.text


@ONE_KIND
def test_the_style_sheet_is_kept_for_ever_under_the_name_of_its_content(stranger: TestClient, stage: Stage) -> None:
    found = re.search(r'href="announcements/(announcements\.[0-9a-f]{12}\.css)"', stranger.get(BASE).text)
    assert found
    answer = stranger.get(f"{BASE}/{found[1]}")
    assert "immutable" in answer.headers["cache-control"]
    assert "@media print" in answer.text
    old = stranger.get(f"{BASE}/announcements.0123456789ab.css")
    assert old.content == answer.content
    assert "immutable" not in old.headers["cache-control"]


def test_the_feeds_carry_text_dates_and_lasting_addresses_in_the_readers_language(
    stranger: TestClient, publisher: Publisher, stage: Stage
) -> None:
    publisher.withdraw(publisher.publish(20), "Mistaken.")
    row = publisher.publish(23)
    publisher.correct(row, 24, "A day later.")
    address = f"{stage.installation.settings.base_url}{BASE}/{row.public_id}"
    answer = stranger.get(f"{BASE}/de/feed.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    newest, oldest = json.loads(answer.content)["items"]
    assert (newest["url"], newest["title"], newest["language"]) == (address, TITLES["de"], "de")
    assert newest["summary"] == "Fassung 2: A day later."
    assert newest["content_html"].startswith("<p><strong>Fassung 2: A day later.</strong></p><p>")
    assert oldest["title"].startswith("Zurückgezogen: ")
    assert "It was open" not in oldest["content_text"]
    root = ElementTree.fromstring(stranger.get(f"{BASE}/feed.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    ids = [entry.findtext(f"{atom}id") for entry in root.findall(f"{atom}entry")]
    assert ids == [newest["id"], oldest["id"]]
    assert all(identity and identity.startswith("urn:uuid:") for identity in ids)
