"""More than one relay: the first that works carries the mail, and one that failed is asked again after a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from notifications.carriers import Line
from notifications.smtp import Relay, RelayTrouble, connect

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 60.0


class Failover:
    """Connects to the first of these relays that can be reached; in the order given, those that failed lately last."""

    def __init__(self, relays: Sequence[Relay], connecting: Callable[[Relay], Awaitable[Line]] = connect) -> None:
        if not relays:
            raise ValueError("there is no relay to send through")
        self._relays = tuple(relays)
        self._connecting = connecting
        self._failed: dict[Relay, float] = {}  # the loop's seconds until which it is asked last

    async def __call__(self) -> Line:
        """A connection. Raises RelayTrouble, which says why each of them could not be used."""
        now, troubles = asyncio.get_running_loop().time(), []
        for relay in sorted(self._relays, key=lambda one: self._failed.get(one, 0.0) > now):
            try:
                line = await self._connecting(relay)
            except RelayTrouble as error:
                troubles.append(str(error))
                self._failed[relay] = now + ASK_AGAIN_SECONDS
            else:
                if troubles:
                    log.warning("sender: %s; sending through %s:%s", "; ".join(troubles), relay.host, relay.port)
                self._failed.pop(relay, None)
                return line
        raise RelayTrouble("; ".join(troubles))
