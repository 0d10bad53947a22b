"""Links and addresses: only the organisation's own, only https, and the same for everybody."""

import pytest

from notifications.findings import Level
from notifications.links import belongs, check_links
from notifications.message import Text

OWN = ("brightdesk.example", "help.example")


def found(written: str, subject: str = "S") -> list[tuple[str, Level]]:
    return [(item.rule, item.level) for item in check_links(Text(subject, written), OWN, "en")]


@pytest.mark.parametrize(
    "written",
    [
        "See https://brightdesk.example/incident.",
        "See https://status.brightdesk.example/a?page=2 for more.",
        "Write to privacy@brightdesk.example or to a.b@mail.help.example.",
        "Art. 33(3)(a), 12:30, and/or nothing at all.",
    ],
)
def test_own_links_and_addresses_pass(written: str) -> None:
    assert found(written) == []


@pytest.mark.parametrize(
    "written",
    [
        "http://brightdesk.example/incident",
        "www.brightdesk.example",
        "ftp://brightdesk.example/list",
        "https://bit.ly/3abc",
        "https://www.tinyurl.com/abc",
        "https://brightdesk.example/incident?utm_source=mail",
        "https://brightdesk.example/incident?x=1&fbclid=abc",
        "https://brightdesk.example/p?id={{ name }}",
        "https://user@brightdesk.example/",
        "https://[broken/",
    ],
)
def test_an_unsafe_link_is_an_error(written: str) -> None:
    assert found(f"See {written} now") == [("unsafe_link", Level.ERROR)]


@pytest.mark.parametrize(
    "written",
    [
        "https://brightdesk.example.attacker.test/",
        "https://notbrightdesk.example/",
        "Write to privacy@brightdesk-help.test.",
    ],
)
def test_a_host_of_somebody_else_is_a_warning(written: str) -> None:
    assert found(written) == [("foreign_link", Level.WARNING)]


def test_the_subject_is_read_too_and_a_link_said_twice_is_found_once() -> None:
    link = "https://other.test/a"
    assert found(f"{link}\n{link}", f"See {link}") == [("foreign_link", Level.WARNING)]


def test_a_host_belongs_to_itself_and_to_what_is_above_it() -> None:
    assert belongs("App.Example.org.", ["example.org"])
    assert not belongs("example.org", ["app.example.org"])
    assert not belongs("example.org", [""])
