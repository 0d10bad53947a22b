"""What nobody expected: the reader gets a reference and no more, and the log has under it what happened."""

import re

import pytest

from incident.web import errors, own_acts
from tests.web.conftest import Enter
from tests.web.stage import Stage

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE
def test_a_page_that_breaks_names_a_reference_and_none_of_the_fault(
    played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_asked: object) -> None:
        raise ZeroDivisionError("the number of people of ours")

    browser = enter("mara")
    monkeypatch.setattr(own_acts, "read_own_acts", fail)
    with caplog.at_level("ERROR", logger=errors.log.name):
        answer = browser.get("/account/done")
    assert answer.status_code == 500
    assert "Try it again" in answer.text
    assert "What you sent" not in answer.text
    assert "number of people of ours" not in answer.text
    reference = re.search(r'Reference for the log: <span class="mono">(\w{12})<', answer.text)
    assert reference
    assert reference[1] in caplog.text
    assert "ZeroDivisionError" in caplog.text
