"""The page of an audience says what each column takes, with an example that imports, and counts beside the facts."""

import csv
import io
from html import unescape

import pytest

from incident.web.column_words import EXAMPLE, TAKES
from notifications.audience_files import ALIASES, COLUMNS, SUPPOSED
from notifications.members import NewMember
from tests.web.conftest import Enter
from tests.web.stage import Stage
from tests.web.test_audience_pages import made, members, upload

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_column_is_explained_by_a_name_it_has() -> None:
    assert {names[0] for names, _ in TAKES} == {*COLUMNS, "name"}
    for names, _ in TAKES:
        assert {ALIASES.get(name) or SUPPOSED.get(name) or name for name in names} == {names[0]}
    assert next(csv.reader(io.StringIO(EXAMPLE))) == [names[0] for names, _ in TAKES]


@ONE_KIND
def test_the_example_of_the_page_imports_as_it_stands(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    here = made(mara, stage)
    page = unescape(mara.get(here).text)
    assert "de, en or pt-BR" in page
    shown = page.partition('id="takes"')[2].partition("<pre")[2].partition(">")[2].partition("</pre>")[0]
    assert upload(mara, here, shown).status_code == 303
    values = {"name": "Ada Kern"}
    assert members(stage) == [
        NewMember("K-1001", "ada.kern@example.org", "acme", "admin", "de", "DE", values),
    ]


@ONE_KIND
def test_how_many_are_in_it_stands_beside_how_many_the_facts_say(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    here = made(mara, played)
    assert "in the facts" not in mara.get(here).text
    upload(mara, here, EXAMPLE)
    assert "1 in the audience, 40 in the facts (“Account data”)" in unescape(mara.get(here).text)


@ONE_KIND
def test_people_found_later_and_a_customers_people_are_not_compared(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    here = made(mara, played, controller="customer-001")
    upload(mara, here, EXAMPLE)
    assert "in the facts" not in mara.get(here).text
