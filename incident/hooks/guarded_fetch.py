"""Fetching what proves a delivery, from vendors' own addresses: guarded, small, without redirects, kept a while."""

import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx

from notifications.address_guard import Address, Allowed, Refused, addresses_in, check_addresses, check_url, pinned
from notifications.wording import worded

LONGEST = 64 * 1024
FETCH_SECONDS = 10
MOST_KEPT = 20
GOOD_FOR = timedelta(hours=1)  # keys change; a vendor publishes the next one long before
Fetch = Callable[[str], bytes]
Resolve = Callable[[str], Sequence[Address]]


def resolved(host: str) -> Sequence[Address]:
    """Every address the system knows for a name. Raises OSError."""
    return addresses_in(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))


def fetched(url: str, resolve: Resolve = resolved, transport: httpx.BaseTransport | None = None) -> bytes:
    """What stands at a public address; it goes to the address that was judged.

    Raises Refused, httpx.HTTPError (also for a redirect and any other answer than 200) and OSError.
    """
    asked, nobody = check_url(url, Allowed()), Allowed()
    found = resolve(asked.host)
    check_addresses(asked.host, found, nobody)
    where, headers, extensions = pinned(asked, found[0])
    headers["Accept-Encoding"] = "identity"
    with (
        httpx.Client(timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False, transport=transport) as client,
        client.stream("GET", where, headers=headers, extensions=extensions) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise httpx.HTTPStatusError(f"answered {answer.status_code}", request=answer.request, response=answer)
        return _limited(answer)


def _limited(answer: httpx.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_raw():
        body += piece
        if len(body) > LONGEST:
            raise Refused(worded("answers with more than {value} KiB", value=LONGEST // 1024))
    return bytes(body)


class Certificates:
    """Certificates and keys by address, each fetched once an hour at most."""

    def __init__(self, fetch: Fetch = fetched) -> None:
        self.fetch = fetch
        self._known: dict[str, tuple[datetime, bytes]] = {}

    def at(self, url: str, now: datetime) -> bytes:
        """What stands there. Raises what fetching raises."""
        known = self._known.get(url)
        if known is not None and now - known[0] < GOOD_FOR:
            return known[1]
        found = self.fetch(url)
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[url] = (now, found)
        return found
