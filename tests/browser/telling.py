"""The story by mouse goes out: the controllers are told, a page is published, the people get their mail in steps."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.hands import Mouse
from tests.browser.opening import CUSTOMERS, tab

PEOPLE = 40
CANARY = 5
Post = Callable[[], None]


def write_notice(mouse: Mouse, kind: str) -> None:
    """Draft one from the facts; its page is open then."""
    form = tab(mouse, "Notices").locator("#draft-form")
    mouse.choose(form.locator("#kind"), kind)
    mouse.tick(form.locator("[name=taken][value=access_closed]"))
    mouse.tick(form.locator("[name=planned][value=configuration_checks]"))
    mouse.push(form.locator("button", has_text="Write from the facts"))
    mouse.page.wait_for_url(re.compile("/notices/[0-9a-f-]+$"))


def ask_for_release(mouse: Mouse, kind: str) -> None:
    """Write it, build its audience from the register and ask."""
    write_notice(mouse, kind)
    mouse.push(mouse.page.get_by_role("button", name="Build it from the register"))
    mouse.push(mouse.page.get_by_role("button", name="Ask for the release"))
    mouse.page.wait_for_url("**/releases/*")


def from_what_is_asked(mouse: Mouse, base: str) -> None:
    """From the board to the first release that waits for a second person."""
    mouse.push(mouse.page.get_by_role("link", name="Board", exact=True).first)
    mouse.page.wait_for_url(f"{base}/")
    mouse.push(mouse.page.locator("#asked-head").locator("xpath=ancestor::section").get_by_role("link").first)


def approve(mouse: Mouse, base: str, count: int) -> None:
    """The second person types the number and approves."""
    page = mouse.page
    from_what_is_asked(mouse, base)
    page.wait_for_url("**/releases/*")
    mouse.write(page.get_by_label("How many people does this reach?"), str(count))
    mouse.push(page.get_by_role("button", name="Approve and send"))
    expect(page.get_by_text("Sending", exact=True)).to_be_visible()


def to_the_incident(mouse: Mouse, path: str) -> None:
    """Back by the crumb above a notice or a release."""
    mouse.push(mouse.page.locator(f".crumb a[href='{path[path.index('/incidents') :]}']"))
    mouse.page.wait_for_url(path)


def tell_customers(mouse: Mouse, second: Mouse, base: str, post: Post) -> None:
    """Their notice; then one is told by telephone as well, and one acknowledges."""
    page, path = mouse.page, mouse.page.url.rpartition("/")[0]
    told = line_of(mouse, CUSTOMERS[0])
    tab(mouse, "Customers")
    mouse.write(told.get_by_label("Who was told, and what shows it"), "Ms Roth, 14:05")
    mouse.push(told.locator("form[action$=tellings] button"))
    expect(told).to_contain_text("Ms Roth, 14:05")
    ask_for_release(mouse, "Notice to business customers")
    approve(second, base, len(CUSTOMERS))
    post()
    expect(page.locator("#live")).to_contain_text("Finished")
    to_the_incident(mouse, path)
    tab(mouse, "Customers")
    expect(page.get_by_text("3 of 3").first).to_be_visible()
    mouse.write(told.get_by_label("Who confirmed it"), "Ms Roth")
    mouse.push(told.locator("form[action$=acknowledgement] button"))
    expect(told).to_contain_text("Acknowledged")


def line_of(mouse: Mouse, customer: str) -> Locator:
    return mouse.page.locator(f"#customer-{customer}")


def publish(mouse: Mouse, second: Mouse, base: str) -> None:
    """One writes a public page and asks, another publishes it; from there everybody's page is one press away."""
    write_notice(mouse, "Public announcement")
    mouse.push(mouse.page.locator("form[action$=releases] button"))
    mouse.page.wait_for_url("**/editions/*")
    from_what_is_asked(second, base)
    second.push(second.page.get_by_role("button", name="Approve and publish"))
    expect(second.page.locator("#toast-words")).to_contain_text("The page is public.")
    second.push(second.page.get_by_role("link", name="Open the public page"))
    expect(second.page).to_have_url(re.compile("/announcements/"))
    second.page.go_back()


def tell_people(mouse: Mouse, second: Mouse, base: str, post: Post) -> None:
    """The canary, a person's confirmation, and the steps of the ramp, each seen as it goes."""
    ask_for_release(mouse, "E-mail to the people affected")
    approve(second, base, PEOPLE)
    seen = mouse.page.locator("#progress .reach")
    post()
    expect(seen).to_contain_text(f"{CANARY} of {PEOPLE}")
    expect(mouse.page.get_by_text("Waits to be confirmed")).to_be_visible()
    second.push(second.page.get_by_role("button", name="Confirm and go on in steps"))
    expect(second.page.locator("#toast-words")).to_contain_text("goes on beyond what held it")
    post()
    expect(seen).to_contain_text(f"{CANARY * 5} of {PEOPLE}")
    post()  # the pause of a step is over at its end
    post()
    expect(seen).to_contain_text(f"{PEOPLE} of {PEOPLE}")
    expect(mouse.page.locator("#live")).to_contain_text("Finished")
