"""Check a case file of seventytwo: everything in it against its manifest, its timeline and the signed checkpoints.

Usage: python3 check.py [FOLDER or FILE.zip]. Needs Python 3.9 or newer and nothing else; with the package
"cryptography" it checks the signatures as well. It is written apart from the product that made the file, so that it can
be read and believed.
"""

import hashlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
Said = list[str]
GENESIS = "0" * 64
MANIFEST, TIMELINE, CHECKPOINTS = "manifest.json", "timeline.jsonl", "checkpoints.jsonl"


def main(place: str) -> int:
    """Print what was checked and each fault. Returns 0 when everything holds, else 1; 2 for what is no case file."""
    try:
        faults, said = opened(Path(place))
    except (FileNotFoundError, zipfile.BadZipFile):
        sys.stdout.write(f"{place} is no case file: name the folder it was unpacked into, or the .zip file itself.\n")
        return 2
    end = f"Not everything holds: {len(faults)} faults." if faults else "Everything holds."
    for line in (*said, *("FAULT " + fault for fault in faults), end):
        sys.stdout.write(line + "\n")
    return 1 if faults else 0


def opened(place: Path) -> tuple[Said, Said]:
    """The same of a folder, or of a ZIP file, which is unpacked for as long as it is checked."""
    if not place.is_file():
        return check(place)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(place) as archive:
        archive.extractall(folder)
        return check(Path(folder))


def check(folder: Path) -> tuple[Said, Said]:
    """The faults of the case file in a folder, and what was checked, each a sentence."""
    manifest = (folder / MANIFEST).read_bytes()
    files = json.loads(manifest)["files"]
    faults = _files(folder, files)
    said = [
        f"{len(files)} files are those of the manifest, whose SHA-256 is",
        f"  {hashlib.sha256(manifest).hexdigest()}",
        "  (the timeline of the installation that made it names it in its entry case.taken).",
    ]
    entries = [json.loads(line) for line in _lines(folder, TIMELINE)]
    faults += _chains(entries)
    erased = sum(entry["body"] is None for entry in entries)
    said.append(f"{len(entries)} entries, each bound to the one before by its hash; the text of {erased} was erased.")
    faults += _documents(folder, files, entries)
    more, told = _checkpoints(folder, entries)
    return faults + more, said + told


def _files(folder: Path, files: dict[str, Any]) -> Said:
    """What is not as the manifest says: changed, gone, or added."""
    faults: Said = []
    for name, known in files.items():
        path = folder / name
        if not path.is_file():
            faults.append(f"{name}: is gone")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known["sha256"]:
            faults.append(f"{name}: was changed")
    present = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    added = sorted(set(present) - set(files) - {MANIFEST, "check.py"})
    return faults + [f"{name}: is not of this case file" for name in added]


def _chains(entries: list[Entry]) -> Said:
    """Each entry against its own hash, the entry before it, and the text it commits to."""
    faults: Said = []
    last: dict[str, tuple[int, str]] = {}
    for entry in entries:
        where = f"{entry['subject']} entry {entry['seq']}"
        seq, before = last.get(entry["subject"], (0, GENESIS))
        if entry["seq"] != seq + 1 or entry["prev"] != before:
            faults.append(f"{where}: does not follow the entry before it")
        if digest(entry) != entry["hash"]:
            faults.append(f"{where}: was changed")
        if entry["body"] is not None:
            bound = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["body"].encode()).hexdigest()
            if bound != entry["commitment"]:
                faults.append(f"{where}: its text was changed")
        last[entry["subject"]] = (entry["seq"], entry["hash"])
    return faults


def digest(entry: Entry) -> str:
    """SHA-256 over version 1 and the fields of an entry, each with its length before it (4 bytes, big-endian)."""
    names = ("subject", "seq", "at", "actor", "action", "prev", "commitment")
    parts = [str(entry[name]).encode() for name in names]
    return hashlib.sha256(b"\x01" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def _documents(folder: Path, files: dict[str, Any], entries: list[Entry]) -> Said:
    """Evidence against the digest that the timeline names, texts of notices against the digest that was approved."""
    named: dict[str, str] = {}
    for entry in entries:
        body = json.loads(entry["body"]) if entry["body"] else {}
        if isinstance(body, dict) and "evidence" in body and "sha256" in body:
            named[str(body["evidence"])] = body["sha256"]
    faults: Said = []
    for name, known in files.items():
        path = folder / name
        content = path.read_bytes() if path.is_file() else None
        identity = known.get("evidence")
        if content is not None and identity in named and hashlib.sha256(content).hexdigest() != named[identity]:
            faults.append(f"{name}: is not what the timeline says was kept")
        if content is not None and "approved" in known:
            signed = hashlib.sha256(known["kind"].encode() + b"\n" + content).hexdigest()
            if signed != known["approved"]:
                faults.append(f"{name}: is not the text that was approved")
    return faults


def _checkpoints(folder: Path, entries: list[Entry]) -> tuple[Said, Said]:
    """Each signed checkpoint against the timeline; and what no checkpoint covers yet."""
    hashes = {(entry["subject"], entry["seq"]): entry["hash"] for entry in entries}
    ends = {entry["subject"]: entry["seq"] for entry in entries}
    found = [json.loads(line) for line in _lines(folder, CHECKPOINTS)]
    faults: Said = []
    covered = dict.fromkeys(ends, 0)
    verify = _verifier()
    for checkpoint in found:
        if verify and not verify(checkpoint):
            faults.append(f"checkpoint {checkpoint['number']}: its signature does not hold")
        for subject, (seq, sealed) in checkpoint["heads"].items():
            if subject in ends and hashes.get((subject, seq)) != sealed:
                faults.append(f"{subject} entry {seq}: differs from checkpoint {checkpoint['number']}")
            elif subject in ends:
                covered[subject] = max(covered[subject], seq)
    said = [f"{len(found)} checkpoints, kept outside the database, hold these entries."]
    said += [
        f"  signed by {key}: compare it with the key you were given (README.txt says where it stands)"
        for key in {one["key"] for one in found}
    ]
    if found and not verify:
        said.append("  NOT CHECKED: their signatures. Install the Python package cryptography and run this again.")
    for subject, last in sorted(ends.items()):
        if covered[subject] < last:
            said.append(f"Under no checkpoint yet: {subject}, entries {covered[subject] + 1} to {last}.")
    return faults, said


def _verifier() -> Callable[[Entry], bool] | None:
    """What checks a signature (Ed25519, RFC 8032), or None where this machine cannot."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None

    def holds(checkpoint: Entry) -> bool:
        signed = {name: value for name, value in checkpoint.items() if name != "signature"}
        text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint["key"]))
            public.verify(bytes.fromhex(checkpoint["signature"]), b"seventytwo checkpoint 1\n" + text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    return holds


def _lines(folder: Path, name: str) -> list[str]:
    path = folder / name
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line] if path.is_file() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).resolve().parent)))
