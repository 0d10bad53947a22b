"""Who gets another language than theirs: said on the draft and the release, and asked for with a reason."""

import re

import pytest

from tests.web.conftest import Enter
from tests.web.reading import links, send, token
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHO = "Deutsch → gets English"


def test_who_gets_another_language_is_said_and_needs_a_reason(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    told = {"taken": "access_closed", "planned": "configuration_checks"}
    drafted = send(mara, f"{played.path}/notices", kind="generic", locales="en", dataset="accounts", **told)
    notice = drafted.headers["location"]
    send(mara, f"{notice}/audience")
    html = mara.get(notice).text
    assert (WHO in html, 'name="language_reason"' in html) == (True, True)
    looking = send(mara, f"{notice}/preview/recipients")
    assert "(reads de, gets en)" in mara.get(looking.headers["location"]).text
    refused = send(mara, f"{notice}/releases", version="1")
    assert (refused.status_code, "another language than theirs" in refused.text) == (409, True), refused.text[:3000]
    assert re.search(r"Deutsch \(\d+\) get English\.", refused.text), "named as the pages name languages"
    asked = send(mara, f"{notice}/releases", version="1", language_reason="The German text follows.")
    assert asked.status_code == 303, asked.text[:3000]
    assert WHO in ines.get(asked.headers["location"]).text


def test_who_gets_their_own_language_needs_no_reason(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    send(mara, f"{notice}/audience")
    html = mara.get(notice).text
    assert ("→ gets" in html, "language_reason" in html) == (False, False)


def test_of_whom_no_language_is_known_the_pages_say_how_many_and_what_they_get(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    made = send(mara, f"{played.path}/audiences", name="By hand", channel="email").headers["location"]
    lines = b"id,email,locale\nu1,u1@mail.example,de\nu2,u2@mail.example,\nu3,u3@mail.example,\n"
    files = {"file": ("people.csv", lines)}
    assert mara.post(f"{made}/import", data={"csrf_token": token(mara)}, files=files).status_code == 303
    said = "No language is known of 2 people: told in English, or in the first of the notice where it has none."
    html = mara.get(made).text
    assert said in html
    assert re.search(r"Not said</td><td[^>]*>2</td>", html)
    told = {"taken": "access_closed", "planned": "configuration_checks"}
    drafted = send(mara, f"{played.path}/notices", kind="generic", locales=["de", "en"], dataset="accounts", **told)
    notice = drafted.headers["location"]
    chosen = made.rpartition("/")[2]
    html = mara.get(f"{notice}?audience={chosen}").text
    assert ("No language known → gets English" in html, "language_reason" in html) == (True, False)
    asked = send(mara, f"{notice}/releases", version="1", audience=chosen)
    assert asked.status_code == 303, asked.text[:3000]
    assert "No language known → gets English" in ines.get(asked.headers["location"]).text
