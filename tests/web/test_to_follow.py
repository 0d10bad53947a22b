"""What an authority was told is to follow stays before people's eyes until it is filed, and when an incident closes."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import col, select

from incident.models.law import Obligation
from incident.organisation import organisation_of
from incident.phases import Guard, Move
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from incident.verbs.incidents import write_review
from incident.verbs.moves import move
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AUTHORITY = "Commissioner of Berlin"
NO_DATE = "The law sets no date: without undue further delay (Art. 33(4))."
PASSING = [guard for guard in Guard if guard is not Guard.REASON]


def owed(stage: Stage) -> UUID:
    mine = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.duty) == "eu-gdpr-33-1-sa")
    with stage.installation.store.read() as session:
        return session.exec(select(Obligation.id).where(*mine)).one()


def filed(stage: Stage, browser: TestClient, form: str = "gdpr-33-3") -> None:
    """A filing drafted and recorded as submitted; all else that is owed is met too."""
    drafted = send(browser, f"{stage.path}/filings", obligation=str(owed(stage)), locale="de", form=form)
    filing = drafted.headers["location"].partition("#filing-")[2]
    where = {"submitted_to": AUTHORITY, "channel": "portal"}
    assert send(browser, f"{stage.path}/filings/{filing}/submission", **where).status_code == 303
    settled(stage)


def settled(stage: Stage) -> None:
    """Everything owed is met, so that no clock runs."""
    now = stage.installation.clock.now() - timedelta(minutes=1)
    stage.installation.store.write(
        lambda session: session.connection().execute(
            update(Obligation).where(col(Obligation.met_at).is_(None)).values(met_at=now, met_by="by hand")
        )
    )


def known(stage: Stage) -> None:
    """Who has the data is found out, and nothing else."""
    told = facts()
    for dataset in told["datasets"]:
        dataset["exposure"] = {**dataset["exposure"], "recipients": "public"}
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), told)


def read(browser: TestClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())


def test_the_overview_says_what_was_announced_to_whom_and_that_the_law_sets_no_date(
    played: Stage, enter: Enter
) -> None:
    mara = enter("mara")
    filed(played, mara)
    html = mara.get(played.path).text
    said = read(mara, played.path)
    assert f"{AUTHORITY} was told that this follows. {NO_DATE}" in said
    assert re.search(r"Who obtained the data announced .*? Not known yet", said)
    assert f'href="{played.path}/filings/new?obligation={owed(played)}"' in html
    for tab in ("", "/duties", "/timeline"):
        said = read(mara, f"{played.path}{tab}")
        assert "points announced to an authority are not filed yet" in said
        assert "Nothing is owed on the facts as saved." not in said


def test_what_the_facts_answer_now_is_marked_and_who_may_file_is_led_to_it(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    filed(played, mara)
    assert "what was announced and is known now" not in read(mara, played.path)
    known(played)
    filed_duty = f"{played.path}/duties/{owed(played)}"
    for path in (played.path, f"{played.path}/duties", filed_duty):
        assert re.search(r"Who obtained the data announced [^?]*?The facts answer it now", read(mara, path)), path
    assert "File what was announced and is known now." in read(mara, played.path)  # the risk is to be decided first
    organisation, ruling = organisation_of(played.installation.settings), Ruling("risk:accounts", "high", "Bank data.")
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    ruling = Ruling("risk:lists", "risk", "Business contacts.")
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    settled(played)
    assert "Next: file what was announced and is known now." in read(mara, played.path)
    ines = read(enter("ines"), played.path)  # who may file nothing is told, and offered nothing
    assert "Announced to an authority, to follow." in ines
    assert "Draft further information" not in ines


def test_the_board_of_who_may_file_says_it_and_no_other(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    filed(played, mara)
    known(played)
    board = read(mara, "/")
    assert f"announced to {AUTHORITY}" in board
    assert NO_DATE in board
    assert re.search(r"1 of \d known now", board)
    assert "announced to" in read(enter("lea"), "/")
    assert "announced to" not in read(enter("ines"), "/")


def test_it_is_gone_once_the_last_filing_is_submitted(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    filed(played, mara)
    send(mara, f"{played.path}/filings", obligation=str(owed(played)), locale="de", form="gdpr-33-3-supplement")
    drafted = read(mara, played.path)
    assert "Further information is drafted, not submitted." in drafted
    assert "Record the submission" in drafted
    filed(played, mara, "gdpr-33-3-final")
    said = read(mara, played.path)
    assert "announced" not in said
    assert "Nothing is owed on the facts as saved." in said
    assert "announced to" not in read(mara, "/")


def test_who_closes_the_incident_is_told_and_a_closed_one_still_says_it(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    filed(played, mara)
    played.act("mara", write_review, played.incident_id, "What happened, what helped, what changes.")
    for name in (Move.RECOVER, Move.REVIEW):
        played.act("mara", move, played.incident_id, played.version(), name, passing=PASSING, reason="drill")
    before = unescape(mara.get(f"{played.path}/review").text)
    (leaves,) = re.findall(r'id="leaves-close">(.*?)</p>', before, re.DOTALL)
    assert f'<a href="{played.path}/duties#to-follow">' in leaves
    assert "points announced to an authority are not filed yet" in leaves
    played.act("mara", move, played.incident_id, played.version(), Move.CLOSE, passing=PASSING, reason="drill")
    closed = read(mara, played.path)
    assert "Announced and not filed." in closed
    assert "Nothing is owed any more." not in closed
    assert "announced to" not in read(mara, "/")
