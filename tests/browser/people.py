"""Audiences for pictures: one that is empty, one with faults, one that is frozen, one that adds to it."""

from uuid import UUID

from playwright.sync_api import Page

from notifications.audience import freeze
from tests.browser.story import Story, into_investigation, version_in
from tests.web.reading import token

LOCALES = ("de", "en", "fr", "pt-BR")
REGIONS = ("DE", "AT", "FR", "US-CA", "")
SEGMENTS = ("", "cards", "contacts")


def gathered(story: Story) -> tuple[str, str, str, str]:
    """The addresses of the four, in the order of the first line above."""
    empty = _made(story, "Users whose card data was taken")
    filled = _made(story, "Affected users", _file(600))
    frozen = _made(story, "Business contacts", _file(40))
    identity = frozen.rpartition("/")[2]
    parts = story.stage.installation
    parts.store.write(lambda session: freeze(session, UUID(identity), parts.clock.now()))
    return empty, filled, frozen, _made(story, "Found later", _file(45), adds_to=identity)


def of_many_languages(story: Story) -> tuple[tuple[str, str, str], ...]:
    """A release that waits, as who approves and who asked see it: of some people no language is known."""
    into_investigation(story)
    lines = [f"user-{n},person{n}@mail.example,{('de', 'en', '', 'fr')[n % 4]}" for n in range(60)]
    audience = _made(story, "Users of the shop", "\n".join(["id,email,locale", *lines]) + "\n").rpartition("/")[2]
    notice = story.notice("people")
    with story.signed_in("mara") as browser:
        version = version_in(browser.get(notice).text)
    why = "A French text comes tomorrow; nobody is to wait for it."
    asked = story.sent("mara", f"{notice}/releases", version=version, audience=audience, language_reason=why)
    return ("release-no-language", asked, "ines"), ("release-no-language-own", asked, "mara")


def choose_columns(page: Page) -> None:
    """The first line of a file whose columns are called otherwise."""
    page.get_by_text("The columns are called otherwise").click()
    page.fill("#first_line", "Kundennummer;E-Mail;Vorname;Sprache;country;segment;Größe;plan")
    page.get_by_role("button", name="Choose the columns").click()
    page.wait_for_selector("#means-8")


def look_at_sample(page: Page) -> None:
    page.get_by_role("button", name="Look at a sample").click()
    page.wait_for_selector("text=masked")


def _made(story: Story, name: str, file: str = "", adds_to: str = "") -> str:
    path = story.sent("mara", f"{story.stage.path}/audiences", name=name, adds_to=adds_to)
    if file:
        with story.signed_in("mara") as browser:
            files = {"file": ("people.csv", file.encode())}
            answer = browser.post(f"{path}/import", data={"csrf_token": token(browser)}, files=files)
            assert answer.status_code == 303, answer.text
    return path


def _file(number: int) -> str:
    """A list of people; now and then a line is broken, or two share an address."""
    lines = ["id;email;name;locale;region;segment"]
    for n in range(number):
        domain = ("mail.example", "post.example", f"own{n}.example")[n % 3]
        address = "nowhere" if n % 50 == 49 else f"person{0 if n % 90 == 60 else n}@{domain}"
        kind = f"{LOCALES[n % 4]};{REGIONS[n % 5]};{SEGMENTS[n % 3]}"
        lines.append(f"user-{n};{address};Person {n};{kind}")
    return "\n".join(lines) + "\n"
