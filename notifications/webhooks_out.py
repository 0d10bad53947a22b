"""The transport of webhooks and chat: one POST to a guarded address, and what came of it, with the phase it ended in.

No redirect is followed, no proxy and no password file of the environment is used, the body of an answer is hardly read.
Which byte was the last that went decides whether a lost connection leaves a doubt: the phase is taken from the
connection itself, because an exception cannot tell.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType

import httpx

from notifications.address_guard import Address, Allowed, Refused, addresses_in, check_addresses, check_url, pinned
from notifications.transitions import Fate, Outcome, Reply

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
ANSWER_BYTES = 2048  # of a refusal are read; of what is accepted nothing
ANSWER_SECONDS = 2
ANSWER_LETTERS = 200  # of these are kept
LONGEST_WAIT = timedelta(hours=24)  # that a receiver can ask for
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
HIDDEN = re.compile("[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u03ff\u0400-\u052f]")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each phase may take, in seconds, and all of them together."""

    resolve: float = 5
    connect: float = 5
    write: float = 10
    read: float = 10
    whole: float = 25


@dataclass(frozen=True, slots=True)
class Post:
    """One request to be made."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one request ended. `wait`: what the receiver asked for; `gone`: it wants nothing any more (410)."""

    outcome: Outcome
    wait: timedelta | None = None
    gone: bool = False


class Transport:
    """Posts to guarded addresses. Use it as an asynchronous context manager, or close it."""

    def __init__(
        self, allowed: Allowed, *, patience: Patience | None = None, resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._allowed = allowed
        self._patience = patience or Patience()
        self._resolve = resolve or resolve_name
        # A connection serves one request: another name at the same address must not get it.
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=0)
        trusted = trust or ssl.create_default_context()
        self._transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, limits=limits, retries=0)

    async def __aenter__(self) -> "Transport":
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._transport.aclose()

    async def post(self, post: Post, now: datetime) -> Answer:
        """Make one request. Raises nothing that a receiver or a name server can bring about.

        `now` is what a date in Retry-After is counted from.
        """
        phase = _Phase()
        try:
            async with asyncio.timeout(self._patience.whole):
                return await self._exchange(post, phase, now)
        except Refused as error:
            return Answer(Outcome(Fate.REJECTED, Reply(text=f"not sent: the address {error}")))
        except (httpx.TransportError, OSError, TimeoutError) as error:
            said = _trouble(error)
            if phase.body_begun:
                return Answer(Outcome(Fate.UNCERTAIN, Reply(text=f"the request was sent, no answer came: {said}")))
            return Answer(Outcome(Fate.DEFERRED, Reply(text=f"not sent: {said}")))

    async def _exchange(self, post: Post, phase: "_Phase", now: datetime) -> Answer:
        url = check_url(post.url, self._allowed)
        addresses = await self._addresses(url)
        for number, address in enumerate(addresses):
            request = self._request(url, address, post, phase)
            try:
                response = await self._transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses) - 1:
                    raise
                continue
            try:
                return answer_of(response.status_code, response.headers, await _said(response), now)
            finally:
                with suppress(httpx.TransportError, OSError):
                    await response.aclose()
        raise Refused("has no address")

    async def _addresses(self, url: httpx.URL) -> Sequence[Address]:
        """Every address of the name, judged. Raises Refused, OSError and TimeoutError."""
        host = url.raw_host.decode("ascii")
        with suppress(ValueError):
            return (ipaddress.ip_address(host),)  # judged by check_url
        async with asyncio.timeout(self._patience.resolve):
            found = await self._resolve(host, url.port or 443)
        check_addresses(host, found, self._allowed)
        return found

    def _request(self, url: httpx.URL, address: Address, post: Post, phase: "_Phase") -> httpx.Request:
        patience = self._patience
        timeout = httpx.Timeout(patience.connect, read=patience.read, write=patience.write, pool=patience.whole)
        where, headers, extensions = pinned(url, address)
        headers |= {"Accept-Encoding": "identity", "Connection": "close", **post.headers}
        extensions |= {"timeout": timeout.as_dict(), "trace": phase.trace}
        return httpx.Request(post.method, where, headers=headers, content=post.body, extensions=extensions)


class _Phase:
    """How far a request got: once its body has begun it may have been read whole."""

    def __init__(self) -> None:
        self.body_begun = False

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        if event.endswith("send_request_body.started"):
            self.body_begun = True


async def resolve_name(host: str, port: int) -> Sequence[Address]:
    """Every address the system knows for a name. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return addresses_in(found)


def answer_of(status: int, headers: Mapping[str, str], said: str, now: datetime) -> Answer:
    """What a status means: 2xx accepted; 408, 425, 429 and 5xx later; every other one, redirects too, refused."""
    reply = Reply(code=status, text=said)
    if 200 <= status < 300:
        return Answer(Outcome(Fate.ACCEPTED, reply))
    if status in LATER or status >= 500:
        return Answer(Outcome(Fate.DEFERRED, reply), wait=wait_of(headers.get("retry-after", ""), now))
    return Answer(Outcome(Fate.REJECTED, reply), gone=status == HTTPStatus.GONE)


def wait_of(header: str, now: datetime) -> timedelta | None:
    """Retry-After as seconds or a date (RFC 9110, 10.2.3), at most a day; None for none and for what is neither."""
    header = header.strip()
    if header.isascii() and header.isdigit() and len(header) < 10:
        wait = timedelta(seconds=int(header))
    else:
        try:
            until = parsedate_to_datetime(header)
        except (ValueError, TypeError):
            return None
        wait = until - now if until.tzinfo else timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


def shown(raw: bytes) -> str:
    """What a receiver said, as it may stand in the ledger: one line, cut, with nothing hidden in it."""
    text = " ".join(raw.decode("utf-8", "replace").split())
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text[:ANSWER_LETTERS])


async def _said(response: httpx.Response) -> str:
    """The begin of a refusal's body; the status is known, so that trouble in the body changes nothing."""
    if 200 <= response.status_code < 300:
        return ""
    begin = bytearray()
    with suppress(httpx.TransportError, OSError):
        async with asyncio.timeout(ANSWER_SECONDS):
            async for piece in response.aiter_raw():
                begin += piece
                if len(begin) >= ANSWER_BYTES:
                    break
    return shown(bytes(begin[:ANSWER_BYTES]))


def _trouble(error: Exception) -> str:
    """In words of ours: what an exception says may hold the address."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(error.__cause__ or error.__context__, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
        return "TLS failed, or its certificate is not good for its name"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.RemoteProtocolError):
        return "it closed the connection, or its answer is no HTTP"
    return "the connection was lost"
