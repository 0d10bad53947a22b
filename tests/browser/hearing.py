"""The end of the story by mouse: what came back is seen, somebody who asks is answered, and it is closed."""

import asyncio
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect
from sqlmodel import Session, col, select

from incident.doors import incoming_rules_of
from incident.incoming_mail import look_at_incoming
from incident.retaining import look
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.lmtp import listening
from notifications.models import Delivery
from notifications.received import Incoming
from tests.browser.hands import Mouse
from tests.browser.opening import from_the_board, go_on, tab, work_off
from tests.browser.story import Story
from tests.browser.telling import PEOPLE
from tests.notifications.test_bounces import ANN, OURS, raw

DOOR = "notices@nimbus.example"
BOUNCED, ASKS = 3, 1  # people by number
QUESTION = "Which of my data was it? And is my password safe?"
ANSWER = "Your name and your e-mail address. Passwords were not in it."
WHY = "The record is kept in the register of breaches."


@dataclass(frozen=True)
class Door:
    """The door mails come in by, as a mail server hands them over, and who reads them."""

    story: Story

    def bounce(self, number: int) -> None:
        """What a mail server reports of the mail to somebody it does not know."""
        report = raw("postfix-failed").replace(OURS.encode(), self._mail_of(number).encode())
        self.come_in(report.replace(ANN.encode(), f"person{number}@example.net".encode()), "")

    def question(self, number: int, text: str) -> None:
        """Somebody answers the mail they got."""
        sender = f"person{number}@example.net"
        head = f"From: {sender}\nSubject: Re: Your data\nIn-Reply-To: {self._mail_of(number)}\n"
        self.come_in(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode(), sender)

    def write_reports(self) -> None:
        """What the worker does now and again."""
        parts = self.story.stage.installation
        assert look(parts.store, parts.keys, parts.clock.now()).troubles == ()

    def come_in(self, mail: bytes, sender: str) -> None:
        parts = self.story.stage.installation
        asyncio.run(self._hand_over(mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), sender))
        found = look_at_incoming(parts.store, parts.keys, incoming_rules_of(parts.settings), parts.clock.now())
        assert found.troubles == ()
        self.story.sweep()

    async def _hand_over(self, mail: bytes, sender: str) -> None:
        def hand_over(port: int) -> None:
            with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
                client.sendmail(sender, [DOOR], mail)

        async with listening("127.0.0.1", 0, (DOOR,), self._keep) as port:
            await asyncio.to_thread(hand_over, port)

    def _keep(self, mail: Incoming) -> None:
        parts = self.story.stage.installation

        def keep(session: Session) -> None:
            receive_mail(Act(session, parts.keys, system("mail"), parts.clock.now()), mail)

        parts.store.write(keep)

    def _mail_of(self, number: int) -> str:
        wanted = (col(Delivery.person) == f"person-{number:04d}", col(Delivery.release_id).is_not(None))
        with self.story.stage.installation.store.read() as session:
            return session.exec(select(Delivery.message_id).where(*wanted)).one()


def answer(mouse: Mouse, second: Mouse) -> None:
    """One opens the reply and writes, another finds it from the board, reads it and sends it."""
    page, other = mouse.page, second.page
    tab(mouse, "Notices")
    mouse.push(page.get_by_role("link", name="Replies", exact=True))
    mouse.push(page.get_by_role("link", name="Read it").first)
    mouse.push(page.get_by_role("button", name="Open it"))
    expect(page.get_by_text(QUESTION)).to_be_visible()
    mouse.write(page.locator("#free"), ANSWER)
    mouse.push(page.locator("form[action$=drafts] button"))
    expect(page.get_by_text("Waits for a second person", exact=True)).to_be_visible()
    from_the_board(second)
    tab(second, "Notices")
    second.push(other.get_by_role("link", name="Replies", exact=True))
    second.push(other.get_by_role("link", name="Read it").first)
    second.push(other.get_by_role("button", name="Read it, send it"))
    expect(other.get_by_text("Sent", exact=True)).to_be_visible()


def close_out(mouse: Mouse, write: Callable[[], None]) -> None:
    """The report of the release, asked for, written and read: the page brings it by itself."""
    page = mouse.page
    mouse.push(page.get_by_role("link", name="Read the close-out"))
    mouse.push(page.get_by_role("button", name="Close out as of now"))
    expect(page.get_by_role("heading", name="Being written")).to_be_visible()
    write()
    expect(page.get_by_text(f"{PEOPLE - 1} of {PEOPLE} told").first).to_be_visible()


def close(mouse: Mouse) -> None:
    """Recovery, the review, and closed with what is still open pinned and reasoned."""
    page = mouse.page
    go_on(mouse, "Go on to recovery", "Recovery")
    work_off(mouse, "Recovery")
    go_on(mouse, "Go on to post-incident review", "Post-incident review")
    tab(mouse, "Review")
    mouse.write(page.locator("#main textarea[name=text]"), "Policies of buckets are checked once an hour.")
    mouse.push(page.get_by_role("button", name="Save the review"))
    expect(page.locator("#toast-words")).to_contain_text("The review is saved.")
    mouse.write(page.locator("#pass-close"), WHY)
    mouse.push(page.locator("form:has(#pass-close) button"))
    expect(page.locator(".phases [aria-current=step]")).to_contain_text("Closed")
