"""A product with pages of its own, under a strict content policy, and edges in every state they can be in."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from notifications.clock import Clock
from notifications.edge.copy import Copy
from notifications.edge.door import COMPONENT, Door, door_app
from notifications.edge.told import Release, Row, Texts
from notifications.ids import new_id
from notifications.reader_tokens import Reader, issue_token
from notifications.store import Store
from tests.api.edges import listening

SECRET = b"a secret of the host and of its edge"
NEVER = threading.Event()
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color-scheme: light dark; }
body { background: Canvas; color: CanvasText; }
header { padding: 14px 24px; border-bottom: 1px solid light-dark(#dde3ea, #39424f); display: flex; gap: 22px; }
header b { color: light-dark(#0b6b5f, #69d3c2); } header a { color: inherit; }
main { max-width: 900px; margin: 0 auto; padding: 22px 20px; }
h1 { font-size: 24px; margin: 0 0 14px; } seventytwo-notices { margin-bottom: 22px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; }
.cards > * { border: 1px solid light-dark(#dde3ea, #39424f); border-radius: 10px; padding: 16px; min-height: 110px; }
"""
APP = """
window.ran = "yes";
window.unread = [];
addEventListener("seventytwo-unread", (event) => window.unread.push(event.detail.unread));
const done = document.querySelector("#done");
document.querySelector("#work").addEventListener("click", () => { done.textContent = "done"; });
import("%s/seventytwo-notices.js").catch(() => {});
"""
PAGE = """<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>Nimbus CRM</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head><body>
<header><b>Nimbus CRM</b><a href="/">Home</a><a href="/deals">Deals</a></header>
<main><h1>Good morning</h1><seventytwo-notices src="%s" token-url="/notices-token" %s></seventytwo-notices>
<div class="cards"><div id="below">Pipeline</div><div>Tasks <button id="work">Add</button> <span id="done"></span></div>
<div>Contacts</div></div></main><script src="/app.js" defer></script></body></html>"""


@dataclass
class Host:
    """The product: where the component comes from, where its edge is, and who is signed in."""

    edge: str
    clock: Clock
    script: str = ""  # where the component is loaded from; "": from the product itself
    reader: Reader = field(default_factory=lambda: Reader("u-1", {"acme": ("admin",)}))
    attributes: str = ""
    language: str = "en"
    signed_in: bool = True
    answers: bool = True  # whether the route of the token does

    def policy(self) -> str:
        """Nothing inline, no eval, no HTML made from text."""
        away = f"{self.edge} {self.script}".strip()
        return (
            f"default-src 'none'; script-src 'self' {away}; connect-src 'self' {away}; style-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
            "trusted-types 'none'"
        )

    def files(self, base: str) -> dict[str, tuple[str, str]]:
        return {
            "/": ("text/html", PAGE % (self.language, self.edge, self.attributes)),
            "/style.css": ("text/css", STYLE),
            "/app.js": ("text/javascript", APP % (self.script or base)),
            "/seventytwo-notices.js": ("text/javascript", COMPONENT.read_text()),
        }


@contextmanager
def hosting(host: Host, port: int) -> Iterator[str]:
    """The product listens on this port."""
    base = f"http://127.0.0.1:{port}"

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/notices-token":
                if not host.answers:
                    NEVER.wait(8)
                token = issue_token(SECRET, host.reader, host.clock.now())
                self.give(200 if host.signed_in else 204, "application/json", json.dumps({"token": token}))
            else:
                found = host.files(base).get(self.path)
                self.give(200 if found else 404, *(found or ("text/plain", "")))

        def give(self, status: int, kind: str, text: str) -> None:
            body = b"" if status == 204 else text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", host.policy())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_words: Any) -> None:
            """Says nothing."""

    with _serving(("127.0.0.1", port), Pages):
        yield base


@contextmanager
def _serving(place: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    server = ThreadingHTTPServer(place, handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Held:
    """An edge that holds these notices, whoever told it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._store = Store(f"sqlite:///{folder / 'edge.db'}")
        self.copy, self.clock = Copy(self._store, b"k" * 32), clock
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def hold(self, texts: dict[str, dict[str, str]], person: str = "", account: str = "acme") -> Release:
        """Show a notice to a person, else to the administrators of an account."""
        self._number += 1
        release = Release(id=new_id(), version=f"v{self._number}", edition=new_id())
        self.copy.keep_edition(release.edition, Texts.model_validate({"texts": texts}))
        row: dict[str, Any] = {"delivery": self._number, "notice": f"{self._number:032x}", "person": person}
        row |= {"account": "" if person else account, "role": "" if person else "admin", "locale": "en", "segment": ""}
        row |= {"values": {}, "published_at": self.clock.now()}
        self.copy.keep_rows(release.version, [Row.model_validate(row)])
        self.copy.publish(release)
        return release

    @contextmanager
    def serving(self, origin: str, port: int = 0) -> Iterator[str]:
        """The edge listens; pages of one origin may call it."""
        door = Door(self.copy, self.clock, [SECRET], lambda: self.clock.now())
        with listening(door_app(door, [origin]), port) as base:
            yield base


@contextmanager
def silent() -> Iterator[str]:
    """An edge that takes every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def saying(port: int, status: int, body: bytes, kind: str = "application/json") -> Iterator[str]:
    """An edge that answers everything with this, to pages of any origin."""

    class Liar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "authorization, if-none-match")
            self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else kind)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def do_OPTIONS(self) -> None:
            self.send_response(204)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "authorization, if-none-match")
            self.end_headers()

        def log_message(self, format: str, *_words: Any) -> None:
            """Says nothing."""

    with _serving(("127.0.0.1", port), Liar):
        yield f"http://127.0.0.1:{port}"
