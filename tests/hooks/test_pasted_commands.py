"""The command on the page of a source, run by bash with a real curl against a served installation: it is a delivery."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incident.adapters.authenticity import GIVEN, Scheme
from incident.models.intake import IntakeState
from incident.queries.source_page import read_source
from incident.roles import operator
from incident.verbs.sources import add_source
from incident.web.sources import command_for
from notifications.clock import MovableClock
from tests.hooks.gate import Gate, until

TOOLS = ("bash", "curl", "openssl", "xxd")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
SENT = (
    *(("alertmanager", "bearer"), ("elastic_kibana", "basic"), ("opsgenie", "header_token")),
    *(("standard_webhooks", "standard_webhooks"), ("grafana", "grafana"), ("crowdstrike", "crowdstrike")),
    *(("github", "github"), ("snyk", "snyk"), ("sentry", "sentry")),
    *(("pagerduty", "pagerduty"), ("pagerduty", "routing_key")),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("adapter", "scheme"), SENT)
def test_what_is_pasted_is_taken_and_opens_an_incident(
    gate: Gate, clock: MovableClock, tmp_path: Path, adapter: str, scheme: str
) -> None:
    clock.set(datetime.now(UTC))  # what is pasted signs the moment of this machine
    given = "a-secret-of-the-monitor" if Scheme(scheme) in GIVEN else ""
    made = gate.stage.act("operator", add_source, "tried", adapter, scheme, secret=given)
    line = gate.look(lambda session: read_source(session, operator("root"), "tried").line)
    with gate.serving() as base:
        command = command_for(line, base, gate.clock.now()).replace("<its secret>", made.secret)
        run = ["bash", "-euc", command]
        said = subprocess.run(run, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=30)
        assert said.returncode == 0, said.stderr + said.stdout
        assert '"repeat":false' in said.stdout
        until("it is read", lambda: gate.states() == [IntakeState.APPLIED])
    [alert] = gate.alerts()
    assert (alert.state, alert.outcome) == ("firing", "incident")
