"""`seventytwo edge`: what it needs, what it never loads, and that it starts, serves and ends as a process."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from incident.edge_serving import Edge, open_copy
from incident.settings import BadSettings, Settings, read_settings
from notifications.clock import MovableClock
from tests.architecture.sources import ROOT
from tests.browser.server import free_port

WHOLE = {"edge_source": "https://incident.example", "edge_token": "72_x", "in_app_secrets": "s" * 32}
COMMAND = "import sys; from incident.entry import main; sys.argv[:] = ['seventytwo', 'edge']; main()"


@pytest.mark.parametrize("lacking", WHOLE)
def test_an_edge_says_what_it_lacks(lacking: str, tmp_path: Path, clock: MovableClock) -> None:
    some = {name: value for name, value in WHOLE.items() if name != lacking}
    with pytest.raises(BadSettings, match="SEVENTYTWO_EDGE_SOURCE, SEVENTYTWO_EDGE_TOKEN"):
        Edge(Settings(home=tmp_path, **some), clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EDGE_SOURCE", "http://incident.example", "names of people pass there"),
        ("EDGE_SOURCE", "https://incident.example/path", "https:// and a host"),
        ("EDGE_SOURCE", "incident.example", "https:// and a host"),
        ("IN_APP_SECRETS", "short", "at least 32 characters"),
        ("IN_APP_SECRETS", ",".join("abc"[n] * 32 for n in range(3)), "two with a comma"),
        ("IN_APP_SECRETS", " , ", "one secret"),
    ],
)
def test_what_an_edge_cannot_use_is_named(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SEVENTYTWO_{name}", value)
    with pytest.raises(BadSettings, match=said) as refused:
        read_settings()
    assert "short" not in str(refused.value).replace("shortest", "")
    assert "abc"[0] * 32 not in str(refused.value)


def test_two_secrets_live_while_they_are_changed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, in_app_secrets=SecretStr(f"{'n' * 32}, {'o' * 32}"))
    assert settings.reader_secrets == (b"n" * 32, b"o" * 32)
    for source in ("http://127.0.0.1:8072", "http://localhost:8072/", "https://incident.example"):
        assert Settings(edge_source=source).edge_source == source.rstrip("/")


def test_a_copy_without_its_key_is_begun_anew(tmp_path: Path) -> None:
    store, key = open_copy(tmp_path / "edge")
    store.close()
    again, same = open_copy(tmp_path / "edge")
    again.close()
    assert same == key
    (tmp_path / "edge" / "key").unlink()
    (tmp_path / "edge" / "edge.db").write_bytes(b"sealed with the key that is lost")
    new, other = open_copy(tmp_path / "edge")
    new.check()
    new.close()
    assert other != key


def test_an_edge_loads_no_table_no_key_ring_and_no_verb() -> None:
    program = "import sys, incident.edge_serving; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    for barred in ("incident.keys", "incident.models", "incident.verbs", "incident.queries", "notifications.models"):
        assert barred not in loaded


def test_an_edge_starts_alone_serves_and_ends(tmp_path: Path) -> None:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SEVENTYTWO_")}
    own = {**WHOLE, "edge_source": f"http://127.0.0.1:{free_port()}", "edge_port": str(port), "home": str(tmp_path)}
    own |= {"edge_seconds": "0.1"}
    environment = clean | {f"SEVENTYTWO_{name.upper()}": value for name, value in own.items()}
    program = subprocess.Popen([sys.executable, "-c", COMMAND], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        said = _first_answer(program, f"http://127.0.0.1:{port}/readyz")
        assert said == {"status": "not ready"}
        component = httpx.get(f"http://127.0.0.1:{port}/seventytwo-notices.js", trust_env=False)
        assert b"customElements.define" in component.content
    finally:
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=30)
    assert program.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edge"]  # no database and no key of seventytwo


def _first_answer(program: "subprocess.Popen[bytes]", address: str) -> object:
    for _ in range(600):
        assert program.poll() is None, program.stderr
        try:
            return json.loads(httpx.get(address, trust_env=False).content)
        except httpx.TransportError:
            threading.Event().wait(0.05)
    raise AssertionError("the edge does not answer")
