"""The page that shows a text as one reader after another gets it, and sends a test of it to whoever looks."""

import re
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.auth.edge import Edge
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.queries.previews import INVENTED
from incident.queries.timeline import read_timeline
from incident.web.audiences import build_audience
from notifications.models import Delivery, Outgoing
from notifications.sealing import Place
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEBREW = next(sample.values["name"] for sample in INVENTED if sample.key == "hebrew")


@pytest.fixture
def notice(played: Stage) -> str:
    return f"/notices/{draft(played).id}"


def draft(stage: Stage, kind: NoticeKind = NoticeKind.PEOPLE) -> Notice:
    mine = (col(Notice.incident_id) == stage.incident_id, col(Notice.kind) == kind)
    with stage.installation.store.read() as session:
        return session.exec(select(Notice).where(*mine)).one()


def with_audience(stage: Stage) -> None:
    parts = stage.installation
    build_audience(Edge(parts.store, parts.keys, parts.clock, parts.settings), stage.people["mara"], draft(stage))


def actions(stage: Stage) -> list[str]:
    parts = stage.installation
    with parts.store.read() as session:
        return [line.action for line in read_timeline(session, parts.keys, stage.people["mara"], stage.incident_id)]


def readers(html: str) -> list[str]:
    offered = re.findall(r'<div class="line-head"><a href="[^"]*seen=[^"]*"[^>]*>([^<]+)<', html)
    return [unescape(name) for name in offered]


def test_invented_readers_are_offered_without_an_audience_and_framed_as_mails(enter: Enter, notice: str) -> None:
    browser = enter("lea")
    page = browser.get(f"{notice}/preview?text=de&seen=longest&view=text")
    assert page.status_code == 200
    assert readers(page.text)[:2] == ["An example", "The longest name"]
    assert "Guten Tag Maximiliane-Alexandra" in unescape(page.text)
    assert "there is no audience yet" in page.text
    assert "Show real recipients" not in page.text
    shown = browser.get(f"{notice}/preview?text=en&seen=hebrew").text
    frame = unescape(re.findall(r'<iframe class="sheet" sandbox [^>]*src="([^"]+)"', shown)[0])
    answer = browser.get(frame)
    assert f"\u2068{HEBREW}\u2069" in answer.text
    assert '<html lang="en" dir="ltr">' in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert browser.get(f"{notice}/preview?seen=unnamed&view=text").text.count("Hello,") == 1


def test_real_recipients_are_shown_once_the_timeline_says_so(stage: Stage, enter: Enter, notice: str) -> None:
    with_audience(stage)
    browser = enter("mara")
    before = browser.get(f"{notice}/preview?who=real")
    assert "Show real recipients" in before.text
    assert "Real recipients</span>" not in before.text
    assert "audience.previewed" not in actions(stage)
    asked = send(browser, f"{notice}/preview/recipients")
    assert asked.status_code == 303
    assert actions(stage)[0] == "audience.previewed"
    page = browser.get(asked.headers["location"])
    assert "Longest name or value" in readers(page.text)
    assert "people in “" in page.text
    text = browser.get(f"{notice}/preview?who=real&seen=longest&view=text").text
    assert re.search(r"Guten Tag|Dear", text)
    assert "Alex Example" not in text
    assert actions(stage).count("audience.previewed") == 1


def test_who_may_not_read_audiences_sees_invented_readers_only(stage: Stage, enter: Enter, notice: str) -> None:
    with_audience(stage)
    browser = enter("ines")
    assert "A privacy officer can look at real ones." in browser.get(f"{notice}/preview").text
    assert browser.get(f"{notice}/preview?who=real").status_code == 403
    assert browser.get(f"{notice}/preview/frame?who=real").status_code == 403
    assert send(browser, f"{notice}/preview/recipients").status_code == 403


def test_a_test_goes_to_the_address_of_who_asks(stage: Stage, enter: Enter, notice: str) -> None:
    browser = enter("mara")
    assert "mara@example.org, marked as a test" in browser.get(f"{notice}/preview").text
    answer = send(browser, f"{notice}/tests", text="de", seen="unnamed")
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "A test is on its way to mara@example.org." in page
    with stage.installation.store.read() as session:
        outgoing = session.exec(select(Outgoing).where(col(Outgoing.occasion).startswith("test:"))).one()
        row = session.exec(select(Delivery).where(col(Delivery.occasion) == outgoing.occasion)).one()
        place = Place("outgoing", "content_sealed", outgoing.occasion, outgoing.scope)
        content = stage.installation.keys.open(session, outgoing.content_sealed, place)
    assert row.person == str(stage.people["mara"].id)
    assert "[Test] " in content
    assert "{{" not in content
    assert actions(stage)[0] == "notice.tested"


def test_what_is_no_mail_or_not_written_is_not_sent(stage: Stage, enter: Enter, notice: str) -> None:
    browser = enter("mara")
    assert send(browser, f"{notice}/tests", text="xx").status_code == 404
    assert send(browser, f"{notice}/tests", text="en", to="other@example.org").status_code == 422
    public = f"/notices/{draft(stage, NoticeKind.ANNOUNCEMENT).id}"
    assert "Send me a test" not in browser.get(f"{public}/preview").text
    assert send(browser, f"{public}/tests", text="en").status_code == 409


def test_a_release_is_previewed_as_its_edition_and_an_approver_may_have_a_test(
    stage: Stage, enter: Enter, notice: str
) -> None:
    browser, approver = enter("mara"), enter("ines")
    assert f'href="{notice}/preview?text=en"' in browser.get(notice).text
    with_audience(stage)
    asked = send(browser, f"{notice}/releases", version="1")
    assert asked.status_code == 303, asked.text
    release = asked.headers["location"]
    assert f'href="{release}/preview?text=de"' in approver.get(release).text  # what most of them get
    page = approver.get(f"{release}/preview?text=de&view=phone").text
    assert "Edition 1, as each recipient gets it" in page
    assert "ines@example.org, marked as a test" in page
    assert send(approver, f"{release}/tests", text="de").status_code == 303
    assert browser.get(f"/releases/{UUID(int=5)}/preview").status_code == 404
    assert browser.get(f"/notices/{UUID(int=5)}/preview").status_code == 404


def test_a_draft_can_be_written_again_though_no_fact_has_changed(enter: Enter, notice: str) -> None:
    page = enter("mara").get(notice).text
    assert "have changed since it was written" not in page
    assert f'action="{notice}/draft"' in page


def test_a_broken_template_is_named_to_who_writes_with_it(
    stage: Stage, enter: Enter, notice: str, tmp_path: Path
) -> None:
    body = tmp_path / "own" / "notices" / "people" / "en" / "body.txt"
    body.parent.mkdir(parents=True)
    body.write_text("{{ organisation.nmae }}")
    stage.installation.settings.templates_folder = tmp_path / "own"
    answer = send(enter("mara"), f"{notice}/draft", version="1")
    assert answer.status_code == 409
    assert "notices/people/en/body.txt, line 1: " in answer.text
    assert "seventytwo templates check" in answer.text
