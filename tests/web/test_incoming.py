"""What came back, on its page and by the API: counted, shown as received, settled, and the list for letters taken."""

from functools import partial

import pytest
from sqlmodel import Session, col, select, update

from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.incoming import ReceivedMail
from notifications.received import Incoming, Kept
from tests.notifications.test_bounces import raw
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STRANGE = b"Content-Type: text/plain; " + b"a=b; " * 2000 + b"<script>"


@pytest.fixture
def returned(stage: Stage) -> Stage:
    """A stage to which a stranger's bounce and something unreadable came back."""
    parts = stage.installation
    for mail in (raw("postfix-failed"), STRANGE):
        parts.store.write(partial(_keep, stage, Incoming(mail, "lmtp", "bounces@notices.example", "")))
    look_at_incoming(parts.store, parts.keys, IncomingRules(frozenset()), parts.clock.now())
    return stage


def _keep(stage: Stage, mail: Incoming, session: Session) -> Kept:
    parts = stage.installation
    return receive_mail(Act(session, parts.keys, system("tests"), parts.clock.now()), mail)


def _aside(stage: Stage) -> str:
    with stage.installation.store.read() as session:
        found = session.exec(select(ReceivedMail.id).where(col(ReceivedMail.trouble) != "")).one()
    return str(found)


def test_nothing_has_come_back_at_first(stage: Stage, enter: Enter) -> None:
    assert "Nothing has come back" in enter("mara").get("/incoming").text


def test_it_is_counted_shown_as_text_and_settled(returned: Stage, enter: Enter) -> None:
    browser = enter("mara")
    page = browser.get("/incoming").text
    assert "Reports, read" in page
    assert "Waiting for their delivery" in page
    assert "longer than any honest one" in page
    path = f"/incoming/{_aside(returned)}"
    shown = send(browser, f"{path}/views").text
    assert "&lt;script&gt;" in shown
    assert send(browser, f"{path}/settlement").headers["location"] == "/incoming"
    assert "longer than any honest one" not in browser.get("/incoming").text


def test_what_is_erased_can_no_longer_be_shown(returned: Stage, enter: Enter) -> None:
    returned.installation.store.write(lambda session: session.exec(update(ReceivedMail).values(raw_sealed=None)))
    browser = enter("mara")
    answer = send(browser, f"/incoming/{_aside(returned)}/views")
    assert answer.status_code == 404
    assert "erased on schedule" in answer.text
