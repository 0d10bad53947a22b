"""The languages a notice is begun in follow where the facts say the people live, and what lacks is said."""

import re
from typing import Any

import pytest

from incident.facts import DataSet, FactSheet
from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from incident.web.languages import catalogue
from incident.web.tongues import living, tongues_begun, tongues_lacking
from notifications.wording import in_language
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, facts

on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TICKED = re.compile(r'name="locales" value="([\w-]+)" checked')
US = {"taken": "access_closed", "planned": "configuration_checks"}


def sheet(reach: dict[str, int | None], role: str | None = "controller") -> FactSheet:
    return FactSheet(datasets=(DataSet("data", "Data", role, facts={"reach": reach}),))


def in_english(said: tuple[str, ...]) -> list[object]:
    return [in_language(one, catalogue("en")) for one in said]


def begun(reach: dict[str, int | None], kind: str = "", role: str | None = "controller") -> tuple[str, ...]:
    return tongues_begun(("en", "de"), living(sheet(reach, role), kind=kind)).ticked


def test_where_the_people_live_decides_which_languages_are_added_to_the_usual_ones() -> None:
    assert begun({"DE": 26, "FR": 14}) == ("en", "de", "fr")
    assert begun({"BE": 3, "MX": None, "US-CA": 9}) == ("en", "de", "fr", "nl", "es")
    assert begun({"BR": 2}) == ("en", "de", "pt-BR")
    assert begun({"FR": 0, "AT": 2}) == ("en", "de"), "nobody lives there, and German is usual"
    assert begun({"FR": 14}, role=None) == ("en", "de", "fr"), "nobody has said that the data are another's"


def test_nothing_is_added_for_readers_of_whom_the_facts_say_nothing() -> None:
    assert begun({"FR": 14}, kind="customer") == ("en", "de")
    assert begun({"FR": 14}, role="processor") == ("en", "de"), "its controllers tell them"
    assert begun({"FR": 14, "US-CA": 2}, kind="california") == ("en", "de"), "who lives in France is not told by it"


def test_the_reason_names_the_places_most_people_first_and_those_no_text_is_written_for() -> None:
    said = in_english(tongues_begun(("en",), living(sheet({"BE": None, "FR-IDF": 10, "FR": 1400, "GR": 2}))).reasons)
    assert said[0] == "Français is ticked too. People live in: France (1,410), Belgium."
    assert said[-1] == "No text comes in a language of: Greece (2)."
    many = tongues_begun(("en",), living(sheet(dict.fromkeys(("AR", "BO", "CL", "CO", "CU", "EC", "MX")))))
    where = "Argentina, Bolivia, Chile, Colombia, Cuba and 2 more"
    assert in_english(many.reasons) == [f"Español is ticked too. People live in: {where}."]


def test_a_text_in_a_language_of_another_country_serves_its_readers() -> None:
    people = living(sheet({"PT": 3, "IT": 2}))
    assert in_english(tongues_lacking(("en", "pt-BR"), people)) == ["Italiano. People live in: Italy (2)."]


@on_one
def test_the_form_ticks_the_language_of_people_in_france_and_says_why(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert TICKED.findall(mara.get(f"{played.path}/notices").text) == ["en", "de"], "nobody said where"
    live_in(played, {"DE": 26, "FR": 14})
    html = mara.get(f"{played.path}/notices").text
    assert TICKED.findall(html) == ["en", "de", "fr"]
    assert "Français is ticked too. People live in: France (14)." in html
    assert TICKED.findall(mara.get(f"{played.path}/notices?kind=customer").text) == ["en", "de"]
    mara.cookies.set("language", "de")
    html = mara.get(f"{played.path}/notices").text
    assert "Français ist auch angekreuzt. Menschen leben in: Frankreich (14)." in html


@on_one
def test_a_notice_that_lacks_the_language_of_known_people_says_so(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    live_in(played, {"DE": 26, "FR": 14})
    short = send(mara, f"{played.path}/notices", kind="generic", locales="en", dataset="accounts", **US)
    notice = short.headers["location"]
    html = mara.get(notice).text
    assert "People are known whose language this notice does not have:" in html
    assert "<li>Français. People live in: France (14).</li>" in html
    assert f'{played.path}/notices?kind=generic&dataset=accounts#draft-form"' in html.replace("&amp;", "&")
    assert "people of the audience read it" not in html
    send(mara, f"{notice}/audience")
    assert re.search(r"<li>Deutsch\. \d+ people of the audience read it and get English\.</li>", mara.get(notice).text)
    whole = send(mara, f"{played.path}/notices", kind="generic", locales=["en", "de", "fr"], dataset="accounts", **US)
    assert 'id="unread"' not in mara.get(whole.headers["location"]).text


def live_in(played: Stage, reach: dict[str, Any]) -> None:
    said = facts()
    said["datasets"][1]["reach"] = reach
    organisation = organisation_of(played.installation.settings)
    played.act("mara", save_facts, played.incident_id, organisation, said)
