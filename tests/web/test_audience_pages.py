"""An audience by its pages: made, filled by a file that is never kept, counted, sampled, its faults taken as a file."""

import tempfile
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select
from starlette.formparsers import MultiPartParser

from incident.auth.streaming import MOST_FIELDS
from incident.queries.timeline import read_timeline
from notifications.audience import freeze, opened, scope_of
from notifications.members import NewMember
from notifications.models import Audience, Member
from tests.web.conftest import Enter
from tests.web.reading import links, send, token
from tests.web.stage import Stage

LISTED = "Kundennummer;Kontakt;name;locale;region;Notiz\n" + "".join(
    f"u{n};u{n}@mail.example;Person {n};de;{'DE' if n % 2 else 'FR'};<script>\n" for n in range(8)
)
Fields = dict[str, list[str]] | None
MAPPED = {"column": ["Kundennummer", "Kontakt", "Notiz"], "means": ["person", "address", ""]}


@pytest.fixture
def mara(enter: Enter) -> TestClient:
    return enter("mara")


def made(browser: TestClient, stage: Stage, **fields: str) -> str:
    answer = send(browser, f"{stage.path}/audiences", **{"name": "Affected", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def upload(browser: TestClient, path: str, content: str, name: str = "people.csv", fields: Fields = None) -> Any:
    data: dict[str, Any] = {"csrf_token": token(browser), **(fields or {})}
    return browser.post(f"{path}/import", data=data, files={"file": (name, content.encode(), "text/csv")})


def members(stage: Stage) -> list[NewMember]:
    parts = stage.installation
    with parts.store.read() as session:
        rows = session.exec(select(Member).order_by(col(Member.id))).all()
        return [opened(parts.keys.for_scope(session, scope_of(row.audience_id)), row) for row in rows]


def said(stage: Stage, number: int = 1) -> list[str]:
    parts = stage.installation
    with parts.store.read() as session:
        lines = read_timeline(session, parts.keys, stage.people["mara"], stage.incident_id, limit=number)
    return [line.text for line in lines]


def test_a_file_is_imported_with_the_columns_somebody_chose(stage: Stage, mara: TestClient) -> None:
    here = made(mara, stage)
    assert "Nobody yet" in mara.get(here).text
    offered = send(mara, f"{here}/columns", first_line=LISTED.partition("\n")[0]).text
    assert [f'value="{name}"' in offered for name in ("Kundennummer", "Kontakt", "Notiz")] == [True] * 3
    assert '<option value="name" selected>Name, for the greeting</option>' in offered
    assert '<option value="locale" selected>Language</option>' in offered
    answer = upload(mara, here, LISTED + "u8;nowhere;;;;\n", fields=MAPPED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}#import")
    assert members(stage)[0] == NewMember("u0", "u0@mail.example", "", "", "de", "FR", {"name": "Person 0"})
    page = mara.get(here).text
    assert "<script>" not in page.partition("</head>")[2]
    for words in ('<span class="huge">8</span>', "Deutsch (de)", "Germany", "France", "mail.example", "1 line refused"):
        assert words in page, words
    assert "nowhere" not in page
    assert said(stage) == ["Audience “Affected”: 8 members imported, 1 line refused."]
    (line,) = links(mara.get(f"{stage.path}/audiences").text, "/audiences/")
    assert line == here


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_of_a_form_is_never_kept_on_disk(
    stage: Stage, mara: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = made(mara, stage)
    known = token(mara)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was made for what arrived")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", refuse)
    large = "id,email,note\n" + "".join(f"u{n},u{n}@mail.example,{'x' * 4000}\n" for n in range(300))
    assert len(large) > MultiPartParser.spool_max_size
    answer = mara.post(f"{here}/import", data={"csrf_token": known}, files={"file": ("a.csv", large.encode())})
    assert answer.status_code == 303, answer.text
    assert said(stage) == ["Audience “Affected”: 300 members imported, 0 lines refused."]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_without_the_pages_token_stores_nothing(stage: Stage, mara: TestClient) -> None:
    here = made(mara, stage)
    files = {"file": ("people.csv", b"id,email\nu1,u1@mail.example\n")}
    for data in ({}, {"csrf_token": "forged"}):
        assert mara.post(f"{here}/import", data=data, files=files).status_code == 403
    after_the_file = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,email\nu1,u1@mail.example\n'
        b'\r\n--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token(mara).encode()
        + b"\r\n--x--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert mara.post(f"{here}/import", content=after_the_file, headers=kind).status_code == 403
    assert members(stage) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_that_cannot_be_used_says_why(stage: Stage, mara: TestClient) -> None:
    here = made(mara, stage)
    known = token(mara)
    chosen_none = mara.post(f"{here}/import", data={"csrf_token": known}, files={"other": ("", b"")})
    assert (chosen_none.status_code, "choose a CSV or JSON Lines file" in chosen_none.text) == (422, True)
    plain = mara.post(f"{here}/import", data={"csrf_token": known})
    assert plain.status_code == 415
    wide = mara.post(
        f"{here}/import", data={"csrf_token": known, "column": "x" * MOST_FIELDS}, files={"f": ("a", b"x")}
    )
    assert wide.status_code == 413
    kind = {"Content-Type": "multipart/form-data; boundary=x", "X-CSRF-Token": known}
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    for body, status in ((b"no form", 400), (head + b"id,email\nu1,u1@mail.example\nu2,u2@mail.example", 400)):
        assert mara.post(f"{here}/import", content=body, headers=kind).status_code == status
    unbounded = {**kind, "Content-Type": "multipart/form-data"}
    assert mara.post(f"{here}/import", content=b"", headers=unbounded).status_code == 415
    for first in ("", '"id,email'):
        assert send(mara, f"{here}/columns", first_line=first).status_code == 422
    assert upload(mara, here, LISTED, fields={"column": ["Kundennummer"], "means": ["No Name"]}).status_code == 422
    assert send(mara, f"{stage.path}/audiences", name="").status_code == 422
    assert send(mara, f"{stage.path}/audiences", name="x", adds_to="none").status_code == 422
    assert mara.get("/audiences/01a214a3-a741-7000-aca2-b1a859368e47").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_json_lines_file_is_known_by_its_name(stage: Stage, mara: TestClient) -> None:
    here = made(mara, stage, channel="in_app")
    assert upload(mara, here, '{"person": "u1", "segment": "lists"}\n', "people.jsonl").status_code == 303
    assert members(stage) == [NewMember("u1", locale="", segment="lists")]
    page = mara.get(here).text
    assert "In the product" in page
    assert "Domain</th>" not in page


def test_faults_and_a_sample_are_taken_by_few_and_written_down(stage: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    here = made(mara, stage)
    upload(mara, here, "id,email,name\nu1,anna@mail.example,Anna\nu2,nowhere,Bo\nu3,Anna@mail.example,Cleo\n")
    assert "All faults by line" in mara.get(here).text
    file = mara.get(f"{here}/faults.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert [row.partition(",")[0] for row in file.text.splitlines()] == ["line", "3", "4"]
    sampled = send(mara, f"{here}/sample").text
    assert "a…@mail.example" in sampled
    assert "anna@" not in sampled.lower()
    assert said(stage, 2) == [
        "2 members of the audience “Affected” looked at, masked.",
        "The faults of the audience “Affected” were downloaded.",
    ]
    seen = ines.get(here).text
    assert "All faults by line" not in seen
    assert "Look at a sample" not in seen
    assert ines.get(f"{here}/faults.csv").status_code == 403
    assert send(ines, f"{here}/sample").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_frozen_audience_leads_to_an_added_one(stage: Stage, mara: TestClient) -> None:
    here = made(mara, stage)
    upload(mara, here, "id,email\nu1,u1@mail.example\n")
    parts, identity = stage.installation, here.rpartition("/")[2]
    parts.store.write(lambda session: freeze(session, UUID(identity), parts.clock.now()))
    page = mara.get(here).text
    assert 'type="file"' not in page
    assert upload(mara, here, "id,email\nu2,u2@mail.example\n").status_code == 409
    assert f'<option value="{identity}">Affected</option>' in mara.get(f"{stage.path}/audiences").text
    later = made(mara, stage, name="Found later", adds_to=identity)
    upload(mara, later, "id,email\nu1,u1@mail.example\nu2,u2@mail.example\n")
    with parts.store.read() as session:
        assert session.get_one(Audience, UUID(later.rpartition("/")[2])).members == 1
    assert links(mara.get(here).text.partition("related-head")[2], "/audiences/") == [later]
    assert "Adds to “Affected”" in mara.get(later).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_stores_nobody_says_why_and_keeps_the_columns_that_were_chosen(
    stage: Stage, mara: TestClient
) -> None:
    here = made(mara, stage)
    file = "Kundennummer;Kontakt;Sprache\nu1;u1@mail.example;de\n"
    unnamed = upload(mara, here, file)
    assert unnamed.status_code == 422
    assert "stored nobody. Line 1, person: there is no column person (or id): it tells people apart" in unnamed.text
    assert "there is no column person (or id): it tells people apart" in mara.get(here).text
    offered = send(mara, f"{here}/columns", first_line=file.partition("\n")[0]).text
    assert '<option value="locale" selected>Language</option>' in offered
    columns = ["Kundennummer", "Kontakt", "Sprache"]
    nobody = upload(mara, here, file, fields={"column": columns, "means": ["", "", "sprache"]})
    assert nobody.status_code == 422
    for words in ("tell nobody apart", "no address to write to", '<option value="sprache" selected>A value: sprache'):
        assert words in nobody.text, words
    assert said(stage) == ["Audience “Affected”: 0 members imported, 1 line refused."]  # the second was not read
    means = ["person", "address", "locale"]
    assert upload(mara, here, file, fields={"column": columns, "means": means}).status_code == 303
    again = upload(mara, here, file + "u2;nowhere;de\n", fields={"column": columns, "means": means})
    assert again.status_code == 303
    page = mara.get(here).text
    for words in ("1 line refused", "1 person there already", "Line 3 is no e-mail address: write name@domain"):
        assert words in page, words
    assert upload(mara, here, "id,email\nu1,u1@two.example\n").status_code == 303
    assert "1 person corrected" in mara.get(here).text
    assert said(stage)[-1] == "Audience “Affected”: 0 members imported, 0 lines refused, 1 person corrected."


def test_whose_people_they_are_is_chosen_from_the_register_by_name(stage: Stage, mara: TestClient) -> None:
    html = mara.get(f"{stage.path}/audiences").text
    assert '<option value="customer-000">Acme Industries Ltd · customer-000</option>' in html
    here = made(mara, stage, controller="customer-000")
    assert "People of Acme Industries Ltd, who is their controller." in mara.get(here).text
    assert "people of Acme Industries Ltd" in mara.get(f"{stage.path}/audiences").text


def test_what_answers_a_form_says_so_to_its_stream(mara: TestClient, stage: Stage) -> None:
    path = made(mara, stage)
    assert f'hx-sse:connect="{stage.path}/events?tab=audiences"' in mara.get(path).text
    refused = upload(mara, path, "id,email\nu1,nonsense\n")
    assert refused.status_code == 422
    assert f'hx-sse:connect="{stage.path}/events?tab=audiences&amp;sent=1"' in refused.text


def test_a_wrong_audience_is_discarded_with_a_reason(mara: TestClient, stage: Stage) -> None:
    here = made(mara, stage)
    upload(mara, here, "id,email\nu1,u1@mail.example\n")
    assert "Discard this audience" in mara.get(here).text
    answer = send(mara, f"{here}/discarding", reason="The list was last year's.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{stage.path}/audiences#audiences")
    assert here not in mara.get(f"{stage.path}/audiences").text
    page = mara.get(here).text
    assert "It had 1 person, and nothing was sent to it." in page
    assert "Discard this audience" not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_with_lines_is_said_in_the_readers_language(mara: TestClient, stage: Stage) -> None:
    here = made(mara, stage)
    file = "id,email\nu1,u1@mail.example\nu2,u1@mail.example\nu3,nobody\n"
    assert upload(mara, here, file).status_code == 303
    assert "Line 3 is that of line 2 too: each gets a mail" in mara.get(here).text
    mara.cookies.set("language", "de")
    german = mara.get(here).text
    assert "Zeile 3: ist auch die in Zeile 2. Abhilfe: jede bekommt eine Mail; prüfen Sie, ob" in german
    assert "Zeile 4: ist keine E-Mail-Adresse: schreiben Sie name@domain. Abhilfe: berichtigen Sie sie" in german
