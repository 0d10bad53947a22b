"""A design of others: subscribers are fetched in batches behind a cursor, which is moved when they are fetched.

So listmonk keeps where a campaign is (issue 3022 of its repository); its batch has 1,000 by default, this one 50. What
was fetched waits in memory for senders. `python moved_cursor.py FILE PORT AT_ONCE` goes on behind the cursor and says
that the campaign is finished when nobody is behind it.
"""

import asyncio
import sys
from collections import deque
from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
import pysqlite3.dbapi2 as sqlite

BATCH = 50


class Campaign:
    """A list and how far it is."""

    def __init__(self, file: str) -> None:
        self._database = sqlite.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._waiting: deque[str] = deque()

    def take(self) -> str | None:
        if not self._waiting:
            self._fetch()
        return self._waiting.popleft() if self._waiting else None

    def _fetch(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        behind = "SELECT id, recipient FROM message WHERE id > (SELECT at FROM cursor) ORDER BY id LIMIT ?"
        rows = self._database.execute(behind, (BATCH,)).fetchall()
        if rows:
            self._database.execute("UPDATE cursor SET at = ?", (rows[-1][0],))
        else:
            self._database.execute("UPDATE cursor SET status = 'finished'")
        self._database.execute("COMMIT")
        self._waiting.extend(row[1] for row in rows)


async def carry(campaign: Campaign, port: int) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    while recipient := campaign.take():
        await client.send_message(mail_to(recipient))
    await client.quit()


def mail_to(recipient: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "notices@sender.example", recipient, "Your data"
    mail["Message-ID"] = make_msgid(domain="sender.example")
    mail.set_content("Your data was exposed.\n")
    return mail


async def main() -> None:
    campaign = Campaign(sys.argv[1])
    await asyncio.gather(*(carry(campaign, int(sys.argv[2])) for _ in range(int(sys.argv[3]))))


if __name__ == "__main__":
    asyncio.run(main())
