"""Moments the law counts from, by pages: recorded with their meaning, corrected, refused with the mend."""

import re
from html import unescape

import pytest

from incident.anchors import NAMES
from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from incident.web.words import MOMENTS
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.worldwide import worldwide_facts


@pytest.fixture
def world(stage: Stage) -> Stage:
    """People in every country: laws that count from many moments."""
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), worldwide_facts())
    return stage


def test_every_moment_of_the_law_has_a_short_name() -> None:
    assert set(MOMENTS) == set(NAMES)
    assert len(set(MOMENTS.values())) == len(NAMES)


def moment(html: str, name: str) -> str:
    """One moment of the page."""
    found = re.search(rf'<article class="moment" id="moment-{name}">.*?</article>', html, re.DOTALL)
    return unescape(found[0]) if found else ""


def test_every_moment_an_open_duty_counts_from_is_there_recorded_or_not(world: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{world.path}/duties").text
    shown = set(re.findall(r'id="moment-([a-z_]+)"', html))
    assert {"discovered", "occurred_from", "resolved"} <= shown <= set(NAMES)
    found = moment(html, "discovered")
    assert "The breach was discovered, or would have been with reasonable diligence" in found
    assert "Not recorded" in found
    assert re.search(r"\d+ open duties count from it", found)
    assert "Until it is recorded, awareness stands in for it" in found
    assert "Moment (Europe/Berlin)" in found  # the zone is named


def test_when_it_happened_can_be_recorded_though_no_duty_counts_from_it(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = browser.get(f"{stage.path}/duties").text
    happened = html.partition('id="happened"')[2].partition("</section>")[0]
    names = re.findall(r'id="moment-([a-z_]+)"', happened)
    assert names == ["occurred_from", "occurred_until", "detected", "discovered"]
    ended = moment(happened, "occurred_until")
    assert "Not recorded" in ended
    assert "Record it" in ended
    assert "Which rules" not in ended
    fields = {"name": "occurred_until", "at": "2026-11-24T07:30", "why": "The ACL was removed.", "evidence": "entry:1"}
    assert send(browser, f"{stage.path}/moments", **fields).status_code == 303
    assert "Tue 24 Nov 2026, 07:30 CET" in moment(browser.get(f"{stage.path}/duties").text, "occurred_until")
    assert f'href="{stage.path}/duties#happened"' in browser.get(f"{stage.path}/facts").text


def test_a_moment_is_recorded_in_the_readers_zone_and_moves_what_counts_from_it(world: Stage, enter: Enter) -> None:
    browser = enter("mara")
    fields = {"name": "discovered", "at": "2026-11-24T07:30", "why": "The provider rang.", "evidence": "entry:1"}
    assert send(browser, f"{world.path}/moments", **fields).status_code == 303
    html = browser.get(f"{world.path}/duties").text
    found = moment(html, "discovered")
    assert "Tue 24 Nov 2026, 07:30 CET" in found
    assert "The provider rang." in found
    assert "Not recorded" not in found
    assert "2026-11-24 06:30:00Z" in unescape(html)
    assert "Duties: " in browser.get(f"{world.path}/timeline").text


def test_a_recorded_moment_is_corrected_by_a_later_record(world: Stage, enter: Enter) -> None:
    browser = enter("mara")
    path = f"{world.path}/moments"
    fields = {"name": "discovered", "at": "2026-11-24T07:30", "why": "The provider rang."}
    send(browser, path, **fields)
    record = re.search(r'name="corrects" value="([^"]+)"', browser.get(f"{world.path}/duties").text)
    assert record
    twice = send(browser, path, **fields)
    assert twice.status_code == 409
    assert "correct that record" in twice.text
    changed = {**fields, "at": "2026-11-24T06:15", "why": "They rang earlier.", "corrects": record[1]}
    assert send(browser, path, **changed).status_code == 303
    found = moment(browser.get(f"{world.path}/duties").text, "discovered")
    assert "06:15 CET" in found
    assert "07:30 CET" not in found
    again = send(browser, path, **changed)
    assert again.status_code == 409
    assert "correct the newer one" in again.text


def test_a_moment_of_one_data_set_stands_beside_that_of_the_others(world: Stage, enter: Enter) -> None:
    browser = enter("mara")
    fields = {"name": "discovered", "at": "2026-11-24T07:30", "why": "Of the lists.", "scope": "dataset:lists"}
    assert send(browser, f"{world.path}/moments", **fields).status_code == 303
    found = moment(browser.get(f"{world.path}/duties").text, "discovered")
    assert "Customers' contact lists" in found
    assert "Record one of another data set" in found


@pytest.mark.parametrize(
    ("fields", "mend"),
    [
        ({"name": "discovered", "at": "soon", "why": "x"}, "such as 2026-11-24T09:00"),
        ({"name": "discovered", "at": "2026-11-25T07:30", "why": "x"}, "it has happened"),
        ({"name": "discovered", "at": "2026-11-24T07:30", "why": " "}, "say why it is this moment"),
        ({"name": "luncheon", "at": "2026-11-24T07:30", "why": "x"}, "is no moment of the law"),
        ({"name": "aware", "at": "2026-11-24T07:30", "why": "x"}, "awareness is proposed, then decided"),
        ({"name": "discovered", "at": "2026-11-24T07:30", "why": "x", "scope": "planet:9"}, "leave it empty"),
        ({"name": "discovered", "at": "2026-11-24T07:30", "why": "x", "corrects": "that one"}, "choose the record"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_moment_is_refused_with_the_mend_and_a_way_back(
    stage: Stage, enter: Enter, fields: dict[str, str], mend: str
) -> None:
    answer = send(enter("mara"), f"{stage.path}/moments", **fields)
    assert answer.status_code == 422
    assert mend in unescape(answer.text)
    assert f'href="{stage.path}/duties"' in answer.text


def test_awareness_is_proposed_by_one_and_decided_by_another_with_the_zone_named(stage: Stage, enter: Enter) -> None:
    lea, ines = enter("lea"), enter("ines")
    html = lea.get(f"{stage.path}/duties").text
    assert "Moment (Europe/Berlin)" in html
    assert 'value="decide"' not in html
    proposal = {"act": "propose", "at": "2026-11-24T08:00", "why": "The log.", "clue": "verified", "version": "1"}
    assert send(lea, f"{stage.path}/awareness", **proposal).status_code == 303
    assert "The log." in ines.get(f"{stage.path}/duties").text
    assert '<option value="">Choose</option>' in html
    assert send(lea, f"{stage.path}/awareness", **{**proposal, "clue": ""}).status_code == 422
    refused = send(lea, f"{stage.path}/awareness", **{**proposal, "act": "decide"})
    assert refused.status_code == 403
    assert "decider or privacy officer" in refused.text
    version = str(stage.version())
    assert (
        send(enter("mara"), f"{stage.path}/awareness", **{**proposal, "act": "decide", "version": version}).status_code
        == 303
    )
    assert "Tue 24 Nov 2026, 08:00 CET" in ines.get(f"{stage.path}/duties").text


def test_a_hold_of_law_enforcement_can_be_recorded_where_a_law_permits_it(world: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "every open duty whose law permits it to wait" in moment(
        browser.get(f"{world.path}/duties").text, "hold_requested"
    )
    fields = {"name": "hold_requested", "at": "2026-11-24T09:30", "why": "The police wrote."}
    assert send(browser, f"{world.path}/moments", **fields).status_code == 303
    html = browser.get(f"{world.path}/duties").text
    assert "at the request of law enforcement" in html
    assert moment(html, "hold_lifted")


def test_the_duties_begin_with_what_makes_clocks_provisional_until_awareness_is_decided(
    world: Stage, enter: Enter
) -> None:
    mara, lea = enter("mara"), enter("lea")
    said = re.compile(r"(Every clock is|\d+ of \d+ clocks are) provisional")
    html = mara.get(f"{world.path}/duties").text
    assert said.search(html)
    assert '<a href="#awareness-form">Decide when we knew</a>' in html
    assert 'id="awareness-form"' in html
    assert "Propose when we knew" in lea.get(f"{world.path}/duties").text
    decided = {"act": "decide", "at": "2026-11-24T08:00", "why": "The log.", "clue": "verified"}
    answer = send(mara, f"{world.path}/awareness", **decided, version=str(world.version()))
    assert answer.status_code == 303
    assert not said.search(mara.get(f"{world.path}/duties").text)
