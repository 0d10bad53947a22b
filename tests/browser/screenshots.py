"""Takes the pictures of the pages into .var/screenshots: python -m tests.browser.screenshots [WORD …].

Every page in light and dark, 1440 and 390 px wide. A WORD is a scheme, a width, or the beginning of names. What sticks
out sideways, moves while it loads, is said in the console or leaves the host is told at the end, and the status is 1.
"""

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests import chromium
from tests.browser.scenes import SCENES, Scene, Shot
from tests.browser.server import free_port, serving
from tests.browser.story import Story
from tests.browser.watching import Seen
from tests.web.stage import PASSWORD

FOLDER = Path(__file__).parents[2] / ".var/screenshots"
Judge = Callable[[Page], Iterable[str]]  # what is wrong with a page, in lines
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1440, 390)
HEIGHT = 900
LONG = {"full_swing": 4}  # scenes too long for one walk, and in how many they are walked where nobody waits for one
TWICE = """[...document.querySelectorAll("[id]")].map((one) => one.id).filter((id, at, all) => all.indexOf(id) < at)"""
CLOSED = """[...document.querySelectorAll("dialog:not([open])")].filter((one) => one.checkVisibility())
.map((one) => one.id)"""
MOVED = """() => new Promise((done) => {
  const [load] = performance.getEntriesByType("navigation");
  const early = (one) => one.value > 0.02 && one.startTime <= load.loadEventEnd;
  const named = ({ node }) => (node && node.outerHTML ? node.outerHTML.slice(0, 90) : "text");
  setTimeout(done, 80, []);
  new PerformanceObserver((list) => done(list.getEntries().filter(early).flatMap((one) => one.sources.map(named))))
    .observe({ type: "layout-shift", buffered: true });
})"""  # what events say afterwards moves a page as well

TOP = "scrollTo({ top: 0, behavior: 'instant' })"  # else what sticks to the top lies over the middle of a whole page


class Photographer:
    """Walks the shots of one console in one colour scheme and width; without a folder it looks and keeps nothing,
    and with `whole` its pictures go down to the end of a page, however far below the fold.
    """

    def __init__(
        self, browser: Browser, base: str, scheme: Scheme, width: int, folder: Path | None, *, whole: bool = True
    ) -> None:
        self._browser, self._base, self._scheme, self._width = browser, base, scheme, width
        self._folder, self._whole = folder, whole
        self._tabs: dict[tuple[str, str], tuple[Page, Seen]] = {}
        self.troubles: list[str] = []

    def take(self, shot: Shot, judge: Judge | None = None) -> None:
        page, seen = self.tab_of(shot.who, shot.locale)
        if shot.first:  # what is typed and unfolded stays with a tab
            page = page.context.new_page()
            seen.watch(page, self._base)
        elif "#" in shot.path:
            page.goto("about:blank")  # another place on the page that is open would load nothing
        page.goto(self._base + shot.path)
        moved = page.evaluate(MOVED)
        if shot.first:
            shot.first(page)
        if self._whole:  # frames below the fold paint too, and what is judged is what is seen
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": self._width, "height": max(HEIGHT, height)})
            page.evaluate(TOP)
        for frame in page.frames:
            frame.wait_for_load_state()
        name = f"{shot.name}-{self._scheme}-{self._width}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > self._width:
            self.troubles.append(f"{name}: {wide} px wide")
        self.troubles.extend(f"{name}: a place named twice: {place}" for place in page.evaluate(TWICE))
        self.troubles.extend(f"{name}: a closed dialog shows: {place}" for place in page.evaluate(CLOSED))
        self.troubles.extend(f"{name}: moves while it loads: {what}" for what in moved)
        self.troubles.extend(f"{name}: {said}" for said in seen.told())
        self.troubles.extend(f"{name}: {said}" for said in (judge(page) if judge else ()))
        if self._folder:
            page.screenshot(path=self._folder / f"{name}.png", full_page=self._whole)
        if self._whole:
            page.set_viewport_size({"width": self._width, "height": HEIGHT})
        if shot.first:
            page.close()
        seen.told()  # what the judge itself did is not the page's

    def tab_of(self, who: str, locale: str = "en-GB") -> tuple[Page, Seen]:
        """The tab of somebody, signed in at their first shot: a new one for each page costs as much as the page."""
        if (who, locale) not in self._tabs:
            size: ViewportSize = {"width": self._width, "height": HEIGHT}
            made = self._browser.new_context(
                viewport=size, color_scheme=self._scheme, locale=locale, reduced_motion="reduce"
            )
            page, seen = made.new_page(), Seen()
            if who:
                page.goto(f"{self._base}/login")
                page.fill("#email", f"{who}@example.org")
                page.fill("#password", PASSWORD)
                page.press("#password", "Enter")
                page.wait_for_url(f"{self._base}/")
            seen.watch(page, self._base)
            self._tabs[who, locale] = page, seen
        return self._tabs[who, locale]


@dataclass(frozen=True)
class Wanted:
    """Which pictures to take; `part`: which of how many equal runs of a scene's pictures."""

    names: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    widths: tuple[int, ...]
    part: tuple[int, int] = (0, 1)


WALKS = [(scene, (part, parts)) for scene in SCENES for parts in [LONG.get(scene.__name__, 1)] for part in range(parts)]


def walk_name(value: object) -> str:
    """How a test of one walk is called: by its scene, and by its part where there is more than one."""
    if isinstance(value, tuple):
        return f"{value[0] + 1}-of-{value[1]}" if value[1] > 1 else "whole"
    return str(getattr(value, "__name__", value))


def wanted_in(words: list[str]) -> Wanted:
    """What the words of the command line ask for; everything where they name nothing."""
    schemes = tuple(scheme for scheme in SCHEMES if scheme in words) or SCHEMES
    widths = tuple(width for width in WIDTHS if str(width) in words) or WIDTHS
    names = tuple(word for word in words if word not in SCHEMES and not word.isdigit())
    return Wanted(names or ("",), schemes, widths)


def photograph(
    scene: Scene, program: Path, wanted: Wanted, folder: Path | None = None, judge: Judge | None = None
) -> list[str]:
    """One scene: told first, then walked through; returns what was not as it should be, and what `judge` says."""
    troubles: list[str] = []
    with _home() as home:
        story = Story(home, free_port())
        shots, (part, parts) = [shot for shot in scene(story) if shot.name.startswith(wanted.names)], wanted.part
        shots = shots[len(shots) * part // parts : len(shots) * (part + 1) // parts]
        sys.stdout.write(f"==> {scene.__name__}: {len(shots)} pages\n")
        with serving(story.stage) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for scheme, width in itertools.product(wanted.schemes, wanted.widths) if shots else ():
                walker = Photographer(browser, base, scheme, width, folder)
                for shot in shots:
                    walker.take(shot, judge)
                troubles += walker.troubles
            browser.close()
        story.stage.installation.close()
    return troubles


@contextmanager
def _home() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="seventytwo-pictures-"))
    yield place / "home"
    shutil.rmtree(place)


def main(words: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = chromium.obtain()
    wanted = wanted_in(words)
    troubles = [said for scene in SCENES for said in photograph(scene, program, wanted, FOLDER)]
    sys.stdout.write("".join(f"{line}\n" for line in troubles) + f"The pictures lie in .var/{FOLDER.name}.\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
