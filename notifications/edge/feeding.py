"""How an edge learns what is shown: it asks seventytwo every few seconds, and brings back what was read."""

import logging
import random
import threading
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from notifications.clock import Clock
from notifications.edge.copy import Copy
from notifications.edge.told import Marks, Release, Releases, Rows, Texts
from notifications.store import OutcomeUnknown, StoreUnavailable

T = TypeVar("T", bound=BaseModel)
log = logging.getLogger(__name__)
LARGEST = 32 * 1024 * 1024  # bytes of one answer: a thousand rows with their values
PIECE = 500  # receipts brought back in one request
GATHER_EVERY = 5  # looks from one question for receipts of other edges to the next
LONGEST_PAUSE = 30.0  # seconds between two looks while seventytwo does not answer
TIMEOUT = httpx.Timeout(10.0, connect=3.0)


class Untold(Exception):
    """Seventytwo cannot be reached, refuses, or says what cannot be: what is shown stays as it is."""


def client_for(source: str, token: str) -> httpx.Client:
    """What asks seventytwo: by its address alone, past any proxy of the environment, following nobody elsewhere."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return httpx.Client(base_url=source, headers=headers, timeout=TIMEOUT, trust_env=False, follow_redirects=False)


class Feeder:
    """Keeps an edge's copy in step with seventytwo, for as long as it answers."""

    def __init__(self, copy: Copy, client: httpx.Client, clock: Clock) -> None:
        self._copy, self._client, self._clock = copy, client, clock
        self._looks = 0
        self.fresh_at: datetime | None = None  # when seventytwo last said what is shown

    def look(self) -> None:
        """Bring back what was read, then learn what is shown, then what was read elsewhere. Raises Untold."""
        try:
            self._bring_back()
            self._follow()
            if self._looks % GATHER_EVERY == 0:
                self._gather()
        except httpx.HTTPError as error:
            raise Untold(f"seventytwo does not answer ({type(error).__name__})") from error
        except ValidationError as error:
            raise Untold(f"seventytwo says what cannot be read ({error.error_count()} faults)") from None
        except (StoreUnavailable, OutcomeUnknown) as error:
            raise Untold(f"the copy cannot be written: {error}") from error
        self._looks += 1

    def run(self, ending: threading.Event, seconds: float) -> None:
        """Look until it is to end; less and less often while seventytwo does not answer."""
        pause, silent = seconds, False
        while not ending.wait(pause):
            try:
                self.look()
            except Untold as trouble:
                if not silent:
                    log.warning("edge: %s; what is shown stays as it is", trouble)
                pause, silent = min(LONGEST_PAUSE, pause * 2) * random.uniform(0.8, 1.2), True  # noqa: S311 (jitter)
            else:
                if silent:
                    log.info("edge: seventytwo answers again")
                pause, silent = seconds, False

    def _bring_back(self) -> None:
        while marks := self._copy.waiting(PIECE):
            told = [{"delivery": one.delivery, "reader": one.reader, "at": one.at.isoformat()} for one in marks]
            self._ask("POST", "/api/edge/receipts", json={"receipts": told})
            self._copy.told(marks)

    def _follow(self) -> None:
        known = {"If-None-Match": etag} if (etag := self._copy.word("releases")) else {}
        status, body, etag = self._ask("GET", "/api/edge/releases", headers=known)
        if status != httpx.codes.NOT_MODIFIED:
            shown = Releases.model_validate_json(body).releases
            self._copy.hide_all_but(shown)
            held = self._copy.releases()
            whole = [self._take(one) for one in shown if held.get(str(one.id)) != one.version]
            self._copy.forget_hidden()
            if all(whole):
                self._copy.remember("releases", etag)
        self.fresh_at = self._clock.now()

    def _take(self, release: Release) -> bool:
        """Whether the whole release could be had; it may be stopped while it is read."""
        if not self._copy.has_edition(release.edition):
            texts = self._read(f"/api/edge/editions/{release.edition}", Texts)
            if texts is None:
                return False
            self._copy.keep_edition(release.edition, texts)
        after: int | None = 0
        while after is not None:
            rows = self._read(f"/api/edge/releases/{release.id}/rows?after={after}", Rows)
            if rows is None or (rows.next is not None and rows.next <= after):
                return False
            self._copy.keep_rows(release.version, rows.rows)
            after = rows.next
        self._copy.publish(release)
        return True

    def _gather(self) -> None:
        more, cursor = True, self._copy.word("receipts")
        while more:
            found = self._read(f"/api/edge/receipts?after={cursor}", Marks)
            if found is None:
                return
            before, cursor = cursor, _cursor(found.next)
            self._copy.take_marks(found.receipts, cursor)
            more = found.more and cursor != before

    def _read(self, path: str, form: type[T]) -> T | None:
        """The document at this address; None where there is none. Raises Untold, ValidationError."""
        status, body, _ = self._ask("GET", path)
        return None if status == httpx.codes.NOT_FOUND else form.model_validate_json(body)

    def _ask(self, method: str, path: str, **more: object) -> tuple[int, bytes, str]:
        """Status, body and ETag of an answer. Raises Untold for a refusal and for one without end."""
        with self._client.stream(method, path, **more) as answer:  # type: ignore[arg-type]
            if answer.status_code not in (200, 304, 404):
                raise Untold(f"seventytwo answers {answer.status_code} to {path.partition('?')[0]}")
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise Untold(f"seventytwo answers without end to {path.partition('?')[0]}")
            return answer.status_code, bytes(body), answer.headers.get("etag", "")


def _cursor(said: UUID | None) -> str:
    return str(said) if said else ""
