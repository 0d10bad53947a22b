"""The export is the public site byte for byte, complete in itself, and touches nothing that no export wrote."""

import hashlib
import re
import stat
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient

from incident.errors import Invalid
from incident.web.pages import Pages
from incident.web.public_export import SUMS, Written, export_site
from incident.web.public_site import Site
from notifications.announcements import read_all_announced
from tests.web.conftest import Enter
from tests.web.publishing import Publisher
from tests.web.stage import Stage


@pytest.fixture
def published(stage: Stage) -> Stage:
    """One corrected, one withdrawn, one in three languages."""
    publisher = Publisher(stage)
    first, second = publisher.publish(20), publisher.publish(21)
    publisher.correct(first, 22, "Two days later.", ("en",))
    publisher.withdraw(second, "Mistaken.")
    publisher.publish(24, ("en", "de", "pt-BR"))
    return stage


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place") / "site"


def export(stage: Stage, folder: Path) -> Written:
    parts = stage.installation
    with parts.store.read() as session:
        announced = read_all_announced(session)
    return export_site(Site(Pages(parts.settings.template_folders), parts.settings, announced), folder)


def held(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_file_is_what_is_served_at_its_address(published: Stage, enter: Enter, folder: Path) -> None:
    export(published, folder)
    stranger: TestClient = enter("")
    files = held(folder)
    del files[SUMS]
    assert len(files) == 87
    for path, content in files.items():
        answer = stranger.get(f"/announcements/{path}")
        assert (answer.status_code, answer.content == content) == (200, True), path
        assert answer.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def test_the_hashes_are_those_of_the_files_as_sha256sum_lists_them(published: Stage, folder: Path) -> None:
    export(published, folder)
    files = held(folder)
    lines = files.pop(SUMS).decode().splitlines()
    assert lines == [f"{hashlib.sha256(files[path]).hexdigest()}  {path}" for path in sorted(files)]


def test_the_same_announcements_give_the_same_bytes_and_nothing_to_write(published: Stage, folder: Path) -> None:
    first, again = export(published, folder), export(published, folder.with_name("other"))
    assert held(folder) == held(folder.with_name("other"))
    assert first == again == Written(len(held(folder)) - 1, first.files)
    assert export(published, folder) == Written(first.files, 0)


def test_every_link_from_a_page_leads_to_a_file_of_the_folder(published: Stage, folder: Path) -> None:
    export(published, folder)
    files, followed = held(folder), 0
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        for link in re.findall(r'(?:href|src)="([^"]+)"', content.decode()):
            if re.match(r"https?:|mailto:|data:|#", link):
                continue
            assert not link.startswith("/"), (path, link)
            assert urljoin(f"https://x.example/{path}", link).removeprefix("https://x.example/") in files, (path, link)
            followed += 1
    assert followed > 500


def test_a_later_export_replaces_what_changed_and_takes_away_what_is_gone(published: Stage, folder: Path) -> None:
    export(published, folder)
    gone, changed = folder / "old/page.html", folder / "en/index.html"
    gone.parent.mkdir()
    gone.write_text("an export of another time wrote this")
    (folder / "robots.txt").write_text("the operator wrote this")
    changed.write_text("x")
    with (folder / SUMS).open("a") as sums:
        sums.write(f"{'0' * 64}  old/page.html\n{'0' * 64}  ../outside.txt\n")
    outside = folder.parent / "outside.txt"
    outside.write_text("stays")
    assert export(published, folder).changed == 1
    assert not gone.parent.exists()
    assert (folder / "robots.txt").exists()
    assert outside.read_text() == "stays"
    assert "old/page.html" not in (folder / SUMS).read_text()


def test_a_folder_with_something_else_is_left_alone(stage: Stage, folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("x")
    with pytest.raises(Invalid, match="no export"):
        export(stage, folder)
    with pytest.raises(Invalid, match="is a file"):
        export(stage, folder / "thesis.txt")
    assert held(folder).keys() == {"thesis.txt"}


def test_a_web_server_of_another_account_can_read_it(stage: Stage, folder: Path) -> None:
    export(stage, folder)
    for place in folder.rglob("*"):
        wanted = 0o755 if place.is_dir() else 0o644
        assert stat.S_IMODE(place.stat().st_mode) == wanted, place
