"""`seventytwo audience`: a file becomes an audience, faults go to a file, and what is typed wrongly makes nothing."""

import csv
import io
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from incident.cli import app
from incident.installation import Installation, open_installation
from incident.models.incidents import Incident, Severity
from incident.queries.audiences import audiences_of
from incident.queries.timeline import read_timeline
from incident.roles import operator, system
from incident.settings import read_settings
from incident.verbs.act import Act
from incident.verbs.incidents import Report, open_incident
from notifications.audience import freeze
from notifications.clock import SystemClock
from notifications.models import Audience

PEOPLE = "Nummer,E-Mail,name\n1,a@example.net,Anna\n2,B@EXAMPLE.NET,Bo\n3,nowhere,Cleo\n"


class Place:
    """An installation with one incident, and commands typed on its machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / "affected.csv"
        self.file.write_text(PEOPLE)
        with_incident = self.opened()
        now = with_incident.clock.now()

        def report(session: Session) -> str:
            act = Act(session, with_incident.keys, operator("root"), now)
            return open_incident(act, Report("Seen", "other", Severity.HIGH)).codename

        self.codename = with_incident.store.write(report)
        with_incident.close()

    def opened(self) -> Installation:
        return open_installation(read_settings(), SystemClock())

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["audience", *words])

    def audiences(self) -> list[Audience]:
        parts = self.opened()
        with parts.store.read() as session:
            incident_id = _incident(session)
            found = audiences_of(session, system("sweep"), incident_id)
        parts.close()
        return found

    def last_line(self) -> tuple[str, str]:
        parts = self.opened()
        with parts.store.read() as session:
            (line,) = read_timeline(session, parts.keys, system("sweep"), _incident(session), limit=1)
        parts.close()
        return line.who, line.text


def _incident(session: Session) -> UUID:
    return session.exec(select(Incident.id)).one()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path / "var"))
    return Place(tmp_path)


def test_a_file_becomes_an_audience_and_its_faults_a_file(place: Place) -> None:
    words = ("--name", "Affected users", "--map", "Nummer=person")
    said = place.run("import", place.codename, str(place.file), *words)
    (audience,) = place.audiences()
    assert (said.exit_code, said.stdout) == (
        1,
        f"Audience {audience.id}\n2 members stored, 1 line refused, 0 addresses shared.\n",
    )
    assert said.stderr.startswith("line 4, address: is no e-mail address")
    assert "nowhere" not in said.output
    assert (audience.name, audience.channel, audience.members) == ("Affected users", "email", 2)
    who, text = place.last_line()
    assert who.startswith("operator ")
    assert text == "Audience “Affected users”: 2 members imported, 1 line refused."
    again = place.run("fill", str(audience.id), str(place.file), "--map", "Nummer=person")
    assert again.stdout == "0 members stored, 1 line refused, 2 people there already, 0 addresses shared.\n"
    faults = place.run("faults", str(audience.id))
    rows = csv.DictReader(io.StringIO(faults.stdout, newline=""))
    assert [(row["line"], row["field"]) for row in rows] == [
        ("2", "person again"),
        ("3", "person again"),
        ("4", "address"),
    ]
    assert place.last_line()[1] == "The faults of the audience “Affected users” were downloaded."


def test_people_found_later_and_people_of_another_party(place: Place) -> None:
    opened = place.run("open", place.codename, "--name", "Theirs", "--controller", "customer-001")
    identity = opened.stdout.split()[1]
    lines = place.home / "people.jsonl"
    lines.write_text('{"person": "1", "email": "a@example.net"}\n')
    assert place.run("fill", identity, str(lines)).stdout.startswith("1 member stored")
    parts = place.opened()
    parts.store.write(lambda session: freeze(session, UUID(identity), parts.clock.now()))
    parts.close()
    words = ("--name", "Later", "--adds-to", identity, "--map", "Nummer=person")
    later = place.run("import", place.codename, str(place.file), *words)
    assert "line 2, person: is told already by “Theirs”" in later.stderr
    added, base = place.audiences()
    assert (added.adds_to, added.controller, base.controller) == (base.id, "customer-001", "customer-001")


@pytest.mark.parametrize(
    "words",
    [
        ("--name", ""),
        ("--name", "x", "--channel", "pigeon"),
        ("--name", "x", "--map", "Nummer"),
        ("--name", "x", "--adds-to", "nothing"),
        ("--name", "x", "--adds-to", "01a214a3-a741-7000-aca2-b1a859368e47"),
    ],
)
def test_what_is_typed_wrongly_makes_nothing(place: Place, words: tuple[str, ...]) -> None:
    said = place.run("import", place.codename, str(place.file), *words)
    assert said.exit_code != 0
    assert said.stdout == ""
    assert place.audiences() == []


def test_a_file_that_is_not_there_makes_nothing(place: Place) -> None:
    assert place.run("import", place.codename, str(place.home / "none.csv"), "--name", "x").exit_code == 2
    assert place.audiences() == []
