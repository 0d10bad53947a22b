"""A public page that is published or withdrawn, by the forms of the console."""

from tests.browser.story import Story
from tests.web.reading import links


def withdrawn(story: Story) -> str:
    """One more announcement, published and withdrawn; returns its lasting address."""
    notice = story.notice("announcement")
    story.edit(notice, lambda text: text.replace("set up wrongly", "open to everybody"))
    edition = story.ask(notice)
    public = published(story, edition)
    story.after(30)
    reason = "It concerned the storage of another company with a similar name. Nothing of ours was open."
    name = story.stage.path.rpartition("/")[2]
    story.sent("ines", f"{edition}/withdrawal", reason=reason, confirmation=name)
    return public


def published(story: Story, edition: str) -> str:
    """Publish an edition that waits for it; returns the lasting address."""
    page = story.approve(edition)
    with story.signed_in("ines") as browser:
        (public,) = links(browser.get(page).text, "/announcements/")
    return public
