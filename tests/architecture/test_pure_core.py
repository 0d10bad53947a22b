"""The rules can be imported, and so tested and read, without a database, a web framework or templates."""

import os
import subprocess
import sys

from tests.architecture.sources import ROOT, contract


def test_the_rules_import_nothing_heavy() -> None:
    pure = contract("pure")
    program = (
        "import importlib, sys\n"
        f"for name in {pure['source_modules']!r}: importlib.import_module(name)\n"
        f"print(*sorted(set(sys.modules) & set({pure['forbidden_modules']!r})))"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == []
