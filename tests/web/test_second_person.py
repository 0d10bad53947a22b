"""What is asked of a second person reaches them: on their board, by mail, and at the door it leads to."""

import json
import re

import pytest
from sqlmodel import col, select

from incident.roles import Actor, Role
from incident.verbs.people import NewUser, add_user
from notifications.models import Delivery, Outgoing
from notifications.sealing import Place
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import HASHED, Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def joined(stage: Stage, name: str, *roles: Role) -> None:
    row = stage.act("operator", add_user, NewUser(f"{name}@example.org", name.title(), tuple(roles), HASHED))
    stage.people[name] = Actor(row.id, row.name, frozenset(roles))


def asked_to_publish(stage: Stage, enter: Enter) -> str:
    """The address of the edition of the announcement on the stage, asked for by who wrote it."""
    mara = enter("mara")
    notice = links(mara.get(f"{stage.path}/notices").text, "/notices/")[3]
    return str(send(mara, f"{notice}/releases", version="1").headers["location"])


def published(stage: Stage, enter: Enter) -> str:
    edition = asked_to_publish(stage, enter)
    ines = enter("ines")
    digest = ines.get(edition).text.split('name="edition_digest" value="')[1].split('"')[0]
    assert send(ines, f"{edition}/approval", edition_digest=digest).status_code == 303
    return edition


def test_who_decides_and_does_nothing_else_can_decide_when_we_knew(stage: Stage, enter: Enter) -> None:
    joined(stage, "dora", Role.DECIDER)
    dora = enter("dora")
    html = dora.get(f"{stage.path}/duties").text
    assert 'name="act" value="decide"' in html
    version = html.split('name="version" value="')[1].split('"')[0]
    fields = {"at": "2026-11-24T07:30", "why": "The provider rang.", "clue": "verified", "version": version}
    assert send(dora, f"{stage.path}/awareness", act="decide", **fields).status_code == 303
    assert "Awareness decided" in dora.get(f"{stage.path}/timeline").text


def test_a_publication_waits_on_the_board_of_who_may_publish_until_it_is_public(played: Stage, enter: Enter) -> None:
    edition = asked_to_publish(played, enter)
    board = enter("ines").get("/").text
    assert "Waits for your approval" in board
    assert edition in links(board, "/editions/")
    assert "everybody" in board
    assert "Waits for your approval" not in enter("mara").get("/").text  # who wrote it
    published(played, enter)
    assert "Waits for your approval" not in enter("ines").get("/").text


def test_who_may_publish_is_told_once_with_the_address_and_who_wrote_it_is_not(played: Stage, enter: Enter) -> None:
    edition = asked_to_publish(played, enter)
    assert asked_to_publish(played, enter) == edition
    with session_of(played) as session:
        said = session.exec(select(Outgoing).where(col(Outgoing.occasion).contains("page:edition"))).one()
        place = Place("outgoing", "content_sealed", said.occasion, said.scope)
        content = json.loads(played.installation.keys.open(session, said.content_sealed, place))
        told = session.exec(select(Delivery.person).where(col(Delivery.occasion) == said.occasion)).all()
    assert f"{played.installation.settings.base_url}{edition}" in content["text"]
    assert "“Public announcement” waits for another person to publish it." in content["text"]
    assert told == [str(played.people["ines"].id)]


def test_a_second_announcement_of_an_incident_is_not_called_published_by_the_first(played: Stage, enter: Enter) -> None:
    first = published(played, enter)
    mara = enter("mara")
    fields = {"kind": "announcement", "dataset": "", "locales": "en", "taken": "access_closed"}
    second = send(mara, f"{played.path}/notices", **fields).headers["location"]
    line = row_of(mara.get(f"{played.path}/notices").text, second)
    assert "Draft" in line
    assert "Published" not in line
    edition = send(mara, f"{second}/releases", version="1").headers["location"]
    line = row_of(mara.get(f"{played.path}/notices").text, second)
    assert "Waits for approval" in line
    assert f'href="{edition}"' in line  # the state leads to where it is approved
    assert first != edition
    assert "Edition 1: Waits for approval" in mara.get(second).text


def test_an_approver_sees_first_the_language_most_people_get(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    send(mara, f"{notice}/audience")
    release = send(mara, f"{notice}/releases", version="1").headers["location"]
    html = mara.get(release).text
    counts = [int(number) for number in re.findall(r"<dd>([\d,]+)</dd>", html.split('id="live"')[1].split("</dl>")[0])]
    assert counts == [26, 14]  # German, English
    assert 'src="' + release + '/texts/de"' in html
    assert 'src="' + release + '/texts/en"' in mara.get(f"{release}?locale=en").text


def test_customers_who_are_not_told_yet_lead_to_the_notice_to_them(played: Stage, enter: Enter) -> None:
    page = enter("mara").get(f"{played.path}/customers").text
    assert f'href="{played.path}/notices?kind=customer#draft-form"' in page
    form = enter("mara").get(f"{played.path}/notices?kind=customer").text
    assert '<option value="customer" selected>' in form


def test_of_data_we_only_process_it_is_said_who_tells_the_authority(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/assessment").text
    ours, theirs = (html.split(f'id="dataset-{name}"')[1].split("</section>")[0] for name in ("accounts", "lists"))
    assert "Both are for the controller to decide and do; we tell the controller what we know." in theirs
    assert "for the controller to do" not in ours


def row_of(html: str, notice: str) -> str:
    return next(row for row in html.split("<tr>") if f'href="{notice}"' in row)
