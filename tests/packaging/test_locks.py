"""The locks: every package with hashes, no address, and the same versions for running and developing."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import project
from tests.packaging.locks import DEVELOPMENT, POSTGRESQL, RUN_TIME

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(\[[a-z,]+\])?==(\S+)")


def _pins(text: str) -> dict[str, str]:
    return {found[1]: found[3] for line in text.splitlines() if (found := PIN.match(line))}


def _required(extra: str | None = None) -> set[str]:
    table = project()["project"]
    lines = table["optional-dependencies"][extra] if extra else table["dependencies"]
    return {re.split(r"[\[<>=,; ]", line, maxsplit=1)[0].lower() for line in lines}


@pytest.mark.parametrize("lock", [RUN_TIME, DEVELOPMENT, POSTGRESQL], ids=lambda lock: lock.name)
def test_a_lock_has_hashes_for_every_package_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert not re.search(r"://|^\s*--(index|extra|find|trusted)", text, re.MULTILINE)


def test_what_is_developed_with_is_what_is_run() -> None:
    running, developing = _pins(RUN_TIME.read_text()), _pins(DEVELOPMENT.read_text())
    assert running.items() <= developing.items()


def test_the_locks_hold_every_requirement() -> None:
    assert _required() <= _pins(RUN_TIME.read_text()).keys(), "run: make lock"
    assert _required("dev") <= _pins(DEVELOPMENT.read_text()).keys(), "run: make lock"
