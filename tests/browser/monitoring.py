"""Monitors in pictures: never heard, tested, proven by its vendor alone, off."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.verbs.sources import add_source, rotate_secret, set_enabled
from tests.browser.story import Story

Place = tuple[str, str, str, Callable[[Page], None] | None, str]
ENGLISH, GERMAN = "en-GB", "de-DE"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"


def pages(story: Story) -> tuple[Place, ...]:
    """Names, addresses, who looks, what they do first, and the locale of their browser."""
    act = story.stage.act
    act("operator", add_source, "alertmanager-eu", "alertmanager", "bearer")
    act("operator", add_source, "dlp", "standard_webhooks", "standard_webhooks")
    act("operator", rotate_secret, "dlp")
    act("operator", add_source, "alarms", "aws_cloudwatch", "aws_sns", secret=TOPIC)
    act("operator", add_source, "scanner", "generic", "bearer")
    act("operator", add_source, "old", "grafana", "grafana")
    act("operator", set_enabled, "old", enabled=False)
    return (
        ("monitors", "/sources", "mara", None, ENGLISH),
        ("monitor", "/sources/alertmanager-eu", "mara", None, ENGLISH),
        ("monitor-tested", "/sources/alertmanager-eu", "mara", _tested, ENGLISH),
        ("monitor-command", "/sources/dlp", "mara", _command, ENGLISH),
        ("monitor-unsigned", "/sources/alarms", "mara", _tested, ENGLISH),
        ("monitor-unread", "/sources/scanner", "mara", _tested, ENGLISH),
        ("monitor-off", "/sources/old", "mara", _tested, ENGLISH),
        ("german-monitor", "/sources/dlp", "mara", None, GERMAN),
        ("german-monitor-tested", "/sources/dlp", "mara", _tested, GERMAN),
    )


def _tested(page: Page) -> None:
    page.locator("#test form button").click()
    page.locator("#test [role=status]").wait_for()


def _command(page: Page) -> None:
    page.locator("#test summary").click()
