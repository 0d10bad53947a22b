"""What is told of one affected customer for pictures: its figures, links to its list, its instruction; and its page."""

from datetime import timedelta

from playwright.sync_api import Page
from sqlmodel import col, select

from incident.models.people import Customer, Person
from incident.queries.instructions import Brand, Details
from incident.verbs.act import Act
from incident.verbs.instructions import NewInstruction, record_instruction
from incident.verbs.list_links import NewLink, make_list_link, revoke_list_link
from tests.browser.story import Story


def told(story: Story, customer: str) -> str:
    """One customer's own figures, a used link and an instruction of it; returns the address of another link."""
    stage = story.stage
    story.sent(
        "mara", f"{customer}/share", dataset="lists", people="412", countries="DE = 388\nAT = 24",
        fields="first_name\nlast_name\nwork_email", exposed_from="2026-11-20T18:40", exposed_until="2026-11-23T09:05",
        logs="partial",
    )  # fmt: skip
    stage.act("operator", _belong)
    made = stage.act("mara", make_list_link, story.here, NewLink("customer-000"))
    stage.act("mara", revoke_list_link, made.link.id)
    brand = Brand("Acme Industries Ltd", "Ada Roth, privacy", "privacy@acme.example", colour="#7a1f5c")
    details = Details("Please write to our people as in the draft you sent us today.", "Ada Roth", "mail", brand)
    instruction = NewInstruction("lists", "customer-000", details, story.clock.now() - timedelta(minutes=20))
    stage.act("mara", record_instruction, story.here, instruction)
    return f"/customer-lists/{stage.act('mara', make_list_link, story.here, NewLink('customer-000')).token}"


def _belong(act: Act) -> None:
    """Some persons of the register are this customer's."""
    owner = act.session.exec(select(Customer.id).where(col(Customer.host_id) == "customer-000")).one()
    for person in act.session.exec(select(Person).order_by(col(Person.host_id).desc()).limit(7)).all():
        person.customer_id = owner


def import_figures(page: Page) -> None:
    """A file of figures, two lines of which cannot be used."""
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
    lines = b"host_id,people,logs\ncustomer-001,96,partial\ncustomer-002,17,\nnobody,3,\ncustomer-003,many,most\n"
    page.set_input_files("#shares-file", {"name": "figures.csv", "mimeType": "text/csv", "buffer": lines})
    page.get_by_role("button", name="Record the figures").click()
    page.wait_for_selector("h1:has-text('Own figures')")


def make_link(page: Page) -> None:
    """A link is made and shown this once."""
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
    page.get_by_role("button", name="Make the link").click()
    page.wait_for_selector("#link")


def ask_for_code(page: Page) -> None:
    """The contact has a code sent."""
    page.locator("form[action$='/codes'] button").first.click()
    page.wait_for_selector("#code")


def wrong_code(page: Page) -> None:
    """The contact mistypes it."""
    ask_for_code(page)
    page.fill("#code", "000000")
    page.locator("form[action$='/download'] button").click()
    page.wait_for_selector("[role=alert]")
