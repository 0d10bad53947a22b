"""Changing one's own password: by who knows the old one, slowly for who guesses, with every other session ended."""

from datetime import timedelta

import pytest
from sqlmodel import select

from incident.models.people import UserSession
from incident.verbs.signing_in import ACCOUNT
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import PASSWORD, Stage

PAGE = "/account/password"
NEW = "seven rivers meet below the mill"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def typed(old: str = PASSWORD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"old": old, "password": new, "again": again}


def sessions(stage: Stage) -> int:
    with stage.installation.store.read() as session:
        return len(session.exec(select(UserSession).where(UserSession.user_id == stage.people["mara"].id)).all())


def test_who_knows_the_old_password_changes_it_and_is_signed_out_everywhere_else(stage: Stage, enter: Enter) -> None:
    elsewhere, here = enter("mara"), enter("mara")
    assert 'href="/account/password"' in here.get("/").text
    answer = send(here, PAGE, **typed())
    assert answer.status_code == 303, answer.text
    assert "Your password is changed. You are signed out everywhere else." in here.get(PAGE).text
    assert elsewhere.get("/").status_code == 303
    assert sessions(stage) == 1
    door = enter("")
    login = {"email": "mara@example.org", "password": PASSWORD}
    assert door.post("/login", data=login).status_code == 403
    assert door.post("/login", data=login | {"password": NEW}).status_code == 303
    assert "Mara Lindqvist changed their own password; other sessions ended: 1." in here.get("/account/done").text


@ONE
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (typed(old="guessed and wrong"), "Is not your password"),
        (typed(new="xyzzy-1", again="xyzzy-1"), "Has 7 characters"),
        (typed(again="seven rivers meet below the hill"), "Is not the same"),
        (typed(new=PASSWORD, again=PASSWORD), "Is the old one"),
    ],
)
def test_what_does_not_hold_is_said_beside_its_field_and_nothing_typed_comes_back(
    stage: Stage, enter: Enter, fields: dict[str, str], said: str
) -> None:
    browser = enter("mara")
    answer = send(browser, PAGE, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert not [one for one in fields.values() if one in answer.text]
    assert enter("mara").get("/").status_code == 200


@ONE
def test_guessing_the_old_password_slows_down_as_signing_in_does(
    stage: Stage, enter: Enter, clock: MovableClock
) -> None:
    browser = enter("mara")
    for _ in range(ACCOUNT.free):
        assert send(browser, PAGE, **typed(old="guessed and wrong")).status_code == 422
    answer = send(browser, PAGE, **typed())
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    clock.move(timedelta(seconds=int(answer.headers["retry-after"])))
    assert send(browser, PAGE, **typed()).status_code == 303
