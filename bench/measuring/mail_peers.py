"""What sending is held against: aiosmtplib with finished bytes and no state, and the way tutorials show."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import Any

import aiosmtplib
from jinja2 import DictLoader, Environment, select_autoescape
from sqlalchemy import MetaData
from sqlmodel import Field, Session, SQLModel

from bench.measuring.durable import durable_engine
from bench.measuring.mailing import Took, timed
from bench.measuring.notice import SENDER, SENDER_NAME, SUBJECT, notice, person
from notifications.smtp import Mail


def pooled(mails: list[Mail], port: int, connections: int) -> Took:
    """Finished bytes over connections that stay open, by `SMTP.sendmail`; nothing is kept of what came of them."""

    async def carry(waiting: Iterator[Mail]) -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for mail in waiting:
            await client.sendmail(mail.sender, [mail.recipient], mail.message)
        await client.quit()

    async def all_of_them() -> None:
        waiting = iter(mails)
        await asyncio.gather(*(carry(waiting) for _ in range(connections)))

    return timed(len(mails), all_of_them)


class Separate(SQLModel):
    """Tables of this module belong to no installation."""

    metadata = MetaData()


class OutgoingMail(Separate, table=True):
    """One row a mail, as a tutorial would have it."""

    __tablename__ = "outgoing_mail"
    id: int | None = Field(default=None, primary_key=True)
    recipient: str = Field(index=True)
    status: str = Field(default="pending", index=True)
    error: str = ""
    sent_at: datetime | None = None


class Naive:
    """A row, a rendered template, an EmailMessage, `aiosmtplib.send` and a commit for every mail, several at once."""

    def __init__(self, folder: Path, mails: int, at_once: int) -> None:
        self._engine = durable_engine(folder / "naive.db")
        Separate.metadata.create_all(self._engine)
        text = notice()
        self._templates = Environment(
            loader=DictLoader({"notice.txt": text.text, "notice.html": text.html}),
            autoescape=select_autoescape(),
        )
        self._mails = mails
        self._at_once = at_once

    def to(self, port: int) -> Took:
        """Send to a relay; the rows are there before the time runs."""
        with Session(self._engine) as session:
            rows = [OutgoingMail(recipient=person(number).address) for number in range(self._mails)]
            session.add_all(rows)
            session.commit()
            numbered = list(enumerate(row.id for row in rows))

        async def all_of_them() -> None:
            waiting = iter(numbered)
            await asyncio.gather(*(self._carry(waiting, port) for _ in range(self._at_once)))

        return timed(self._mails, all_of_them)

    def close(self) -> None:
        self._engine.dispose()

    async def _carry(self, waiting: Iterator[tuple[int, int | None]], port: int) -> None:
        for number, row_id in waiting:
            with Session(self._engine) as session:
                row = session.get_one(OutgoingMail, row_id)
                message = self._message(row.recipient, person(number).values)
                await aiosmtplib.send(message, hostname="127.0.0.1", port=port, start_tls=False)
                row.status, row.sent_at = "sent", datetime.now(UTC)
                session.add(row)
                session.commit()

    def _message(self, recipient: str, values: Any) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((SENDER_NAME, SENDER))
        message["To"] = recipient
        message["Subject"] = SUBJECT
        message["Message-ID"] = make_msgid(domain="sender.example")
        message.set_content(self._templates.get_template("notice.txt").render(**values))
        message.add_alternative(self._templates.get_template("notice.html").render(**values), subtype="html")
        return message
