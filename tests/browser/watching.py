"""What a page did that it must not do: spoke in the console, broke a script, left the host."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Request

REFUSED = "status of 4"  # in what Chromium says of an answer it did not get


@dataclass
class Seen:
    """Watches pages and keeps what they must not do."""

    troubles: list[str] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)  # addresses the pages went to

    def means(self, *words: str) -> None:
        """What bears these words a test provokes itself, before or after."""
        self.meant += words

    def left(self) -> list[str]:
        """What was seen and nobody meant."""
        return [said for said in self.troubles if not any(words in said for words in self.meant)]

    def watch(self, page: Page, base: str) -> None:
        page.on("console", lambda said: self._said(said))
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("request", lambda asked: self._asked(asked, base))

    def told(self) -> list[str]:
        """What was seen since this was last asked; not that a page itself was answered with a refusal."""
        found, self.troubles = self.troubles, []
        own, self.visited = tuple(f" ({url})" for url in self.visited), set()
        return [said for said in found if not (own and REFUSED in said and said.endswith(own))]

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            where = f" ({said.location['url']})" if REFUSED in said.text else ""
            self.troubles.append(f"{said.type}: {said.text}{where}")

    def _asked(self, asked: Request, base: str) -> None:
        if asked.is_navigation_request() and asked.frame.parent_frame is None:
            self.visited.add(asked.url.partition("#")[0])
        if not asked.url.startswith((base, "data:")):
            self.troubles.append(f"left the host: {asked.url}")
