"""Conversations with finders on their pages: closed until opened on record, hostile words are words, acts by form."""

from dataclasses import replace
from html import unescape

import pytest
from sqlmodel import Session, col, select

from incident.doors import mail_reception_of
from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.models.finders import FinderReading, FinderStatement, FinderThread
from incident.models.incidents import Incident
from incident.organisation import reception_of
from incident.reply_rules import ReplyRules
from incident.roles import Role, system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.models import Delivery
from notifications.received import Incoming
from tests.dkim_keys import NameServer
from tests.incident.reporting import FINDER, written
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_matrix import signed_in_as

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECURITY = "security@nimbus.example"


@pytest.fixture
def reported(stage: Stage) -> Stage:
    """The stage, with addresses for reports and notes."""
    chosen = {"security_addresses": SECURITY, "incident_address": "incident@reply.nimbus.example"}
    stage.installation = replace(stage.installation, settings=stage.installation.settings.model_copy(update=chosen))
    return stage


def come_in(stage: Stage, raw: bytes, an_hour: int = 20) -> None:
    parts = stage.installation

    def keep(session: Session) -> None:
        mail = Incoming(raw, "lmtp", SECURITY, "ann@finder.example")
        receive_mail(Act(session, parts.keys, system("tests"), parts.clock.now()), mail)

    parts.store.write(keep)
    found = mail_reception_of(parts.settings, reception_of(parts.settings))
    assert found is not None
    mail = replace(found, look_up=NameServer.of(FINDER), rules=replace(found.rules, an_hour=an_hour))
    rules = IncomingRules(frozenset(), replies=ReplyRules(), mail=mail)
    assert look_at_incoming(parts.store, parts.keys, rules, parts.clock.now()).troubles == ()


def report(stage: Stage, text: str, number: int = 1, an_hour: int = 20, **named: str) -> tuple[str, str]:
    """A report comes in; the pages of its conversation and of its incident."""
    mail = written(text, Message_ID=f"<m{number}@finder.example>", **named)
    come_in(stage, FINDER.sign(mail.as_bytes()), an_hour)
    with stage.installation.store.read() as session:
        thread = session.exec(select(FinderThread).order_by(col(FinderThread.id).desc())).first()
        assert thread is not None
        return f"/finder-threads/{thread.id}", f"/incidents/{session.get_one(Incident, thread.incident_id).codename}"


def test_a_conversation_is_closed_until_it_is_opened_on_record(reported: Stage, enter: Enter) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} javascript:alert(1) \u202egnp.exe"
    path, home = report(reported, hostile, subject='"><img src=x onerror=alert(1)>')
    mara = enter("mara")
    assert "Finders" in mara.get(home).text
    for page in (path, f"{home}/finders"):
        assert "javascript:alert(1)" not in mara.get(page).text
        assert "ann@finder.example" not in mara.get(page).text
    opened = send(mara, f"{path}/views").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in opened
    assert "<script>alert" not in opened
    assert "<img src=x" not in opened
    assert "DKIM pass: finder.example" in opened
    assert "· Waiting</p>" in opened, "how far our answer is, in words"
    assert "{{ 7*7 }}" in unescape(opened)
    with reported.installation.store.read() as session:
        assert len(session.exec(select(FinderReading)).all()) == 1


def test_the_finder_is_written_to_and_nothing_inside_is_named(reported: Stage, enter: Enter) -> None:
    path, home = report(reported, "I found your bucket.")
    mara, codename = enter("mara"), home.rpartition("/")[2]
    assert send(mara, f"{path}/mails", text="Thank you, Ann.").headers["location"] == path
    assert send(mara, f"{path}/mails", text=f"We call it {codename}.").status_code == 422
    with reported.installation.store.read() as session:
        mails = session.exec(select(Delivery).where(col(Delivery.occasion).startswith("finder:"))).all()
    assert len(mails) == 2
    opened = send(mara, f"{path}/views").text
    assert "Thank you, Ann." in opened
    assert "automatic answer" in opened


def test_what_they_said_is_put_down_taken_and_left(reported: Stage, enter: Enter) -> None:
    path, home = report(reported, "I copied nothing and told nobody.")
    mara, lea = enter("mara"), enter("lea")
    assert send(mara, f"{path}/statements", question="copied", answer="nothing", note="Her words.").status_code == 303
    assert send(mara, f"{path}/statements", question="recipients", answer="finder").status_code == 303
    assert send(mara, f"{path}/statements", question="copied", answer="finder").status_code == 422
    page = mara.get(path).text
    assert "They copied nothing" in page
    assert "Her words." not in page
    assert "Her words." in send(mara, f"{path}/views").text
    with reported.installation.store.read() as session:
        copied, seen = session.exec(select(FinderStatement).order_by(col(FinderStatement.id))).all()
    assert send(mara, f"/finder-statements/{seen.id}/acceptance", based_on="0").status_code == 303
    assert send(mara, f"/finder-statements/{seen.id}/acceptance", based_on="1").status_code == 409
    assert send(lea, f"/finder-statements/{copied.id}/refusal", reason="Logs say more.").status_code == 303
    facts = mara.get(f"{home}/facts").text
    assert "single_known" in facts
    assert "Logs say more." in mara.get(f"{home}/timeline").text


def test_a_gathered_report_gets_an_incident_of_its_own(reported: Stage, enter: Enter) -> None:
    report(reported, "First.", number=1, an_hour=1)
    path, gathering = report(reported, "A real one.", number=2, an_hour=1, sender="bob@finder.example")
    mara = enter("mara")
    assert "Gathered with others" in mara.get(path).text
    own = send(mara, f"{path}/incident").headers["location"]
    assert not own.startswith(gathering)
    assert "Gathered with others" not in mara.get(path).text
    assert send(mara, f"{path}/incident").status_code == 409
    assert "as received" in mara.get(own.replace("/finders", "/evidence")).text
    assert "has an incident of its own now" in mara.get(f"{gathering}/timeline").text


def test_what_was_set_aside_is_taken_as_a_report(reported: Stage, enter: Enter) -> None:
    mail = written("Ticket 4711 was made.", Message_ID="<t@x.example>", Auto_Submitted="auto-replied")
    come_in(reported, mail.as_bytes())
    mara = enter("mara")
    page = mara.get("/incoming").text
    assert "It is a report: open an incident" in page
    mail_id = page.split("/incoming/")[1].split("/")[0]
    there = send(mara, f"/incoming/{mail_id}/report").headers["location"]
    assert "A program sent this report" in send(mara, f"{there}/views").text
    assert send(mara, f"/incoming/{mail_id}/report").status_code == 404


def test_the_address_of_an_incident_is_shown_made_and_ended(reported: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    there = f"{reported.path}/address"
    first = send(mara, there).text
    assert "incident+" in first
    address = first.split("incident+")[1].split("@")[0]
    assert address in send(lea, there).text
    assert address not in send(mara, there, anew="true").text


def test_a_mail_is_shown_as_it_was_received(reported: Stage, enter: Enter) -> None:
    path, _ = report(reported, "I found your bucket.")
    mara = enter("mara")
    opened = send(mara, f"{path}/views").text
    there = opened.split('action="/finder-mails/')[1].split("#")[0]
    assert "DKIM-Signature: v=1" in unescape(send(mara, f"/finder-mails/{there}").text)


def test_the_overview_leads_to_the_report_as_it_was_written(reported: Stage, enter: Enter) -> None:
    path, home = report(reported, "I found your bucket.")
    mara, lea = enter("mara"), enter("lea")
    assert f'href="{path}">Read report' in mara.get(home).text
    assert "I found your bucket." in send(mara, f"{path}/views").text
    assert "I found your bucket." not in mara.get(home).text
    assert "Read report" not in mara.get(reported.path).text
    assert "Read report" in lea.get(home).text


def test_one_button_of_a_finders_page_is_the_first_to_press(reported: Stage, enter: Enter) -> None:
    path, _ = report(reported, "I copied nothing and told nobody.")
    mara = enter("mara")
    send(mara, f"{path}/statements", question="copied", answer="nothing")
    send(mara, f"{path}/statements", question="recipients", answer="finder")
    assert mara.get(path).text.count("btn primary") == 1
    opened = send(mara, f"{path}/views").text
    assert opened.count("Take it into the facts") == 2
    assert opened.count("btn primary") == 1


def test_who_may_not_read_reports_is_offered_no_page_of_them(reported: Stage, enter: Enter) -> None:
    _, home = report(reported, "I found your bucket.")
    assert f'href="{home}/finders"' in enter("mara").get(home).text
    overview = signed_in_as(reported, enter, Role.AUDITOR).get(home).text
    assert f'href="{home}/finders"' not in overview
    assert "Read report" not in overview
