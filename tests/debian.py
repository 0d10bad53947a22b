"""Programs out of Debian's packages, fetched and unpacked into a folder of the tests; nothing is installed or run."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path


def unpack(package: str, into: Path, change: Callable[[Path], None] = lambda _: None) -> None:
    """Put a package's files there, changed first where need be. Raises OSError and CalledProcessError without it."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise OSError("there is no apt-get and dpkg to get Debian's package with")
    print(f"{package}: unpacking Debian's package", flush=True)
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent) as temporary:
        folder = Path(temporary)
        if _fetch(package, folder) != 0:
            subprocess.run(["apt-get", "-qq", "update"], check=True, stdin=subprocess.DEVNULL)
            if _fetch(package, folder) != 0:
                raise OSError(f"apt-get download {package} failed")
        unpacked = folder / "unpacked"
        subprocess.run(["dpkg", "-x", str(next(folder.glob("*.deb"))), str(unpacked)], check=True)
        change(unpacked)
        shutil.rmtree(into, ignore_errors=True)
        unpacked.rename(into)


def _fetch(package: str, folder: Path) -> int:
    fetch = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package]
    return subprocess.run(fetch, cwd=folder, stdin=subprocess.DEVNULL).returncode
