"""The hash chain of the timeline: headers, commitments, checkpoints, and what verification finds. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = "0" * 64
CHECKPOINTS = "checkpoints"  # how breaks name the checkpoint file; their seq is its line

Head = tuple[int, str]  # seq and hash of the last entry of a chain


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
    """The heads that moved since the checkpoint before, signed (Ed25519, RFC 8032) and kept outside the database.

    Checkpoints are a chain of their own: `prev` is the SHA-256 of the line before, so none can be left out unseen.
    """

    number: int  # from 1
    at: datetime
    prev: str
    heads: Mapping[str, Head]  # subject → (seq, hash)
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
    fields = (header.subject, str(header.seq), stamp(header.at), header.actor, header.action)
    parts = [part.encode() for part in (*fields, header.prev, header.commitment)]
    return hashlib.sha256(b"\x01" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def verify_headers(subject: str, headers: Iterable[tuple[Header, str]], head: Head | None) -> list[Break]:
    """Check one subject's headers, given in order of seq with their stored hashes, against its head row."""
    breaks: list[Break] = []
    seq, prev = 0, GENESIS
    for header, stored in headers:
        if header.seq != seq + 1:
            breaks.append(Break(subject, seq + 1, f"entries {seq + 1} to {header.seq - 1} are missing"))
        elif header.prev != prev:
            breaks.append(Break(subject, header.seq, "does not follow the entry before it (changed or reordered)"))
        if digest(header) != stored:
            breaks.append(Break(subject, header.seq, "header was changed"))
        seq, prev = header.seq, stored
    return breaks + _against_head(subject, (seq, prev), head)


def verify_body(header: Header, salt: bytes | None, body: bytes | None) -> Break | None:
    """Check one body against its header's commitment; an erased body (None) is no break."""
    if salt is None or body is None:
        return None
    if commitment(salt, body) == header.commitment:
        return None
    return Break(header.subject, header.seq, "text was changed")


def sign(
    at: datetime, heads: Mapping[str, Head], key: Ed25519PrivateKey, number: int = 1, prev: str = GENESIS
) -> Checkpoint:
    """Checkpoint `number` over the given heads; `prev` is the digest of the line before it."""
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Checkpoint(number, at, prev, dict(heads), public, "")
    return replace(unsigned, signature=key.sign(_signed_part(unsigned)).hex())


def verify_signature(checkpoint: Checkpoint) -> bool:
    """Whether the key a checkpoint names signed exactly this checkpoint."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        public.verify(bytes.fromhex(checkpoint.signature), _signed_part(checkpoint))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoints(lines: Sequence[str], signed: int) -> tuple[list[Checkpoint], list[Break]]:
    """The checkpoints a file holds, and what is wrong with the file. `signed` is how many were signed at least.

    A checkpoint that breaks the file's own chain is named by its line and still compared with the database.
    """
    checkpoints: list[Checkpoint] = []
    breaks: list[Break] = []
    prev, number, key = GENESIS, 0, ""
    for at_line, line in enumerate(lines, 1):
        try:
            checkpoint = from_line(line)
        except ValueError:
            breaks.append(Break(CHECKPOINTS, at_line, "is no checkpoint"))
            prev = line_digest(line)
            continue
        if (checkpoint.number, checkpoint.prev) != (number + 1, prev):
            breaks.append(Break(CHECKPOINTS, at_line, f"does not follow checkpoint {number}: lines were taken out"))
        if not verify_signature(checkpoint):
            breaks.append(Break(CHECKPOINTS, at_line, "its signature does not hold"))
        elif key and checkpoint.key != key:
            breaks.append(Break(CHECKPOINTS, at_line, f"was signed by another key, {checkpoint.key[:16]}…"))
        prev, number, key = line_digest(line), checkpoint.number, key or checkpoint.key
        checkpoints.append(checkpoint)
    if number < signed:
        breaks.append(Break(CHECKPOINTS, number + 1, f"checkpoints {number + 1} to {signed} were signed and are gone"))
    return checkpoints, breaks


def against_checkpoints(
    checkpoints: Sequence[Checkpoint], heads: Mapping[str, Head], hashes: Mapping[tuple[str, int], str]
) -> list[Break]:
    """What checkpoints prove about today's chains: none is shorter, none was rewritten at a sealed entry.

    `hashes` holds the hash of each sealed entry by (subject, seq). Of each chain the earliest difference is named.
    """
    gone: dict[str, Break] = {}
    rewritten: dict[str, Break] = {}
    for checkpoint in checkpoints:
        sealed_at = f"the checkpoint of {stamp(checkpoint.at)}"
        for subject, (seq, sealed) in checkpoint.heads.items():
            last = heads.get(subject, (0, GENESIS))[0]
            if last < seq:
                gone[subject] = Break(
                    subject, last + 1, f"entries {last + 1} to {seq} are gone: {sealed_at} holds them"
                )
            elif hashes.get((subject, seq)) != sealed:
                rewritten.setdefault(
                    subject, Break(subject, seq, f"was rewritten, here or before: {sealed_at} differs")
                )
    return [found[subject] for found in (rewritten, gone) for subject in sorted(found)]


def sealed_heads(checkpoints: Iterable[Checkpoint]) -> dict[str, Head]:
    """The furthest head of each chain that checkpoints hold."""
    sealed: dict[str, Head] = {}
    for checkpoint in checkpoints:
        for subject, head in checkpoint.heads.items():
            sealed[subject] = max(sealed.get(subject, head), head)
    return sealed


def uncovered(sealed: Mapping[str, Head], heads: Mapping[str, Head]) -> dict[str, tuple[int, int]]:
    """The window no checkpoint covers yet: subject → (first, last) entry that could still be cut unseen."""
    window = {}
    for subject, (seq, _) in sorted(heads.items()):
        covered = sealed.get(subject, (0, GENESIS))[0]
        if seq > covered:
            window[subject] = (covered + 1, seq)
    return window


def to_line(checkpoint: Checkpoint) -> str:
    """One line of the checkpoint file."""
    document = asdict(checkpoint) | {"at": stamp(checkpoint.at)}
    return canonical(document).decode()


def from_line(line: str) -> Checkpoint:
    """Read a line back. Raises ValueError for anything that is no checkpoint."""
    try:
        document = json.loads(line)
        heads = {str(subject): (int(seq), str(hash_)) for subject, (seq, hash_) in document["heads"].items()}
        at = datetime.fromisoformat(document["at"])
        number, prev = int(document["number"]), str(document["prev"])
        return Checkpoint(number, at, prev, heads, str(document["key"]), str(document["signature"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a checkpoint: {line[:80]!r}") from error


def line_digest(line: str) -> str:
    """SHA-256 of one line of the checkpoint file, without its end."""
    return hashlib.sha256(line.encode()).hexdigest()


def _against_head(subject: str, last: Head, head: Head | None) -> list[Break]:
    seq = last[0]
    if head == last or (head is None and seq == 0):
        return []
    if head is None:
        return [Break(subject, seq, "the chain has lost its head row")]
    if head[0] > seq:
        return [Break(subject, seq + 1, f"entries {seq + 1} to {head[0]} are gone: the head row holds them")]
    if head[0] < seq:
        return [Break(subject, head[0] + 1, f"was added behind the head row, which says {head[0]}")]
    return [Break(subject, seq, "was rewritten: the head row holds another hash")]


def _signed_part(checkpoint: Checkpoint) -> bytes:
    document = asdict(checkpoint) | {"at": stamp(checkpoint.at)}
    del document["signature"]
    return b"seventytwo checkpoint 1\n" + canonical(document)


def stamp(at: datetime) -> str:
    """A moment as it is hashed and signed: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
