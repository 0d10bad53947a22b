"""Files of people are read as a stream, CSV and JSON Lines; columns are mapped; a broken line costs itself alone."""

import io
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.audience_files import Line, header_of, mapping_faults, meaning_of, read_csv, read_jsonl
from notifications.members import LineFault, NewMember

STRANGE = st.text(max_size=30) | st.sampled_from(['"u2', "u3,x", "", "u4,,", "\x00", '{"person": "u"}', "[]", "{}"])


def members(found: Iterable[Line]) -> list[NewMember]:
    return [one for _, one in found if isinstance(one, NewMember)]


def faults(found: Iterable[Line]) -> list[tuple[int, str]]:
    return [(one.line, one.field) for _, one in found if isinstance(one, LineFault)]


def from_csv(text: str, mapping: dict[str, str] | None = None) -> list[Line]:
    return list(read_csv(io.BytesIO(text.encode()), mapping))


def from_jsonl(*lines: object, mapping: dict[str, str] | None = None) -> list[Line]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(read_jsonl(io.BytesIO(text.encode()), mapping))


def test_a_csv_file_is_read_with_its_own_separator_and_quotes() -> None:
    found = from_csv(
        "\ufeffid;E-Mail;name;locale;region;segment\n"
        "u1;u1@example.net;Anna;de;DE;accounts\n"
        '"u2";"u2@example.net";"Bergström; Björn";;;\n'
        "u3;u3@example.net\n"
        ";u4@example.net;D;en;;\n"
    )
    assert members(found) == [
        NewMember("u1", "u1@example.net", "", "", "de", "DE", {"name": "Anna"}, "accounts"),
        NewMember("u2", "u2@example.net", locale="", values={"name": "Bergström; Björn"}),
    ]
    assert faults(found) == [(4, "line"), (5, "person")]


@pytest.mark.parametrize(("language", "country"), [("language", "country"), ("lang", "Land"), ("Sprache", "Country")])
def test_a_column_of_languages_or_countries_is_taken_for_locale_and_region(language: str, country: str) -> None:
    told = [NewMember("7", "a@example.net", locale="de", region="AT")]
    assert members(from_csv(f"id,email,{language},{country}\n7,a@example.net,de,AT\n")) == told
    assert members(from_jsonl({"id": 7, "email": "a@example.net", language: "de", country: "AT"})) == told


def test_a_language_stays_a_value_where_the_file_has_a_locale_or_the_caller_says_so() -> None:
    kept = NewMember("7", "a@example.net", locale="de", values={"language": "fr"})
    assert members(from_csv("id,email,language,locale\n7,a@example.net,fr,de\n")) == [kept]
    as_value = NewMember("7", "a@example.net", locale="", values={"language": "fr"})
    assert members(from_csv("id,email,language\n7,a@example.net,fr\n", {"language": "language"})) == [as_value]
    assert members(from_jsonl({"id": 7, "email": "a@example.net", "values": {"language": "fr"}})) == [as_value]


def test_a_caller_says_what_each_column_is() -> None:
    head = "Kundennummer,Kontakt Adresse,Vorname,Tarif,Notiz\n"
    mapping = {"Kundennummer": "person", "kontakt adresse": "address", "VORNAME": "name", "Notiz": ""}
    assert members(from_csv(head + "7,a@example.net,Anna,pro,secret\n", mapping)) == [
        NewMember("7", "a@example.net", locale="", values={"name": "Anna", "tarif": "pro"})
    ]
    person = {"Kundennummer": 7, "Kontakt Adresse": "a@example.net", "Vorname": "Anna", "Notiz": "secret"}
    assert members(from_jsonl(person, mapping=mapping)) == [
        NewMember("7", "a@example.net", locale="", values={"name": "Anna"})
    ]


def test_what_a_caller_says_goes_before_what_a_name_suggests() -> None:
    head = "id,email,work\n"
    assert members(from_csv(head + "1,old@example.net,new@example.net\n", {"work": "address", "email": ""})) == [
        NewMember("1", "new@example.net", locale="")
    ]


@pytest.mark.parametrize(
    ("head", "mapping", "field"),
    [
        ("email,name", {}, "person"),
        ("", {}, "person"),
        ('"id,email', {}, "person"),
        ("id,email,mail", {}, "address"),
        ("id,email,work", {"work": "address"}, "address"),
        ("id,email,größe", {}, "column 3"),
        ("id,anna@example.net", {}, "column 2"),
        ("id,email", {"telephone": "phone"}, "columns"),
    ],
)
def test_a_first_line_that_cannot_be_read_right_is_one_fault_for_the_whole_file(
    head: str, mapping: dict[str, str], field: str
) -> None:
    found = from_csv(f"{head}\n1,a@example.net,x\n2,b@example.net,y\n", mapping)
    assert (members(found), faults(found)) == ([], [(1, field)])
    assert "example.net" not in str(found)


def test_what_columns_are_called_is_guessed_for_whoever_chooses() -> None:
    assert header_of("\ufeffID; Kontakt-Adresse ;E-Mail\r\n") == ("ID", "Kontakt-Adresse", "E-Mail")
    assert header_of('id,"a, b"') == ("id", "a, b")
    assert header_of('id,"a') == ()
    guessed = {name: meaning_of(name) for name in ("ID", "E-Mail", "Language", "Full Name", "plan", "Größe")}
    assert guessed == {
        **{"ID": "person", "E-Mail": "address", "Language": "locale"},
        **{"Full Name": "name", "plan": "plan", "Größe": ""},
    }
    assert mapping_faults({"a": "person", "b": "", "c": "any_value", "d": "No", "e": "ä", "f": "x" * 65}) == [*"def"]


def test_a_json_lines_file_is_read_as_it_comes() -> None:
    found = from_jsonl(
        {"person": "u1", "email": "u1@example.net", "segment": "lists", "values": {"name": "Anna", "plan": None}},
        "",
        {"person": "u2", "name": "Bo", "locale": "de", "region": None, "values": None},
        ["no", "object"],
        {"person": ["u3"]},
        "not json",
        {"email": "u4@example.net"},
        {"person": "u5", "values": "plan"},
        {"person": "u6", "id": "u7"},
    )
    assert members(found) == [
        NewMember("u1", "u1@example.net", locale="", values={"name": "Anna"}, segment="lists"),
        NewMember("u2", locale="de", values={"name": "Bo"}),
    ]
    assert faults(found) == [(4, "line"), (5, "line"), (6, "line"), (7, "person"), (8, "values"), (9, "line")]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_an_overlong_line_or_an_open_quote_costs_one_line_and_no_more(ending: bytes) -> None:
    broken = [b"x" * 200_000, b'"u9,b@example.net', b"", b"   "]
    text = ending.join([b"person,address", b"u1,a@example.net", *broken, b"u2,b@example.net"])
    lines = list(read_csv(io.BytesIO(text)))
    assert [one.person for one in members(lines)] == ["u1", "u2"]
    wrong = [found for _, found in lines if isinstance(found, LineFault)]
    assert [(fault.line, "longer" in fault.message, "quotes" in fault.message) for fault in wrong] == [
        (3, True, False),
        (4, False, True),
    ]
    assert lines[-1][0] == 7


def test_an_overlong_json_line_is_a_fault_of_its_own() -> None:
    (first, second) = [found for _, found in from_jsonl({"person": "x" * 70_000}, {"person": "u2"})]
    assert "longer" in str(first)
    assert second == NewMember("u2", locale="")


def test_a_line_in_another_encoding_is_a_fault_and_no_name_with_holes() -> None:
    text = "person,name\nu1,Bergström\n".encode("latin-1") + b"u2,Bo\n"
    (first, second) = [found for _, found in read_csv(io.BytesIO(text))]
    assert str(first) == "line 2, line: is not UTF-8 (save the file as UTF-8)"
    assert second == NewMember("u2", locale="", values={"name": "Bo"})


@given(st.lists(STRANGE, max_size=8))
def test_every_line_is_a_member_or_a_fault_and_the_last_one_is_read_whatever_comes_before(lines: list[str]) -> None:
    before = [line.replace("\n", " ").encode("utf-8", "surrogatepass") for line in lines]
    last = NewMember("last", "last@example.net", locale="")
    whole = b"\n".join([b"person,address", *before, b"last,last@example.net"])
    found = list(read_csv(io.BytesIO(whole)))
    assert found[-1] == (len(lines) + 2, last)
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    assert len(found) == 1 + sum(bool(line.decode("utf-8", "replace").strip()) for line in before)
    whole = b"\n".join([*before, b'{"person": "last", "address": "last@example.net"}'])
    assert list(read_jsonl(io.BytesIO(whole)))[-1] == (len(lines) + 1, last)


def test_a_line_may_name_an_account_and_a_role_instead_of_a_person() -> None:
    found = from_csv("account,role\nacme,admin\nblue,\n,admin\n")
    assert members(found) == [
        NewMember("", locale="", account="acme", role="admin"),
        NewMember("", locale="", account="blue"),
    ]
    assert faults(found) == [(4, "person")]


@pytest.mark.parametrize(
    "heads",
    [
        *("Kundennummer;E-Mail;Name;Sprache;Land", "id_cliente;Correo electrónico;Nombre completo;Idioma;País"),
        *("Numéro client;Courriel;Nom;Langue;Pays", "Codice cliente;Indirizzo e-mail;Nome;Lingua;Paese"),
        *("Klantnummer;E-mailadres;Naam;Taal;Land", "Numer klienta;Adres e-mail;Imię i nazwisko;Język;Kraj"),
        *("Código do cliente;Endereço de e-mail;Nome;Idioma;País", "customer_number;Email;name;Language;Country"),
    ],
)
def test_common_headings_are_guessed_in_every_language_of_the_texts(heads: str) -> None:
    found = [meaning_of(name) for name in header_of(heads)]
    assert found == ["person", "address", "name", "locale", "region"]
