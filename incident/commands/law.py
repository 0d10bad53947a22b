"""The command `seventytwo law`: the duties that ship, one by one, checked, compared and exported; no database."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from incident.law.duties import STATUSES, Confidence, Duty
from incident.law.library import Chosen, NoSuchDuty, choose, differences, document_of, find, read_collection
from incident.law.packs import SHARED, check_pack, check_shared, check_together, shipped_duties, shipped_texts
from incident.law.presenting import TO_BE_CHECKED
from incident.law.rules import PackFault
from incident.law.vectors import failure

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    root = argparse.ArgumentParser(prog="seventytwo law", description="The law as data.")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="Every duty that ships, one a line.")
    listing.add_argument("--jurisdiction", default="", help="ISO 3166 code; a country takes in its regions.")
    listing.add_argument("--regime", default="")
    listing.add_argument("--status", default="", choices=("", *STATUSES))
    listing.add_argument("--confidence", default="", choices=("", *(level.value for level in Confidence)))
    listing.add_argument("--json", action="store_true", help="As JSON.")
    showing = commands.add_parser("show", help="Everything about one duty.")
    showing.add_argument("id")
    showing.add_argument("--json", action="store_true", help="As JSON.")
    checking = commands.add_parser("check", help="Check a pack, or every shipped one, with its vectors.")
    checking.add_argument(
        "pack",
        nargs="?",
        type=Path,
        help="A file, a folder, or a shipped pack's name; else all.",
    )
    comparing = commands.add_parser("diff", help="What differs between two packs, folders or exports.")
    comparing.add_argument("a", type=Path)
    comparing.add_argument("b", type=Path)
    commands.add_parser("export", help="Every shipped duty as one JSON document.")
    return root


def run(arguments: Sequence[str]) -> int:
    """Run `seventytwo law ARGUMENTS`; the status is 1 for faults that were found, 2 for a wrong call."""
    given = parser().parse_args(list(arguments))
    try:
        return COMMANDS[given.command](given)
    except (NoSuchDuty, ValueError) as error:
        print(f"seventytwo: {error}", file=sys.stderr)
        return 2


def _list(given: argparse.Namespace) -> int:
    found = choose(shipped_duties(), Chosen(given.jurisdiction, given.regime, given.status, given.confidence))
    if given.json:
        print(json.dumps([document_of(duty) for duty in found], ensure_ascii=False, indent=2))
        return 0
    width = max((len(duty.id) for duty in found), default=0)
    for duty in found:
        period = str(duty.period or "no number")
        notes = [duty.confidence.value, *([] if duty.url else [TO_BE_CHECKED]), *_status(duty)]
        print(f"{duty.id:<{width}}  {period:<16}  {duty.law} {duty.article}: {duty.title} [{', '.join(notes)}]")
    print(f"{len(found)} duties.")
    return 0


def _status(duty: Duty) -> list[str]:
    since = f"from {duty.applies_from}" if duty.applies_from else "validity not researched"
    return [since, *([STATUSES[duty.status]] if STATUSES[duty.status] else [])]


def _show(given: argparse.Namespace) -> int:
    versions = [document_of(duty) for duty in find(given.id)]
    if given.json:
        print(json.dumps(versions if len(versions) > 1 else versions[0], ensure_ascii=False, indent=2))
        return 0
    for version in versions:
        for key, value in version.items():
            if value not in (None, "", [], False):
                print(f"{key:<16} {_plain(value)}")
        print()
    return 0


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(item) for item in value.values())
    if isinstance(value, list):
        return "; ".join(_plain(item) for item in value)
    return str(value)


def _check(given: argparse.Namespace) -> int:
    texts = shipped_texts() if given.pack is None else _shipped(given.pack) or _texts(given.pack)
    faults: list[PackFault] = []
    packs = []
    for file, text in texts.items():
        if file == SHARED:
            faults.extend(check_shared(text)[1])
            continue
        pack, wrong = check_pack(text, file)
        packs.append(pack)
        faults.extend(wrong)
        red = ((vector, failure(vector)) for vector in pack.vectors)
        mend = "mend the rule, or the vector if it reads the article wrongly"
        faults.extend(PackFault(file, v.duty.id, f"vector {v.about!r}", wrong, mend) for v, wrong in red if wrong)
    known = () if given.pack is None else tuple(duty.id for duty in shipped_duties())
    faults.extend(check_together(packs, known))
    for fault in faults:
        print(fault)
    duties, vectors = sum(len(pack.duties) for pack in packs), sum(len(pack.vectors) for pack in packs)
    print(f"{len(packs)} packs, {duties} duties, {vectors} vectors, {len(faults)} faults.")
    return 1 if faults else 0


def _shipped(path: Path) -> Mapping[str, str]:
    """The shipped pack of that name, where no file has it."""
    name = f"{path.name.removesuffix('.toml')}.toml"
    return {name: shipped_texts()[name]} if not path.exists() and name in shipped_texts() else {}


def _texts(path: Path) -> Mapping[str, str]:
    try:
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        return {file.name: file.read_text(encoding="utf-8") for file in files}
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None


def _diff(given: argparse.Namespace) -> int:
    found = list(differences(read_collection(given.a), read_collection(given.b)))
    for line in found:
        print(line)
    print(f"{len(found)} differences.")
    return 0


def _export(_given: argparse.Namespace) -> int:
    duties = [document_of(duty) for duty in choose(shipped_duties(), Chosen())]
    print(json.dumps({"duties": duties}, ensure_ascii=False, indent=2))
    return 0


COMMANDS: Mapping[str, Command] = {
    "list": _list,
    "show": _show,
    "check": _check,
    "diff": _diff,
    "export": _export,
}
