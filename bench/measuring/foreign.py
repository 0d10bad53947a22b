"""Peers that need an environment of their own: nodemailer by npm, django-post-office by pip; made once in `.var/`.

Versions are pinned in `bench/peers/`. Where one cannot be had, it is left out and the report says so.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measuring.mailing import Took
from bench.measuring.notice import SENDER, SENDER_NAME, SUBJECT, notice, person
from bench.measuring.programs import ROOT

PEERS = ROOT / "bench" / "peers"
MADE = ROOT / ".var" / "bench-peers"
POST_OFFICE = ("django==5.2.9", "django-post-office==3.12.0")

Sending = Callable[[int, int, int], Took]  # port, mails, connections


def nodemailer() -> Sending | None:
    """nodemailer's pool; None without node and npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    folder = MADE / "node"
    if not (folder / "node_modules" / "nodemailer").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "nodemailer_pool.js"):
            shutil.copy(PEERS / name, folder)
        if not _made(["npm", "install", "--silent", "--no-audit", "--no-fund"], folder):
            return None
    shutil.copy(PEERS / "nodemailer_pool.js", folder)

    def send(port: int, mails: int, connections: int) -> Took:
        said = _run(["node", "nodemailer_pool.js", str(port), str(mails), str(connections)], folder, mails)
        return Took(mails, float(said["wall"]), float(said["cpu"]))

    return send


def post_office() -> Sending | None:
    """django-post-office's send_queued with threads; None where pip cannot get it."""
    folder = MADE / "django"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        steps = ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "-qq", "install", *POST_OFFICE])
        if not all(_made([str(word) for word in step], ROOT) for step in steps):
            return None
        (folder / "ready").touch()

    def send(port: int, mails: int, connections: int) -> Took:
        with tempfile.TemporaryDirectory(dir=MADE) as home:
            program = [str(python), str(PEERS / "django_queue.py"), home, str(port), str(mails), str(connections)]
            said = _run(program, ROOT, mails)
        if said["sent"] != mails:
            raise RuntimeError(f"django-post-office sent {said['sent']} of {mails}")
        return Took(mails, float(said["wall"]), float(said["cpu"]))

    return send


def _made(command: list[str], folder: Path) -> bool:
    MADE.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def _run(command: list[str], folder: Path, mails: int) -> dict[str, float]:
    text = notice()
    people = [{"address": one.address, "values": dict(one.values)} for one in map(person, range(mails))]
    given = {"sender": SENDER, "name": SENDER_NAME, "subject": SUBJECT, "text": text.text, "html": text.html}
    words = json.dumps({**given, "people": people}).encode()
    done = subprocess.run(command, cwd=folder, input=words, check=True, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
