"""A public page that is withdrawn, by the forms of the console."""

from tests.browser.story import Story


def withdrawn(story: Story) -> str:
    """One more announcement, published and withdrawn; returns its lasting address."""
    notice = story.notice("announcement")
    story.edit(notice, lambda text: text.replace("set up wrongly", "open to everybody"))
    edition = story.ask(notice)
    public = story.approve(edition)
    story.after(30)
    reason = "It concerned the storage of another company with a similar name. Nothing of ours was open."
    assert story.sent("ines", f"{edition}/withdrawal", reason=reason) == public
    return public
