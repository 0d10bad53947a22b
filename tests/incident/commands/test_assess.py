"""`seventytwo assess` answers in kind: one document or one a line, each fault named, for machines or for people."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident.commands.assessing import run
from incident.errors import Invalid
from incident.inquiries.assessments import answer

STOLEN: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "cause": "hacking", "malicious": True},
    "data": {"categories": ["name", "national_id"]},
    "people": {"count": 900, "kinds": ["customers"]},
    "exposure": {"exfiltration": "confirmed", "recipients": "attacker"},
}
PARCEL: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "cause": "misdirected_post", "malicious": False},
    "data": {"categories": ["name", "postal_address", "purchases"], "per_person": "basic"},
    "people": {"count": 2, "kinds": ["customers"], "vulnerable": False},
    "exposure": {"recipients": "single_known", "assurance": "recovered"},
}
LINE_KEYS = ["document", "notify_authority", "notify_subjects", "risk", "reasons", "missing", "severity", "tests"]


def limbs(document: Any) -> tuple[Any, Any, Any]:
    found: dict[str, Any] = answer(document)
    return found["notify_authority"], found["notify_subjects"], found["risk"]


def test_a_fact_sheet_is_answered_with_exactly_the_keys_that_are_promised() -> None:
    found: dict[str, Any] = answer(STOLEN)
    assert list(found) == [*LINE_KEYS, "datasets"]
    assert [list(dataset) for dataset in found["datasets"]] == [["id", *LINE_KEYS]]
    assert found["document"] is True
    assert {tuple(reason) for reason in found["reasons"]} == {("criterion", "direction", "text", "source")}
    assert list(found["severity"]) == ["dpc", "ei", "cb", "score", "band", "flags"]
    assert {tuple(test) for test in found["tests"]} == {("name", "answer", "reasons", "missing")}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (STOLEN, ("yes", "yes", "high")),
        (PARCEL, ("no", "no", "unlikely")),
        ({"facts": STOLEN, "regime": "gdpr", "jurisdiction": "EU"}, ("yes", "yes", "high")),
        ({"facts": {**STOLEN, "response": {"remedied": True}}, "regime": "uk_gdpr"}, ("yes", "no", "high")),
        ({"facts": STOLEN, "regime": "hipaa"}, ("no", "no", "high")),
        ({"facts": STOLEN, "regime": "pipeda"}, ("yes", "yes", "high")),
        ({"facts": STOLEN, "regime": "au_ndb", "jurisdiction": "AU"}, ("yes", "yes", "high")),
        ({"facts": STOLEN, "regime": "us_ca_breach"}, ("yes", "yes", "high")),
        ({"facts": STOLEN, "regime": "us_ca"}, ("unknown", "yes", "high")),
        ({"facts": {**STOLEN, "reach": {"US-CA": 501}}, "regime": "us_ca"}, ("yes", "yes", "high")),
        ({"facts": {**PARCEL, "reach": {"PL": 2}}, "jurisdiction": "UK"}, ("no", "no", "unlikely")),
    ],
)
def test_the_regime_that_is_asked_answers_both_limbs(document: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert limbs(document) == expected


def test_without_a_regime_reach_and_establishment_choose_and_the_strongest_answer_counts() -> None:
    clinic = {**STOLEN, "data": {"categories": ["health", "name"]}}
    american: dict[str, Any] = {"sectors": ["hipaa_covered"], "establishment": "US"}
    trusted = {**clinic, "exposure": {"recipients": "internal", "assurance": "confirmed"}}
    mistaken = {**trusted, "breach": {"kinds": ["confidentiality"], "cause": "insider_error"}}
    assert limbs({**mistaken, "organisation": american})[:2] == ("no", "no")
    assert limbs({**clinic, "organisation": american, "reach": {"US": 5}})[:2] == ("yes", "yes")
    scored = {**PARCEL, "people": {**PARCEL["people"], "count": 600}, "reach": {"SG": 600}}
    assert limbs(scored)[:2] == ("yes", "no")
    assert limbs({**scored, "reach": {"SG": 600, "NZ": 0}})[:2] == ("yes", "no")


def test_several_data_sets_answer_by_the_strongest_of_those_we_control() -> None:
    sets = [
        {"id": "parcels", "role": "controller", **{key: PARCEL[key] for key in ("data", "people", "exposure")}},
        {"id": "lists", "role": "processor", **{key: STOLEN[key] for key in ("data", "people", "exposure")}},
    ]
    found: dict[str, Any] = answer({"breach": PARCEL["breach"], "datasets": sets})
    assert (found["notify_authority"], found["notify_subjects"]) == ("no", "no")
    assert [(one["id"], one["notify_subjects"]) for one in found["datasets"]] == [("parcels", "no"), ("lists", "yes")]
    sets[1]["role"] = "joint"
    assert limbs({"breach": PARCEL["breach"], "datasets": sets}) == ("yes", "yes", "high")


def test_a_processor_alone_notifies_nobody_but_its_controllers() -> None:
    found: dict[str, Any] = answer({**STOLEN, "organisation": {"role": "processor"}})
    assert (found["document"], found["notify_authority"], found["notify_subjects"]) == (True, "no", "no")
    assert [reason["source"] for reason in found["reasons"]] == ["GDPR Art. 33(2)"]
    assert found["datasets"][0]["notify_authority"] == "yes"


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ([1], ["document"]),
        ({"facts": STOLEN, "regime": "gpdr"}, ["regime"]),
        ({"facts": STOLEN, "jurisdiction": "Poland"}, ["jurisdiction"]),
        ({"facts": STOLEN, "regimes": "gdpr"}, ["regimes"]),
        ({"facts": {"breach": {"cause": "gremlins"}}, "regime": "law"}, ["regime", "breach.cause"]),
        ({"brech": {}}, ["brech"]),
    ],
)
def test_each_fault_names_its_field_and_its_mend(document: Any, fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        answer(document)
    assert [fault.field for fault in caught.value.faults] == fields
    assert all(fault.mend for fault in caught.value.faults)


def test_what_else_lies_beside_the_facts_is_passed_over() -> None:
    assert limbs({"facts": PARCEL, "anchors": {}, "title": "Two parcels", "notes": ""}) == ("no", "no", "unlikely")


def test_one_document_is_answered_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps(PARCEL, indent=2))
    assert run(str(file), explain=False) == 0
    assert json.loads(capsys.readouterr().out)["risk"] == "unlikely"


def test_lines_are_answered_by_lines_and_a_bad_one_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sheets.jsonl"
    file.write_text("\n".join((json.dumps(PARCEL), '{"breach": {"cause": "gremlins"}}', json.dumps(STOLEN))))
    assert run(str(file), explain=False) == 2
    said = capsys.readouterr()
    first, second, third = map(json.loads, said.out.splitlines())
    assert (first["risk"], third["risk"]) == ("unlikely", "high")
    assert second["error"][0]["field"] == "breach.cause"
    assert "line 2: breach.cause" in said.err


def test_a_bad_document_prints_nothing_but_its_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sheet.json"
    file.write_text('{"breach": {"cause": "gremlins"}}')
    assert run(str(file), explain=False) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_people_read_it_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps({"facts": STOLEN, "regime": "gdpr"}, indent=2))
    assert run(str(file), explain=True) == 0
    said = capsys.readouterr().out
    assert "Tell the authority: yes" in said
    assert "GDPR recitals 75 and 85" in said
    assert "ENISA severity, beside the law: 2, medium (DPC 1 x EI 1 + CB 1); more than 100 people" in said
    assert "Canada: real risk of significant harm: yes" in said
    assert max(map(len, said.splitlines())) <= 120


def test_data_sets_are_told_apart_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = {"role": "controller", **{key: PARCEL[key] for key in ("data", "people", "exposure")}}
    sheet = {"breach": PARCEL["breach"], "datasets": [{"id": "north", **one}, {"id": "south", **one}]}
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps(sheet))
    assert run(str(file), explain=True) == 0
    said = capsys.readouterr().out
    assert "Data set north" in said
    assert "  Tell the people:    no" in said


def test_the_command_needs_neither_database_nor_web() -> None:
    code = (
        "import sys, incident.commands.assessing, incident.inquiries.assessments as it; it.answer({});"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'fastapi', 'starlette', 'jinja2', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
