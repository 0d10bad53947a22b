"""Three people at a page: one with a keyboard and no mouse, one with a finger and a telephone, one with a mouse."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

FARTHEST = 500
TURNS = 30  # of a wheel
FRAME_MS = 20  # a page is drawn anew by then
SAID = "node => node.outerHTML.slice(0, 120)"
WHERE = """(wanted) => {
  const on = document.activeElement, ringed = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  if (!on || on === document.body) return { there: false, name: "" };
  const box = on.getBoundingClientRect(), round = [on, ...(on.labels || []), on.parentElement];
  // The button within a date has the focus while the field has not; no script can see its ring.
  const within = /^date/.test(on.type) && !on.matches(":focus-visible");
  const name = (on.getAttribute("aria-label") || on.textContent || on.name || "").trim().slice(0, 50);
  return { there: on === wanted, name: `${on.tagName.toLowerCase()} ${on.id || on.name || ""} ${name}`,
    seen: box.width > 0 && box.height > 0, ringed: within || round.some(ringed) };
}"""
CLOSED = """(wanted) => {
  let head = null;
  for (let fold = wanted.parentElement; fold; fold = fold.parentElement) {
    const own = fold.tagName === "DETAILS" && !fold.open && fold.querySelector(":scope > summary");
    if (own && !own.contains(wanted)) head = own;
  }
  return head;
}"""

AT = """(wanted) => {
  const box = wanted.getBoundingClientRect(), right = Math.min(box.right, innerWidth), left = Math.max(box.left, 0);
  const x = (left + right) / 2, y = box.top + Math.min(box.height, 40) / 2, on = document.elementFromPoint(x, y);
  return { x, y, sees: Boolean(on) && wanted.contains(on), far: y - innerHeight / 2,
    lid: on ? `${on.tagName.toLowerCase()} ${on.className} ${on.textContent.trim().slice(0, 40)}` : "the edge" };
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

    def enter(self) -> None:
        """Press what has the focus."""
        self.press("Enter")

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
        """Reach a list of choices, type the beginning of one, and go on with the arrow until it is the one."""
        self.reach(target)
        self.page.keyboard.type(letters)
        for _ in range(target.locator("option").count()):
            if target.evaluate("list => list.selectedOptions[0].textContent").strip() == letters:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: nothing in the list says {letters!r}")

    def write(self, target: Locator, text: str) -> None:
        """Reach a field and write into it, over what it says."""
        self.reach(target)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def go(self, words: str, *, to: str) -> None:
        """Find something in the palette and go there."""
        self.page.wait_for_load_state("load")  # before its script is there no page listens
        self.press("Control+k")
        expect(self.page.locator("#palette-field")).to_be_focused()
        self.page.keyboard.type(words)
        self.page.locator("#palette-list[aria-busy=false]").wait_for()
        found, said = self.page.locator("#palette-list [role=option]"), re.compile(re.escape(words), re.IGNORECASE)
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
        raise AssertionError(
            f"{self.page.url}: the Tab key never comes to {target.evaluate('node => node.outerHTML')[:200]}"
        )


@dataclass
class Fingers:
    """Somebody who taps on a page 390 pixels wide, and what was wider than the page on the way."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    def push(self, target: Locator) -> None:
        """Tap a button or a link; folds it lies in are opened first."""
        self._reach(target).click()
        self._look()

    def tick(self, target: Locator) -> None:
        """Tap the label of a box or of a choice."""
        self._reach(target).locator("xpath=ancestor::label").click()
        expect(target).to_be_checked()

    def choose(self, target: Locator, words: str) -> None:
        """Take one from a list of choices."""
        self._reach(target).select_option(label=words)

    def write(self, target: Locator, text: str) -> None:
        """Write into a field, over what it says."""
        self._reach(target).fill(text)

    def go(self, words: str, *, to: str) -> None:
        """Find something by the button above every page and go there."""
        self.page.wait_for_load_state("load")
        self.page.locator("[data-palette]:visible").first.click()
        self.page.locator("#palette-field").fill(words)
        self.page.locator("#palette-list[aria-busy=false]").wait_for()
        said = re.compile(re.escape(words), re.IGNORECASE)
        self.page.locator("#palette-list [role=option]").filter(has_text=said).first.click()
        self.page.wait_for_url(to)
        self._look()

    def enter(self) -> None:
        """Tap what a link led to."""
        self.page.locator(":focus").click()

    def _reach(self, target: Locator) -> Locator:
        target.wait_for(state="attached")
        while (summary := target.evaluate_handle(CLOSED).as_element()) is not None:
            summary.click()
        return target

    def _look(self) -> None:
        self.page.wait_for_load_state("load")
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.troubles.append(f"{self.page.url}: {wide} pixels wider than the page")


@dataclass
class Mouse:
    """Somebody with a mouse, who types only what is text: what is not in sight is looked for with the wheel.

    A press is one press at the place where a thing is seen, and nothing is pressed that something lies over in the
    middle of the window. The choices of a list and the calendar of a date are windows of the browser's own.
    """

    page: Page
    troubles: list[str] = field(default_factory=list)

    def push(self, target: Locator) -> None:
        """Press a button or a link; folds it lies in are opened first."""
        self._unfold(target)
        self._press(target)

    def tick(self, target: Locator) -> None:
        """Press the label of a box or of a choice that is not set yet."""
        self._unfold(target)
        if not target.is_checked():
            self._press(target.locator("xpath=ancestor::label"))
        expect(target).to_be_checked()

    def choose(self, target: Locator, words: str) -> None:
        """Take one from a list of choices."""
        self._unfold(target)
        self._come_to(target)
        target.select_option(label=words)

    def write(self, target: Locator, text: str) -> None:
        """Press into a field and write, over what it says."""
        self._unfold(target)
        self._press(target)
        expect(target).to_be_focused()
        if target.input_value():
            target.select_text()
        self.page.keyboard.type(text)

    def go(self, words: str, *, to: str) -> None:
        """Find something by the button above every page and go there."""
        self.page.wait_for_load_state("load")
        self._press(self.page.locator("[data-palette]:visible").first)
        expect(self.page.locator("#palette-field")).to_be_focused()
        self.page.keyboard.type(words)
        self.page.locator("#palette-list[aria-busy=false]").wait_for()
        said = re.compile(re.escape(words), re.IGNORECASE)
        self._press(self.page.locator("#palette-list [role=option]").filter(has_text=said).first)
        self.page.wait_for_url(to)

    def enter(self) -> None:
        """Press what a link led to."""
        self._press(self.page.locator(":focus"))

    def _unfold(self, target: Locator) -> None:
        target.wait_for(state="attached")
        while (summary := target.evaluate_handle(CLOSED).as_element()) is not None:
            self._press(summary)

    def _press(self, target: Any) -> None:
        """Once: there is no second try where a page moved under the hand."""
        at = self._come_to(target)
        self.page.mouse.click(at["x"], at["y"])

    def _come_to(self, target: Any) -> Any:
        """Turn the wheel until it is in sight, and wait until it rests; returns where."""
        if isinstance(target, Locator):
            target.wait_for()
        self.page.wait_for_load_state("load")
        at, before = target.evaluate(AT), None
        for _ in range(TURNS):
            if at["sees"] and at == before:
                break
            if not at["sees"]:
                self.page.mouse.wheel(0, at["far"])
            self.page.wait_for_timeout(FRAME_MS)
            at, before = target.evaluate(AT), at
        else:
            raise AssertionError(f"{self.page.url}: {at['lid']} lies over {target.evaluate(SAID)}")
        self.page.mouse.move(at["x"], at["y"])
        return at
