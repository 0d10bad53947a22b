"""What others wrote lies here unchanged; what we wrote is small; pages load nothing from elsewhere."""

import gzip
import hashlib
import re
import tomllib

from incident.settings import Settings
from incident.web.pages import STATIC, Pages
from notifications.edge.door import COMPONENT
from tests.web.samples import pages

OWN = [*STATIC.glob("*.css"), *STATIC.glob("*.js"), COMPONENT]  # no page has all of them
LIMIT = 60 * 1024


def test_vendored_files_have_the_recorded_digest_and_their_licence() -> None:
    recorded = tomllib.loads((STATIC / "vendor.toml").read_text(encoding="utf-8"))["file"]
    assert {row["path"] for row in recorded} == {
        f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir() if path.suffix != ".LICENSE"
    }
    for row in recorded:
        assert hashlib.sha256((STATIC / row["path"]).read_bytes()).hexdigest() == row["sha256"], row["path"]
        assert (STATIC / row["licence_file"]).is_file(), row["path"]


def test_our_own_css_and_js_stay_small() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in OWN) < LIMIT


def test_every_icon_a_page_uses_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor/icons.svg").read_text(encoding="utf-8")))
    engine = Pages(Settings().template_folders)
    for name, (template, values) in pages().items():
        used = set(re.findall(r"icons\.svg\?v=[0-9a-f]+#([a-z0-9-]+)", engine.render(template, **values)))
        assert used <= sprite, (name, used - sprite)


def test_sample_pages_load_nothing_from_elsewhere() -> None:
    engine = Pages(Settings().template_folders)
    for name, (template, values) in pages().items():
        html = engine.render(template, **values)
        for loaded in re.findall(
            r'(?:src|srcset)="([^"]+)"|<link rel="(?!canonical|alternate)[^>]+href="([^"]+)"', html
        ):
            assert "".join(loaded).startswith(("/", "data:", "#")), (name, loaded)
