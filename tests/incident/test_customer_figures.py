"""A customer's notice holds that customer's own figures and nothing of any other."""

import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from incident.customer_figures import Figures, customer_values
from incident.drafting import Authoring, Brief
from incident.facts import read_sheet
from incident.facts.vocabulary import CATEGORIES
from incident.grounds import Case
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.phrases import load_phrases
from notifications.formats import Formats
from notifications.message import Envelope, Head
from notifications.skeleton import build_skeleton
from tests.incident.notices import ACCOUNT, FACTS, PROFILE, SHIPPED, TEMPLATES

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PHRASES = {locale: load_phrases([SHIPPED], locale) for locale in ("en", "de")}
BRIEF = Brief(Case(read_sheet(FACTS)), read_sheet(FACTS).datasets[1:], Authoring(PROFILE, ACCOUNT, NOW))
SKELETONS = {
    locale: build_skeleton(text, Head("n@example.org", locale=locale))
    for locale, text in write_notice(TEMPLATES, NoticeKind.CUSTOMER, BRIEF).texts.items()
}

NAMES = st.from_regex(r"Zq[A-Z][a-zäöü]{6,12}( & [A-Z][a-z]{4,9})? (GmbH|KG|SARL|Ltd)", fullmatch=True)
CUSTOMER = st.builds(
    Figures,
    host_id=st.uuids().map(str),
    legal_name=NAMES,
    people=st.one_of(st.none(), st.integers(100_000, 999_999)),
    reach=st.dictionaries(st.sampled_from(["NZ", "UY", "IS", "BT"]), st.integers(100_000, 999_999), max_size=2),
    categories=st.one_of(st.none(), st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3).map(tuple)),
)


def mail(figures: Figures, locale: str) -> str:
    values = customer_values(figures, Formats(locale, "UTC"), PHRASES[locale])
    raw = SKELETONS[locale].fill(Envelope("a@example.net", "<1@example.org>", "now"), values)
    text = raw.decode().replace("=\r\n", "")
    return re.sub(r"((?:=[0-9A-F]{2})+)", lambda hit: bytes.fromhex(hit[1].replace("=", "")).decode(), text)


@settings(max_examples=60)
@given(
    customers=st.lists(CUSTOMER, min_size=2, max_size=5, unique_by=lambda one: one.legal_name),
    locale=st.sampled_from(["en", "de"]),
)
def test_nothing_of_another_customer_is_in_a_customers_mail(customers: list[Figures], locale: str) -> None:
    formats = Formats(locale, "UTC")
    for own in customers:
        said = mail(own, locale)
        shown = own.legal_name.replace("&", "&amp;")
        assert shown in said
        mine = {own.people, *own.reach.values()}
        for other in customers:
            if other is own:
                continue
            assert other.host_id not in said
            assert (
                other.legal_name.replace("&", "&amp;") not in said.replace(shown, "")
                or other.legal_name in own.legal_name
            )
            for number in {other.people, *other.reach.values()} - mine - {None}:
                assert number is not None
                assert formats.number(number) not in said


def test_what_is_not_known_says_so_in_the_customers_language() -> None:
    nothing = Figures("acme", "Acme")
    assert "People concerned: not yet known" in mail(nothing, "en")
    assert "Betroffene Personen: noch nicht bekannt" in mail(nothing, "de")


def test_a_customer_of_whom_nobody_is_concerned_reads_zero() -> None:
    assert "People concerned: 0" in mail(Figures("acme", "Acme", 0), "en")
