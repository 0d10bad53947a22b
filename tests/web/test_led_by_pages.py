"""What leads on where a walk by the pages alone once stopped: links in refusals, what waits, what is not offered."""

import re
from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from incident.assessment import Risk
from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.models.people import Customer, Notice
from incident.models.releasing import CustomerShare
from incident.notice_kinds import NoticeKind
from incident.organisation import organisation_of
from incident.phases import Phase
from incident.verbs.advising import advise
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from notifications.models import Release, ReleaseState
from tests.web.conftest import Enter
from tests.web.reading import send, token
from tests.web.stage import Stage, facts, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def notice_of(stage: Stage, kind: NoticeKind) -> str:
    mine = (col(Notice.incident_id) == stage.incident_id, col(Notice.kind) == kind)
    with session_of(stage) as session:
        return f"/notices/{session.exec(select(Notice.id).where(*mine)).one()}"


def imported(browser: TestClient, stage: Stage, name: str) -> str:
    """The id of an audience of three people who act for no customer."""
    made = send(browser, f"{stage.path}/audiences", name=name, channel="email").headers["location"]
    lines = b"id,email,locale\nu1,u1@mail.example,de\nu2,u2@mail.example,en\nu3,u3@mail.example,en\n"
    files = {"file": ("people.csv", lines)}
    assert browser.post(f"{made}/import", data={"csrf_token": token(browser)}, files=files).status_code == 303
    return str(made).rpartition("/")[2]


def test_a_notice_to_customers_is_not_offered_an_audience_of_people(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    people, customers = notice_of(played, NoticeKind.PEOPLE), notice_of(played, NoticeKind.CUSTOMER)
    list_id = imported(mara, played, "Users of the shop")
    assert list_id in mara.get(people).text
    assert list_id not in mara.get(customers).text
    assert mara.get(f"{customers}?audience={list_id}").status_code == 404
    send(mara, f"{customers}/audience")
    assert "Contacts of affected customers" not in mara.get(people).text
    assert re.search(r'name="audience" value="[0-9a-f-]+"', mara.get(customers).text)


def test_an_audience_of_another_size_than_the_facts_is_said_to_who_asks_and_who_approves(
    played: Stage, enter: Enter
) -> None:
    mara, said = enter("mara"), "The facts say 40 people, this audience holds 3"
    notice, list_id = notice_of(played, NoticeKind.PEOPLE), imported(mara, played, "Users of the shop")
    html = mara.get(f"{notice}?audience={list_id}").text
    assert said in html
    version = html.split('name="version" value="')[1].split('"')[0]
    asked = send(mara, f"{notice}/releases", version=version, audience=list_id)
    assert asked.status_code == 303, asked.text[:2000]
    assert said in enter("ines").get(asked.headers["location"]).text
    send(mara, f"{notice}/audience")
    assert "The facts say" not in mara.get(notice).text


def test_a_duty_met_by_a_notice_to_some_says_so_and_so_does_closing(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice, list_id = notice_of(played, NoticeKind.PEOPLE), imported(mara, played, "Users of the shop")
    html = mara.get(f"{notice}?audience={list_id}").text
    version = html.split('name="version" value="')[1].split('"')[0]
    release = send(mara, f"{notice}/releases", version=version, audience=list_id).headers["location"]

    met: list[UUID] = []

    def sent(session: Session) -> None:
        people = (col(Obligation.incident_id) == played.incident_id, col(Obligation.duty).startswith("eu-gdpr-34"))
        row = session.exec(select(Obligation).where(*people)).one()
        met.append(row.id)
        session.get_one(Release, UUID(release.rpartition("/")[2])).state = ReleaseState.FINISHED
        row.met_at, row.met_by = played.installation.clock.now(), f"release:{release.rpartition('/')[2]}"
        session.get_one(Incident, played.incident_id).phase = Phase.REVIEW

    played.installation.store.write(sent)
    duties = mara.get(f"{played.path}/duties").text
    pages = [duties, mara.get(f"{played.path}/clock-sheet").text, mara.get(f"{played.path}/duties/{met[0]}").text]
    for html in pages:
        assert "The facts say 40 people, this audience holds 3" in html
        assert '<span class="chip soon">' in html.partition("Not met for everybody")[0][-400:]
    assert f'<a href="{played.path}/notices">Open the notices</a>' in pages[2]
    assert '<span class="chip met">' not in pages[2].partition('class="panel one-duty"')[2].partition('class="rows"')[0]
    assert f'href="{played.path}/duties#met">1 duty is met by a notice that not everybody' in mara.get(played.path).text
    report = mara.get(f"{played.path}/situation").text
    assert "1 duty is met by a notice that not everybody was to get" in report
    assert "of 3 recipients, but the facts name more" in report


def test_what_a_guard_asks_for_is_a_link_to_where_it_is_mended(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    refused = send(mara, f"{stage.path}/moves", move="contain", version=str(stage.version()))
    assert refused.status_code == 409
    assert f'<a href="{stage.path}#name-commander">Nobody commands this incident' in refused.text


def test_the_board_of_a_decider_says_which_risk_waits_until_it_is_decided(played: Stage, enter: Enter) -> None:
    ines, organisation = enter("ines"), organisation_of(played.installation.settings)
    html = ines.get("/").text
    assert "Waits for your decision" in html
    assert f'href="{played.path}/assessment#dataset-accounts">The risk of 1 data set</a>' in html
    assert "No advice yet" in html
    assert "Waits for your decision" not in enter("mara").get("/").text
    played.act("mara", advise, played.incident_id, Risk.HIGH, "Bank details of our own users.")
    assert "Advice is there" in ines.get("/").text
    ruling = Ruling("risk:accounts", "high", "As advised.")
    played.act("ines", decide, played.incident_id, played.version(), organisation, ruling)
    assert "Waits for your decision" not in ines.get("/").text
    changed = facts()
    changed["datasets"][1]["exposure"] = {"exfiltration": "confirmed"}
    played.act("mara", save_facts, played.incident_id, organisation, changed)
    assert "Waits for your decision" in ines.get("/").text


def test_the_board_says_that_nothing_is_known_before_facts_are_saved(stage: Stage, enter: Enter) -> None:
    mara, organisation = enter("mara"), organisation_of(stage.installation.settings)
    assert "not known yet" in mara.get("/").text
    own = facts()
    del own["datasets"][0]
    stage.act("mara", save_facts, stage.incident_id, organisation, own)
    html = mara.get("/").text
    assert "no business customer affected" in html
    assert "not known yet" not in html


def test_the_example_files_of_the_customers_page_are_taken_as_they_stand(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    html = mara.get(f"{played.path}/customers").text
    register, figures = (
        unescape(found).encode() for found in re.findall(r'<pre class="sample"[^>]*>(.*?)</pre>', html, re.S)
    )
    for path, content, fields in (
        ("customer-register", register, {}),
        ("shares", figures, {"dataset": "lists"}),
    ):
        data, files = {"csrf_token": token(mara), **fields}, {"file": ("customers.csv", content)}
        sent = mara.post(f"{played.path}/{path}", data=data, files=files)
        assert sent.status_code in (200, 303), sent.text[:3000]
        assert re.findall(r"data-label=\"Column\">(.*?)</td><td[^>]*>(.*?)<", sent.text) == []
    with session_of(played) as session:
        assert session.exec(select(Customer).where(col(Customer.host_id) == "customer-001")).one().country == "IE"
        assert session.exec(select(CustomerShare.people)).all() == [131]


def test_the_way_to_name_a_commander_is_a_link_on_every_page_of_the_incident(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert 'href="#name-commander">' in mara.get(stage.path).text
    assert 'id="name-commander"' in mara.get(stage.path).text
    assert f'href="{stage.path}#name-commander">' in mara.get(f"{stage.path}/assessment").text
    assert 'href="#name-commander"' not in enter("lea").get(stage.path).text  # who may not name one
