"""A case file: everything of one incident that an outsider needs to check it, as one ZIP file. Pure.

It is written piece by piece, so that large evidence is never held as a whole, and nothing of it lies on a disk here.
"""

import hashlib
import io
import json
import mimetypes
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from incident.chain import Header, canonical, stamp

FORMAT = "seventytwo case file 1"
UNSAFE = re.compile(r"[^\w.\- ]+")
LONGEST_NAME = 80
ENDINGS = {"application/octet-stream": "", "text/plain": ".txt"}  # where the usual table says another, or a guess
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a ZIP file: each has this moment, the manifest has the true one
README = """\
Case file of the incident {codename}, taken on {at} UTC by {by}.

timeline.txt       what happened, to be read
timeline.jsonl     the same, each entry bound to the one before by its hash (SHA-256)
checkpoints.jsonl  signatures (Ed25519, RFC 8032) over where the timeline ended, which were kept outside the database
evidence/          what was kept as evidence, byte for byte, under the names the files had
notices/           the texts that were approved; the .json files are what the approvers' digest stands for
filings/           what was written for authorities, and how it was submitted
manifest.json      every file with its SHA-256
check.py           checks all of this:  python3 check.py  (or, before unpacking:  python3 check.py FILE.zip); on
                   Windows: py check.py

Whoever made this file and could change what it says could also sign it anew. So compare the key that check.py prints
with the one the organisation shows on its page Audit ("Signed by"), or that it gave you by another way than this file.

It holds personal data and what was confidential in the incident. Keep it as such.

"ledger:..." in the timeline are the ends of the deliveries of one release; who was told person by person is a file of
its own, of which the ledger names the SHA-256. A text that was erased on schedule is null; its hash stays.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file. `content` is asked for when it is written; `more` goes into the manifest."""

    name: str
    sha256: str
    size: int
    content: Callable[[], bytes]
    more: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, content: bytes, **more: str) -> "Piece":
        """A file that is at hand."""
        return cls(name, hashlib.sha256(content).hexdigest(), len(content), lambda: content, more)


@dataclass(frozen=True, slots=True)
class Taken:
    """Which incident, when the file was made and by whom."""

    incident: str
    codename: str
    at: datetime
    by: str

    def readme(self) -> bytes:
        return README.format(codename=self.codename, at=f"{self.at:%Y-%m-%d %H:%M}", by=self.by).encode()


def manifest(taken: Taken, pieces: Sequence[Piece]) -> bytes:
    """Every file with its digest, as JSON to be read."""
    files = {piece.name: {"sha256": piece.sha256, "size": piece.size, **piece.more} for piece in pieces}
    head = {"format": FORMAT, "incident": taken.incident, "codename": taken.codename}
    made = {"taken_at": taken.at.astimezone(UTC).isoformat(timespec="seconds"), "taken_by": taken.by}
    return (json.dumps({**head, **made, "files": files}, indent=1, ensure_ascii=False) + "\n").encode()


def entry_line(header: Header, digest: str, salt: bytes | None, body: str | None) -> bytes:
    """One entry of the timeline: what its hash is made of, the hash, and the text with its salt, null once erased."""
    document = {
        "subject": header.subject,
        "seq": header.seq,
        "at": stamp(header.at),
        "actor": header.actor,
        "action": header.action,
        "prev": header.prev,
        "commitment": header.commitment,
        "hash": digest,
        "salt": salt.hex() if salt is not None and body is not None else None,
        "body": body if salt is not None else None,
    }
    return canonical(document) + b"\n"


def name_within(folder: str, number: int, name: str) -> str:
    """A file's name that no system takes for a path: `evidence/003-access.log`."""
    return f"{folder}/{number:03d}-{UNSAFE.sub('_', name).strip(' .')[-LONGEST_NAME:] or 'unnamed'}"


def file_name(called: str, media_type: str, original: str = "") -> str:
    """What evidence is called as a file: its original name, else what it is called with the ending of its kind."""
    name = original or called
    if re.search(r"\.[A-Za-z0-9]{1,8}$", name):
        return name
    kind = media_type.partition(";")[0].strip()
    return name + (ENDINGS[kind] if kind in ENDINGS else mimetypes.guess_extension(kind) or "")


def zipped(pieces: Sequence[Piece]) -> Iterator[bytes]:
    """The ZIP file, a piece at a time."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in pieces:
            archive.writestr(zipfile.ZipInfo(piece.name, EARLIEST), piece.content(), zipfile.ZIP_DEFLATED)
            yield outlet.taken()
    yield outlet.taken()


class _Outlet(io.RawIOBase):
    """Takes what is written and hands it on; it cannot go back."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._waiting.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        found, self._waiting = b"".join(self._waiting), []
        return found
