"""The public pages written to a folder: complete, replaced file by file, with the hash of each beside them."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from incident.errors import Fault, Invalid
from incident.web.public_site import Site

SUMS = "SHA256SUMS"  # as sha256sum writes and checks them
READABLE, ENTERABLE = 0o644, 0o755  # everybody may read what is public, whatever the umask says


@dataclass(frozen=True, slots=True)
class Written:
    """How many files the folder holds beside the list of their hashes, and how many of them are new or other ones."""

    files: int
    changed: int


def export_site(site: Site, folder: Path) -> Written:
    """Write every file of the site, then take away what an export before had and this one has not.

    A reader of the folder finds each file whole, old or new. What no export wrote is never touched: a folder that holds
    something else is refused. Raises Invalid.
    """
    before = _exported(folder)
    sums, changed = {}, 0
    for path, entity in site.files():
        sums[path] = hashlib.sha256(entity.content).hexdigest()
        changed += _put(folder / path, entity.content)
    listed = "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))
    _put(folder / SUMS, listed.encode())
    _remove(folder, before - sums.keys())
    return Written(len(sums), changed)


def _exported(folder: Path) -> set[str]:
    """The paths an export before wrote into the folder; none for a new one. Raises Invalid for a strange one."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise Invalid(Fault("folder", "is a file", "name a folder"))
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise Invalid(
                Fault("folder", "holds something that is no export", "name an empty folder, or one that is not there")
            ) from None
        return set()
    paths = {line.partition("  ")[2] for line in lines}
    return {path for path in paths if path and not Path(path).is_absolute() and ".." not in Path(path).parts}


def _put(file: Path, content: bytes) -> bool:
    """Write a file unless it holds just that; whether it was written."""
    if file.is_file() and file.read_bytes() == content:
        return False
    for folder in reversed(file.parents):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(ENTERABLE)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(READABLE)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def _remove(folder: Path, paths: Iterable[str]) -> None:
    for path in sorted(paths):
        (folder / path).unlink(missing_ok=True)
        place = (folder / path).parent
        if place != folder and place.is_dir() and not any(place.iterdir()):
            place.rmdir()
