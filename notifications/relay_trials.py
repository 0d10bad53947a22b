"""A relay tried without sending anything: connected, greeted, encrypted, signed in, and each answer told in words."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notifications.smtp import Relay, in_words
from notifications.smtp_replies import read_reply

STEP_SECONDS = 8.0
ALL_SECONDS = 25.0
CONNECT, GREET, ENCRYPT, SIGN_IN = "connect", "greet", "encrypt", "sign_in"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trial: which, whether the relay went along, and what was heard. The password is in none."""

    name: str
    good: bool
    said: str


@dataclass(frozen=True, slots=True)
class RelayTrial:
    """What was seen of a relay. `offers` are the extensions it named last."""

    steps: tuple[Step, ...]
    offers: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether mail would be handed over."""
        return bool(self.steps) and all(step.good for step in self.steps)


async def attempt(relay: Relay) -> RelayTrial:
    """Try a relay as the sender would use it, with its TLS verified, and take leave before any mail. Raises nothing."""
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=relay.greets_as,
        timeout=STEP_SECONDS,
        use_tls=relay.security == "tls",
        start_tls=False,
        tls_context=relay.tls if relay.security != "clear" else None,
    )
    walk = _Walk(relay, client)
    try:
        async with asyncio.timeout(ALL_SECONDS):
            await walk.go()
    except TimeoutError:
        walk.heard(False, f"no answer within {ALL_SECONDS:.0f} seconds")
    finally:
        client.close()
    return RelayTrial(tuple(walk.steps), walk.offers)


class _Walk:
    """The steps in order; the first that fails is the last."""

    def __init__(self, relay: Relay, client: SMTP) -> None:
        self._relay, self._client = relay, client
        self._now = CONNECT
        self.steps: list[Step] = []
        self.offers: tuple[str, ...] = ()

    async def go(self) -> None:
        client, relay = self._client, self._relay
        if not await self._step(CONNECT, client.connect):
            return
        if relay.security == "tls":
            self._tell(ENCRYPT, True, self._cipher())
        if not await self._step(GREET, client.ehlo):
            return
        if relay.security == "starttls":
            if not await self._step(ENCRYPT, lambda: client.starttls(tls_context=relay.tls)):
                return
            self.steps[-1] = replace(self.steps[-1], said=self._cipher())
            if not await self._step(GREET, client.ehlo):
                return
        self.offers = tuple(sorted(client.esmtp_extensions))
        if relay.user and not await self._step(SIGN_IN, lambda: client.login(relay.user, relay.password)):
            return
        try:
            await client.quit()
        except (SMTPException, OSError):
            return  # it has said all that was asked

    async def _step(self, name: str, call: Callable[[], Awaitable[object]]) -> bool:
        self._now = name
        try:
            answer = await call()
        except (SMTPException, OSError, ValueError) as error:
            self._tell(name, False, _words(error))
            return False
        code, message = getattr(answer, "code", 0), str(getattr(answer, "message", ""))
        self._tell(name, True, f"{code} {read_reply(code, message.splitlines()[0] if message else '').text}".strip())
        return True

    def heard(self, good: bool, said: str) -> None:
        """What came of the step that is under way."""
        self._tell(self._now, good, said)

    def _tell(self, name: str, good: bool, said: str) -> None:
        self.steps.append(Step(name, good, said))

    def _cipher(self) -> str:
        found = self._client.get_transport_info("ssl_object")
        if not isinstance(found, ssl.SSLObject):
            return "encrypted"
        cipher = found.cipher()
        return f"{found.version()}, {cipher[0]}, certificate verified" if cipher else f"{found.version()}"


def _words(error: Exception) -> str:
    if isinstance(error, SMTPResponseException) and error.code > 0:
        reply = read_reply(error.code, error.message)
        return f"{error.code} {reply.text}".strip()
    return read_reply(0, in_words(error) or type(error).__name__).text
