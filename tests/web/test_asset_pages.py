"""The page of declared assets: declared, confirmed, said otherwise, taken back, pasted as a table."""

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from incident.organisation import profile_of
from incident.roles import Role
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_matrix import signed_in_as

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = "/assets"
FIELDS: dict[str, str | list[str]] = {
    "kind": "bucket",
    "name": "exports-*",
    "categories": ["name", "contact"],
    "regions": "de FR",
    "role": "processor",
}


def test_an_asset_is_declared_confirmed_and_taken_back(enter: Enter, clock: MovableClock) -> None:
    mara = enter("mara")
    assert "Nothing is declared yet" in mara.get(PAGE).text
    assert send(mara, PAGE, **FIELDS, customers="acme\r\nblue", people=[], entity="main").status_code == 303
    html = unescape(mara.get(PAGE).text)
    assert "exports-*" in html
    assert "<dd>Telephone or other contact, Name</dd>" in html
    assert "<dd>Germany, France (number unknown)</dd>" in html
    assert "by Mara Lindqvist" in html
    assert "Outdated" not in html
    clock.move(timedelta(days=366))
    mara = enter("mara")
    assert "more than 365 days ago" in mara.get(PAGE).text
    again: dict[str, str | list[str]] = {**FIELDS, "customers": "acme blue", "entity": "main"}
    assert send(mara, PAGE, **again).status_code == 303
    assert "Outdated" not in mara.get(PAGE).text
    assert send(mara, f"{PAGE}/withdrawal", kind="bucket", name="exports-*").status_code == 303
    assert "Nothing is declared yet" in mara.get(PAGE).text
    assert send(mara, f"{PAGE}/withdrawal", kind="bucket", name="exports-*").status_code == 404


def test_customers_and_entities_stand_by_their_names_and_are_chosen_by_them(enter: Enter, stage: Stage) -> None:
    mara = enter("mara")
    send(mara, PAGE, **FIELDS, customers=["customer-001", "elsewhere"], entity=stage.installation.settings.entity)
    html = unescape(mara.get(PAGE).text)
    assert "<dd>Blue Harbour Logistics GmbH, elsewhere</dd>" in html
    assert f"<dd>{profile_of(stage.installation.settings).entity}</dd>" in html
    otherwise = unescape(mara.get(PAGE, params={"kind": "bucket", "name": "exports-*"}).text)
    assert 'value="customer-001" checked' in otherwise
    assert ">elsewhere</textarea>" in otherwise
    assert "this one stays" in otherwise
    assert "this one stays" not in html


def test_who_may_not_read_customers_reads_how_many_are_declared_and_keeps_them(enter: Enter, stage: Stage) -> None:
    mara = enter("mara")
    send(mara, PAGE, **FIELDS, customers=["customer-001", "elsewhere"])
    olga = keeper(stage, enter)
    place = {"kind": "bucket", "name": "exports-*"}
    html = unescape(olga.get(PAGE, params=place).text)
    assert "<dd>2 customers</dd>" in html
    assert "2 are declared, which your roles do not let you read" in html
    for hidden in ("Blue Harbour", "customer-001", "elsewhere"):
        assert hidden not in html, hidden
    assert send(olga, PAGE, **{**FIELDS, "categories": ["health"]}, customers="").status_code == 303
    html = unescape(mara.get(PAGE).text)
    assert "<dd>Health</dd>" in html
    assert "<dd>Blue Harbour Logistics GmbH, elsewhere</dd>" in html
    assert send(olga, PAGE, **FIELDS, customers="customer-002").status_code == 303
    assert "<dd>Cedar & Söhne KG</dd>" in unescape(mara.get(PAGE).text)


def test_a_number_of_customers_stands_where_their_names_would(enter: Enter, stage: Stage) -> None:
    mara = enter("mara")
    send(mara, PAGE, **FIELDS, customers="customer-001", entity="main")
    for browser in (mara, keeper(stage, enter)):
        asked = re.findall(r"<dt>([^<]+)</dt><dd>", browser.get(PAGE).text)
        assert asked.index("Legal entity") == asked.index("Customers whose data it is") + 1


def keeper(stage: Stage, enter: Enter) -> TestClient:
    """Who declares assets and may read no customer."""
    return signed_in_as(stage, enter, Role.ADMINISTRATOR)


def test_what_cannot_be_declared_is_shown_again_with_the_fault(enter: Enter) -> None:
    refused = send(enter("mara"), PAGE, kind="bucket", name="<b>*</b>", regions="EU", categories="name")
    assert refused.status_code == 422
    html = unescape(refused.text)
    assert "its countries one by one" in html
    assert 'value="&lt;b&gt;*&lt;/b&gt;"' in refused.text
    assert 'value="name" checked' in html


def test_a_pasted_table_names_its_broken_lines(enter: Enter) -> None:
    mara = enter("mara")
    table = "kind,name,categories\r\nbucket,exports-*,name\r\nboat,x,name\r\n"
    html = unescape(send(mara, f"{PAGE}/tables", table=table).text)
    assert "1 declared, 0 confirmed, 1 line refused" in html
    assert "Line 3, kind: is no kind of asset" in html
    assert "exports-*" in html
    refused = send(mara, f"{PAGE}/tables", table="souls\r\nx\r\n")
    assert refused.status_code == 422
    assert "there is no column of this name" in refused.text


def test_others_see_no_page_of_assets(enter: Enter) -> None:
    lea = enter("lea")
    assert lea.get(PAGE).status_code == 403
    assert 'href="/assets"' not in lea.get("/").text
    assert 'href="/assets"' in enter("mara").get("/").text
