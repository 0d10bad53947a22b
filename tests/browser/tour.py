"""Takes the pictures of docs/tour.md and writes that page: `make tour`, or python -m tests.browser.tour."""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.browser.scenes import SCENES, Shot
from tests.browser.screenshots import Photographer, Scheme
from tests.browser.server import free_port, serving
from tests.browser.story import Story

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FOLDER = DOCS / "tour.md", DOCS / "tour"
HEAD = """# The console, page by page

One breach, as the people who work on it see it: a storage area anybody could read. Every picture is taken by
`make tour` from the product itself, with invented people and companies; nothing is drawn.
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture: which shot of which scene, how it is looked at, and what there is to see."""

    scene: str
    shot: str
    title: str
    words: str
    scheme: Scheme = "light"
    width: int = 1440

    @property
    def picture(self) -> str:
        return f"{self.shot}-{self.scheme}-{self.width}.png"


STOPS = (
    Stop(
        "full_swing",
        "board",
        "Board",
        "What needs somebody now: the next deadline, what is late and soon, and each incident with its clock.",
    ),
    Stop(
        "full_swing",
        "overview",
        "Incident",
        "The phases with the legal moves alone, the next deadline, what is known, and what was written last.",
    ),
    Stop("full_swing", "overview", "The same on a phone", "Nothing is left out at 390 px.", "dark", 390),
    Stop("full_swing", "timeline", "Timeline", "Chained by hashes and append-only; what was written later says so."),
    Stop("full_swing", "tasks", "Runbook", "The steps, by phase, with what was done and by whom."),
    Stop("full_swing", "assessment", "Assessment", "One question at a time; beside it what the answer would change."),
    Stop(
        "worldwide",
        "worldwide-duties",
        "Duties",
        "Three hundred duties of a breach that reached everybody, in groups that one decision can settle.",
    ),
    Stop(
        "full_swing",
        "customers",
        "Customers",
        "Who has been told and who is next, each with deadline, proof and acknowledgement; who is late is telephoned.",
        "dark",
    ),
    Stop(
        "full_swing",
        "notice-editor",
        "Notice",
        "Text, findings under the line they mean, and what people will see, while it is typed.",
    ),
    Stop(
        "full_swing",
        "release-waiting",
        "Release",
        "A second person approves this text for these recipients, and types how many they are.",
    ),
    Stop(
        "full_swing",
        "release-sending",
        "Delivery",
        "A row for each person, live; the button that stops it is always in reach.",
        "dark",
    ),
    Stop("full_swing", "announcement", "Public page", "What everybody may read, with versions and feeds."),
    Stop("full_swing", "register", "Breach register", "GDPR Art. 33(5), as page, CSV and JSON."),
    Stop("a_year", "figures", "Figures", "How long it takes, what is kept, what causes it; each with its table."),
)


def written() -> str:
    """docs/tour.md as it has to be."""
    parts = (f"\n## {stop.title}\n\n{stop.words}\n\n![{stop.title}](tour/{stop.picture})\n" for stop in STOPS)
    return "".join((HEAD, *parts))


def main() -> int:
    """Play each scene once and look at its stops. Returns 1 where a page was not as it should be."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    program, scenes = chromium.obtain(), dict.fromkeys(stop.scene for stop in STOPS)
    troubles = list(chain.from_iterable(_walked(scene, program) for scene in scenes))
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in troubles) + "docs/tour.md and docs/tour are written.\n")
    return 1 if troubles else 0


def _walked(name: str, program: Path) -> list[str]:
    scene = next(one for one in SCENES if one.__name__ == name)
    troubles: list[str] = []
    with tempfile.TemporaryDirectory(prefix="seventytwo-tour-") as home:
        story = Story(Path(home) / "home", free_port())
        shots: dict[str, Shot] = {shot.name: shot for shot in scene(story)}
        story.sweep()
        story.post()
        with serving(story.stage) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for stop in (one for one in STOPS if one.scene == name):
                walker = Photographer(browser, base, stop.scheme, stop.width, FOLDER, whole=False)
                walker.take(shots[stop.shot])
                troubles += walker.troubles
            browser.close()
        story.stage.installation.close()
    return troubles


if __name__ == "__main__":
    sys.exit(main())
