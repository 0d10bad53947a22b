"""Pages of one thing of an incident, for pictures: a duty, a filing that is begun, what goes when, a close-out."""

from tests.browser.story import Story

Place = tuple[str, str, str]


def pages(story: Story, release: str) -> list[Place]:
    """Names, addresses and who looks; `release` is one whose notice went out."""
    path = story.stage.path
    with story.signed_in("mara") as browser:
        form = browser.get(f"{path}/notices").text
    duty = form.split('id="obligation"')[1].split('value="')[1].split('"')[0]
    return [
        ("release-in-app", release, "mara"),
        ("duty", f"{path}/duties/{duty}", "ines"),
        ("filing-begun", f"{path}/filings/new?obligation={duty}", "mara"),
        ("facts-version", f"{path}/facts/versions/1", "mara"),
        ("what-goes-when", f"{path}/retention", "mara"),
        ("close-out-early", f"{release}/close-out", "ines"),
    ]
