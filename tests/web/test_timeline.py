"""The timeline is looked through by whom, by what and by day; decisions stand above it, evidence with its digest."""

import hashlib
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from incident.queries.timeline import PAGE
from incident.verbs.act import Act
from incident.verbs.entries import note
from incident.verbs.evidence import Finding, keep_evidence
from tests.web.conftest import Enter
from tests.web.reading import links
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def entries(browser: TestClient, address: str) -> str:
    """The entries on a page of the timeline, without what stands above them."""
    return browser.get(address).text.partition('<ol class="chron">')[2].partition("</ol>")[0]


def test_entries_are_chosen_by_whom_what_and_day(played: Stage, enter: Enter) -> None:
    played.act("mara", note, played.incident_id, "Mara wrote this")
    played.act("ines", note, played.incident_id, "Ines wrote this")
    browser, path = enter("mara"), f"{played.path}/timeline"
    mine = entries(browser, f"{path}?who=user:{played.people['mara'].id}")
    assert "Mara wrote this" in mine
    assert "Ines wrote this" not in mine
    notes = entries(browser, f"{path}?what=notes")
    assert "Ines wrote this" in notes
    assert "Facts saved" not in notes
    assert "Ines wrote this" not in entries(browser, f"{path}?what=facts")
    today, day = played.installation.clock.now().date(), timedelta(days=1)
    assert "Ines wrote this" in entries(browser, f"{path}?from={today - day}&to={today + day}")
    assert "Nothing fits" in browser.get(f"{path}?to=1999-12-31").text
    assert "Ines wrote this" in entries(browser, f"{path}?who=&what=nonsense&from=yesterday&to=9999-12-31")


def test_what_was_chosen_is_kept_through_paging_and_the_live_view(played: Stage, enter: Enter) -> None:
    def write(act: Act) -> None:
        for number in range(PAGE + 3):
            note(act, played.incident_id, f"Line {number}.")

    played.act("ines", write)
    played.act("mara", note, played.incident_id, "Mara wrote this")
    browser = enter("mara")
    address = f"{played.path}/timeline?who=user:{played.people['ines'].id}&what=notes"
    first = browser.get(address).text
    assert 'hx-get="' + address.replace(":", "%3A").replace("&", "&amp;") + '"' in first
    older = next(link for link in links(first, f"{played.path}/timeline?") if "before=" in link and "who=" in link)
    second = entries(browser, older)
    assert "Line 0." in second
    assert f"Line {PAGE + 2}." not in second
    assert "Mara wrote this" not in entries(browser, address) + second


def test_decisions_stand_above_the_newest_page_alone(played: Stage, enter: Enter) -> None:
    def bury(act: Act) -> None:
        for number in range(PAGE):
            note(act, played.incident_id, f"Line {number}.")

    browser = enter("mara")
    path = f"{played.path}/timeline"
    assert 'class="pinned"' in entries(browser, path)
    played.act("ines", bury)
    assert 'class="pinned"' not in entries(browser, path)
    above = browser.get(path).text.partition('id="decided"')[2].partition("</section>")[0]
    leads = links(above.replace('href="?', f'href="{path}?'), f"{path}?before=")
    assert leads
    where, _, anchor = leads[-1].partition("#")
    assert f'id="{anchor}" class="pinned"' in entries(browser, where)
    for narrower in ("?what=notes", "?before=20"):
        assert 'id="decided"' not in browser.get(f"{path}{narrower}").text


def test_kept_evidence_stands_with_a_link_and_its_whole_digest(played: Stage, enter: Enter) -> None:
    content = b"access log"
    row = played.act("mara", keep_evidence, played.incident_id, Finding("access.log", content))
    browser = enter("mara")
    said = entries(browser, f"{played.path}/timeline?what=evidence")
    assert f"SHA-256 {hashlib.sha256(content).hexdigest()}" in said
    assert f'href="{played.path}/evidence/{row.id}"' in said
    assert browser.get(f"{played.path}/evidence/{row.id}").content == content


def test_a_german_timeline_says_every_line_of_the_system_in_german(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    browser.cookies.set("language", "de")
    address, found = f"{played.path}/timeline", ""
    while address:
        page = browser.get(address).text
        found += page
        address = next((link for link in links(page, f"{played.path}/timeline?") if "before=" in link), "")
    said = re.findall(r'<div class="said">(.*?)</div></li>', found, re.DOTALL)
    assert len(said) > 12
    assert [line for line in said if 'lang="en"' in line] == []
    assert "Eröffnet als" in found
    assert any("<span>Gesetze</span>" in line for line in said)
