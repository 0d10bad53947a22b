"""What a page did that it must not do: spoke in the console, broke a script, left the host."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Seen:
    """Watches pages and keeps what they must not do."""

    troubles: list[str] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)

    def means(self, *words: str) -> None:
        """What bears these words a test provokes itself, before or after."""
        self.meant += words

    def left(self) -> list[str]:
        """What was seen and nobody meant."""
        return [said for said in self.troubles if not any(words in said for words in self.meant)]

    def watch(self, page: Page, base: str) -> None:
        page.on("console", lambda said: self._said(said))
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("request", lambda asked: self._asked(asked.url, base))

    def told(self) -> list[str]:
        """What was seen since this was last asked."""
        found, self.troubles = self.troubles, []
        return found

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.troubles.append(f"{said.type}: {said.text}")

    def _asked(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:")):
            self.troubles.append(f"left the host: {url}")
