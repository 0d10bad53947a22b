"""`seventytwo source`: a monitor is let in, its secret changed without a gap, and turned away again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.cli import app
from incident.commands.opened import Opened
from incident.errors import Conflict, Invalid, NotFound
from incident.organisation import organisation_of
from incident.queries.sources import posting_source
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.deliveries import INTAKE, Deliveries
from incident.verbs.intake import Delivery, receive
from incident.verbs.reading import Reception
from tests.incident.monitor import alert, notification

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an installation and returns what it printed; what the operator got wrong is raised."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEVENTYTWO_PUBLIC_URL", "https://incident.example.org")

    def source(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["source", *arguments])
        if result.exception is not None:
            raise result.exception
        return result.output

    return source


def add(run: Run, *more: str) -> str:
    return run("add", "alertmanager", "--adapter", "alertmanager", "--scheme", "bearer", *more)


def test_adding_one_prints_its_address_and_its_secret_once(run: Run) -> None:
    address, secret, where = add(run).splitlines()
    assert where.endswith("Monitors > alertmanager in the console, or seventytwo source snippet alertmanager")
    assert address == "POST https://incident.example.org/hooks/alertmanager"
    made = secret.removeprefix("Secret, shown once: ")
    assert len(made) >= 32
    assert made not in run("list")


def test_the_list_says_how_each_proves_itself_and_what_came(run: Run) -> None:
    assert run("list") == "No monitor may post yet: seventytwo source add --help\n"
    add(run)
    line = "alertmanager: alertmanager by bearer; secret 0 days old; 0 received; 0 in quarantine; 0 refused\n"
    assert run("list") == line


def test_a_secret_is_rotated_and_the_older_one_retired(run: Run) -> None:
    add(run)
    assert run("rotate", "alertmanager").startswith("Secret, shown once: ")
    assert "secret 0 days and 0 days old" in run("list")
    with pytest.raises(Conflict, match="two live secrets"):
        run("rotate", "alertmanager")
    assert run("retire", "alertmanager") == "alertmanager: the newer secret alone is good now.\n"
    with pytest.raises(Conflict, match="one live secret"):
        run("retire", "alertmanager")


def test_one_takes_deliveries_from_named_networks_alone(run: Run) -> None:
    add(run)
    networks, alone = ("--network", "192.0.2.0/24", "--network", "2001:db8::/32"), "from 192.0.2.0/24, 2001:db8::/32"
    said = run("admit", "alertmanager", *networks, "--certificate", "ab12")
    assert said == f"alertmanager takes deliveries {alone} with the certificate ab12 alone.\n"
    assert f"{alone} with the certificate ab12 alone" in run("list")
    with pytest.raises(Invalid, match=r"networks\.0"):
        run("admit", "alertmanager", "--network", "192.0.2.1/24")
    assert run("admit", "alertmanager") == "alertmanager takes deliveries from all.\n"


def test_one_is_disabled_and_enabled_again(run: Run) -> None:
    add(run)
    assert run("disable", "alertmanager") == "alertmanager may no longer post.\n"
    assert "DISABLED" in run("list")
    assert run("enable", "alertmanager") == "alertmanager may post again.\n"
    assert "DISABLED" not in run("list")
    with pytest.raises(NotFound, match="no source nowhere"):
        run("disable", "nowhere")


def test_rules_come_from_a_file(run: Run, tmp_path: Path) -> None:
    add(run)
    rules = tmp_path / "rules.toml"
    rules.write_text('join = "source"\n[[matches]]\nkind = "ransomware"\ntitle = "*encrypt*"\n')
    assert run("rules", "alertmanager", str(rules)) == f"alertmanager: its rules are those of {rules}.\n"
    rules.write_text("join = everything\n")
    with pytest.raises(Invalid, match="are no TOML"):
        run("rules", "alertmanager", str(rules))
    rules.write_text('join = "everything"\n')
    with pytest.raises(Invalid, match="one of group, source"):
        run("rules", "alertmanager", str(rules))
    rules.write_bytes(b"\xff")
    with pytest.raises(Invalid, match="is no text in UTF-8"):
        run("rules", "alertmanager", str(rules))


def test_rules_are_printed_so_that_they_can_be_changed(run: Run, tmp_path: Path) -> None:
    add(run)
    rules = tmp_path / "rules.toml"
    rules.write_text(run("rules", "alertmanager") + "\n")
    assert 'kind = "ransomware"' in rules.read_text()
    assert run("rules", "alertmanager", str(rules)).endswith(f"those of {rules}.\n")
    with pytest.raises(Invalid, match="name the file"):
        run("rules", "alertmanager", "--try")


def keep_alerts() -> None:
    """Two alerts of two groups, kept and read as their requests would."""
    with Opened() as opened:
        parts, now = opened.installation, opened.now()
        with parts.store.read() as session:
            source = posting_source(session, parts.keys, "alertmanager")
        assert source is not None
        deliveries = Deliveries(parts.store, parts.keys, Reception(organisation_of(parts.settings)), now)
        for name in ("CustomerExportBucketPublic on eu-1", "MailStuck on mx-1"):
            title, _, instance = name.partition(" on ")
            kept = Delivery(source.id, name, {}, notification(alert(instance, name=title), group=title))
            act = lambda session, one=kept: receive(Act(session, parts.keys, system(INTAKE), now), one)  # noqa: E731
            deliveries.read(parts.store.write(act).intake_id)


def test_rules_are_tried_on_stored_alerts_and_not_saved(run: Run, tmp_path: Path) -> None:
    add(run, "--kind", "unclassified")
    keep_alerts()
    before = run("rules", "alertmanager")
    rules = tmp_path / "rules.toml"
    rules.write_text('[[matches]]\nname = "Mail"\naction = "record"\ntitle = "mail*"\n')
    said = run("rules", "alertmanager", str(rules), "--try").splitlines()
    assert said[0] == "2 of 2 stored alerts tried, as if they came now; 1 change."
    assert "recorded: 0 → 1" in said
    assert "“MailStuck on mx-1” (firing): opens (unclassified, critical) → recorded (by “Mail”)" in said
    assert run("rules", "alertmanager") == before
    assert (
        run("show", "alertmanager").splitlines()[1].startswith("incident by no rule: 2 alerts heard 2 times, the last ")
    )


def test_a_test_is_sent_and_each_step_printed(run: Run) -> None:
    add(run)
    said = run("test", "alertmanager")
    assert "Proof: Proven by a bearer token with its secret." in said
    assert "The bucket with customer exports is public (critical, firing, key 5ea0000000000072)" in said
    assert "It would open an incident: by “rule 1” · Public bucket · Critical" in said
    assert "Counted: As a test." in said
    assert "0 received; 0 in quarantine; 0 refused; 1 sent as a test from here" in run("list")


def test_a_test_that_goes_nowhere_is_a_status(run: Run) -> None:
    add(run)
    run("disable", "alertmanager")
    with pytest.raises(SystemExit) as ended:
        run("test", "alertmanager")
    assert ended.value.code == 1


def test_the_command_to_paste_is_printed_and_nothing_sent(run: Run) -> None:
    add(run)
    said = run("test", "alertmanager", "--command")
    assert "curl -sS --fail-with-body 'https://incident.example.org/hooks/alertmanager'" in said
    assert "sent as a test" not in run("list")


def test_the_help_of_adding_one_names_the_runbooks_that_ship(run: Run) -> None:
    said = run("add", "--help")
    shipped = [book.stem for book in (Path(__file__).parents[3] / "runbooks").glob("*.toml")]
    assert len(shipped) == 5
    assert [name for name in shipped if name not in said] == []
