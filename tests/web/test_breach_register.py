"""The page of the breach register and its download: who gets them, what they hold, that taking it is written down."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from incident.models.incidents import Incident
from incident.organisation import organisation_of
from incident.roles import ALLOWED, Action, Role, Visibility
from incident.settings import Settings
from incident.verbs.facts import save_facts
from incident.web.breach_csv import COLUMNS, register_csv
from incident.web.pages import Pages
from notifications.spreadsheets import FORMULA, harmless
from tests.web.conftest import Enter
from tests.web.samples.board import HOSTILE, shell
from tests.web.samples.register import BREACHES, entry, many, register
from tests.web.stage import Stage, facts, open_case
from tests.web.test_matrix import signed_in_as

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def exports(stage: Stage) -> list[dict[str, Any]]:
    parts = stage.installation

    def read(session: Session) -> list[dict[str, Any]]:
        same = (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq))
        query = select(EntryBody).join(EntryHeader, same).where(col(EntryHeader.action) == "register.exported")
        found = session.exec(query.order_by(col(EntryHeader.seq))).all()
        places = [(row.sealed, body_place(ADMINISTRATION, row.seq)) for row in found]
        return [json.loads(parts.keys.open(session, sealed, place)) for sealed, place in places if sealed]

    with parts.store.read() as session:
        return read(session)


def hide(stage: Stage) -> None:
    def seal(session: Session) -> None:
        session.get_one(Incident, stage.incident_id).visibility = Visibility.SEALED

    stage.installation.store.write(seal)


def test_the_page_and_the_file_show_every_breach_one_may_see(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    page, download = browser.get("/register"), browser.get("/register.csv")
    assert page.status_code == 200
    assert page.text.count('<details class="entry"') == 2
    for words in ("Account data", "Customers&#39; contact lists", "GDPR Art. 33(5)", "Still unknown", "1 of 14"):
        assert words in page.text, words
    asked = f"{played.path}/assessment?ask=breach.misuse_seen&amp;dataset=accounts#question"
    assert f'<li><a href="{asked}">' in page.text.partition("Still unknown")[2]
    assert download.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert 'attachment; filename="breach-register-2026-11-24.csv"' in download.headers["content-disposition"]
    assert {row["data_set"] for row in rows(download.text)} == {"accounts", "lists"}
    assert {row["our_role"] for row in rows(download.text)} == {"controller", "processor"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_narrowed_down_and_the_file_follows(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    page = browser.get("/register?year=2026&regime=gdpr&state=notified").text
    assert page.count('<details class="entry"') == 1
    assert 'href="/register.csv?year=2026&amp;regime=gdpr&amp;state=notified"' in page
    assert '<option value="2026" selected>2026</option>' in page
    (row,) = rows(browser.get("/register.csv?state=notified").text)
    assert (row["data_set"], row["customers_told"], row["customers"]) == ("lists", "1", "14")
    nothing = browser.get("/register?year=1999&regime=&state=").text
    assert "Nothing fits" in nothing
    assert '<option value="1999" selected>1999</option>' in nothing
    for wrong in ("year=soon", "state=perhaps"):
        assert browser.get(f"/register?{wrong}").status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_empty_register_says_how_entries_come(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "No breach on record" in browser.get("/register").text
    assert browser.get("/register.csv").text == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_incidents_reads_the_register(played: Stage, enter: Enter, role: Role) -> None:
    browser = signed_in_as(played, enter, role)
    allowed = role in ALLOWED[Action.READ]
    for path in ("/register", "/register.csv"):
        answer = browser.get(path)
        assert (answer.status_code == 200) is allowed, path
        assert ("Account data" in answer.text) is (allowed and role is not Role.GUEST), path
    assert ('href="/register"' in browser.get("/announcements").text) is False
    assert ('href="/register"' in browser.get("/").text) is allowed
    assert len(exports(played)) == int(allowed)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sealed_incident_is_there_for_members_only(played: Stage, enter: Enter) -> None:
    hide(played)
    for path in ("/register", "/register.csv"):
        assert "Account data" in enter("mara").get(path).text
        assert "Account data" not in enter("lea").get(path).text
    assert played.incident is not None
    assert all(played.incident.codename not in str(line) for line in exports(played))


def test_each_download_is_written_down_and_no_look(played: Stage, enter: Enter) -> None:
    browser = enter("lea")
    browser.get("/register")
    assert exports(played) == []
    browser.get("/register.csv")
    browser.get("/register.csv?year=1999")
    first, second = exports(played)
    assert first["text"] == "The breach register was exported as CSV: 2 entries."
    assert (first["by"], first["form"], first["entries"]) == ("Lea Brandt", "CSV", 2)
    assert second["text"] == "The breach register was exported as CSV: 0 entries, 1999."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_titles_are_text_on_the_page_and_no_formula_in_the_file(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for title in ('=HYPERLINK("http://x")', "@SUM(A1)", HOSTILE):
        open_case(played, title)
        played.act("mara", save_facts, played.incident_id, organisation_of(played.installation.settings), facts())
    page = browser.get("/register").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    titles = {row["title"] for row in rows(browser.get("/register.csv").text)}
    assert {'\'=HYPERLINK("http://x")', "'@SUM(A1)"} <= titles
    assert not any(title.startswith(FORMULA) for title in titles)


@given(TEXTS)
@example("\uff1d1+1")
@example("\uff0b1")
@example("\uff0d1")
@example("\uff20SUM(A1)")
def test_no_cell_begins_as_a_formula_and_nothing_else_changes(text: str) -> None:
    found = harmless(text)
    assert not found.startswith(FORMULA)
    assert found in (text, f"'{text}")
    assert (found == text) is not text.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))


@given(TEXTS, TEXTS)
def test_whatever_is_written_is_read_again(title: str, cause: str) -> None:
    written = register_csv([entry(title=title), entry(title=cause)])
    assert written.count("\r\n") >= 3
    found = rows(written)
    assert [row["title"] for row in found] == [harmless(title), harmless(cause)]
    assert all(list(row) == list(COLUMNS) for row in found)


def test_moments_are_utc_and_lists_stand_in_one_cell() -> None:
    late, refused, processor, unknown = rows(register_csv(BREACHES))
    assert all(ISO.fullmatch(late[name]) for name in ("began_at", "ended_at", "discovered_at", "aware_at"))
    assert late["people_live_in"] == "DE 2100; FR 800; AT ?"
    assert (late["people"], refused["people"], refused["people_at_least"]) == ("3412", "", "180")
    assert (late["late"], refused["late"], late["provisional_moments"]) == ("yes", "no", "")
    assert late["reasons_for_delay"].startswith("The logs of the provider came on the third day")
    assert "told 2026-11-27T13:08:00Z, by portal, reference 531.2026-118" in late["authorities"]
    assert "Berlin Commissioner for Data Protection" in late["authorities"]
    assert "Ines Moreau" in refused["decisions_not_to_notify"]
    assert "to look at again 2026-12-24" in refused["decisions_not_to_notify"]
    assert (processor["customers"], processor["customers_told"], processor["state"]) == ("140", "131", "notified")
    assert (unknown["provisional_moments"], unknown["our_role"], unknown["misuse_seen"]) == ("aware", "", "")
    assert "not known whether it applies" in unknown["authorities"]
    assert "keep 24 months until 2028-11-24" in late["register_duties"]


def test_three_hundred_entries_are_one_page() -> None:
    engine = Pages(Settings().template_folders)
    html = engine.render("breach_register.html", shell=shell(here="/register"), view=register(many(300)))
    assert html.count('<details class="entry"') == 300
    assert len(html) < 3_000_000
    assert '<details class="entry" id="case-0-main-accounts">' in html  # folded, where there are several


def test_an_entry_says_countries_by_name_and_that_it_was_closed_unassessed(stage: Stage) -> None:
    unassessed = entry(phase="closed", effects=replace(entry().effects, assessed="unknown", advised=None, decided=None))
    html = Pages(Settings().template_folders).render(
        "breach_register.html", shell=replace(shell(), language="de"), view=register((unassessed, entry()))
    )
    assert html.count("Vor dem Abschluss nicht bewertet") == 2  # in its line and among the effects
    assert "Deutschland 2.100, Frankreich 800, Österreich ?" in html
