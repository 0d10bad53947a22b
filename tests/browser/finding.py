"""Reports by mail, for pictures: a conversation with a finder closed and open, one that was gathered, one set aside."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

from playwright.sync_api import Page
from sqlmodel import Session, col, select

from incident.doors import mail_reception_of
from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.models.finders import FinderThread
from incident.models.incidents import Incident
from incident.organisation import reception_of
from incident.reply_rules import ReplyRules
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.received import Incoming
from tests.browser.story import Story
from tests.dkim_keys import NameServer, SigningDomain
from tests.incident.reporting import written

Looked = tuple[str, str, str, Callable[[Page], None] | None]
SECURITY = "security@nimbus.example"
FINDER = SigningDomain("finder.example")
SAID = (
    "Your export bucket can be read by everybody. I opened one file, export-2026-11-21.csv, to see what it is, and "
    "closed it again. I copied nothing and told nobody.\n\nRegards,\nAnn"
)


def pages(story: Story) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first."""
    first = written(SAID, subject="Your export bucket is open to everybody")
    first.add_attachment(b"bucket,objects\nexport,812\n", "text", "csv", filename="listing.csv")
    _come_in(story, FINDER.sign(_dated(first, 1)))
    thread = _newest(story)
    path = f"/finder-threads/{thread.id}"
    home = f"/incidents/{_codename(story, thread)}"
    story.sent("mara", f"{path}/mails", text="Thank you, Ann. The bucket is closed. Have you deleted the file?")
    again = written("Yes, it is deleted, and so is my shell history.", subject=f"Re: [{thread.reference}]")
    _come_in(story, _dated(again, 2))
    story.sent("mara", f"{path}/statements", question="copied", answer="nothing", note="“I copied nothing.”")
    story.sent("mara", f"{path}/statements", question="recipients", answer="finder")
    story.sent("mara", f"{path}/statements", question="deletion", answer="confirmed", note="“Yes, it is deleted.”")
    story.save({"datasets": [{"id": "exports", "title": "Exports", "people": {"count": 812}}]})
    _come_in(story, _dated(written("Hello?", sender="eve@spam.example"), 3), an_hour=1)
    gathered = _newest(story)
    _come_in(story, _dated(written("I am away.", sender="bob@else.example", Auto_Submitted="auto-replied"), 4))
    return [
        ("finders", f"{home}/finders", "mara", _address_shown),
        ("finder-closed", path, "mara", None),
        ("finder-open", path, "mara", _opened),
        ("finder-gathered", f"/finder-threads/{gathered.id}", "mara", _opened),
        ("finder-overview", home, "mara", None),
        ("finder-timeline", f"{home}/timeline", "mara", None),
        ("incoming-aside", "/incoming", "mara", None),
    ]


def _dated(mail: EmailMessage, number: int) -> bytes:
    mail["Message-ID"] = f"<m{number}@finder.example>"
    return mail.as_bytes()


def _come_in(story: Story, raw: bytes, an_hour: int = 20) -> None:
    """A mail to the security address, settled."""
    parts = story.stage.installation

    def keep(session: Session) -> None:
        receive_mail(
            Act(session, parts.keys, system("pictures"), parts.clock.now()),
            Incoming(raw, "lmtp", SECURITY, "a@b.example"),
        )

    story.after(7)
    parts.store.write(keep)
    found = mail_reception_of(parts.settings, reception_of(parts.settings))
    assert found is not None
    mail = replace(found, look_up=NameServer.of(FINDER), rules=replace(found.rules, an_hour=an_hour))
    rules = IncomingRules(frozenset(), replies=ReplyRules(), mail=mail)
    assert look_at_incoming(parts.store, parts.keys, rules, parts.clock.now()).troubles == ()
    with parts.store.read() as session:
        newest = session.exec(select(Incident).order_by(col(Incident.opened_at).desc())).first()
    story.stage.incident = story.stage.incident or newest


def _newest(story: Story) -> FinderThread:
    with story.stage.installation.store.read() as session:
        found = session.exec(select(FinderThread).order_by(col(FinderThread.opened_at).desc())).first()
    assert found is not None
    return found


def _codename(story: Story, thread: FinderThread) -> str:
    with story.stage.installation.store.read() as session:
        return session.get_one(Incident, thread.incident_id).codename


def _opened(page: Page) -> None:
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector("text=As received")


def _address_shown(page: Page) -> None:
    page.get_by_role("button", name="Show the address").click()
    page.wait_for_selector("text=End it and make another")
