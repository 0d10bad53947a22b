"""People are added, given roles, shut out and let in again by an administrator; nobody locks themselves out."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.models.entries import EntryHeader
from incident.models.people import UserAccount
from incident.queries.people_list import ProgramLine
from incident.roles import ALLOWED, Action, Role
from incident.settings import Settings
from incident.verbs.people import NewUser, add_user
from incident.web.pages import Pages
from incident.web.role_matrix import roles_view
from incident.web.role_words import ACTS, ROLES
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.samples import administration
from tests.web.stage import HASHED, Stage, session_of

PAGE = "/admin/people"
MAIL = "new@example.org"


def account(stage: Stage, email: str = MAIL) -> UserAccount:
    with session_of(stage) as session:
        return session.exec(select(UserAccount).where(col(UserAccount.email) == email)).one()


def somebody(stage: Stage, *roles: str) -> str:
    row = stage.act("operator", add_user, NewUser(MAIL, "New Person", roles or ("responder",), HASHED))
    return f"{PAGE}/{row.id}"


def actions(stage: Stage) -> list[str]:
    with session_of(stage) as session:
        return list(session.exec(select(EntryHeader.action).order_by(col(EntryHeader.at))).all())


def test_somebody_who_is_added_signs_in_with_the_password_shown_once(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer = send(browser, PAGE, email=MAIL, name="New Person", zone="Europe/Paris", roles=["responder", "legal"])
    shown = re.search(r'id="shown" value="([^"]+)"', answer.text)
    assert shown
    assert account(stage).roles == ["legal", "responder"]
    assert shown[1] not in browser.get(f"{PAGE}/{account(stage).id}").text
    other = enter("")
    assert other.post("/login", data={"email": MAIL, "password": shown[1]}).status_code == 303


def test_a_new_password_ends_the_old_one(stage: Stage, enter: Enter) -> None:
    page = somebody(stage)
    assert "Their password" in send(enter("mara"), f"{page}/password").text
    assert enter("").post("/login", data={"email": MAIL, "password": "anything else at all"}).status_code == 403
    assert account(stage).password != HASHED


def test_a_role_is_added_at_once_and_taken_away_only_with_the_address_typed(stage: Stage, enter: Enter) -> None:
    page, browser = somebody(stage), enter("mara")
    assert send(browser, f"{page}/roles", roles=["responder", "legal"]).status_code == 303
    assert send(browser, f"{page}/roles", roles=["legal"]).status_code == 422
    assert account(stage).roles == ["legal", "responder"]
    assert send(browser, f"{page}/roles", roles=["legal"], confirmation=f" {MAIL.upper()} ").status_code == 303
    assert account(stage).roles == ["legal"]


def test_access_ends_with_the_address_typed_and_comes_back(stage: Stage, enter: Enter) -> None:
    page, browser = somebody(stage), enter("mara")
    assert send(browser, f"{page}/deactivation", confirmation="somebody@else.example").status_code == 422
    assert account(stage).disabled_at is None
    assert send(browser, f"{page}/deactivation", confirmation=MAIL).status_code == 303
    assert account(stage).disabled_at is not None
    assert "Let in again" in browser.get(page).text
    assert send(browser, f"{page}/activation").status_code == 303
    assert account(stage).disabled_at is None
    assert actions(stage).count("user.disabled") == actions(stage).count("user.enabled") == 1


def test_nobody_ends_their_own_access_nor_the_last_administrators(stage: Stage, enter: Enter) -> None:
    mara, browser = account(stage, "mara@example.org"), enter("mara")
    own = f"{PAGE}/{mara.id}"
    assert "This is you" in browser.get(own).text
    assert send(browser, f"{own}/deactivation", confirmation=mara.email).status_code == 409
    somebody(stage, "administrator")
    refused = send(browser, f"{own}/roles", roles=["responder"], confirmation=mara.email)
    assert refused.status_code == 409
    assert "another administrator does it" in refused.text
    assert account(stage, "mara@example.org").disabled_at is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_list_tells_who_has_no_passkey_and_who_is_disabled(stage: Stage, enter: Enter) -> None:
    page, browser = somebody(stage), enter("mara")
    assert MAIL in browser.get(f"{PAGE}?show=without-passkey").text
    assert MAIL not in browser.get(f"{PAGE}?show=disabled").text
    send(browser, f"{page}/deactivation", confirmation=MAIL)
    assert MAIL not in browser.get(f"{PAGE}?show=without-passkey").text
    assert MAIL in browser.get(f"{PAGE}?show=disabled").text
    assert browser.get(f"{PAGE}/{UUID(int=7)}").status_code == 404


def test_every_role_and_act_has_its_words() -> None:
    assert set(ROLES) == set(Role)
    assert set(ACTS) == set(Action) == set(ALLOWED)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_roles_shows_the_acts_of_one_role_alone(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    acts = {role: browser.get(f"/admin/roles?role={role}").text.partition('id="acts"')[2] for role in ("", "support")}
    assert str(ACTS[Action.MOVE]) in acts[""]
    assert str(ACTS[Action.MOVE]) not in acts["support"]
    assert str(ACTS[Action.ASK_SUPPORT]) in acts["support"]


def test_a_role_that_only_programs_hold_is_held_by_them() -> None:
    made = datetime(2026, 11, 23, tzinfo=UTC)
    tokens = [ProgramLine(name, (Role.HOST,), made, None, ended) for name, ended in (("shop", None), ("old", made))]
    template, values = administration.pages()["roles"]
    page = Pages(Settings().template_folders).render(template, **{**values, "view": roles_view([], tokens)})
    assert re.findall(r'data-label="Held by">([^<]+)<', page) == ["1 program"]


@pytest.mark.parametrize("who", ["ines", "lea"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_else_sees_people(stage: Stage, enter: Enter, who: str) -> None:
    browser = enter(who)
    for path in ("/admin", PAGE, f"{PAGE}/{UUID(int=7)}", "/admin/roles", "/admin/relays"):
        assert browser.get(path).status_code == 403


def test_administration_and_people_count_the_same_roles(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    offered = mara.get(PAGE).text.partition('class="role-picks"')[2].partition("</fieldset>")[0].count('name="roles"')
    said = mara.get("/admin").text
    assert f"{offered} roles of people" in said
    assert f"{len(Role) - offered} of programs alone" in said
