"""A case file is checked by its own program and by nobody's word: what was changed, added or taken out is named."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from incident.case_file import Piece, zipped
from incident.case_file_check import check
from incident.errors import Forbidden
from incident.keys import make_key_file
from incident.models.entries import incident_subject
from incident.models.incidents import Evidence
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.case_files import take_case_file
from incident.verbs.checkpoints import sign_heads
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.filings import record_submission
from tests.incident.closing import sent
from tests.incident.notices import Desk
from tests.incident.verbs.test_filings import drafted, submission

LOG = b"GET /exports/2026 200\r\n" * 3


def taken(desk: Desk, folder: Path, role: Role = Role.PRIVACY_OFFICER) -> list[Piece]:
    case = desk.case
    return take_case_file(case.store, case.keys, case.people[role], desk.incident_id, case.clock.now(), folder)


def unpacked(pieces: list[Piece], folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(b"".join(zipped(pieces)))) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


@pytest.fixture
def unzipped(desk: Desk, tmp_path: Path) -> Path:
    """An incident with evidence, a filing and a release that ended, signed so far, and one more line; unpacked."""
    desk.case.act(Role.RESPONDER, keep_evidence, desk.incident_id, Finding("../logs/access log: bucket", LOG))
    filing = drafted(desk, "de")
    desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, submission(desk), desk.case.organisation)
    sent(desk)
    key, folder = tmp_path / "checkpoint-key", tmp_path / "checkpoints"
    make_key_file(key)
    sign_heads(desk.case.store, key, folder, desk.case.clock.now())
    desk.case.act(Role.RESPONDER, keep_evidence, desk.incident_id, Finding("later", b"one more"))
    return unpacked(taken(desk, folder), tmp_path / "case")


def test_it_holds_everything_and_checks_itself_where_nothing_of_the_product_is(unzipped: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-I", "check.py"], cwd=unzipped, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.endswith("Everything holds.\n")
    assert "1 checkpoints, kept outside the database, hold these entries." in found.stdout
    assert "Under no checkpoint yet: incident:" in found.stdout
    names = {path.relative_to(unzipped).as_posix() for path in unzipped.rglob("*") if path.is_file()}
    assert {"README.txt", "timeline.txt", "timeline.jsonl", "checkpoints.jsonl", "manifest.json"} < names
    assert {"filings/001-gdpr-33-3-de.txt", "evidence/002-later"} < names
    assert {f"notices/001-people-edition-1{end}" for end in (".json", "-en.txt", "-de.txt")} < names
    assert (unzipped / "evidence/001-_logs_access log_ bucket").read_bytes() == LOG
    assert "Reference: 72-2026-19" in (unzipped / "filings/001-gdpr-33-3-de.txt").read_text()
    assert "Evidence kept: later" in (unzipped / "timeline.txt").read_text()


def test_that_it_was_taken_is_a_line_with_the_digest_of_its_manifest(desk: Desk, tmp_path: Path) -> None:
    pieces = taken(desk, tmp_path)
    actor = desk.case.people[Role.AUDITOR]
    last = desk.case.look(lambda session: read_timeline(session, desk.case.keys, actor, desk.incident_id, limit=1))[0]
    assert (last.action, pieces[0].name) == ("case.taken", "manifest.json")
    assert pieces[0].sha256[:16] in last.text
    faults, said = check(unpacked(pieces, tmp_path / "case"))
    assert faults == []
    assert "  " + pieces[0].sha256 in said
    again = unpacked(taken(desk, tmp_path, Role.AUDITOR), tmp_path / "again")
    assert pieces[0].sha256 in (again / "timeline.jsonl").read_text()


def test_who_may_not_take_proof_takes_none(desk: Desk, tmp_path: Path) -> None:
    for role in (Role.RESPONDER, Role.COMMANDER, Role.APPROVER):
        with pytest.raises(Forbidden):
            taken(desk, tmp_path, role)


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(case: Path) -> None:
        text = (case / name).read_text()
        assert old in text
        (case / name).write_text(text.replace(old, new, 1))
        remade(case, name)

    return change


def remade(case: Path, name: str) -> None:
    """The manifest of somebody who lies throughout."""
    manifest = json.loads((case / "manifest.json").read_text())
    manifest["files"][name]["sha256"] = Piece.of(name, (case / name).read_bytes()).sha256
    (case / "manifest.json").write_text(json.dumps(manifest))


def cut(case: Path) -> None:
    lines = (case / "timeline.jsonl").read_text().splitlines(keepends=True)
    (case / "timeline.jsonl").write_text("".join(lines[:3] + lines[4:]))
    remade(case, "timeline.jsonl")


def other_evidence(case: Path) -> None:
    (case / "evidence/002-later").write_bytes(b"another")
    remade(case, "evidence/002-later")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda case: (case / "timeline.txt").write_text("nothing happened"), "timeline.txt: was changed"),
        (lambda case: (case / "evidence/002-later").unlink(), "evidence/002-later: is gone"),
        (
            lambda case: (case / "evidence/003-planted").write_text("x"),
            "evidence/003-planted: is not of this case file",
        ),
        (other_evidence, "evidence/002-later: is not what the timeline says was kept"),
        (changed("notices/001-people-edition-1.json", "Dear", "Cheap"), "is not the text that was approved"),
        (changed("timeline.jsonl", "Evidence kept: later", "Evidence kept: never"), "its text was changed"),
        (changed("timeline.jsonl", '"action":"evidence.kept"', '"action":"note"'), "was changed"),
        (cut, "does not follow the entry before it"),
        (changed("checkpoints.jsonl", '"number":1', '"number":2'), "checkpoint 2: its signature does not hold"),
    ],
)
def test_whatever_was_changed_is_named(unzipped: Path, change: Callable[[Path], None], fault: str) -> None:
    assert check(unzipped)[0] == []
    change(unzipped)
    assert any(fault in found for found in check(unzipped)[0]), check(unzipped)[0]


def test_a_chain_made_anew_differs_from_the_signed_checkpoints(unzipped: Path) -> None:
    from incident.case_file_check import digest

    lines, prev = [], "0" * 64
    for line in (unzipped / "timeline.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["subject"].startswith("incident:"):
            entry |= {"actor": "user:somebody-else", "prev": prev}
            entry["hash"] = prev = digest(entry)
        lines.append(json.dumps(entry) + "\n")
    (unzipped / "timeline.jsonl").write_text("".join(lines))
    remade(unzipped, "timeline.jsonl")
    (fault,) = check(unzipped)[0]
    assert fault.startswith("incident:")
    assert fault.endswith("differs from checkpoint 1")


def test_evidence_that_was_erased_stays_out_and_its_line_stays(desk: Desk, tmp_path: Path) -> None:
    row: Evidence = desk.case.act(Role.RESPONDER, keep_evidence, desk.incident_id, Finding("log", LOG))

    def erase(session: object) -> None:
        found = session.get_one(Evidence, row.id)  # type: ignore[attr-defined]
        found.content_sealed, found.erased_at = None, desk.case.clock.now()
        session.add(found)  # type: ignore[attr-defined]

    desk.case.store.write(erase)
    pieces = taken(desk, tmp_path)
    assert not any(piece.name.startswith("evidence/") for piece in pieces)
    assert check(unpacked(pieces, tmp_path / "case"))[0] == []
    assert incident_subject(desk.incident_id) in (tmp_path / "case/timeline.jsonl").read_text()


def test_evidence_has_the_name_its_file_had_or_the_ending_of_its_kind(desk: Desk, tmp_path: Path) -> None:
    kept = (
        Finding("Receipt of the authority", b"%PDF-1.4", "application/pdf", file_name="receipt 4711.pdf"),
        Finding("What the provider wrote", b"Hello", "text/plain; charset=utf-8"),
        Finding("A picture", b"png", "image/png"),
        Finding("Whatever", b"?"),
    )
    for one in kept:
        desk.case.act(Role.RESPONDER, keep_evidence, desk.incident_id, one)
    names = {piece.name for piece in taken(desk, tmp_path) if piece.name.startswith("evidence/")}
    assert names == {
        "evidence/001-receipt 4711.pdf",
        "evidence/002-What the provider wrote.txt",
        "evidence/003-A picture.png",
        "evidence/004-Whatever",
    }


def test_the_check_takes_the_zip_file_too_and_says_what_is_none(unzipped: Path, tmp_path: Path) -> None:
    def checked(place: Path) -> tuple[int, str]:
        run = [sys.executable, "-I", str(unzipped / "check.py"), str(place)]
        found = subprocess.run(run, capture_output=True, text=True, check=False)
        return found.returncode, found.stdout + found.stderr

    whole = tmp_path / "case.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for path in unzipped.rglob("*"):
            archive.write(path, path.relative_to(unzipped))
    code, said = checked(whole)
    assert (code, said[-18:]) == (0, "Everything holds.\n")
    assert "README.txt says where it stands" in said
    assert "Signed by" in (unzipped / "README.txt").read_text()
    for none in (tmp_path / "nothing", unzipped / "README.txt", tmp_path):
        code, said = checked(none)
        assert (code, "is no case file" in said) == (2, True), said
