"""`seventytwo announcements export`: the public pages written into a folder, and written again only where changed."""

from pathlib import Path

import pytest

from incident.commands.opened import Opened
from incident.errors import Invalid
from notifications import announcements
from tests.incident.commands.conftest import Type
from tests.web.publishing import publication


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("public")


def test_the_public_pages_are_written_and_the_second_time_nothing_is(type_command: Type, folder: Path) -> None:
    assert type_command("announcements", "export", str(folder)).startswith("0 announcements in 28 files, 28 of them")
    with Opened() as opened:
        now = opened.now()
        store = opened.installation.store
        name = store.write(lambda session: announcements.publish(session, publication(), now).public_id)
    written, again = (type_command("announcements", "export", str(folder)) for _ in range(2))
    assert written == "1 announcement in 45 files, 44 of them new or changed.\n"
    assert again == "1 announcement in 45 files, 0 of them new or changed.\n"
    assert "https://incident.example.org/announcements/en/" in (folder / f"en/{name}.html").read_text()


def test_a_folder_with_something_else_is_refused(type_command: Type, folder: Path) -> None:
    (folder / "thesis.txt").write_text("x")
    with pytest.raises(Invalid, match="no export"):
        type_command("announcements", "export", str(folder))
