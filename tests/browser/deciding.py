"""The middle of the story by mouse: when we knew, what the risk is, what the authority is told."""

from playwright.sync_api import expect

from tests.browser.hands import Mouse
from tests.browser.opening import tab

ADVICE = "Names of our own users were readable by everybody; the log shows reads by strangers."
AUTHORITY = "Berliner Beauftragte für Datenschutz und Informationsfreiheit"


def decide_awareness(mouse: Mouse) -> None:
    page = tab(mouse, "Duties")
    mouse.choose(page.locator("#awareness-form #clue"), "Somebody checked that personal data are compromised")
    mouse.write(page.locator("#awareness-form #why"), "A file was listed from outside and held names.")
    mouse.push(page.locator("#awareness-form button[value=decide]"))
    expect(page.locator("#awareness .chip.met")).to_be_visible()


def advise(mouse: Mouse) -> None:
    """The privacy officer, on the data set that is ours to decide on."""
    page = tab(mouse, "Assessment")
    fold = page.locator("#advise-data")
    mouse.write(fold.locator("textarea"), ADVICE)
    mouse.push(fold.locator("button[value=high]"))
    expect(fold).to_contain_text("Advise again")


def decide_risk(mouse: Mouse) -> None:
    """The decider comes from the board, reads the advice and decides as advised."""
    page = mouse.page
    mouse.push(page.get_by_role("link", name="The risk of 1 data set"))
    page.wait_for_url("**/assessment**")
    expect(page.get_by_text(ADVICE).first).to_be_visible()
    fold = page.locator("#decide-data")
    mouse.write(fold.locator("textarea"), "As advised.")
    mouse.push(fold.locator("button[value=high]"))
    expect(fold).to_contain_text("Decide again")


def file_it(mouse: Mouse) -> None:
    """Draft the filing, keep the receipt of the portal, and record that it was submitted."""
    page = tab(mouse, "Notices")
    mouse.push(page.locator("#filing-form button"))
    mouse.push(page.get_by_role("button", name="Draft the filing"))
    filing = page.locator("[id^=filing-]:not(#filing-form)")
    expect(filing.get_by_text("Draft", exact=True)).to_be_visible()
    tab(mouse, "Evidence")
    mouse.write(page.get_by_label("Or text, as it was on the screen"), "Received 23 November, file 521.14703")
    mouse.write(page.get_by_label("What it shows"), "Receipt of the portal")
    mouse.push(page.get_by_role("button", name="Keep as evidence"))
    tab(mouse, "Notices")
    mouse.write(filing.get_by_label("Authority", exact=True), AUTHORITY)
    mouse.write(filing.get_by_label("Reference"), "521.14703")
    mouse.choose(filing.get_by_label("Receipt"), "Receipt of the portal")
    mouse.push(filing.locator("form[action$=submission] button"))
    expect(filing.get_by_text("Submitted", exact=True).first).to_be_visible()
    expect(filing.get_by_role("link", name="Receipt of the portal")).to_be_visible()
