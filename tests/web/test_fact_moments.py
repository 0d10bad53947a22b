"""A moment of the fact sheet is typed and read in the reader's zone, named beside it, and kept in UTC."""

import re
from html import unescape

import pytest

from incident.web.fact_moments import moment_sent, moment_shown
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

BERLIN = "Europe/Berlin"  # where the page's reader is
LOGS = "datasets.0.exposure.logs.from"


def test_a_moment_goes_to_the_field_and_comes_back_as_it_was() -> None:
    for fact in ("2026-11-14T00:00:00Z", "2026-07-01T12:30:05Z"):
        assert moment_sent(moment_shown(fact, BERLIN), BERLIN) == fact
    assert moment_shown("2026-11-14T00:00:00Z", BERLIN) == "2026-11-14T01:00"
    assert moment_shown("2026-07-01T12:30:05Z", BERLIN) == "2026-07-01T14:30:05"
    assert moment_sent("2026-11-14", BERLIN) == "2026-11-13T23:00:00Z"


def test_what_such_a_field_cannot_hold_is_no_value_of_one() -> None:
    twice, fine = "2026-10-25T01:30:00Z", "2026-11-14T00:00:00.000001Z"  # 02:30 for the second time; too fine
    for fact in (twice, fine, "last week", "2026-11-14T01:00:00+01:00"):
        assert moment_shown(fact, BERLIN) == ""
        assert moment_sent(fact, BERLIN) == fact


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_how_far_back_the_logs_reach_is_asked_as_every_other_moment(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")

    def field() -> str:
        page = unescape(mara.get(f"{stage.path}/facts").text)
        assert f'<label for="{LOGS}">How far back do the logs reach? ({BERLIN})' in page
        (found,) = re.findall(rf'<input[^>]* name="{LOGS}"[^>]*>', page)
        return str(found)

    assert 'type="datetime-local"' in field()
    typed = {"datasets.0.id": "data", "datasets.0.title": "Tickets", LOGS: "2026-11-14T01:00"}
    assert send(mara, f"{stage.path}/facts", act="save", based_on="0", **typed).status_code == 303
    assert 'value="2026-11-14T01:00"' in field()
    version = mara.get(f"{stage.path}/facts/versions/1").text
    assert "Sat 14 Nov 2026, 01:00 CET" in version
    assert "2026-11-14T00:00" not in version
    refused = send(mara, f"{stage.path}/facts", act="save", based_on="1", **{**typed, LOGS: "last week"})
    assert "How far back do the logs reach?</a>: &#39;last week&#39; names no instant" in refused.text
    assert 'value="last week"' in refused.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_assessment_asks_for_a_moment_in_the_readers_zone(played: Stage, enter: Enter) -> None:
    mara, path = enter("mara"), f"{played.path}/assessment"
    asked = unescape(mara.get(f"{path}?ask=exposure.logs.from&dataset=accounts").text)
    assert f">How far back do the logs reach? ({BERLIN})</label>" in asked
    kept = {"fact": "exposure.logs.from", "dataset": "accounts", "answer": "2026-11-14T01:00", "act": "answer"}
    assert send(mara, path, **kept).status_code == 303
    assert "Sat 14 Nov 2026, 01:00 CET" in mara.get(path).text
