"""Mails are accessible and carry nothing that spies: checked for every kind and language as rendered."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser

import pytest

from incident.drafting import Authoring, Brief
from incident.errors import Invalid
from incident.facts import read_sheet
from incident.grounds import Case
from incident.notice_kinds import KINDS, NoticeKind
from incident.notice_texts import dress, write_filing, write_notice
from incident.template_checks.samples import samples_of
from notifications.blocks import read_blocks
from notifications.message import Text
from notifications.template_files import MAIL
from tests.incident.notices import ACCOUNT, FACTS, PROFILE, TEMPLATES

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MAILED = tuple(kind for kind, told in KINDS.items() if told.page == MAIL)
PAIRS = [(kind, locale) for kind, told in KINDS.items() for locale in told.locales]


class Seen(HTMLParser):
    """Tags in order, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.extend(data.split())


@cache
def written(kind: NoticeKind, locale: str) -> Text:
    complete, _ = samples_of(kind, locale)
    return write_notice(TEMPLATES, kind, complete.brief, [locale]).texts[locale]


@pytest.mark.parametrize(("kind", "locale"), PAIRS)
def test_the_html_names_its_language_and_needs_nothing_from_elsewhere(kind: NoticeKind, locale: str) -> None:
    seen = Seen(written(kind, locale).html)
    names = [tag for tag, _ in seen.tags]
    assert any(attributes.get("lang") == locale for _, attributes in seen.tags)
    assert not {"script", "link", "iframe", "form", "video", "object"} & set(names)
    pictures = [attributes for tag, attributes in seen.tags if tag == "img"]
    assert all(picture["src"] == "cid:logo" and picture["alt"] for picture in pictures)
    hrefs = [attributes["href"] or "" for tag, attributes in seen.tags if tag == "a"]
    assert all(href.startswith(("mailto:", "https://")) for href in hrefs)
    assert names.count("h1") == (1 if kind in MAILED else 0)
    assert names.index("h2") > 0
    assert "h3" not in names
    if kind in MAILED:
        assert {"main", "title"} <= set(names)


@pytest.mark.parametrize(("kind", "locale"), PAIRS)
def test_nothing_tracks_and_nobody_can_unsubscribe_from_the_law(kind: NoticeKind, locale: str) -> None:
    text = written(kind, locale)
    assert not re.search(r"unsubscribe|abmelden|abbestellen|utm_|pixel|url\(|@import", text.text + text.html, re.I)


@pytest.mark.parametrize(("kind", "locale"), PAIRS)
def test_both_parts_say_the_same(kind: NoticeKind, locale: str) -> None:
    text = written(kind, locale)
    shown = " ".join(Seen(text.html).words)
    for block in read_blocks(text.text):
        for line in block.lines or [part for pair in block.pairs for part in pair]:
            assert " ".join(line.split()) in re.sub(r"\s+(?=[.,;:)])", "", shown) or line.split()[0] in shown
    assert "<" not in text.text
    assert max(len(line) for line in text.subject.splitlines()) == len(text.subject)


def test_what_is_typed_becomes_text_and_never_markup() -> None:
    typed = Text("Subject", 'Heading\n---\n<script>alert(1)</script> <img src="x"> {{ name }}\n')
    html = dress(TEMPLATES, NoticeKind.PEOPLE, "en", typed, PROFILE).html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "{{ name }}" in html


def test_a_kind_or_language_nobody_has_written_is_refused_with_what_there_is() -> None:
    sheet = read_sheet(FACTS)
    brief = Brief(Case(sheet), sheet.datasets[:1], Authoring(PROFILE, ACCOUNT, NOW))
    with pytest.raises(Invalid, match="written in: de, en, es, fr, it, nl, pl, pt-BR"):
        write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, ["tlh"])
    with pytest.raises(Invalid, match="written in: en"):
        write_filing(TEMPLATES, "popia", brief, "de")
    with pytest.raises(Invalid, match="is no form"):
        write_filing(TEMPLATES, "nis2", brief, "en")


def test_that_the_authority_was_told_is_no_measure_in_what_goes_to_that_authority() -> None:
    sheet = read_sheet(FACTS)
    account = replace(ACCOUNT, taken=("access_closed", "authority"), planned=("police",))
    brief = Brief(Case(sheet), sheet.datasets[:1], Authoring(PROFILE, account, NOW))
    said = "Die zuständige Aufsichtsbehörde wurde unterrichtet"
    filings = {
        form: write_filing(TEMPLATES, form, brief, "de").texts["de"].text for form in ("gdpr-33-3", "nis2-final")
    }
    assert {form: said in text for form, text in filings.items()} == {"gdpr-33-3": False, "nis2-final": True}
    assert "polizei" in filings["gdpr-33-3"].casefold()
    planned = replace(brief, authoring=Authoring(PROFILE, replace(ACCOUNT, planned=("authority",)), NOW))
    assert "Aufsichtsbehörde unterrichten" not in write_filing(TEMPLATES, "gdpr-33-3", planned, "de").texts["de"].text


def test_a_typed_text_must_have_a_subject_and_a_body() -> None:
    with pytest.raises(Invalid, match=r"en\.subject.*en\.text"):
        dress(TEMPLATES, NoticeKind.PEOPLE, "en", Text(" ", "\n"), PROFILE)
