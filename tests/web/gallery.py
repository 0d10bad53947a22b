"""Writes every sample page to a folder and photographs it: python -m tests.web.gallery FOLDER [NAME …]."""

import functools
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from incident.settings import Settings
from incident.web.pages import STATIC, Pages
from tests import chromium
from tests.web.samples import pages
from tests.web.samples.board import NOTICE

WIDTHS = (1440, 390)


def write(folder: Path) -> None:
    """Each sample page as a file, with the static files beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    engine = Pages(Settings().template_folders)
    (folder / "mail.html").write_text(f"<body><pre>{NOTICE}</pre></body>", encoding="utf-8")
    for name, (template, values) in pages().items():
        (folder / f"{name}.html").write_text(engine.render(template, **values), encoding="utf-8")


def photograph(folder: Path, names: list[str]) -> None:
    """Each page in light and dark, wide and narrow."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = chromium.obtain()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                size = {"width": width, "height": 900}
                page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                for name in names:
                    page.goto(f"http://127.0.0.1:{server.server_port}/{name}.html")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        sys.stderr.write(f"{name} is {wide} px wide at {width} px\n")
                    page.screenshot(path=str(folder / f"{name}-{scheme}-{width}.png"), full_page=True)
                page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write(target)
    photograph(target, sys.argv[2:] or list(pages()))
