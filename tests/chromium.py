"""The browser that the page tests drive: the machine's own, else Debian's package, else the one of Playwright."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "SEVENTYTWO_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "The tests of the pages need Chromium. Install it (Debian: apt-get install chromium; Fedora: dnf install chromium; "
    f"elsewhere: .venv/bin/playwright install chromium), or name a program in {VARIABLE}."
)


class NoChromium(Exception):
    """There is no browser and none could be had; the text says what to install."""


def find() -> Path | None:
    """A Chromium of this machine that starts; None without one."""
    named = os.environ.get(VARIABLE)
    places = [named] if named else [shutil.which(name) for name in NAMES] + [_playwright_place()]
    return next((Path(place) for place in places if place and _starts(Path(place))), None)


def obtain() -> Path:
    """A Chromium, installed if need be. Raises NoChromium."""
    found = find()
    if found:
        return found
    failures = []
    for way in (_install_package, _install_with_playwright):
        try:
            way()
        except (OSError, subprocess.SubprocessError) as error:
            failures.append(str(error))
        found = find()
        if found:
            return found
    raise NoChromium("\n".join([ADVICE, *failures]))


def version(program: Path) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _starts(program: Path) -> bool:
    """Ubuntu's package of that name is only a pointer to a snap; it must really say its version."""
    try:
        return bool(version(program))
    except (OSError, subprocess.CalledProcessError):
        return False


def _playwright_place() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _install_package() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise OSError("only root on Debian can install the package")
    print("Chromium: installing Debian's package (two minutes)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *step], check=True, env=quiet, stdin=subprocess.DEVNULL)


def _install_with_playwright() -> None:
    print("Chromium: fetching the one of Playwright", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True, stdin=subprocess.DEVNULL)
