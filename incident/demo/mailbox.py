"""A mail server on this machine that keeps what it is given as files and passes nothing on."""

import asyncio
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Mailbox:
    """Accepts mail on a loopback port and writes each message to `folder` as `<number>.eml`, envelope in headers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.count += 1
        head = f"X-Envelope-To: {envelope.rcpt_tos[0]}\r\nX-Envelope-From: {envelope.mail_from}\r\n".encode()
        path = self.folder / f"{self.count:06d}.eml"
        await asyncio.to_thread(path.write_bytes, head + envelope.content)
        return f"250 2.0.0 kept as {path.stem}"


class CaptureServer(Controller):
    """The mailbox behind SMTP on 127.0.0.1; `port` is a free one."""

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mailbox.example", enable_SMTPUTF8=True, ident="seventytwo demo mailbox")
