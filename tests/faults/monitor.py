"""A real Alertmanager, configured as docs/intake.md says, as a process of a test."""

import re
import signal
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.alertmanager import Found
from tests.faults.processes import ROOT, until

LISTENS = re.compile(r'msg="Listening on" address=(\S+)')
FAILED = re.compile(r'^alertmanager_notification_requests_failed_total\{integration="webhook"\} (\d+)', re.MULTILINE)
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
FAST = {"group_wait": "100ms", "group_interval": "300ms"}


def documented(scheme: str, url: str, secret: Path, repeat: str) -> str:
    """The configuration the page shows for a scheme, with this address and file, and times for a test."""
    found = next(text for text in BLOCK.findall((ROOT / "docs" / "intake.md").read_text()) if scheme in text)
    config = yaml.safe_load(found)
    config["route"] |= FAST | {"repeat_interval": repeat}
    (hook,) = config["receivers"][0]["webhook_configs"]
    hook["url"] = url
    proof = hook["http_config"]["authorization" if scheme == "Bearer" else "basic_auth"]
    proof["credentials_file" if scheme == "Bearer" else "password_file"] = str(secret)
    return yaml.safe_dump(config)


def firing(instance: str, began: datetime, ended: datetime | None = None) -> dict[str, Any]:
    """An alert as Prometheus posts it; with an end it is resolved."""
    times = {"startsAt": began.isoformat(), **({"endsAt": ended.isoformat()} if ended else {})}
    labels = {"alertname": "CustomerExportBucketPublic", "service": "crm", "severity": "critical"}
    return {"labels": labels | {"instance": instance}, "annotations": {"summary": f"Bucket of {instance}"}, **times}


class Alertmanager:
    """One Alertmanager with a folder of its own; it can be killed and started again on what it wrote there."""

    def __init__(self, found: Found, folder: Path) -> None:
        self._found, self._folder = found, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "alertmanager.log"

    def start(self, config: str) -> None:
        """Start it and wait until it listens."""
        (self._folder / "alertmanager.yml").write_text(config)
        options: Mapping[str, str] = {
            "config.file": str(self._folder / "alertmanager.yml"),
            "storage.path": str(self._folder / "alertmanager"),
            "web.listen-address": "127.0.0.1:0",
            "cluster.listen-address": "",
        }
        command = [str(self._found.program), *(f"--{name}={value}" for name, value in options.items())]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._found.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until("Alertmanager listens", lambda: LISTENS.search(self.said()) is not None, self.said)

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def post(self, *alerts: Mapping[str, Any]) -> None:
        """Hand alerts over, as Prometheus does again and again."""
        httpx.post(f"{self._base}/api/v2/alerts", json=list(alerts)).raise_for_status()

    def failures(self) -> int:
        """How many of its requests were not answered 2xx."""
        found = FAILED.search(httpx.get(f"{self._base}/metrics").text)
        return int(found[1]) if found else 0

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    @property
    def port(self) -> int:
        return int(self._base.rpartition(":")[2])

    @property
    def _base(self) -> str:
        found = LISTENS.search(self.said())
        assert found, self.said()
        return f"http://{found[1]}"
