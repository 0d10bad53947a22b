"""Sign where every chain ends and keep the signature outside the database."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from incident.chain import CHECKPOINTS, GENESIS, Checkpoint, from_line, line_digest, sealed_heads, sign, to_line
from incident.keys import KeyTrouble, make_key_file, read_key_file
from incident.queries.audit import FILE, heads_of, lines_of
from notifications.models import Heartbeat
from notifications.store import Store
from notifications.workers import beats

KEY_FILE = "checkpoint-key"  # beside the key-encryption key
GONE = timedelta(minutes=2)  # nothing heard of the worker that signs


def signs_here(session: Session, folder: Path, node: str, now: datetime) -> bool:
    """Whether the worker of this node signs: one of all does, so that one file has every line.

    The first that asks signs. Another goes on when that one is gone and it has every line in its own folder, because
    the folder is shared or was moved; or when there is none yet.
    """
    with suppress(IntegrityError), session.begin_nested():
        if session.get(Heartbeat, CHECKPOINTS) is None:
            session.add(Heartbeat(name=CHECKPOINTS, at=now, document={"number": 0, "by": node}))
    row = session.get_one(Heartbeat, CHECKPOINTS, with_for_update=True)
    by = str(row.document.get("by") or "")
    if by == node:
        return True
    others = bool(by) and (now - row.at <= GONE or not is_gone(session, by, now))
    if others or len(lines_of(folder)) < int(str(row.document["number"])):
        return False
    row.at, row.document = now, {**row.document, "by": node}
    return True


def is_gone(session: Session, node: str, now: datetime) -> bool:
    """Whether the worker of a node has ended, or nothing was heard of it for two minutes."""
    alive = [one for one in beats(session) if one.node == node and not one.ended and now - one.at <= GONE]
    return not alive


def sign_heads(store: Store, key_file: Path, folder: Path, now: datetime) -> Checkpoint | None:
    """Sign the heads that moved since the last checkpoint and append one line to the file, on disk when this returns.

    None when no head moved. Nothing is blessed by a later checkpoint: verification compares every line of the file.
    Raises KeyTrouble when the signing key is lost, and OSError when the folder takes no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / FILE) as file:
        lines = lines_of(folder)
        before = _readable(lines)
        sealed = sealed_heads(before)
        with store.read() as session:
            moved = {subject: head for subject, head in heads_of(session).items() if sealed.get(subject) != head}
        if not moved:
            return None
        key = _signing_key(key_file, signed_before=bool(lines))
        number = max((one.number for one in before), default=len(lines))
        checkpoint = sign(now, moved, key, number + 1, line_digest(lines[-1]) if lines else GENESIS)
        _append(file, to_line(checkpoint))
    store.write(lambda session: _note_number(session, checkpoint))
    return checkpoint


def _readable(lines: Sequence[str]) -> list[Checkpoint]:
    """Checkpoints as they stand; judging them is for verification."""
    found = []
    for line in lines:
        with suppress(ValueError):
            found.append(from_line(line))
    return found


def _signing_key(path: Path, *, signed_before: bool) -> Ed25519PrivateKey:
    """The key in a 0600 file, made for the first checkpoint and never again."""
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(read_key_file(path))
    if signed_before:
        raise KeyTrouble(
            f"The key that signs checkpoints is lost: {path} does not exist, but checkpoints were signed. Put it back "
            f"from its backup. To begin anew, move the old checkpoint file away first and keep it."
        )
    return Ed25519PrivateKey.from_private_bytes(make_key_file(path))


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, for one writer at a time on this machine."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _append(file: int, line: str) -> None:
    """Add a whole line; what a crash left of an unfinished one goes first."""
    size = os.fstat(file).st_size
    whole = os.pread(file, size, 0).rfind(b"\n") + 1
    os.ftruncate(file, whole)
    written = line.encode() + b"\n"
    if os.pwrite(file, written, whole) != len(written):
        os.ftruncate(file, whole)
        raise OSError("the disk took a part of the checkpoint only")
    os.fsync(file)


def _note_number(session: Session, checkpoint: Checkpoint) -> None:
    """Let the database know how many there are, so that lines taken out of the file are missed."""
    with suppress(IntegrityError), session.begin_nested():  # another signer may make the row first
        if session.get(Heartbeat, CHECKPOINTS) is None:
            session.add(Heartbeat(name=CHECKPOINTS, at=checkpoint.at, document={"number": 0}))
    row = session.get_one(Heartbeat, CHECKPOINTS, with_for_update=True)
    if int(str(row.document["number"])) < checkpoint.number:
        row.at, row.document = checkpoint.at, {**row.document, "number": checkpoint.number}
