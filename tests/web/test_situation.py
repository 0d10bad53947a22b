"""The situation report and the hand-over as people meet them on their pages."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.organisation import organisation_of
from incident.roles import Role, Visibility
from incident.verbs.anchors import Moment, record_moment
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import CUSTOMERS, Stage
from tests.web.test_matrix import signed_in_as


def test_the_report_of_the_case_in_three_sentences_and_six_parts(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/situation").text
    assert "It concerns 2 bodies of data and 3,452 people; cause: Misconfiguration." in html
    assert "commanded by Mara Lindqvist" in html
    assert f"Business customers (1 of {len(CUSTOMERS)})" in html
    for part in ("Known and unknown", "Next deadlines", "Told", "Open risks", "Decided", "What comes next"):
        assert f">{part}</h2>" in html
    assert "Passed and not made good: " in html
    assert "Awareness decided" in html
    assert f'hx-sse:connect="{played.path}/events"' in html


def test_a_deadline_of_which_nobody_knows_whether_it_applies_may_apply(played: Stage, enter: Enter) -> None:
    where = f"{played.path}/situation"
    before = enter("mara").get(f"{where}.txt").text.count(", may apply")

    def unsure(session: Session) -> None:
        for row in session.exec(select(Obligation).where(col(Obligation.incident_id) == played.incident_id)):
            row.applies = "unknown"

    played.installation.store.write(unsure)
    assert enter("mara").get(f"{where}.txt").text.count(", may apply") > before
    assert ", may apply" in enter("mara").get(where).text


def test_what_is_asked_and_not_known_counts_moments_nobody_recorded(stage: Stage, enter: Enter) -> None:
    def missing() -> int:
        text = enter("mara").get(f"{stage.path}/situation.txt").text
        found = re.search(r"(\d+) that a duty or a filing asks for are not", text)
        assert found
        return int(found[1])

    organisation, now = organisation_of(stage.installation.settings), stage.installation.clock.now()
    counts = []
    for name in ("discovered", "occurred_from", "occurred_until"):
        stage.act("mara", record_moment, stage.incident_id, organisation, Moment(now, "Seen in the log.", name))
        counts.append(missing())
    assert [counts[0] - 1, counts[0] - 2] == counts[1:]


def test_a_fresh_report_says_what_is_not_known(stage: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{stage.path}/situation").text
    for words in ("when it began and whether it has ended is not known", "No facts are saved yet", "not set"):
        assert words in html
    assert "Nobody commands this incident." in html


def test_the_commander_sets_when_the_next_comes_and_everybody_reads_it(
    played: Stage, enter: Enter, clock: MovableClock
) -> None:
    mara, where = enter("mara"), f"{played.path}/situation"
    send(mara, f"{where}/rhythm", every="240", first="2026-11-24T12:00")
    assert "Tue 24 Nov 2026, 12:00 CET" in enter("lea").get(where).text
    clock.move(timedelta(hours=3))  # 13:00 by the clocks of the reader
    text = enter("lea").get(f"{where}.txt").text
    assert "As of Tue 24 Nov 2026, 13:00 CET. The next report comes Tue 24 Nov 2026, 16:00 CET." in text
    mara = enter("mara")  # three hours end a session
    send(mara, f"{where}/rhythm", every="0")
    assert "When the next report comes is not set." in mara.get(f"{where}.txt").text
    assert "No next situation report is promised any more." in mara.get(f"{played.path}/timeline").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fields", [{"every": "1"}, {"every": "10081"}, {"every": "60", "first": "soon"}, {}])
def test_a_rhythm_that_is_none_is_refused(played: Stage, enter: Enter, fields: dict[str, str]) -> None:
    browser = enter("mara")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{played.path}/situation").text)
    assert csrf
    sent = browser.post(f"{played.path}/situation/rhythm", data={"csrf_token": csrf[1], **fields})
    assert sent.status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_whoever_may_not_read_the_incident_gets_no_report(played: Stage, enter: Enter, visibility: Visibility) -> None:
    def hide(session: object) -> None:
        session.get_one(Incident, played.incident_id).visibility = visibility  # type: ignore[attr-defined]

    played.installation.store.write(hide)
    for page in ("situation", "situation.txt", "handover"):
        assert enter("lea").get(f"{played.path}/{page}").status_code == 404
        assert enter("mara").get(f"{played.path}/{page}").status_code == 200
    assert signed_in_as(played, enter, Role.SUPPORT).get(f"{played.path}/situation").status_code in (403, 404)


def test_one_hands_over_another_takes_over_and_the_note_stays_pinned(played: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    form = mara.get(f"{played.path}/handover").text
    assert "Passed and not made good" in form
    send(mara, f"{played.path}/handovers", runs="Logs are copied.", awaited="", worries="A second <bucket>.")
    assert "You wrote it: somebody else takes over." in mara.get(played.path).text
    page = lea.get(played.path).text
    assert "Nobody has taken over" in page
    assert "A second &lt;bucket&gt;." in page
    assert "Nobody has taken over from Mara Lindqvist." in lea.get(f"{played.path}/situation").text
    (action,) = re.findall(r'action="([^"]+/acknowledgement)"', page)
    send(lea, action)
    assert "Lea Brandt took over" in mara.get(played.path).text
    timeline = mara.get(f"{played.path}/timeline").text
    assert "Lea Brandt has read the hand-over note" in timeline
    assert "What worries: A second &lt;bucket&gt;." in timeline


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_nobody_has_taken_over_that_is_the_main_button_and_after_it_the_usual_one(
    played: Stage, enter: Enter
) -> None:
    send(enter("mara"), f"{played.path}/handovers", runs="Logs are copied.", awaited="", worries="")
    lea = enter("lea")
    for page, usual in ((played.path, "Add to the timeline"), (f"{played.path}/handover", "Hand over")):
        assert main_buttons(lea.get(page).text) == ["I have read it and take over"]
        assert main_buttons(enter("mara").get(page).text) == [usual]
    (action,) = re.findall(r'action="([^"]+/acknowledgement)"', lea.get(played.path).text)
    send(lea, action)
    assert main_buttons(lea.get(played.path).text) == ["Add to the timeline"]


def main_buttons(html: str) -> list[str]:
    """The words on the main buttons of a page."""
    found = re.findall(r'<button class="btn primary[^>]*>(.*?)</button>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", words).strip() for words in found]


def test_an_empty_note_comes_back_with_what_is_wrong(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{played.path}/handover").text)
    assert csrf
    sent = browser.post(f"{played.path}/handovers", data={"csrf_token": csrf[1], "runs": " "})
    assert "write what the next shift has to know" in sent.text
    long = browser.post(
        f"{played.path}/handovers", data={"csrf_token": csrf[1], "runs": "x" * 10_001, "worries": "Kept words."}
    )
    assert "Kept words." in long.text
