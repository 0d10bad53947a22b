"""`seventytwo law` and `seventytwo duties`: what they print, what they refuse, and what they leave unloaded."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident.commands.asking import ask
from incident.law.packs import shipped_duties, shipped_texts

FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"]},
    "data": {"categories": ["name"]},
    "organisation": {"role": "controller", "establishment": "DE", "sectors": []},
    "exposure": {"recipients": "attacker"},
    "reach": {"DE": 3},
}
QUESTION: dict[str, Any] = {
    "facts": FACTS,
    "anchors": {"aware": "2026-12-18T17:40:00+01:00"},
    "now": "2026-12-21T00:00:00Z",
}
KEYS = {
    *("id", "jurisdiction", "law", "article", "addressee_kind", "addressee", "stage", "entity", "datasets"),
    *("applies", "why", "missing", "starts_from", "standing", "due_at", "provisional_due_at", "soft", "counting"),
    *("trace", "other_readings", "confidence", "source"),
}


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = ask(arguments[0], arguments[1:])
    said = capsys.readouterr()
    return status, said.out, said.err


def written(folder: Path, text: str, name: str = "question.json") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def row(rows: list[dict[str, Any]], duty: str) -> dict[str, Any]:
    return next(found for found in rows if found["id"] == duty)


def test_duties_answers_every_duty_with_its_clock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = asked(capsys, "duties", written(tmp_path, json.dumps(QUESTION)))
    rows = json.loads(out)
    assert (status, err) == (0, "")
    assert out.count("\n") == 1, "a question on one line has its answer on one line"
    assert {found["id"] for found in rows} == {duty.id for duty in shipped_duties()}
    assert all(set(found) >= KEYS for found in rows)
    authority = row(rows, "eu-gdpr-33-1-sa")
    assert (authority["applies"], authority["due_at"], authority["standing"]) == ("yes", "2026-12-21T16:40:00Z", "soon")
    assert authority["provisional_due_at"] is None
    assert authority["other_readings"][0]["due_at"] == "2026-12-21T17:00:00Z"
    assert authority["source"].startswith("Regulation (EU) 2016/679 (GDPR), Art. 33(1),(3),(4): https://")
    assert authority["soft"] is False
    processor = row(rows, "eu-gdpr-33-2-processor")
    assert (processor["applies"], processor["due_at"], processor["standing"]) == ("no", None, "not due")
    assert row(rows, "eu-gdpr-33-5-record")["soft"] is True


def test_a_moment_that_is_missing_is_named_and_a_candidate_gives_a_provisional_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = asked(capsys, "duties", written(tmp_path, json.dumps({"facts": FACTS})))
    blocked = row(json.loads(out), "eu-gdpr-33-1-sa")
    assert (blocked["due_at"], blocked["standing"]) == (None, "blocked")
    assert "anchors.aware" in blocked["missing"]
    assert blocked["starts_from"].startswith("aware (")
    candidate = {"aware": [{"at": "2026-12-18T16:40:00Z", "decided": False}]}
    _, out, _ = asked(capsys, "duties", written(tmp_path, json.dumps({"facts": FACTS, "anchors": candidate})))
    provisional = row(json.loads(out), "eu-gdpr-33-1-sa")
    assert (provisional["due_at"], provisional["provisional_due_at"]) == (None, "2026-12-21T16:40:00Z")


def test_contracts_promise_and_targets_are_answered_where_they_are_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = {**FACTS, "organisation": {**FACTS["organisation"], "role": "processor"}, "controllers": ["acme"]}
    own = {"promise_hours": 72, "targets": {"eu-gdpr-33-2-processor": 24}}
    customers = {"acme": {"name": "Acme SE", "contract_hours": 48, "contract_clause": "§ 9"}}
    question = {**QUESTION, "facts": facts, "organisation": own, "customers": customers}
    _, out, _ = asked(capsys, "duties", written(tmp_path, json.dumps(question)))
    rows = json.loads(out)
    assert row(rows, "contract-acme")["due_at"] == "2026-12-20T16:40:00Z"
    assert row(rows, "promise-customers")["kind"] == "promise"
    statute = row(rows, "eu-gdpr-33-2-processor")
    assert (statute["due_at"], statute["target_at"], statute["addressee"]) == (None, "2026-12-19T16:40:00Z", "acme")


def test_json_lines_are_answered_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps(QUESTION), '{"facts": {"breach": {"kinds": ["fire"]}}}', json.dumps(FACTS)]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    status, out, err = asked(capsys, "duties", "-")
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert status == 2
    assert row(first, "eu-gdpr-33-1-sa")["due_at"] == "2026-12-21T16:40:00Z"
    assert second["error"][0]["field"] == "breach.kinds"
    assert err.startswith("seventytwo: line 2: breach.kinds: 'fire' is not one of its words (one of: confidentiality")
    assert row(third, "eu-gdpr-33-1-sa")["applies"] == "yes"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**QUESTION, "anchor": {}}, "anchor"),
        ({**QUESTION, "anchors": {"awre": "2026-12-18T16:40:00Z"}}, "anchors.awre"),
        ({**QUESTION, "anchors": {"aware": "2026-12-18T16:40:00"}}, "anchors.aware"),
        ({**QUESTION, "anchors": {"aware": {"at": "2026-12-18T16:40:00Z", "scope": "x"}}}, "anchors.aware.scope"),
        ({**QUESTION, "anchors": []}, "anchors"),
        ({**QUESTION, "now": "soon"}, "now"),
        ({**QUESTION, "submitted": {"eu-gdpr-33-1-sa": "x"}}, "submitted.eu-gdpr-33-1-sa"),
        ({**QUESTION, "organisation": {"zones": "UTC"}}, "organisation.zones"),
        ({**QUESTION, "customers": {"acme": 24}}, "customers.acme"),
        ({**QUESTION, "anchors": {"aware": ["2026-12-18T16:40:00Z", "2026-12-20T16:40:00Z"]}}, "anchors.aware"),
        ({**QUESTION, "anchors": {"aware": {"at": "2026-12-18T16:40:00Z", "decided": "no"}}}, "anchors.aware.decided"),
        ({**QUESTION, "anchors": {"aware": "9999-12-31T23:59:59Z"}}, "anchors.aware"),
        ({**QUESTION, "submitted": {"eu-dora-inital": "2026-12-18T16:40:00Z"}}, "submitted.eu-dora-inital"),
        ({**QUESTION, "organisation": {"sectors": "telecom"}}, "organisation.sectors"),
        ({**QUESTION, "organisation": {"zone": "Nowhere/X"}}, "organisation.zone"),
        ({**QUESTION, "organisation": {"targets": "x"}}, "organisation.targets"),
        ({**QUESTION, "organisation": {"promise_hours": -5}}, "organisation.promise_hours"),
        ({**QUESTION, "organisation": {"establishment": "Germany"}}, "organisation.establishment"),
        ({**QUESTION, "customers": {"acme": {"contract_hours": "24"}}}, "customers.acme.contract_hours"),
        ({"facts": {"reach": {"US-CA": 10**400}}}, "reach.US-CA"),
        ({"facts": {"reach": {"UK": 5}}}, "reach.UK"),
        ({"facts": {"organisation": {"establishment": "UK"}}}, "organisation.establishment"),
        ([], "document"),
    ],
)
def test_a_wrong_question_names_field_and_mend(
    document: object, field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = asked(capsys, "duties", written(tmp_path, json.dumps(document)))
    assert (status, out) == (2, "")
    assert f"seventytwo: {field}: " in err


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("{", "is no JSON"), (None, "cannot be read")])
def test_a_file_that_holds_no_question_is_refused(
    text: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, text) if text is not None else str(tmp_path / "none.json")
    status, out, err = asked(capsys, "duties", path)
    assert (status, out) == (2, "")
    assert said in err


def test_explain_is_a_table_with_the_next_due_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = {**FACTS, "reach": {"DE": 3, "US": "unknown"}}
    status, out, _ = asked(capsys, "duties", written(tmp_path, json.dumps({**QUESTION, "facts": facts})), "--explain")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "2026-12-21 16:40Z          Notify the supervisory authority"
    assert any("no number in the law" in line for line in lines)
    assert lines[-1].endswith("do not apply.")


def test_law_lists_shows_and_exports(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = asked(capsys, "law", "list", "--jurisdiction", "EU", "--regime", "gdpr")
    assert status == 0
    assert "eu-gdpr-33-1-sa" in out.splitlines()[0]
    assert out.splitlines()[-1] == "4 duties."
    _, out, _ = asked(capsys, "law", "list", "--json", "--regime", "gdpr")
    assert json.loads(out)[0]["id"] == "eu-gdpr-33-1-sa"
    _, out, _ = asked(capsys, "law", "show", "eu-gdpr-33-1-sa")
    assert "trigger          (organisation.role in [controller, joint])" in out
    _, out, _ = asked(capsys, "law", "show", "eu-gdpr-33-1-sa", "--json")
    assert json.loads(out)["period"] == {"amount": 72, "unit": "hours"}
    _, out, _ = asked(capsys, "law", "export")
    assert len(json.loads(out)["duties"]) == len(shipped_duties())


def test_an_unknown_duty_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = asked(capsys, "law", "show", "eu-gdpr-33-1")
    assert status == 2
    assert "did you mean eu-gdpr-33-1-sa?" in err


def test_check_passes_what_ships_and_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = asked(capsys, "law", "check")
    assert status == 0, out
    assert out.endswith(" 0 faults.\n")
    text = shipped_texts()["eu.toml"].replace("finding gdpr_risk", "finding gdpr_risk and data.categorys has name", 1)
    status, out, _ = asked(capsys, "law", "check", written(tmp_path, text, "mine.toml"))
    assert status == 1
    assert "mine.toml, eu-gdpr-33-1-sa, trigger: 'data.categorys' is no fact (did you mean data.categories?)" in out
    text = shipped_texts()["eu.toml"].replace("amount = 72", "amount = 71", 1)
    status, out, _ = asked(capsys, "law", "check", written(tmp_path, text, "mine.toml"))
    assert (status, "is due 2026-12-21 15:40:00+00:00, not 2026-12-21 16:40:00+00:00" in out) == (1, True)
    status, _, err = asked(capsys, "law", "check", str(tmp_path / "none.toml"))
    assert (status, "none.toml" in err) == (2, True)


def test_diff_says_key_by_key_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shipped_texts()["eu.toml"]
    before = written(tmp_path, text, "before.toml")
    last = text.rindex("\n[[duties]]\n")
    after = written(tmp_path, text[:last].replace("amount = 72", "amount = 96"), "after.toml")
    status, out, _ = asked(capsys, "law", "diff", before, after)
    lines = out.splitlines()
    assert status == 0
    assert '~ eu-gdpr-33-1-sa, period: {"amount": 72, "unit": "hours"} → {"amount": 96, "unit": "hours"}' in lines
    assert any(line.startswith("- eu-gdpr-34-1-subjects") for line in lines)
    _, exported, _ = asked(capsys, "law", "export")
    _, out, _ = asked(capsys, "law", "diff", written(tmp_path, exported, "all.json"), before)
    assert f"{len(shipped_duties()) - 4} differences." in out


def test_the_commands_that_ask_load_neither_web_nor_database(tmp_path: Path) -> None:
    question = written(tmp_path, json.dumps(QUESTION))
    heavy = ("fastapi", "sqlalchemy", "sqlmodel", "pydantic", "typer", "jinja2", "starlette", "babel")
    program = (
        "import sys; from incident.commands.asking import ask; "
        f"assert ask('duties', [{question!r}]) == 0; assert ask('assess', [{question!r}]) == 0; "
        f"found = [name for name in {heavy} if name in sys.modules]; assert found == [], found"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
