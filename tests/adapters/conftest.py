"""What the tests of the adapters share: saying how many outside payloads were tried."""

import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Write one remark past pytest's capture, so that a run shows how much of the outside collection it had."""

    def write(remark: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f" [{remark}]")
            sys.stdout.flush()

    return write
