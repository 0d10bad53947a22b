"""The faults that delivery and intake are proven against, and the page that names the tests which do it.

A test says which fault it proves by `@pytest.mark.proves("F04")`. One marked `soak` as well runs in `make soak`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = "proves"
INTRODUCTION = """# What is broken on purpose, and what holds

Each line is a fault that tests inject into real parts: processes are killed, relays lie, disks fill. After each the
promises are asked of the ledger, of the timeline and of what the relay took (`tests/faults/invariants.py`; those that
cost little also at every `/readyz`, by `incident/queries/invariants.py`):

- **I1** nobody of a released audience is lost;
- **I2** a second mail is declared and bears the same Message-ID; a crash leaves at most a window of 100 rows in doubt;
- **I3** no deadline is missed silently;
- **I4** what was answered 2xx is stored;
- **I5** the timeline verifies;
- **I6** what went out is what was approved.

`make test` runs each fault once, `make soak` the second database and many rounds. Numbers that are missing here belong
to other parts of the product. This page is drawn from the tests by `make docs`.

"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the list."""

    injected: str
    holds: str
    promises: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One test: where it is, and whether it runs in `make soak` alone."""

    file: str
    name: str
    soak: bool


FAULTS: dict[str, Fault] = {
    "F01": Fault(
        "kill -9 after rows were claimed", "their lease or the node's lock frees them; no mail, no flag", "I1 I2"
    ),
    "F02": Fault("kill -9 after rows were marked transmitting", "uncertain, sent again, flagged", "I1 I2"),
    "F03": Fault("kill -9 before and in the middle of a body", "the relay keeps nothing; sent again, flagged", "I1 I2"),
    "F04": Fault(
        "kill -9 after the relay's 250, before it is recorded",
        "one more copy at most of each row in flight, flagged, same Message-ID",
        "I1 I2",
    ),
    "F05": Fault("kill -9 after the result was recorded", "nothing recorded is sent again", "I1 I2"),
    "F06": Fault(
        "kill -9 at random moments while thousands of mails go", "nobody lost, each kill a window", "I1 I2 I5"
    ),
    "F07": Fault(
        "kill -9 of the web process under a storm of deliveries",
        "each 202 is on disk, whole, and is read; the others come again",
        "I4",
    ),
    "F13": Fault("SIGTERM with mails in flight", "bodies under way end, no other begins, status 0", "I1 I2"),
    "F14": Fault("disk full at intake", "503 with Retry-After; what was kept stays readable", "I4"),
    "F15": Fault(
        "disk full while a 250 is recorded", "nothing more is claimed; in doubt, then sent again flagged", "I1 I2"
    ),
    "F16": Fault("the file may not grow (RLIMIT_FSIZE) under running programs", "as F14 and F15", "I1 I2 I4 I5"),
    "F17": Fault(
        "power loss: the order of system calls is traced",
        "the log is on disk before a body's first byte and before a 202; not so with synchronous=NORMAL",
        "I1 I4",
    ),
    "F18": Fault(
        "the WAL cut at every page, and within", "exactly the committed prefix; file and timeline sound", "I5"
    ),
    "F19": Fault("relay greets with 421, refuses, is unknown", "nothing is claimed; health says why; it rests", "I1"),
    "F20": Fault("4xx to MAIL, RCPT, DATA, the body", "deferred, then accepted once", "I1 I2"),
    "F21": Fault("5xx to MAIL, RCPT, DATA, the body", "rejected with code and words; the others get theirs", "I1 I2"),
    "F22": Fault("greylisting", "accepted at the second try, not flagged", "I1"),
    "F23": Fault("a relay that answers late, or a byte at a time", "waited for; others do not starve", "I1 I2 I3"),
    "F24": Fault("connection lost before or within a body", "before: untouched; within: sent again, flagged", "I1 I2"),
    "F25": Fault("connection lost after the final dot", "sent again, flagged, same Message-ID", "I1 I2"),
    "F26": Fault("connection lost after the 250", "accepted, no second mail", "I1 I2"),
    "F27": Fault("several recipients in one transaction", "never happens, also where two share an address", "I1"),
    "F28": Fault("STARTTLS taken away, bad certificate", "nothing of a mail is said; health says why", "I1"),
    "F29": Fault(
        "answers that are none, are endless, in broken bytes, doubled or out of step",
        "kept cut and printable; what cannot be understood is doubt, never acceptance without a mail",
        "I1 I2 I5",
    ),
    "F51": Fault("the approved text or its facts change while it is sent", "the rest waits or is cancelled", "I6"),
    "F52": Fault("approval by an author; two approvals at once", "refused; one wins", "I6"),
    "F53": Fault("the list of recipients grows after the approval", "the frozen audience stays as it was", "I1 I6"),
}


def proofs() -> dict[str, list[Proof]]:
    """The tests of each fault, by number."""
    found: dict[str, list[Proof]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text()
        if f"mark.{MARK}(" in text:
            for number, proof in _marked(ast.parse(text), str(path.relative_to(ROOT))):
                found.setdefault(number, []).append(proof)
    return found


def page() -> str:
    """docs/faults.md."""
    tests = proofs()
    lines = [INTRODUCTION, "| | injected | holds | | tests |\n|---|---|---|---|---|\n"]
    for number, fault in FAULTS.items():
        named = "<br>".join(_named(proof) for proof in tests.get(number, ()))
        lines.append(f"| {number} | {fault.injected} | {fault.holds} | {fault.promises} | {named} |\n")
    return "".join(lines)


def _named(proof: Proof) -> str:
    return f"`{proof.file}` {proof.name.removeprefix('test_').replace('_', ' ')}{' (soak)' if proof.soak else ''}"


def _marked(tree: ast.Module, file: str) -> Iterator[tuple[str, Proof]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = {mark.attr: call for call, mark in _marks(node)}
            proof = Proof(file, node.name, "soak" in marks)
            call = marks.get(MARK)
            for argument in call.args if isinstance(call, ast.Call) else ():
                assert isinstance(argument, ast.Constant)
                yield str(argument.value), proof


def _marks(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.expr, ast.Attribute]]:
    for decorator in node.decorator_list:
        mark = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(mark, ast.Attribute):
            yield decorator, mark
