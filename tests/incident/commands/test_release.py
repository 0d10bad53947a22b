"""`seventytwo release` and `retention`: closed out, taken, verified, looked up, foreseen."""

import base64
import gzip
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from incident.case_file_check import check
from incident.cli import app
from incident.keys import KeyRing, make_key_file
from incident.models.incidents import Incident
from incident.verbs.checkpoints import sign_heads
from notifications.clock import MovableClock
from notifications.models import Release
from notifications.store import Store
from tests.incident.cases import OPENED, begin_case
from tests.incident.closing import close_incident, looked, reports, sent, told
from tests.incident.notices import Desk, prepare

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Machine:
    """A release that ended, and commands typed on the machine it was sent from."""

    def __init__(self, store: Store, home: Path, kek: bytes) -> None:
        clock = MovableClock(OPENED)
        self.home = home
        self.desk: Desk = prepare(begin_case(store, KeyRing(kek, clock), clock))
        self.release: Release = sent(self.desk)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, words)

    def proof(self) -> Path:
        """The file of a report, taken."""
        file = self.home / "proof.jsonl.gz"
        assert self.run("release", "close", str(self.release.id)).exit_code == 0
        assert self.run("release", "proof", str(self.release.id), str(file)).exit_code == 0
        return file


@pytest.fixture
def machine(store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    kek = os.urandom(32)
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEVENTYTWO_KEK", base64.b64encode(kek).decode())
    return Machine(store, tmp_path, kek)


def test_a_release_is_closed_out_and_its_file_is_exactly_what_was_chained(machine: Machine) -> None:
    said = machine.run("release", "close", str(machine.release.id)).stdout
    assert "Close-out report 1: 3 rows" in said
    file = machine.proof()  # a second report, the latest
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(told(machine.desk, "release.proof_read")) == 1
    verified = machine.run("release", "verify", str(file))
    assert verified.exit_code == 0, verified.output
    assert "Report 2 of release" in verified.stdout
    assert "No checkpoint covers the entry yet." in verified.stdout
    folder = machine.home / "home" / "checkpoints"
    make_key_file(machine.home / "home" / "checkpoint-key")
    sign_heads(machine.desk.case.store, machine.home / "home" / "checkpoint-key", folder, OPENED)
    covered = machine.run("release", "verify", str(file))
    assert "under the checkpoint of 2026-11-24 09:00:00 UTC" in covered.stdout


def test_one_changed_letter_is_found_with_the_chain_and_with_the_printed_digest_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = machine.proof()
    (report,) = reports(machine.desk, machine.release)
    changed = machine.home / "changed.jsonl"
    changed.write_bytes(gzip.decompress(file.read_bytes()).replace(b'"state":"rejected"', b'"state":"accepted"'))
    found = machine.run("release", "verify", str(changed))
    assert found.exit_code == 1
    assert "The chain holds another digest" in found.stdout
    assert "The chain holds other counts." in found.stdout
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", "postgresql://nowhere.invalid/none")
    assert machine.run("release", "verify", str(file), "--against", report.digest).exit_code == 0
    assert machine.run("release", "verify", str(changed), "--against", report.digest).exit_code == 1
    cut = machine.home / "cut.gz"
    cut.write_bytes(file.read_bytes()[:-20])
    assert "cannot be unpacked" in str(machine.run("release", "verify", str(cut), "--against", "0").exception)


def test_a_file_that_is_there_is_not_overwritten(machine: Machine) -> None:
    file = machine.proof()
    before = file.read_bytes()
    assert machine.run("release", "proof", str(machine.release.id), str(file)).exit_code != 0
    assert file.read_bytes() == before


def test_what_one_person_was_told_is_found_by_the_hosts_id(machine: Machine) -> None:
    incident = machine.desk.incident_id
    codename = machine.desk.case.look(lambda session: session.get_one(Incident, incident).codename)
    said = machine.run("release", "told", codename, "u2").stdout
    assert said.startswith(f"release {machine.release.id}: email, rejected, 2026-11-24")
    assert said.endswith("550 5.1.1\n")
    assert "No row" in machine.run("release", "told", codename, "u9").stdout


def test_what_will_go_is_foreseen_with_what_keeps_it(machine: Machine) -> None:
    looked(machine.desk, days=6)
    assert "kept by the incident is open" in machine.run("retention", "preview").stdout
    close_incident(machine.desk)
    audience, file = machine.run("retention", "preview").stdout.splitlines()
    first = machine.desk.case.clock.now() + timedelta(days=90)
    assert audience.startswith(f"{first:%Y-%m-%d}  audience")
    assert "3 people" in audience
    assert "close-out report 1" in file


def test_a_case_file_is_taken_and_checks_itself(machine: Machine) -> None:
    file, codename = (
        machine.home / "case.zip",
        machine.desk.case.look(lambda session: session.get_one(Incident, machine.desk.incident_id).codename),
    )
    said = machine.run("audit", "case", codename, str(file))
    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        archive.extractall(machine.home / "case")
    faults, found = check(machine.home / "case")
    assert faults == []
    assert found[1].strip() in said.stdout  # the digest of the manifest
    assert len(told(machine.desk, "case.taken")) == 1
    assert machine.run("audit", "case", codename, str(file)).exit_code != 0  # never over a file that is there
