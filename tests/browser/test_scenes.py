"""Every page there is stands in a scene, and so is photographed, walked at 390 px and judged by axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Match, Route

from incident.web import ROUTERS
from tests.browser.scenes import SCENES, Scene
from tests.browser.server import free_port
from tests.browser.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.soak]
FILE, STREAM, PART, FRAME = "a file", "a stream of events", "a part of a page, there by script", "a frame within a page"
NO_PAGE = {
    "/admin/organisation/sample.svg": FILE,
    "/announcements/feed.atom": FILE,
    "/announcements/feed.json": FILE,
    "/announcements/index.html": "the page of /announcements, as an export names it",
    "/audiences/{audience_id}/faults.csv": FILE,
    "/deadline-calendars/{token}.ics": FILE,
    "/editions/{edition_id}/texts/{locale}": FRAME,
    "/events": STREAM,
    "/favicon.ico": FILE,
    "/figures/{name}.csv": FILE,
    "/go/find": PART,
    "/in-app-demo/token": "JSON for the component",
    "/incidents/{reference}/case-file.zip": FILE,
    "/incidents/{reference}/events": STREAM,
    "/incidents/{reference}/evidence/{evidence_id}": FILE,
    "/incidents/{reference}/filings/{filing_id}.txt": FILE,
    "/incidents/{reference}/present": PART,
    "/incidents/{reference}/situation.txt": FILE,
    "/mailbox/{number}/html": FRAME,
    "/notices/{identity}/preview/frame": FRAME,
    "/notices/{notice_id}/texts/{locale}": FRAME,
    "/on-call-calendars/{token}.ics": FILE,
    "/quarantine/events": STREAM,
    "/register.csv": FILE,
    "/releases/{identity}/preview/frame": FRAME,
    "/releases/{release_id}/close-out/{number}.jsonl.gz": FILE,
    "/releases/{release_id}/events": STREAM,
    "/releases/{release_id}/ledger.csv": FILE,
    "/releases/{release_id}/progress": PART,
    "/releases/{release_id}/texts/{locale}": FRAME,
    "/replies/events": STREAM,
    "/seventytwo-notices.js": FILE,
    "/static/{path:path}": FILE,
}


def served() -> list[Route]:
    """What the console answers to a browser that goes there, in the order in which it is looked through."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, Route)]
    return [route for route in routes if "GET" in (route.methods or ())]


def shown(scene: Scene, home: Path) -> Iterator[str]:
    """The routes that the pictures of a scene are of."""
    story = Story(home, free_port())
    for shot in scene(story):
        asked = {"type": "http", "method": "GET", "path": shot.path.partition("#")[0].partition("?")[0]}
        yield next(route.path for route in served() if route.matches(asked)[0] is Match.FULL)
    story.stage.installation.close()


def test_every_route_is_in_a_scene_or_is_no_page(tmp_path: Path) -> None:
    seen = {path for scene in SCENES for path in shown(scene, tmp_path / scene.__name__)}
    assert {route.path for route in served()} - seen == set(NO_PAGE)
