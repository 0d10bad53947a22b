"""Which audience a notice goes to: the one gathered from the register, an imported one, none of another channel."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.auth.edge import Edge
from incident.errors import Conflict, NotFound
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.roles import operator
from incident.verbs.persons import import_csv
from incident.web.audiences import build_audience, chosen_audience, fitting_audiences
from notifications.ids import new_id
from notifications.models import Audience, Channel, Release
from tests.web.conftest import Enter
from tests.web.reading import send, token
from tests.web.stage import Stage


def imported(browser: TestClient, stage: Stage, name: str, channel: str = "email", **fields: str) -> str:
    """The id of an audience of two people."""
    made = send(browser, f"{stage.path}/audiences", name=name, channel=channel, **fields).headers["location"]
    lines = b"id,email,locale\nu1,u1@mail.example,de\nu2,u2@mail.example,en\n"
    files = {"file": ("people.csv", lines)}
    assert browser.post(f"{made}/import", data={"csrf_token": token(browser)}, files=files).status_code == 303
    return str(made).rpartition("/")[2]


def edge_of(stage: Stage) -> Edge:
    parts = stage.installation
    return Edge(parts.store, parts.keys, parts.clock, parts.settings)


def notice(stage: Stage, kind: NoticeKind, controller: str = "") -> Notice:
    """A notice as far as the choice of its audience looks at it."""
    return Notice(
        id=new_id(), incident_id=stage.incident_id, kind=kind, controller=controller, draft_sealed=b"", fact_version=0
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_audience_fits_by_channel_and_by_whose_people_it_is_of(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    mail, other = imported(mara, stage, "Press"), imported(mara, stage, "In the product", "in_app")
    theirs = imported(mara, stage, "Theirs", controller="customer-001")
    with stage.installation.store.read() as session:
        fits = {
            (kind, controller): [str(row.id) for row in fitting_audiences(session, notice(stage, kind, controller))]
            for kind, controller in (
                *((NoticeKind.MEDIA, ""), (NoticeKind.IN_APP, ""), (NoticeKind.ANNOUNCEMENT, "")),
                *((NoticeKind.CONTROLLER_PEOPLE, "customer-001"), (NoticeKind.CONTROLLER_PEOPLE, "customer-002")),
            )
        }
        assert list(fits.values()) == [[mail], [other], [], [theirs], []]
        press = notice(stage, NoticeKind.MEDIA)
        assert (only := chosen_audience(session, press)) is not None
        assert str(only.id) == mail  # the only one there is
        for strange in (other, theirs, "nothing"):
            with pytest.raises(NotFound):
                chosen_audience(session, press, strange)
    second = imported(mara, stage, "More of the press")
    with stage.installation.store.read() as session:
        assert chosen_audience(session, press) is None  # nobody has chosen between two
        assert (found := chosen_audience(session, press, second)) is not None
        assert found.name == "More of the press"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_register_holds_neither_newsrooms_nor_staff(stage: Stage) -> None:
    nobody = "import a list"
    said = {NoticeKind.MEDIA: nobody, NoticeKind.STAFF: nobody, NoticeKind.ANNOUNCEMENT: "everybody can read it"}
    for kind, words in said.items():
        with pytest.raises(Conflict, match=words):
            build_audience(edge_of(stage), stage.people["mara"], notice(stage, kind))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_imported_audience_is_chosen_on_the_page_and_asked_for(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    first, second = imported(mara, played, "Users of the shop"), imported(mara, played, "Users of the forum")
    mine = (col(Notice.incident_id) == played.incident_id, col(Notice.kind) == NoticeKind.PEOPLE)
    with played.installation.store.read() as session:
        here = f"/notices/{session.exec(select(Notice.id).where(*mine)).one()}"
    page = mara.get(here).text
    assert f'<option value="{first}">Users of the shop (2)</option>' in page
    assert 'name="audience" value=' not in page
    assert "2 audiences fit. Choose the one it goes to." in page
    chosen = mara.get(f"{here}?audience={second}").text
    assert f'<option value="{second}" selected>' in chosen
    version = re.search(r'name="version" value="(\d+)"', chosen)
    assert version is not None
    assert mara.get(f"{here}?audience={uuid4()}").status_code == 404
    asked = send(mara, f"{here}/releases", version=version[1], audience=second)
    assert asked.status_code == 303, asked.text
    with played.installation.store.read() as session:
        release = session.exec(select(Release)).one()
        audience = session.get_one(Audience, release.audience_id)
        assert (audience.name, audience.channel, release.recipients) == ("Users of the forum", Channel.EMAIL, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_register_gives_those_of_one_country_or_part_of_it(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    rows = "".join(f"us-{n},us{n}@example.org,{region}\n" for n, region in enumerate(["US-CA", "US-CA", "US-NY"]))
    with played.installation.store.read() as session:
        written = next(row for row in session.exec(select(Notice)) if row.kind == "people")
    page = f"/notices/{written.id}"
    assert 'name="region"' not in mara.get(page).text  # all of them live in Germany
    parts = played.installation
    lines = [f"host_id,address,region\n{rows}".encode()]
    report = import_csv(parts.store, parts.keys, operator("tests"), BytesIO(lines[0]), parts.clock.now())
    assert report.refused == 0
    html = mara.get(page).text
    assert "United States (3)" in html
    assert "United States (US-CA) (2)" in html
    chosen = send(mara, f"{page}/audience", region="US-CA").headers["location"]
    assert re.search(r"<strong>2</strong>|>2</span> <span[^>]*>recipients", mara.get(chosen).text)
    with played.installation.store.read() as session:
        made = session.exec(select(Audience).where(col(Audience.name) == "Registered people, US-CA")).one()
        assert made.members == 2
    whole = send(mara, f"{page}/audience", region="US").headers["location"]
    assert whole.startswith(page)
    with played.installation.store.read() as session:
        assert session.exec(select(Audience.members).where(col(Audience.name) == "Registered people, US")).one() == 3
    assert send(mara, f"{page}/audience", region="FR").status_code == 409
