"""The main pages as a German reader gets them: a case on its way, a faulty draft, releases, texts of others."""

from tests.browser.story import Story, into_investigation

Place = tuple[str, str, str, None, str]
GERMAN = "de-DE"
SECTIONS = (
    *("timeline", "tasks", "facts", "assessment", "duties", "customers", "notices", "people", "evidence", "review"),
)


def pages(story: Story) -> list[Place]:
    """Names, addresses, who looks, and the locale of their browser."""
    into_investigation(story)
    path = story.stage.path
    story.draft_filing()
    waiting = story.ask(story.notice("people"))
    sending = story.approve(story.ask(story.notice("customer")))
    story.post(troubled=True)
    faulty = story.notice("people")
    story.edit(faulty, lambda text: text.partition("What you can do")[0])
    story.after(9)
    story.sweep()
    places = [
        ("board", "/", "mara"),
        ("overview", path, "mara"),
        *((name, f"{path}/{name}", "mara") for name in SECTIONS),
        ("notice", f"{faulty}?locale=de", "mara"),
        ("notice-phone", f"{faulty}?locale=en&view=phone", "mara"),
        ("preview", f"{faulty}/preview?text=de", "mara"),
        ("release-own", waiting, "mara"),
        ("release-waiting", waiting, "ines"),
        ("release-sending", sending, "ines"),
        ("close-out", f"{sending}/close-out", "ines"),
        ("admin-runbook", "/admin/runbooks/public_bucket", "mara"),
        ("admin-law-pack", "/admin/law/ae-adgm", "mara"),
        ("admin-retention", "/admin/retention", "mara"),
        ("own-password", "/account/password", "mara"),
        ("login", "/login", ""),
    ]
    return [(f"german-{name}", place, who, None, GERMAN) for name, place, who in places]
