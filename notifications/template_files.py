"""The files of the template folders: the operator's before the shipped ones, each read once per change."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LARGEST = 1024 * 1024  # bytes of one file
MAIL, FRAGMENT = "mail/layout.html", "mail/fragment.html"  # the page of a mail; of what something else shows


class BadFile(Exception):
    """A file is missing, or cannot be read: its path below a template folder, and what is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path} {message}")
        self.path, self.message = path, message


@dataclass(frozen=True, slots=True)
class _Read:
    changed: tuple[int, int]  # when, in nanoseconds, and its size
    text: str
    digest: str


@dataclass(slots=True)
class TemplateFiles:
    """Files by their path below a folder, such as "notices/people/en/body.txt"; the first folder that has it wins."""

    folders: tuple[Path, ...]
    _read: dict[Path, _Read] = field(default_factory=dict)
    _documents: dict[str, Mapping[str, object]] = field(default_factory=dict)  # by digest

    def has(self, path: str) -> bool:
        return self._found(path) is not None

    def text(self, path: str) -> str:
        """What the file says. Raises BadFile."""
        return self._of(self._wanted(path), path).text

    def document(self, path: str) -> Mapping[str, object]:
        """A TOML file. Raises BadFile."""
        read = self._of(self._wanted(path), path)
        if read.digest not in self._documents:
            try:
                self._documents[read.digest] = tomllib.loads(read.text)
            except tomllib.TOMLDecodeError as error:
                raise BadFile(path, f"is no TOML: {error}") from error
        return self._documents[read.digest]

    def digest(self, path: str) -> str:
        """SHA-256 of the file that is used, "" where there is none. Raises BadFile for one that cannot be read."""
        found = self._found(path)
        return self._of(found, path).digest if found else ""

    def digests(self, path: str) -> tuple[str, ...]:
        """SHA-256 of every folder's file of that path, for what is read from all of them, one over the other."""
        files = (root / path for root in self.folders)
        return tuple(self._of(file, path).digest for file in files if file.is_file())

    def beneath(self, folder: str, suffix: str) -> tuple[str, ...]:
        """The paths of a folder's files with this suffix, sorted."""
        found = {
            file.relative_to(root).as_posix() for root in self.folders for file in (root / folder).rglob(f"*{suffix}")
        }
        return tuple(sorted(found))

    def _found(self, path: str) -> Path | None:
        return next((file for root in self.folders if (file := root / path).is_file()), None)

    def _wanted(self, path: str) -> Path:
        found = self._found(path)
        if found is None:
            raise BadFile(path, "is in none of the template folders")
        return found

    def _of(self, file: Path, path: str) -> _Read:
        try:
            stat = file.stat()
            changed = (stat.st_mtime_ns, stat.st_size)
            known = self._read.get(file)
            if known is None or known.changed != changed:
                if stat.st_size > LARGEST:
                    raise BadFile(path, f"has {stat.st_size} bytes, more than {LARGEST}")
                content = file.read_bytes()
                known = _Read(changed, content.decode("utf-8"), hashlib.sha256(content).hexdigest())
                self._read[file] = known
        except UnicodeDecodeError as error:
            raise BadFile(path, f"is not UTF-8 at byte {error.start}: save it as UTF-8") from error
        except OSError as error:
            raise BadFile(path, f"cannot be read: {error.strerror}") from error
        return known


def files_of(folders: Sequence[Path]) -> TemplateFiles:
    """The files of these folders, the first winning."""
    return TemplateFiles(tuple(folders))
