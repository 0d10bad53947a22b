"""The page of duties: what it says of each, like laws on one line, decisions on many at once, and how fast it is."""

import re
from datetime import timedelta
from html import unescape
from time import process_time
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.models.law import Decision, Obligation
from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage, facts
from tests.web.worldwide import worldwide_facts

AT_MOST = 3.0  # seconds of processor time on a busy machine; a tenth of it on a free one


def owed(stage: Stage) -> list[Obligation]:
    with stage.installation.store.read() as session:
        mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.withdrawn_at).is_(None))
        return list(session.exec(select(Obligation).where(*mine, col(Obligation.applies) != "no")).all())


def said_of(html: str, identity: object) -> str:
    """The card of one duty."""
    found = re.search(rf'<article class="duty" id="duty-{identity}">.*?</article>', html, re.DOTALL)
    assert found, f"no card of {identity}"
    return unescape(re.sub(r"\s+", " ", found[0]))


@pytest.fixture
def world(stage: Stage) -> Stage:
    """The same incident with people in every country and state."""
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), worldwide_facts())
    return stage


def test_a_card_says_what_to_whom_by_when_why_and_by_which_law(played: Stage, enter: Enter) -> None:
    row = next(row for row in owed(played) if row.duty == "eu-gdpr-33-1-sa")
    card = said_of(enter("mara").get(f"{played.path}/duties").text, row.id)
    assert "Notify the supervisory authority" in card
    assert "GDPR Art. 33(1),(3),(4)" in card
    assert "to supervisory authority" in card
    assert "Fri 27 Nov 2026, 08:30 CET" in card  # in the reader's zone, which is named
    assert "2026-11-24 07:30:00Z + 72 h" in card  # why this date
    assert "Did the data get out? Likely" in card or "What was hurt? Confidentiality" in card
    assert "Another reading" in card
    assert "without undue delay and, where feasible, not later than" in card
    assert "A late notification carries reasons for the delay" in card
    assert 'href="https://eur-lex.europa.eu/' in card
    assert "from 25 May 2018" in card
    assert "Read in the text of the law." in card


def test_what_nobody_checked_is_marked(world: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{world.path}/duties").text
    rules = {row.id: row.rule for row in owed(world)}
    unverified = [identity for identity, rule in rules.items() if rule["basis"] == "own_knowledge"]
    uncited = [identity for identity, rule in rules.items() if rule["kind"] == "statute" and not rule["url"]]
    timeless = [identity for identity, rule in rules.items() if rule["kind"] == "statute" and not rule["applies_from"]]
    assert unverified
    assert uncited
    assert timeless
    assert all("Unverified rule" in said_of(html, identity) for identity in unverified)
    assert all("Citation to be checked" in said_of(html, identity) for identity in uncited)
    page = enter("mara").get(f"{world.path}/duties/{timeless[0]}").text
    assert "validity not researched, taken as in force" in page


def test_a_duty_leads_to_what_meets_it(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/duties").text
    rows = [row for row in owed(played) if not row.met_at and f'id="duty-{row.id}"' in html]
    assert {"supervisory_authority", "data_subjects", "internal_register"} <= {row.addressee_kind for row in rows}
    for row in rows:
        card = said_of(html, row.id)
        filed = f'href="{played.path}/filings/new?obligation={row.id}"' in card
        assert filed == (row.addressee_kind == "supervisory_authority"), row.duty
        kinds = {"data_subjects": "people", "controller": "customer", "customers": "customer"}
        written = re.findall(rf'href="{played.path}/notices\?kind=(\w+)[^"]*#draft-form"', card)
        assert written == [kinds[row.addressee_kind]] if row.addressee_kind in kinds else not written, row.duty


def test_the_way_from_a_duty_to_its_notice_chooses_what_is_written(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    row = next(row for row in owed(played) if row.addressee_kind == "data_subjects")
    way = links(said_of(mara.get(f"{played.path}/duties").text, row.id), f"{played.path}/notices?")[0]
    html = mara.get(way).text
    form = html.split('id="draft-form"')[1].split("</form>")[0]
    assert '<details class="fold" open>' in form
    assert '<option value="people" selected>' in form
    assert f'<option value="{row.datasets[0]}" selected>' in form
    plain = mara.get(f"{played.path}/notices").text.split('id="draft-form"')[1].split("</form>")[0]
    assert "selected" not in plain
    assert '<details class="fold" open>' not in plain
    assert mara.get(f"{played.path}/notices?kind=nonsense&dataset=nothing").status_code == 200


def test_a_duty_to_customers_nobody_has_named_asks_who_they_are(stage: Stage, enter: Enter) -> None:
    document = facts()
    del document["datasets"][0]["controllers"]
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), document)
    mara = enter("mara")
    row = next(row for row in owed(stage) if row.addressee == "controllers")
    card = said_of(mara.get(f"{stage.path}/duties").text, row.id)
    way = f"{stage.path}/assessment?ask=controllers&dataset=lists#question"
    assert f'href="{way}"' in card
    assert "Write the notice" not in card
    assert mara.get(f"{stage.path}/assessment?ask=controllers&dataset=lists").status_code == 200
    board = mara.get("/").text
    assert "not known yet" in board
    assert "no business customer affected" not in board


def test_a_duty_to_named_customers_leads_to_who_is_left(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/duties").text
    row = next(row for row in owed(played) if row.addressee_kind == "controller" and not row.met_at)
    shown = html[html.index("Notify the controller") :]
    assert f'href="{played.path}/customers"' in shown[: shown.index("</article>")], row.duty


def test_our_own_target_and_promise_never_look_like_law(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/duties").text
    for row in owed(played):
        if row.duty == "eu-gdpr-33-2-processor":
            group = re.search(r'<article class="duty".*?Notify the controller.*?</article>', html, re.DOTALL)
            assert group
            assert "Own target, not law" in group[0]
        if row.kind == "promise":
            assert "Our promise, not law" in said_of(html, row.id)
            assert "In force" not in said_of(html, row.id)


def test_a_day_that_ends_elsewhere_is_said_in_that_place(world: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{world.path}/duties").text
    row = next(row for row in owed(world) if row.duty.startswith("jp-") and row.due_at)
    assert re.search(r"\d+ \w+, 23:59 in Tokyo", said_of(html, row.id))


def test_the_states_are_one_line_that_names_its_number_and_the_next(world: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{world.path}/duties").text
    heads = re.findall(r"US state laws: (\d+) ([a-z ,]+)<", html)
    assert {what for _, what in heads} >= {"notices to residents", "notices to state authorities"}
    shown = re.findall(r'<article class="duty" id="duty-([0-9a-f-]+)"', html)
    assert len(shown) == len(set(shown)) > 250
    first = re.search(r"<span>the next: (US-[A-Z]{2})</span>", html)
    assert first
    assert f'<h3 id="{first}' not in html
    assert "Notify the supervisory authority: 30 authorities" in html  # established outside the Union


def test_three_hundred_duties_are_served_in_no_time(world: Stage, enter: Enter) -> None:
    def copy(act: object) -> None:
        session = act.session  # type: ignore[attr-defined]
        rows = session.exec(select(Obligation).where(col(Obligation.incident_id) == world.incident_id)).all()
        for number in range(300 - len(rows)):
            values = rows[number].model_dump(exclude={"id", "entity"})
            session.add(Obligation(**values, entity=f"subsidiary-{number}"))

    world.act("mara", copy)
    browser = enter("mara")
    browser.get(f"{world.path}/duties")  # the templates are compiled
    began = process_time()
    answer = browser.get(f"{world.path}/duties")
    took = process_time() - began
    assert answer.status_code == 200
    assert len(owed(world)) >= 285
    assert took < AT_MOST, took
    assert len(answer.content) < 1_000_000


def test_one_duty_has_a_page_of_its_own(world: Stage, enter: Enter) -> None:
    browser = enter("ines")
    html = browser.get(f"{world.path}/duties").text
    lean = links(html, f"{world.path}/duties/")
    assert lean  # what is folded away twice is fetched, or opened as a page without a script
    page = browser.get(lean[0]).text
    assert "In force" in page
    assert 'value="not_due"' in page
    missing = browser.get(f"{world.path}/duties/01a214a3-a741-7000-aca2-b1a859368e47")
    assert missing.status_code == 404


def test_several_duties_are_decided_at_once_with_what_they_have_in_common(world: Stage, enter: Enter) -> None:
    browser = enter("ines")
    html = browser.get(f"{world.path}/duties").text
    ticks = re.findall(r'<input type="checkbox" form="together-form" name="chosen" value="([^"]+)"', html)
    group = next(tick for tick in ticks if tick.count(",") > 5)
    single = next(tick for tick in ticks if "," not in tick and tick not in group)
    said = {
        "common": "not personal information under these state laws",
        "outcome": "not_due",
        "reason": "Only work addresses.",
        "version": str(world.version()),
        "look_again": "2026-12-24",
    }
    answer = send(browser, f"{world.path}/decisions/group", chosen=group, **said)
    assert answer.status_code == 303
    covered = {UUID(name) for name in group.split(",")}
    rows = {row.id: row for row in owed(world)}
    assert all(rows[name].not_due_at for name in covered)
    assert rows[UUID(single)].not_due_at is None
    with world.installation.store.read() as session:
        decision = session.exec(select(Decision)).one()
    assert decision.subject == f"group:{said['common']}"
    assert {UUID(name) for name in decision.covers} == covered
    assert decision.look_again_at is not None
    assert decision.look_again_at.isoformat() == "2026-12-24T08:00:00+00:00"  # nine in the morning in Berlin
    html = browser.get(f"{world.path}/duties").text
    assert "Only work addresses." in html
    assert "to look at again" in html


def test_a_decision_on_nothing_in_common_or_on_a_past_day_is_refused_with_the_mend(played: Stage, enter: Enter) -> None:
    browser, row = enter("ines"), owed(played)[0]
    usual = {"outcome": "waived", "reason": "A test.", "version": str(played.version()), "common": "a test"}
    path = f"{played.path}/decisions/group"
    nothing = send(browser, path, **usual)
    assert nothing.status_code == 422
    assert "choose the duties and say what they have in common" in unescape(nothing.text)
    assert f'href="{played.path}/duties"' in nothing.text
    unnamed = send(browser, path, **{**usual, "common": " "}, chosen=str(row.id))
    assert "choose the duties and say what they have in common" in unescape(unnamed.text)
    past = send(browser, path, **usual, chosen=str(row.id), look_again="2026-11-24")
    assert "a day to come" in past.text
    assert "A test." in past.text  # what was written is not lost
    odd = send(browser, path, **usual, chosen="not-an-id")
    assert "tick the duties on the page" in odd.text
    stale = send(browser, path, **{**usual, "version": "1"}, chosen=str(row.id))
    assert stale.status_code == 409
    assert owed(played)[0].waived_at is None


def test_who_may_not_decide_finds_no_boxes_to_tick(played: Stage, enter: Enter) -> None:
    for who, may in (("mara", False), ("lea", False), ("ines", True)):
        html = enter(who).get(f"{played.path}/duties").text
        assert ('id="together-form"' in html) is may
        assert ('name="chosen"' in html) is may


def test_what_is_still_to_be_known_leads_to_its_question(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = unescape(browser.get(f"{played.path}/duties").text)
    first = re.search(r'To know next: <a href="([^"]+)">([^<]+)</a>', html)
    assert first
    assert re.search(r"\d+ duties wait for the answer", html)
    question = browser.get(first[1].partition("#")[0]).text
    assert f"<h2>{first[2]}</h2>" in question or f">{first[2]}</label></h2>" in unescape(question)
    assert "may not bind us at all" in html


def test_the_look_of_a_closed_incident_offers_no_act(played: Stage, enter: Enter) -> None:
    from incident.models.incidents import Incident
    from incident.phases import Phase

    def close(act: object) -> None:
        session = act.session  # type: ignore[attr-defined]
        incident = session.get_one(Incident, played.incident_id)
        incident.phase, incident.closed_at = Phase.CLOSED, played.installation.clock.now() + timedelta()
        session.add(incident)

    played.act("mara", close)
    for who in ("mara", "ines"):
        html = enter(who).get(f"{played.path}/duties").text
        assert 'name="outcome"' not in html
        assert f'action="{played.path}/moments"' not in html
        assert f'action="{played.path}/awareness"' not in html
        page = enter(who).get(f"{played.path}/assessment").text
        assert 'id="question-form"' not in page
        assert 'name="risk"' not in page
        assert 'name="outcome"' not in page


def test_board_deadlines_and_tabs_count_the_same_duties(played: Stage, enter: Enter) -> None:
    """One owed to fourteen customers at one moment is one of them everywhere."""
    mara = enter("mara")
    board, duties = mara.get("/").text, mara.get(f"{played.path}/duties").text
    for standing, groups in (("soon", "soon"), ("ahead", "ahead|without-a-date")):
        tile = re.search(rf'/\?standing={standing}">.*?<dd class="[^"]*">(\d+)</dd>', board, re.DOTALL)
        heads = re.findall(rf'id="(?:{groups})"[^>]*><summary.*?tally-mark">(\d+)<', duties, re.DOTALL)
        assert tile
        assert int(tile[1]) == sum(map(int, heads))
