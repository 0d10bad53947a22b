"""The wheel holds everything an installation needs, and the installed command works far from the checkout."""

import fnmatch
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, tracked

PLACES = {"templates": "incident/_data/templates", "runbooks": "incident/_data/runbooks"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    ran = subprocess.run(build, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return next(folder.glob("*.whl"))


def _expected() -> set[str]:
    files = set()
    for path in tracked():
        top, *rest = path.relative_to(ROOT).parts
        if top in ("incident", "notifications", *PLACES):
            files.add("/".join((PLACES.get(top, top), *rest)))
    return files


def test_the_wheel_holds_what_git_tracks_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    assert held == _expected()


@pytest.mark.parametrize(
    "pattern",
    [
        "incident/migrations/versions/0001_*.py",
        "incident/migrations/script.py.mako",
        "incident/adapters/samples/*.json",
        "incident/law/data/*.toml",
        "incident/web/static/*",
        "incident/_data/templates/pages/*",
        "incident/_data/templates/notices/*",
        "incident/_data/runbooks/*.toml",
        "*.dist-info/licenses/LICENSE",
    ],
)
def test_what_is_not_code_is_in_it(wheel: Path, pattern: str) -> None:
    with zipfile.ZipFile(wheel) as opened:
        assert fnmatch.filter(opened.namelist(), pattern)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; what it requires is lent by this one."""
    place = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    install = ["install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    [site] = place.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))  # read once: the editable install in there stays away
    return place


def test_the_installed_command_makes_its_database_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    clean = {"PATH": os.defpath, "SEVENTYTWO_HOME": str(tmp_path / "var"), "LANG": "C.UTF-8"}
    where = "import incident; print(incident.__file__)"
    said = subprocess.run(
        [installed / "bin" / "python", "-c", where], cwd=tmp_path, env=clean, capture_output=True, text=True, check=True
    )
    assert Path(said.stdout.strip()).is_relative_to(installed)
    for arguments in (["--help"], ["db", "upgrade"], ["runbooks", "check"]):
        ran = subprocess.run(
            [installed / "bin" / "seventytwo", *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "var" / "seventytwo.db").is_file()
