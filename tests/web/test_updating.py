"""An update follows an edition: the only one there is goes without saying."""

import re

import pytest

from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_an_update_follows_the_only_edition_there_is(played: Stage, enter: Enter) -> None:
    mara, where = enter("mara"), f"{played.path}/notices"
    update: dict[str, str | list[str]] = {"kind": "people_update", "locales": ["en", "de"], "dataset": "accounts"}
    assert send(mara, where, **update).status_code == 422  # of none
    notice = links(mara.get(where).text, "/notices/")[0]
    send(mara, f"{notice}/audience")
    asked = send(mara, f"{notice}/releases", version="1")
    assert asked.status_code == 303, asked.text[:2000]
    drafted = send(mara, where, **update)
    assert drafted.status_code == 303, drafted.text[:2000]
    assert "since our last message" in mara.get(drafted.headers["location"]).text


def test_the_refusal_of_an_update_that_follows_nothing_lists_what_was_written_and_each_once(
    played: Stage, enter: Enter
) -> None:
    mara, tongues = enter("mara"), ["en", "de", "es", "fr"]
    empty: dict[str, str | list[str]] = {"own_in": tongues, "law_in": tongues, "happened": ["Read.", "", "", ""]}
    empty |= {name: ["", "", "", ""] for name in ("more_taken", "more_planned", "offer_how", "impact")}
    wanted: dict[str, str | list[str]] = {"kind": "people_update", "locales": ["en", "de"], "dataset": "accounts"}
    refused = send(mara, f"{played.path}/notices", **wanted, **empty)
    assert refused.status_code == 422
    kept = refused.text.partition('class="kept"')[2].partition("</section>")[0]
    assert re.findall(r"<dt>(Languages|Law in)</dt><dd>([^<]*)</dd>", kept) == [("Languages", "en, de")]
    assert "<dd>Read.</dd>" in kept
