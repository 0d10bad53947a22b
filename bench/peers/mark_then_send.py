"""A design of others: a row is marked and committed, then sent; what a crash left marked is not sent again.

So Healthchecks marks a status change as processed before its notifications go, and GoAlert sets a message to sending
and, when its deadline has passed without a result, to failed, without another try. `python mark_then_send.py FILE PORT
AT_ONCE` sends what is pending to a mail server on this machine and ends when nothing is.
"""

import asyncio
import sys
from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
import pysqlite3.dbapi2 as sqlite


class Queue:
    """One table, one state a row."""

    def __init__(self, file: str) -> None:
        self._database = sqlite.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("UPDATE message SET status = 'failed' WHERE status = 'sending'")

    def take(self) -> tuple[int, str] | None:
        self._database.execute("BEGIN IMMEDIATE")
        row = self._database.execute("SELECT id, recipient FROM message WHERE status = 'pending' LIMIT 1").fetchone()
        if row is not None:
            self._database.execute("UPDATE message SET status = 'sending' WHERE id = ?", row[:1])
        self._database.execute("COMMIT")
        return (int(row[0]), str(row[1])) if row else None

    def sent(self, number: int) -> None:
        self._database.execute("UPDATE message SET status = 'sent' WHERE id = ?", (number,))


async def carry(queue: Queue, port: int) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    while row := queue.take():
        await client.send_message(mail_to(row[1]))
        queue.sent(row[0])
    await client.quit()


def mail_to(recipient: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "notices@sender.example", recipient, "Your data"
    mail["Message-ID"] = make_msgid(domain="sender.example")
    mail.set_content("Your data was exposed.\n")
    return mail


async def main() -> None:
    queue = Queue(sys.argv[1])
    await asyncio.gather(*(carry(queue, int(sys.argv[2])) for _ in range(int(sys.argv[3]))))


if __name__ == "__main__":
    asyncio.run(main())
