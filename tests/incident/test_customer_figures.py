"""A customer's mail holds that customer's own figures and nothing of any other: in subject, text and HTML."""

import email
import email.policy
import html
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident.customer_figures import LOGS, Figures, customer_values
from incident.drafting import Authoring, Brief
from incident.facts import read_sheet
from incident.facts.vocabulary import CATEGORIES
from incident.grounds import Case
from incident.notice_kinds import LOCALES, NoticeKind
from incident.notice_texts import write_notice
from incident.phrases import load_phrases
from notifications.formats import Formats
from notifications.message import Envelope, Head
from notifications.skeleton import build_skeleton
from tests.incident.notices import ACCOUNT, FACTS, PROFILE, SHIPPED, TEMPLATES

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
BRIEF = Brief(Case(read_sheet(FACTS)), read_sheet(FACTS).datasets[1:], Authoring(PROFILE, ACCOUNT, NOW))
SKELETONS = {
    locale: build_skeleton(text, Head("n@example.org", locale=locale))
    for locale, text in write_notice(TEMPLATES, NoticeKind.CUSTOMER, BRIEF, LOCALES).texts.items()
}
PHRASES = {locale: load_phrases([SHIPPED], locale) for locale in SKELETONS}


@dataclass(frozen=True)
class Customer:
    """A customer with its figures and its contact; every word and number of it is told apart from all others'."""

    figures: Figures
    contact: str
    address: str


@st.composite
def customers(draw: st.DrawFn) -> list[Customer]:
    """Customers of whom no two share a name, a contact, a field, a number or a moment."""
    number = draw(st.integers(2, 5))
    words = draw(st.lists(st.from_regex(r"Zq[a-zäöüéł]{9}", fullmatch=True), min_size=3 * number, unique=True))
    counts = draw(st.lists(st.integers(1_000_000, 9_999_999), min_size=3 * number, max_size=3 * number, unique=True))
    days = draw(st.lists(st.integers(1, 300), min_size=2 * number, max_size=2 * number, unique=True))
    found = []
    for at in range(number):
        name, contact, field = words[3 * at : 3 * at + 3]
        early, late = sorted(days[2 * at : 2 * at + 2], reverse=True)
        figures = Figures(
            host_id=str(draw(st.uuids())),
            legal_name=f"{name} & {draw(st.sampled_from(['Sons', 'Töchter', 'Cie']))} "
            + draw(st.sampled_from(["GmbH", "KG", "SARL", "Ltd"])),
            people=draw(st.one_of(st.none(), st.just(counts[3 * at]))),
            reach=draw(st.sampled_from([{}, {"NZ": counts[3 * at + 1]}, {"IS": counts[3 * at + 2], "BT": None}])),
            categories=draw(st.one_of(st.none(), st.lists(st.sampled_from(CATEGORIES), min_size=1).map(tuple))),
            fields=draw(st.sampled_from([(), (f"{field}_id", f"{field} <mail>")])),
            exposed_from=draw(st.sampled_from([None, NOW - timedelta(days=early)])),
            exposed_until=NOW - timedelta(days=late),
            logs=draw(st.sampled_from(["", *LOGS])),
        )
        found.append(Customer(figures, f"{contact} Roth", f"privacy{at}@{contact.lower()[:4]}{at}.example"))
    return found


def mail(customer: Customer, locale: str) -> dict[str, str]:
    """The mail as a program shows it: subject, address, text and HTML with its entities read."""
    values = {**customer_values(customer.figures, Formats(locale, "UTC"), PHRASES[locale]), "name": customer.contact}
    envelope = Envelope("to@example.net", "<1@example.org>", "Tue, 24 Nov 2026 10:00:00 +0000", customer.contact)
    raw = SKELETONS[locale].fill(envelope, values)
    found = email.message_from_bytes(raw, policy=email.policy.SMTP)
    parts = {part.get_content_subtype(): part.get_content() for part in found.walk() if not part.is_multipart()}
    head = {"subject": str(found["Subject"]), "to": str(found["To"])}
    return {**head, "text": parts["plain"], "html": html.unescape(parts["html"])}


def marks(customer: Customer, locale: str) -> set[str]:
    """Everything that tells one customer from another, as it would be read in a language."""
    figures, formats = customer.figures, Formats(locale, "UTC")
    numbers = [figures.people, *figures.reach.values()]
    moments = [figures.exposed_from, figures.exposed_until] if figures.exposed_from else []
    return {
        figures.host_id,
        figures.legal_name,
        figures.legal_name.split()[0],
        customer.contact,
        customer.address,
        *figures.fields,
        *(formats.number(number) for number in numbers if number is not None),
        *(formats.clock(moment) for moment in moments if moment is not None),
    }


def stands_in(mark: str, said: str) -> bool:
    """Whether it stands there by itself: the 1st is not the 21st."""
    return re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", said) is not None


@pytest.mark.parametrize("locale", sorted(SKELETONS))
@settings(max_examples=10)
@given(everybody=customers())
def test_nothing_of_another_customer_is_in_a_customers_mail(locale: str, everybody: list[Customer]) -> None:
    for own in everybody:
        read = mail(own, locale)
        assert own.figures.legal_name in read["subject"]
        for other in everybody:
            if other is not own:
                said = "\n".join(read.values())
                assert [mark for mark in marks(other, locale) if stands_in(mark, said)] == []


@pytest.mark.parametrize("locale", sorted(SKELETONS))
@settings(max_examples=5)
@given(everybody=customers())
def test_everything_known_of_a_customer_is_in_its_mail(locale: str, everybody: list[Customer]) -> None:
    for own in everybody:
        text = mail(own, locale)["text"]
        missing = marks(own, locale) - {own.figures.host_id, own.address}
        assert {mark for mark in missing if not stands_in(mark, text)} == set()
        if own.figures.logs:
            assert PHRASES[locale].say("logs", own.figures.logs) in text


def test_what_is_not_known_says_so_in_the_customers_language() -> None:
    nothing = Customer(Figures("acme", "Acme"), "", "")
    english, german = mail(nothing, "en")["text"], mail(nothing, "de")["text"]
    for line in ("People concerned", "Where they live", "Fields of data", "Access possible", "Access logs"):
        assert f"{line}: not yet known" in english
    assert german.count("noch nicht bekannt") >= 3


def test_a_customer_of_whom_nobody_is_concerned_reads_zero() -> None:
    assert "People concerned: 0" in mail(Customer(Figures("acme", "Acme", 0), "", ""), "en")["text"]


def test_the_zone_is_said_once_and_twice_where_the_clocks_changed_between() -> None:
    begin, end = datetime(2026, 11, 21, 6, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)
    formats, figures = Formats("en", "Europe/Berlin"), Figures("acme", "Acme", exposed_from=begin, exposed_until=end)
    window = customer_values(figures, formats, PHRASES["en"])["exposure"]
    assert window == "21 November 2026, 07:00 \u2013 24 November 2026, 09:00 (Europe/Berlin, UTC+01:00)"
    summer = customer_values(replace(figures, exposed_from=datetime(2026, 10, 1, tzinfo=UTC)), formats, PHRASES["en"])
    assert summer["exposure"].count("Europe/Berlin") == 2
    still = customer_values(replace(figures, exposed_until=None), formats, PHRASES["en"])["exposure"]
    assert still.startswith("since 21 November 2026, 07:00 (Europe/Berlin")


def test_fields_are_named_as_the_customer_knows_them_else_by_their_kind() -> None:
    figures = Figures("acme", "Acme", categories=("email_address", "name"))
    assert customer_values(figures, Formats("en"), PHRASES["en"])["fields"] == "names and e-mail addresses"
    own = replace(figures, fields=("first_name", "mail_2"))
    assert customer_values(own, Formats("en"), PHRASES["en"])["fields"] == "first_name and mail_2"


@pytest.mark.parametrize("locale", sorted(SKELETONS))
def test_every_language_has_the_words_of_a_pack(locale: str) -> None:
    assert PHRASES[locale].has("exposure", "since")
    assert "{moment}" in PHRASES[locale].say("exposure", "since")
    assert all(PHRASES[locale].has("logs", word) for word in LOGS)
