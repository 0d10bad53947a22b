"""Samples of customers: who was told, the page of one, links to its list, what an import of figures came to."""

from collections.abc import Mapping
from datetime import timedelta

from incident.verbs.register import Outcome, RegisterReport
from incident.web.views.customers import CustomerView, InstructionView, LinkLine, SentLine, ShareView
from notifications.members import LineFault
from tests.web.samples.board import NOW, shell
from tests.web.samples.case import case
from tests.web.samples.law import CUSTOMERS, choices

SAID = (
    ("People concerned", "412"),
    ("Where they live", "Germany (388), Austria (24)"),
    ("Fields of data", "first_name, last_name and work_email"),
    ("Access possible", ""),
    ("Access logs", "Our access logs do not cover the whole period"),
)
EMPTY = CustomerView(
    href="/incidents/1/customers/blue",
    host_id="blue",
    name="Blue Harbour Ltd",
    country="IE",
    registered=True,
    told_at=None,
    channel="",
    shares=(ShareView("lists", "Contact lists", tuple((label, "") for label, _ in SAID), logs=choices("Not known")),),
    datasets=choices("lists"),
    contacts=(),
    links=(),
    source="17 from the register of persons",
    instructions=(),
    uninstructed=choices("lists"),
    sent=(),
)
FULL = CustomerView(
    href="/incidents/1/customers/acme",
    host_id="acme",
    name="Acme Industries Ltd",
    country="DE",
    registered=True,
    told_at=NOW,
    channel="email",
    shares=(
        ShareView(
            "lists", "Contact lists", SAID, "412", "DE = 388\nAT = 24", "first_name\nlast_name", "", "",
            choices("Not known", "Cover a part of it", chosen="cover"), NOW, "Mara Lindqvist",
        ),
        ShareView("orders", "Orders", tuple((label, "") for label, _ in SAID), logs=choices("Not known")),
    ),
    datasets=choices("lists", "orders"),
    contacts=choices("Privacy contact, p…@acme.example"),
    links=(
        LinkLine("1", "Works", "met", "lists", NOW, "Mara Lindqvist", NOW + timedelta(days=3), 2, NOW, live=True),
        LinkLine("2", "Dead: five wrong codes", "late", "lists", NOW, "", NOW, 0, None, live=False),
    ),
    source="lists: 412 from the imported audience of these people; orders: 17 from the register of persons",
    instructions=(
        InstructionView(
            "1", "lists", "Please write to our people as in the draft you sent us.", "Ada Roth", "mail", NOW,
            "Mara Lindqvist", (("Name", "Acme Industries Ltd"), ("Contact", "Ada Roth")), "#7a1f5c", "instruction.eml",
            yes="edition 1, by mail (Ada Roth)", yes_at=NOW, editions=choices("Edition 1"),
        ),
    ),
    uninstructed=choices("orders"),
    sent=(SentLine("/releases/1", "Edition 1: Finished", NOW, "/releases/1/ledger.csv"),),
    evidence=choices("instruction.eml"),
)  # fmt: skip
LIST_WORDS = {
    "title": "List of people",
    "intro": "Nimbus CRM GmbH has a list of the people of Acme Industries Ltd ready for you.",
    "until": "This link works until 27 November 2026.",
    "logged": "Every download is recorded.",
    "ask": "The list is given against a code, which goes to p…@acme.example.",
    "send": "Send the code",
    "sent": "A code went to p…@acme.example.",
    "code": "Code of six digits",
    "download": "Download the list",
    "again": "Send another code",
    "help": "Questions: privacy@nimbus.example",
}


def customer_pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    report = RegisterReport(refused=1, faults=[LineFault(4, "people", "is no number of people", "a whole number")])
    report.outcomes[Outcome.NEW] = 12
    inside: dict[str, object] = {**frame, "shell": shell(), "case": case("customers")}
    where: dict[str, object] = {"shell": shell(), "case_href": "/incidents/1", "codename": "amber-heron"}
    public: dict[str, object] = {"shell": shell(person=""), "language": "en", "said": LIST_WORDS, "path": "/x"}
    public["about"] = "It holds everybody of Acme Industries Ltd in our register of people."
    made = {"link": "https://incident.example.org/customer-lists/" + "x" * 43, "customer_href": "/", "people": 412}
    return {
        "customers": ("customers.html", {**inside, "customers": CUSTOMERS, "datasets": choices("lists")}),
        "customer-empty": ("customer.html", {**inside, "view": EMPTY}),
        "customer": ("customer.html", {**inside, "view": FULL}),
        "shares-imported": ("shares_imported.html", {**where, "report": report, "register": False}),
        "customers-imported": ("shares_imported.html", {**where, "report": report, "register": True}),
        "list-made": ("list_made.html", {**where, **made, "expires_at": NOW, "from_audience": False}),
        "list-ask": ("customer_list.html", {**public, "asked": False, "problem": ""}),
        "list-code": ("customer_list.html", {**public, "asked": True, "problem": "This code is wrong."}),
    }
