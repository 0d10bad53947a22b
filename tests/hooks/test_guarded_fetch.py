"""What proves a delivery is fetched from a public address that was judged, once an hour, and never from within."""

import ipaddress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from incident.hooks.guarded_fetch import GOOD_FOR, LONGEST, Certificates, fetched
from notifications.address_guard import Address, Refused

URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a.pem"
PUBLIC = ipaddress.ip_address("52.94.1.1")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def fetch(url: str = URL, found: Address = PUBLIC, answer: httpx.Response | None = None) -> tuple[bytes, httpx.Request]:
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer or httpx.Response(200, stream=httpx.ByteStream(b"PEM"))

    body = fetched(url, lambda _host: [found], httpx.MockTransport(serve))
    return body, seen[0]


def test_it_goes_to_the_address_that_was_judged_under_the_vendors_name() -> None:
    body, request = fetch()
    assert (body, request.url.host, request.headers["host"]) == (b"PEM", str(PUBLIC), "sns.eu-central-1.amazonaws.com")
    assert request.extensions["sni_hostname"] == "sns.eu-central-1.amazonaws.com"


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.7", "::1"])
def test_a_name_that_leads_inside_is_not_asked(address: str) -> None:
    with pytest.raises(Refused):
        fetch(found=ipaddress.ip_address(address))


@pytest.mark.parametrize("url", [URL.replace("https", "http"), "https://10.0.0.7/x", "https://u:p@sns.example/x"])
def test_an_address_that_is_none_of_a_vendor_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        fetch(url)


def test_no_redirect_is_followed_and_no_large_answer_read() -> None:
    with pytest.raises(httpx.HTTPStatusError):
        fetch(answer=httpx.Response(302, headers={"location": "https://169.254.169.254/"}))
    with pytest.raises(Refused, match="64 KiB"):
        fetch(answer=httpx.Response(200, stream=httpx.ByteStream(b"x" * (LONGEST + 1))))


def test_what_was_fetched_is_good_for_an_hour() -> None:
    asked: list[str] = []

    def count(url: str) -> bytes:
        asked.append(url)
        return b"x"

    kept = Certificates(count)
    for at in (NOW, NOW + GOOD_FOR - timedelta(seconds=1), NOW + GOOD_FOR):
        assert kept.at(URL, at) == b"x"
    assert len(asked) == 2
