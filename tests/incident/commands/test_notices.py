"""`seventytwo notice`: the notices of an incident listed, a draft discarded with a reason."""

import base64
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from incident.cli import app
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from notifications.store import Store
from tests.incident.cases import KEK, found_case
from tests.incident.notices import Desk, prepared_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEVENTYTWO_KEK", base64.b64encode(KEK).decode())
    return prepared_desk(found_case(store))


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_draft_is_listed_and_discarded_and_what_was_asked_for_is_not(desk: Desk) -> None:
    draft, asked = desk.start(NoticeKind.IN_APP), desk.start(NoticeKind.PEOPLE)
    desk.request(desk.freeze(asked), desk.users())
    incident = str(desk.incident_id)
    listed = typed("notice", "list", incident).stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        [str(draft.id), "in_app", "draft"],
        [str(asked.id), "people", "asked"],
    ]
    gone = typed("notice", "discard", str(draft.id), "--reason", "Written twice.")
    assert (gone.exit_code, gone.stdout) == (0, f"The draft {draft.id} (in_app) is discarded.\n")
    assert desk.case.look(lambda session: session.get_one(Notice, draft.id).discarded_at) is not None
    assert "discarded" in typed("notice", "list", incident).stdout
    for which, reason, said in ((asked, "So.", "its record stays"), (draft, "Again.", "was discarded")):
        refused = typed("notice", "discard", str(which.id), "--reason", reason)
        assert refused.exit_code != 0
        assert said in str(refused.exception)


def test_an_id_that_is_none_is_said_in_words(desk: Desk) -> None:
    assert desk.incident_id
    assert "take it from: seventytwo notice list" in str(typed("notice", "discard", "x", "--reason", "So.").exception)
