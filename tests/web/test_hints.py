"""Hints on the pages of facts: marked, with their reason, taken over by the person alone, and never a fact before."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.adapters.signals import Hint
from incident.asset_rules import Declaration
from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Incident
from incident.models.law import FactVersion
from incident.phases import Phase
from incident.queries.facts import read_draft, read_facts
from incident.verbs.assets import declare_asset
from notifications.clock import MovableClock
from tests.incident.hinting import LEAK, NAMES, hear, signal
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DECLARED = Declaration("bucket", "exports-*", ("health",), (), ("DE", "US-CA"), "processor", ("customer-001",), "main")
COUNT = Hint("people.count", 12, "Rows of the export.")


def shown(browser: TestClient, stage: Stage) -> str:
    answer = browser.get(f"{stage.path}/facts")
    assert answer.status_code == 200, answer.text[:2000]
    return unescape(answer.text)


def offered(html: str) -> dict[str, str]:
    """Names of fields with a hint, and what their buttons send."""
    return {found.partition("@")[2]: found for found in re.findall(r'name="take" value="([^"]+)"', html)}


def draft(stage: Stage) -> dict[str, Any]:
    parts, mara = stage.installation, stage.people["mara"]
    with parts.store.read() as session:
        return dict(read_draft(session, parts.keys, mara, stage.incident_id) or {})


def version(stage: Stage) -> int:
    with stage.installation.store.read() as session:
        return read_facts(session, stage.installation.keys, stage.people["mara"], stage.incident_id).number


def readings(stage: Stage) -> int:
    mine = (col(EntryHeader.subject) == incident_subject(stage.incident_id), col(EntryHeader.action) == "hints.read")
    with stage.installation.store.read() as session:
        return len(session.exec(select(EntryHeader.seq).where(*mine)).all())


def test_a_hint_stands_beside_its_question_and_answers_nothing(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    counted = re.findall(r"\d+ of \d+ answered", shown(browser, stage))
    assert "Hint, not a fact" not in shown(browser, stage)
    stage.act("mara", hear, stage.incident_id, signal(NAMES, LEAK), signal(NAMES))
    html = shown(browser, stage)
    assert set(offered(html)) == {"breach.cause", "datasets.0.data.categories"}
    assert NAMES.why in html
    assert "2 alerts say so" in html
    assert re.findall(r"\d+ of \d+ answered", html) == counted
    assert 'value="name" checked' not in html
    assert (version(stage), draft(stage), readings(stage)) == (0, {}, 1)


def test_a_hint_is_taken_over_into_the_draft_with_everything_that_was_typed(stage: Stage, enter: Enter) -> None:
    stage.act("mara", declare_asset, DECLARED)
    stage.act("mara", hear, stage.incident_id, signal(NAMES, LEAK, COUNT))
    browser = enter("mara")
    typed = {"based_on": "0", "datasets.0.id": "data", "datasets.0.title": "Typed", "datasets.0.reach": "FR = 7"}
    fields = ["breach.cause", "data.categories", "people.count", "reach", "role", "controllers", "entity"]
    for name in fields:
        place = name if name.startswith("breach") else f"datasets.0.{name}"
        takes = re.findall(r'name="take" value="([^"]+)"', shown(browser, stage))
        wanted = next(found for found in takes if found.endswith(f"@{place}"))
        kept = draft(stage).get("datasets", [{}])[0]
        ticked: list[str] = kept.get("data", {}).get("categories", [])
        sent: dict[str, str | list[str]] = {**typed, "datasets.0.data.categories": ticked}
        answer = send(browser, f"{stage.path}/facts", take=wanted, **sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{stage.path}/facts#{place}")
        row = draft(stage)["datasets"][0]
        assert row["title"] == "Typed"
        typed |= typed_of(draft(stage))
    assert draft(stage)["breach"] == {"cause": "misconfiguration"}
    assert row["people"] == {"count": 12}
    assert row["reach"] == {"DE": None, "US-CA": None, "FR": 7}
    assert (row["role"], row["controllers"], row["entity"]) == ("processor", ["customer-001"], "main")
    assert version(stage) == 0
    assert stage.version() == 1


def typed_of(document: dict[str, Any]) -> dict[str, str]:
    """What the page's fields hold of a draft, but for lists of words."""
    row = document["datasets"][0]
    found = {"breach.cause": document.get("breach", {}).get("cause", "")}
    found |= {f"datasets.0.{name}": row.get(name, "") for name in ("role", "entity")}
    found["datasets.0.controllers"] = "\n".join(row.get("controllers", ()))
    found["datasets.0.people.count"] = str(row.get("people", {}).get("count", ""))
    places = row.get("reach", {}).items()
    found["datasets.0.reach"] = "\n".join(f"{code} = {'unknown' if one is None else one}" for code, one in places)
    return found


def test_what_is_saved_beats_a_hint_and_the_contradiction_is_shown(played: Stage, enter: Enter) -> None:
    told = (signal(Hint("breach.cause", "malware", "The scan says so."), NAMES), signal(LEAK))
    played.act("mara", hear, played.incident_id, *told)
    html = shown(enter("mara"), played)
    assert set(offered(html)) == {"breach.cause"}  # the names are in the lists already, and the leak is the answer
    assert "The answer here says otherwise, and stands." in html
    assert 'Answered otherwise: <a href="#breach.cause">' in html
    assert re.search(r'<option value="misconfiguration" selected>', html)
    with played.installation.store.read() as session:
        rows = session.exec(select(FactVersion)).all()
    assert len(rows) == 1


def test_declared_and_outdated_says_by_whom_and_since_when(stage: Stage, enter: Enter, clock: MovableClock) -> None:
    stage.act("mara", declare_asset, DECLARED)
    stage.act("mara", hear, stage.incident_id, signal())
    html = re.sub(r"<[^>]+>", "", shown(enter("mara"), stage))
    assert "As declared for bucket exports-* on" in html
    assert "by Mara Lindqvist" in html
    assert "Outdated" not in html
    clock.move(timedelta(days=366))
    assert "Outdated: look whether it still holds" in shown(enter("mara"), stage)


def test_a_hint_that_is_gone_and_one_that_never_was_are_refused(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for take in ("0" * 16 + "@breach.cause", "x", "@", "a@datasets.0.data.categories", "a@datasets.9.nothing"):
        refused = send(browser, f"{stage.path}/facts", take=take)
        assert refused.status_code == 409
        assert "there no more" in refused.text
    assert draft(stage) == {}


def test_one_question_shows_its_hint_and_takes_it_over_into_the_field(stage: Stage, enter: Enter) -> None:
    stage.act("mara", hear, stage.incident_id, signal(LEAK))
    browser, ask = enter("mara"), f"{stage.path}/assessment?ask=breach.cause"
    html = unescape(browser.get(ask).text)
    assert "Hint, not a fact" in html
    assert 'value="misconfiguration" checked' not in html
    (link,) = re.findall(r'href="([^"]+take=[^"]+)"', html)
    taken = unescape(browser.get(link).text)
    assert re.search(r'value="misconfiguration" (checked|selected)', taken)
    assert "kept nowhere until you keep it" in taken
    assert draft(stage) == {}
    assert browser.get(ask + "&take=" + "0" * 16).status_code == 409
    other = unescape(browser.get(f"{stage.path}/assessment?ask=breach.malicious").text)
    assert "Hint, not a fact" not in other


def test_who_only_reads_and_an_incident_that_is_over_have_no_hints_to_take(stage: Stage, enter: Enter) -> None:
    stage.act("mara", hear, stage.incident_id, signal(LEAK))
    assert "Hint, not a fact" not in shown(enter("ines"), stage)

    def end(session: Any) -> None:
        session.get_one(Incident, stage.incident_id).phase = Phase.CLOSED

    stage.installation.store.write(end)
    assert "Hint, not a fact" not in shown(enter("mara"), stage)
    assert readings(stage) == 0


def test_what_an_alert_says_is_text_and_nothing_else(stage: Stage, enter: Enter) -> None:
    hostile = signal(Hint("breach.cause", "malware", "<script>alert(1)</script>"), title="</li><img src=x>")
    stage.act("mara", hear, stage.incident_id, hostile)
    html = enter("mara").get(f"{stage.path}/facts").text
    assert "<script>alert(1)" not in html
    assert "<img src=x>" not in html
