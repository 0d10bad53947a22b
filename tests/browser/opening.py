"""The first half of the story by mouse: a monitor, its alert, what is done at once, facts, advice and decisions."""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

import httpx
from playwright.sync_api import Page, expect

from tests.browser.hands import Mouse

TITLE = "Export bucket is readable by everybody"
CUSTOMERS = ("customer-000", "customer-001", "customer-002")
HERE = "Sections"


@dataclass(frozen=True)
class Monitor:
    """What signs alerts, with the secret its page shows once."""

    address: str
    secret: str

    def alert(self, title: str, key: str, now: datetime) -> None:
        """Post one as Standard Webhooks has it."""
        body = json.dumps({"title": title, "key": key, "severity": "critical"}).encode()
        at, secret = str(int(now.timestamp())), base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.digest(secret, f"{key}.{at}.".encode() + body, "sha256")
        proof = {"webhook-signature": "v1," + base64.b64encode(digest).decode()}
        head = {"content-type": "application/json", "webhook-id": key, "webhook-timestamp": at, **proof}
        assert httpx.post(self.address, content=body, headers=head).status_code == 202


def add_monitor(mouse: Mouse, base: str) -> Monitor:
    page = mouse.page
    mouse.push(page.locator("nav a.go[href='/sources']"))
    kind = "Signed JSON (Standard Webhooks): a signature (Standard Webhooks)"
    mouse.choose(page.get_by_label("Who posts, and how it proves itself"), kind)
    mouse.write(page.get_by_label("Its address"), "bucket-watch")
    mouse.choose(page.get_by_label("What its incidents are opened as"), "Public bucket")
    mouse.push(page.get_by_role("button", name="Add it"))
    secret = page.get_by_label("Paste it into the monitor")
    return Monitor(f"{base}/hooks/bucket-watch", secret.input_value())


def from_the_board(mouse: Mouse) -> str:
    """Open the incident that came onto the board; returns its address."""
    page = mouse.page
    mouse.push(page.get_by_role("link", name="Board", exact=True))
    mouse.push(page.get_by_role("link", name=TITLE).first)
    page.wait_for_url("**/incidents/*-*")
    return page.url


def tab(mouse: Mouse, name: str) -> Page:
    """Go to a section of the incident by its tab."""
    mouse.push(mouse.page.get_by_role("navigation", name=HERE).get_by_role("link", name=name))
    expect(mouse.page.get_by_role("navigation", name=HERE).locator("[aria-current=page]")).to_contain_text(name)
    return mouse.page


def contain(mouse: Mouse) -> None:
    """Command, keep what shows it, work the runbook of containment off, and go on twice."""
    page = mouse.page
    mouse.choose(page.get_by_label("Incident commander"), "Mara Lindqvist")
    mouse.push(page.get_by_role("button", name="Name", exact=True))
    expect(page.get_by_text("Mara Lindqvist commands").first).to_be_visible()
    go_on(mouse, "Go on to containment", "Containment")
    tab(mouse, "Evidence")
    mouse.write(page.get_by_label("Or text, as it was on the screen"), "GET /exports/2026-11-20.csv 200")
    mouse.write(page.get_by_label("What it shows"), "The access log")
    mouse.push(page.get_by_role("button", name="Keep as evidence"))
    expect(page.get_by_text("The access log").first).to_be_visible()
    work_off(mouse, "Containment")
    go_on(mouse, "Go on to investigation", "Investigation")


def work_off(mouse: Mouse, phase: str) -> None:
    """Settle every task the runbook has for a phase."""
    tasks = tab(mouse, "Runbook").get_by_role("region", name=f"Runbook, {phase}")
    for done in range(tasks.locator("article.open").count()):
        task = tasks.locator("article.open").first
        mouse.write(task.get_by_label("What was done, or why it is skipped"), "Checked from outside: 403.")
        mouse.push(task.get_by_role("button", name="Done"))
        expect(tasks.locator("article.done")).to_have_count(done + 1)


def go_on(mouse: Mouse, button: str, phase: str) -> None:
    """The next phase, from wherever in the incident somebody is."""
    mouse.push(mouse.page.get_by_role("button", name=button))
    expect(mouse.page.locator(".phases [aria-current=step]")).to_contain_text(phase)


def save_facts(mouse: Mouse) -> None:
    """Two data sets: of our own users, and of three customers whose processor we are."""
    page = tab(mouse, "Facts")
    mouse.tick(page.locator("[name='breach.kinds'][value=confidentiality]"))
    mouse.choose(page.locator("[name='breach.cause']"), "Misconfiguration")
    mouse.write(page.locator("[name='datasets.0.title']"), "Account data")
    mouse.tick(page.locator("[name='datasets.0.role'][value=controller]"))
    _whose(mouse, 0, "40", "users")
    mouse.push(page.get_by_role("button", name="Another data set"))
    mouse.write(page.locator("[name='datasets.1.title']"), "Contact lists")
    mouse.tick(page.locator("[name='datasets.1.role'][value=processor]"))
    for name in CUSTOMERS:
        mouse.tick(page.locator(f"[name='datasets.1.controllers'][value={name}]"))
    _whose(mouse, 1, "3412", "business_contacts")
    mouse.push(page.get_by_role("button", name="Save as version"))
    expect(page.locator("#toast-words")).to_contain_text("The facts are saved as a version.")


def _whose(mouse: Mouse, number: int, count: str, kind: str) -> None:
    asked = f"datasets.{number}"
    mouse.write(mouse.page.locator(f"[name='{asked}.people.count']"), count)
    mouse.tick(mouse.page.locator(f"[name='{asked}.people.kinds'][value={kind}]"))
    mouse.tick(mouse.page.locator(f"[name='{asked}.data.categories'][value=name]"))
