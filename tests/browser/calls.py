"""A team on call and its pages, for pictures: two layers, somebody who stands in, a test that waits for an answer."""

from tests.browser.story import Story

EMPTY = (("on-call-empty", "/on-call"), ("pages-empty", "/pages"), ("chat-empty", "/chat"))
TEAM = "/on-call/platform"
FIRST = {"begins": "2026-11-23", "at": "09:00", "zone": "Europe/Berlin"}


def told(story: Story) -> tuple[tuple[str, str], ...]:
    """Names and addresses of the pages."""
    story.sent("mara", "/on-call", name="platform")
    story.sent("mara", f"{TEAM}/layers", layer="first", people="mara@example.org lea@example.org", **FIRST)
    story.sent("mara", f"{TEAM}/layers", layer="second", people="ines@example.org", weeks="2", **FIRST)
    span = {"begins": "2026-11-24T18:00", "ends": "2026-11-26T09:00"}
    story.sent("lea", f"{TEAM}/stand-ins", person="lea@example.org", layer="first", **span)
    page = story.sent("mara", f"{TEAM}/tests")
    return ("on-call", "/on-call"), ("team", TEAM), ("pages", "/pages"), ("page", page)
