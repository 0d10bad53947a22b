"""Somebody who has a keyboard and no mouse: Tab, Enter, Space, arrows, letters, and the palette."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

FARTHEST = 500
WHERE = """(wanted) => {
  const on = document.activeElement, ringed = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  if (!on || on === document.body) return { there: false, name: "" };
  const box = on.getBoundingClientRect(), round = [on, ...(on.labels || []), on.parentElement];
  const name = (on.getAttribute("aria-label") || on.textContent || on.name || "").trim().slice(0, 50);
  return { there: on === wanted, name: `${on.tagName.toLowerCase()} ${on.id || on.name || ""} ${name}`,
    seen: box.width > 0 && box.height > 0, ringed: round.some(ringed) };
}"""
CLOSED = """(wanted) => {
  const closed = [];
  for (let fold = wanted.parentElement; fold; fold = fold.parentElement)
    if (fold.tagName === "DETAILS" && !fold.open && !fold.querySelector(":scope > summary").contains(wanted)) closed.unshift(fold);
  return closed.length ? closed[0].querySelector(":scope > summary") : null;
}"""


@dataclass
class Hands:
    """The keyboard of one page, and what was wrong with the focus on the way."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, target: Locator) -> None:
        """Tab until it has the focus; folds it lies in are opened by their own key."""
        target.wait_for(state="attached")
        while (summary := target.evaluate_handle(CLOSED).as_element()) is not None:
            self._tab_to(summary)
            self.press("Enter")
        self._tab_to(target.element_handle())

    def push(self, target: Locator) -> None:
        """Reach a button or a link and press it."""
        self.reach(target)
        self.press("Enter")

    def tick(self, target: Locator) -> None:
        """Reach a box and set it; of choices, reach the first and go on with the arrow."""
        if target.get_attribute("type") == "radio":
            self.reach(target.locator("xpath=ancestor::form").locator(f"[name='{target.get_attribute('name')}']").first)
            self.press("Space")
            while not target.is_checked():
                self.press("ArrowDown")
            return
        self.reach(target)
        self.press("Space")
        expect(target).to_be_checked()

    def choose(self, target: Locator, letters: str) -> None:
        """Reach a list of choices and type the beginning of one."""
        self.reach(target)
        self.page.keyboard.type(letters)
        assert letters.lower() in target.evaluate("list => list.selectedOptions[0].textContent").lower()

    def write(self, target: Locator, text: str) -> None:
        """Reach a field and write into it, over what it says."""
        self.reach(target)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def go(self, words: str, *, to: str) -> None:
        """Find something in the palette and go there."""
        self.press("Control+k")
        expect(self.page.locator("#palette-field")).to_be_focused()
        self.page.keyboard.type(words)
        found, said = self.page.locator("#palette-list [role=option]"), re.compile(re.escape(words), re.IGNORECASE)
        expect(found.filter(has_text=said).first).to_be_visible()
        for _ in range(found.count()):
            if said.search(found.and_(self.page.locator("[aria-selected=true]")).inner_text()):
                break
            self.press("ArrowDown")
        self.press("Enter")
        self.page.wait_for_url(to)

    def _tab_to(self, target: Any) -> None:
        for _ in range(FARTHEST):
            on = self.page.evaluate(WHERE, target)
            if on["name"] and not (on["seen"] and on["ringed"]):
                self.troubles.append(f"{self.page.url}: the focus is not seen on {on['name']}")
            if on["there"]:
                return
            self.press("Tab")
        raise AssertionError(f"{self.page.url}: the Tab key never comes to {target.evaluate('node => node.outerHTML')[:200]}")
