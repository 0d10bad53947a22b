"""Whom one tells and what comes back are live: an audience that fills and a reply that comes are on others' pages."""

import re

import pytest
from playwright.sync_api import expect

from incident.verbs.audiences import Importer, open_audience
from incident.verbs.entries import note
from notifications.audience import NewMember
from notifications.models import Channel
from tests.browser.conftest import Console
from tests.browser.test_live_elsewhere import CHANGED, SOON_MS, at
from tests.web.test_replies import come_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_an_audience_that_fills_is_seen_by_everybody_and_typed_columns_stay(console: Console) -> None:
    stage = console.stage
    parts, incident = stage.installation, stage.incident_id
    audience = stage.act("mara", open_audience, incident, "found later", Channel.EMAIL)
    reads, types = (at(console, "mara", f"/audiences/{audience.id}", width) for width in (1440, 390))
    expect(reads.get_by_text("Nobody yet")).to_be_visible()
    types.get_by_text("The columns are called otherwise").click()
    types.locator("[name=first_line]").fill("Kundennummer;Kont")
    found = enumerate((NewMember("new-1", "new1@example.net"), NewMember("new-2", "new2@example.net")), 1)
    Importer(parts.store, parts.keys, stage.people["mara"], parts.clock).fill(incident, audience.id, found)
    expect(reads.locator(".reach").first).to_have_text(re.compile(r"2\s+people"), timeout=SOON_MS)
    expect(types.get_by_text(CHANGED)).to_be_visible(timeout=SOON_MS)
    expect(types.locator("[name=first_line]")).to_have_value("Kundennummer;Kont")
    assert console.seen.troubles == []


def test_who_sent_a_file_that_was_refused_is_not_told_that_something_changed(console: Console) -> None:
    stage = console.stage
    audience = stage.act("mara", open_audience, stage.incident_id, "found later", Channel.EMAIL)
    sends = at(console, "mara", f"/audiences/{audience.id}")
    sends.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": b"id,email\nu1,nonsense\n"})
    sends.get_by_role("button", name="Import").click()
    expect(sends.get_by_text("stored nobody")).to_be_visible()
    sends.wait_for_selector("html[data-live]")
    sends.wait_for_timeout(2500)  # the process looks twice a second what was written
    expect(sends.get_by_text(CHANGED)).to_be_hidden()
    stage.act("mara", note, stage.incident_id, "somebody else's line")
    expect(sends.get_by_text(CHANGED)).to_be_visible(timeout=SOON_MS)
    console.seen.means("422")


def test_a_reply_that_nobody_can_place_comes_onto_the_page_of_who_sorts(console: Console) -> None:
    mara = at(console, "mara", "/replies")
    expect(mara.get_by_text("none has come")).to_be_visible()
    come_in(console.stage, "Which of my data was it?")
    expect(mara.get_by_role("link", name="Read it")).to_be_visible(timeout=SOON_MS)
    expect(mara.get_by_text("none has come")).to_be_hidden()
    assert console.seen.troubles == []
