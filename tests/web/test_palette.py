"""Going somewhere by its name: what is found, for whom, in which order, and without a script."""

import pytest

from incident.models.incidents import Severity
from incident.roles import Role, Visibility
from incident.verbs.incidents import Report, open_incident
from tests.web.conftest import Enter
from tests.web.stage import Stage
from tests.web.test_matrix import signed_in_as
from tests.web.test_release_pages import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def found(enter: Enter, who: str, **asked: str) -> dict[str, list[dict[str, str]]]:
    groups = enter(who).get("/go/find", params=asked).json()["groups"]
    return {group["name"]: group["items"] for group in groups}


def titles(items: list[dict[str, str]]) -> list[str]:
    return [item["title"] for item in items]


def test_an_incident_is_found_by_title_and_by_codename(played: Stage, enter: Enter) -> None:
    assert played.incident is not None
    for query in ("BUCKET readable", played.incident.codename[:6]):
        (item,) = found(enter, "ines", q=query)["Incidents"]
        assert item["href"] == played.path
        assert item["about"].startswith(played.incident.codename)


def test_a_sealed_incident_is_found_by_its_members_only(played: Stage, enter: Enter) -> None:
    hidden = Report("Payroll left on a train", "other", Severity.HIGH, Visibility.SEALED)
    codename = played.act("mara", open_incident, hidden).codename
    assert titles(found(enter, "mara", q="payroll")["Incidents"]) == ["Payroll left on a train"]
    assert found(enter, "lea", q="payroll") == {}
    assert "Do here" not in found(enter, "lea", at=f"/incidents/{codename}")


def test_who_may_read_no_incident_finds_none(played: Stage, enter: Enter) -> None:
    browser = signed_in_as(played, enter, Role.ADMINISTRATOR)
    assert [group["name"] for group in browser.get("/go/find?q=bucket").json()["groups"]] == []


def test_within_an_incident_its_moves_and_sections_come_first(played: Stage, enter: Enter) -> None:
    groups = found(enter, "mara", at=f"{played.path}/duties")
    assert played.incident is not None
    assert list(groups) == ["Do here", f"In {played.incident.codename}", "Incidents", "Places"]
    assert titles(groups["Do here"])[0] == "Go on to recovery"
    assert groups["Do here"][0]["href"] == f"{played.path}#move-recover"
    assert 'id="move-recover"' in enter("mara").get(played.path).text
    assert "Timeline" in titles(groups[f"In {played.incident.codename}"])


def test_who_moves_nothing_is_offered_no_move(played: Stage, enter: Enter) -> None:
    assert not any("recovery" in one for one in titles(found(enter, "lea", at=played.path)["Do here"]))


def test_without_a_script_the_same_is_a_page(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = browser.get("/go", params={"at": f"{played.path}/facts", "q": "recovery"}).text
    assert f'href="{played.path}#move-recover"' in html
    assert "Nothing found" in browser.get("/go?q=zeppelin").text
    assert f'href="/go?at={played.path}"' in browser.get(played.path).text


def test_what_waits_is_found_by_what_is_to_be_done(played: Stage, enter: Enter) -> None:
    release = ask(enter("mara"), played)
    assert played.incident is not None
    for word in ("release", "approve"):
        (item,) = found(enter, "ines", q=word)["Waits for you"]
        assert item["title"] == "Approve: E-mail to the people affected"
        assert item["about"] == f"{played.incident.codename} · 40 recipients"
        assert item["href"] == release
        assert "Waits for you" not in found(enter, "mara", q=word)
    (item,) = found(enter, "ines", q="decide")["Waits for you"]
    assert item["href"] == f"{played.path}/assessment#dataset-accounts"
    assert 'id="dataset-accounts"' in enter("ines").get(f"{played.path}/assessment").text
    assert "Waits for you" not in found(enter, "lea", q="decide")


def test_menu_and_search_lead_to_the_public_pages_in_the_language_of_the_console(enter: Enter) -> None:
    browser = enter("ines")
    for language in ("en", "de"):
        browser.cookies.set("language", language)
        assert f'href="/announcements?lang={language}"' in browser.get("/").text
        groups = browser.get("/go/find").json()["groups"]
        assert f"/announcements?lang={language}" in [item["href"] for group in groups for item in group["items"]]
