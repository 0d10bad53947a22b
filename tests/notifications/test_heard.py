"""Reports as news of one mail, and the id a relay's 250 gives it."""

import pytest

from notifications.bounces import Report, read_report
from notifications.heard import Heard, News, heard_in, without_addresses
from notifications.provider_ids import provider_id_of
from tests.notifications.test_bounces import ANN, DOMAINS, OURS, raw


def news(name: str) -> Heard | None:
    report = read_report(raw(name), DOMAINS)
    assert isinstance(report, Report)
    return heard_in(report, "mail:1")


def known(name: str) -> Heard:
    heard = news(name)
    assert heard is not None
    return heard


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "postfix-failed": News.BOUNCED,
        "postfix-expired": News.BOUNCED,
        "postfix-delayed": News.DEFERRED,
        "postfix-delivered": News.DELIVERED,
        "complaint": News.COMPLAINT,
        "qmail": News.BOUNCED,
    }.items(),
)
def test_a_report_is_news_of_a_mail(name: str, expected: News) -> None:
    heard = known(name)
    assert (heard.news, heard.key, heard.message_ids[0], heard.proven) == (expected, "mail:1", OURS, False)
    assert ANN in heard.addresses


@pytest.mark.parametrize("name", ["postfix-relayed", "expanded-alias"])
def test_what_was_only_handed_on_decides_nothing(name: str) -> None:
    assert news(name) is None


def test_the_id_a_provider_wrote_over_ours_is_found_again() -> None:
    assert (
        known("provider-rewrote-id").provider_ids[0] == "0102019d4f7a8c3e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Ok 0102019d4f7a8c3e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000",
            "0102019d4f7a8c3e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000",
        ),
        ("Ok: queued as Jrgr-6wVTCOiVVM8fZJ_LQ", "Jrgr-6wVTCOiVVM8fZJ_LQ"),
        ("Ok: queued as 14c5d75ce93.dfd.64b469", "14c5d75ce93.dfd.64b469"),
        ("2.0.0 Ok: queued as 883953f4-6105-42a2-a16a-77a8eac79483", "883953f4-6105-42a2-a16a-77a8eac79483"),
        ("Ok 883953f4-6105-42a2-a16a-77a8eac79483", "883953f4-6105-42a2-a16a-77a8eac79483"),
        ("Great success", ""),
        ("Queued. Thank you. <20261124090003.1.ABC@mg.notices.example>", "20261124090003.1.ABC@mg.notices.example"),
        ("2.0.0 Ok: queued as 4XyZ12aBcDz", ""),
        ("2.0.0 OK 1764000003 a640c23a62f3a-b7ff0 - gsmtp", ""),
        ("", ""),
    ],
)
def test_the_relays_250_names_the_providers_id(said: str, expected: str) -> None:
    assert provider_id_of(said) == expected


def test_addresses_are_taken_out_of_a_servers_words() -> None:
    assert without_addresses("550 <ann@mail.example>: no such user") == "550 <…>: no such user"
