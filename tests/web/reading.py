"""What a test reads out of a page: the session's token, links, forms."""

import re
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token(browser: TestClient, path: str = "/") -> str:
    """The token forms of this session carry."""
    found = TOKEN.search(browser.get(path).text)
    assert found, f"{path} has no form"
    return unescape(found[1])


def send(browser: TestClient, path: str, **fields: str | list[str]) -> Any:
    """Send a form as the page would."""
    return browser.post(path, data={"csrf_token": token(browser), **fields})


def links(html: str, start: str) -> list[str]:
    """The addresses on a page that begin like this, each once, in order."""
    return list(dict.fromkeys(unescape(href) for href in re.findall(r'href="([^"]+)"', html) if href.startswith(start)))
