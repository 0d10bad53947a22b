"""The hash chain of the timeline: headers, commitments, checkpoints, and what verification finds. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Header:
    """The part of an entry that is never changed or erased. `at` is when it was recorded, aware and UTC."""

    subject: str  # "incident:<id>", "administration", "ledger:<release id>"
    seq: int  # from 1, without gaps
    at: datetime
    actor: str
    action: str
    prev: str  # hash of the header before, GENESIS for the first
    commitment: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The heads of all chains at one moment, signed (Ed25519, RFC 8032) and kept outside the database."""

    at: datetime
    heads: Mapping[str, tuple[int, str]]  # subject → (seq, hash)
    key: str  # public key, hex
    signature: str  # hex


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold."""

    subject: str
    seq: int
    what: str


def canonical(document: Mapping[str, object]) -> bytes:
    """One byte string per JSON value: sorted keys, no white space, UTF-8 (in the manner of RFC 8785)."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def commitment(salt: bytes, body: bytes) -> str:
    """SHA-256(salt ‖ canonical body). The salt keeps a short body from being guessed once it is erased."""
    return hashlib.sha256(salt + body).hexdigest()


def digest(header: Header) -> str:
    """SHA-256 over the length-prefixed fields of a header, version byte first."""
    fields = (header.subject, str(header.seq), _stamp(header.at), header.actor, header.action)
    parts = [part.encode() for part in (*fields, header.prev, header.commitment)]
    return hashlib.sha256(b"\x01" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def verify_headers(headers: Iterable[tuple[Header, str]], head: tuple[int, str] | None) -> list[Break]:
    """Check one subject's headers, given in order of seq with their stored hashes, against its head row."""
    breaks: list[Break] = []
    seq, prev, subject = 0, GENESIS, ""
    for header, stored in headers:
        subject = header.subject
        if header.seq != seq + 1:
            breaks.append(Break(subject, seq + 1, f"entries {seq + 1} to {header.seq - 1} are missing"))
        elif header.prev != prev:
            breaks.append(Break(subject, header.seq, "does not follow the entry before it (changed or reordered)"))
        if digest(header) != stored:
            breaks.append(Break(subject, header.seq, "header was changed"))
        seq, prev = header.seq, stored
    if head is not None and head != (seq, prev):
        breaks.append(
            Break(subject, seq + 1, f"the head says entry {head[0]}, the last one here is {seq}: a tail was cut")
        )
    return breaks


def verify_body(header: Header, salt: bytes | None, body: bytes | None) -> Break | None:
    """Check one body against its header's commitment; an erased body (None) is no break."""
    if salt is None or body is None:
        return None
    if commitment(salt, body) == header.commitment:
        return None
    return Break(header.subject, header.seq, "text was changed")


def sign(at: datetime, heads: Mapping[str, tuple[int, str]], key: Ed25519PrivateKey) -> Checkpoint:
    """A checkpoint over the given heads."""
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Checkpoint(at, dict(heads), public, "")
    return Checkpoint(at, dict(heads), public, key.sign(_signed_part(unsigned)).hex())


def verify_checkpoint(checkpoint: Checkpoint, public: Ed25519PublicKey) -> bool:
    """Whether this key signed exactly these heads."""
    try:
        public.verify(bytes.fromhex(checkpoint.signature), _signed_part(checkpoint))
    except (InvalidSignature, ValueError):
        return False
    return True


def against_checkpoint(
    checkpoint: Checkpoint, heads: Mapping[str, tuple[int, str]], hashes: Mapping[tuple[str, int], str]
) -> list[Break]:
    """What a checkpoint proves about today's chains: none shorter, none rewritten at the sealed entry."""
    breaks = []
    for subject, (seq, sealed) in sorted(checkpoint.heads.items()):
        now = heads.get(subject, (0, GENESIS))[0]
        if now < seq:
            cut = f"cut after entry {now}: the checkpoint of {_stamp(checkpoint.at)} sealed {seq}"
            breaks.append(Break(subject, now + 1, cut))
        elif hashes.get((subject, seq)) != sealed:
            breaks.append(Break(subject, seq, f"differs from the checkpoint of {_stamp(checkpoint.at)}: rewritten"))
    return breaks


def uncovered(checkpoint: Checkpoint | None, heads: Mapping[str, tuple[int, str]]) -> dict[str, tuple[int, int]]:
    """The window no checkpoint covers yet: subject → (first, last) entry that could still be cut unseen."""
    sealed = checkpoint.heads if checkpoint else {}
    window = {}
    for subject, (seq, _) in sorted(heads.items()):
        covered = sealed.get(subject, (0, GENESIS))[0]
        if seq > covered:
            window[subject] = (covered + 1, seq)
    return window


def to_line(checkpoint: Checkpoint) -> str:
    """One line of the checkpoint file."""
    document = asdict(checkpoint) | {"at": _stamp(checkpoint.at)}
    return canonical(document).decode()


def from_line(line: str) -> Checkpoint:
    """Read a line back. Raises ValueError for anything that is no checkpoint."""
    document = json.loads(line)
    try:
        heads = {subject: (int(seq), str(digest_)) for subject, (seq, digest_) in document["heads"].items()}
        at = datetime.fromisoformat(document["at"])
        return Checkpoint(at, heads, str(document["key"]), str(document["signature"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a checkpoint: {line[:80]!r}") from error


def _signed_part(checkpoint: Checkpoint) -> bytes:
    heads = {subject: list(head) for subject, head in checkpoint.heads.items()}
    return b"seventytwo checkpoint 1\n" + canonical(
        {"at": _stamp(checkpoint.at), "heads": heads, "key": checkpoint.key}
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
