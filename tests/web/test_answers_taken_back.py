"""An answer that waits for a second person on the pages: taken back by its writer, and named before closing."""

import pytest
from sqlmodel import Session

from incident.models.incidents import Incident
from incident.models.replies import AnswerVersion, ReplyAnswer
from incident.phases import Phase
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_replies import come_in, one

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_writer_takes_a_waiting_answer_back_and_nobody_is_asked_any_more(stage: Stage, enter: Enter) -> None:
    path, mara, lea = come_in(stage, "Which data?"), enter("mara"), enter("lea")
    send(mara, f"{path}/drafts", text="Your name.", locale="en")
    given = one(stage, ReplyAnswer)
    assert isinstance(given, ReplyAnswer)
    away = f"/reply-answers/{given.id}/withdrawal"
    assert (f'action="{away}"' in mara.get(path).text, f'action="{away}"' in lea.get(path).text) == (True, False)
    assert send(mara, away).headers["location"] == f"{path}#answers"
    html = mara.get(path).text
    assert ("Taken back" in html, "Waits for a second person" in html) == (True, False)
    assert "The answer is taken back. Nothing of it went out." in html
    assert f'href="{path}#answers"' not in lea.get("/").text
    assert send(mara, away).status_code == 409


def test_closing_names_the_answers_that_wait(stage: Stage, enter: Enter) -> None:
    path, mara = come_in(stage, "What of my data?"), enter("mara")
    send(mara, f"{path}/incident", incident=str(stage.incident_id), reason="By its text.")
    send(mara, f"{path}/drafts", text="Your name.", locale="en")
    codename = stage.path.rpartition("/")[2]
    send(mara, "/answers", key="why", question="Why?", incident=codename, locale="en", text="Nobody knows yet.")
    assert "1 answer waits for a second person" not in mara.get(stage.path).text

    def review(session: Session) -> None:
        session.get_one(Incident, stage.incident_id).phase = Phase.REVIEW

    stage.installation.store.write(review)
    html = mara.get(stage.path).text
    assert f'<a href="{path}#answers">1 answer waits for a second person</a>' in html
    assert f'<a href="{stage.path}/answers">1 answer for the bank waits for approval</a>' in html
    assert f'<a href="{stage.path}/tasks">' in html
    given = one(stage, ReplyAnswer)
    assert isinstance(given, ReplyAnswer)
    send(mara, f"/reply-answers/{given.id}/withdrawal")
    assert "1 answer waits for a second person" not in mara.get(stage.path).text


def test_the_heading_of_the_bank_counts_what_is_approved_and_says_apart_what_waits(stage: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    send(mara, "/answers", key="why", question="Why?", locale="en", text="Nobody knows yet.")
    html = mara.get("/answers").text
    assert ('<span class="tally-mark">0</span></h2>' in html, "1 waits for approval" in html) == (True, True)
    version = one(stage, AnswerVersion)
    assert isinstance(version, AnswerVersion)
    send(ines, f"/answer-versions/{version.id}/approvals", digest=version.digest, reason="Read.")
    html = mara.get("/answers").text
    assert ('<span class="tally-mark">1</span></h2>' in html, "waits for approval" in html) == (True, False)
