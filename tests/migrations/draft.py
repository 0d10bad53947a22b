"""Drafts a revision from the models: `python -m tests.migrations.draft "what changes and why"`, or `--initial`.

The draft is read and mended by a person; autogenerate sees no renames, no data and no changed condition of an index.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from incident import migrations
from notifications.store import Store

VERSIONS = Path(migrations.__file__).parent / "versions"
FIRST = "The tables of the first version"


def draft(message: str) -> Path:
    """Write the next revision: what the models say more than the newest one. Returns its file."""
    number = f"{len(list(VERSIONS.glob('[0-9]*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/draft.db")
        if number != "0001":
            migrations.upgrade_schema(store)
        with store.engine.begin() as connection:
            command.revision(_quiet(migrations.configuration(connection)), message, autogenerate=True, rev_id=number)
        store.close()
    return _tidy(next(VERSIONS.glob(f"{number}_*.py")))


def _quiet(config: Config) -> Config:
    config.stdout = io.StringIO()
    return config


def _tidy(written: Path) -> Path:
    lines = written.read_text().splitlines(keepends=True)
    written.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    for step in (["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, "--quiet", written], check=True)
    return written


def draft_first() -> Path:
    """Write the first revision anew. Only while no installation exists that has run it."""
    for old in VERSIONS.glob("[0-9]*.py"):
        old.unlink()
    return draft(FIRST)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if not arguments:
        sys.exit('Say what changes and why: make migration NAME="customers have a second contact"')
    written = draft_first() if arguments == ["--initial"] else draft(" ".join(arguments))
    sys.stdout.write(f"{written.relative_to(Path.cwd())}\n")
