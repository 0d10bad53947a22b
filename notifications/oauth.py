"""Sign-in at a mailbox with OAuth 2.0: an access token from a refresh token (RFC 6749 §6), kept while it holds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from notifications.clock import Clock

BEFORE_ITS_END = timedelta(seconds=60)
USUAL_LIFE_SECONDS = 300
PATIENCE_SECONDS = 20


class NoToken(Exception):
    """The provider gives no access token. Says why, and nothing of the secrets."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a mailbox's provider asks for. `scope` "" asks for what the refresh token was granted."""

    token_url: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)
    scope: str = ""


class Tokens:
    """Gives access tokens. A refresh token that the provider replaces is used from then on, until the program ends."""

    def __init__(self, grant: Grant, clock: Clock, client: httpx.Client | None = None) -> None:
        self._grant, self._clock = grant, clock
        self._client = client or httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False)
        self._refresh = grant.refresh_token
        self._token, self._until = "", datetime.min.replace(tzinfo=clock.now().tzinfo)

    def access_token(self) -> str:
        """A token that holds for a minute at least. Raises NoToken."""
        if not self._token or self._clock.now() >= self._until - BEFORE_ITS_END:
            self._renew()
        return self._token

    def _renew(self) -> None:
        asked = {"grant_type": "refresh_token", "refresh_token": self._refresh, "client_id": self._grant.client_id}
        for name in ("client_secret", "scope"):
            if value := getattr(self._grant, name):
                asked[name] = value
        try:
            answer = self._client.post(self._grant.token_url, data=asked)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NoToken(f"the token endpoint does not answer as one: {type(error).__name__}") from error
        token = said.get("access_token") if isinstance(said, dict) else None
        if answer.status_code != httpx.codes.OK or not isinstance(token, str):
            word = said.get("error", "") if isinstance(said, dict) else ""
            raise NoToken(f"the token endpoint refuses: {answer.status_code} {str(word)[:100]}")
        life = said.get("expires_in")
        seconds = life if isinstance(life, int) and 0 < life < 10**7 else USUAL_LIFE_SECONDS
        self._token, self._until = token, self._clock.now() + timedelta(seconds=seconds)
        self._refresh = str(said.get("refresh_token") or self._refresh)


def xoauth2(user: str, token: str) -> bytes:
    """The initial response of the mechanism XOAUTH2, as Google and Microsoft define it, not yet in base64."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
