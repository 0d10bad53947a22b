"""People write back, for pictures: replies of every class, a bank with versions, answers sent and waiting, support."""

from collections.abc import Callable

from playwright.sync_api import Page
from sqlmodel import Session, col, select

from incident.incoming_mail import IncomingRules, look_at_incoming
from incident.models.incidents import Severity
from incident.models.replies import AnswerVersion, Reply
from incident.reply_rules import ReplyRules
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.received_mail import receive_mail
from notifications.models import Delivery
from notifications.received import Incoming
from tests.browser.story import Story, into_investigation

Looked = tuple[str, str, str, Callable[[Page], None] | None]
LONG = f"Sehr geehrte Damen und Herren, {'Rechtsschutzversicherungsgesellschaften ' * 6} zahlen meinen Anwalt."
WRITTEN = (
    ("person-0001", "Which of my data was it? And is my password safe?", ()),
    ("person-0002", LONG, ()),
    ("person-0004", "Thanks, got it.", ()),
    ("person-0005", "She has left the company.", ("Auto-Submitted: auto-replied",)),
    ("person-0006", "I am out of the office until Monday.", ("Auto-Submitted: auto-replied",)),
    ("person-0008", "My account number is 4711.", ()),
    ("stranger", "Why do you have my address?", ()),
)
KEYS = (("yes", "Yes, your data are affected."), ("no", "No."), ("unknown", "We do not know that yet. We will write."))


def pages(story: Story) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first."""
    story.report("mara", "Laptop left on a train", "other", Severity.LOW)
    empty = f"{story.stage.path}/replies"
    into_investigation(story)
    path = story.stage.path
    story.approve(story.ask(story.notice("people")))
    story.post()
    answer = _draft(story, "which-data", "Which of my data was it?", "Your name and your e-mail address.", path)
    _approve(story)
    _draft(story, "which-data", "Which of my data was it?", "Your name and e-mail address, no password.", path)
    for key, said in KEYS:
        _draft(story, f"support-{key}", "Am I affected?", said, "")
        _approve(story)
    replies = {person: _come_in(story, person, text, headers) for person, text, headers in WRITTEN}
    question = replies["person-0001"]
    story.sweep()
    story.sent("lea", f"{replies['person-0008']}/drafts", text="We will look and write again.", locale="en")
    return [
        ("replies-empty", empty, "mara", None),
        ("replies", f"{path}/replies", "mara", None),
        ("replies-of-a-class", f"{path}/replies?kind=complaint", "mara", None),
        ("replies-none-of-a-class", f"{path}/replies?kind=question&open=true&after={question[9:]}", "mara", None),
        ("replies-strays", "/replies", "mara", None),
        ("reply-closed", question, "mara", None),
        ("reply-open", question, "mara", _opened),
        ("reply-preview", question, "mara", _previewed),
        ("reply-unfolded", replies["person-0002"], "mara", _unfolded),
        ("reply-left", replies["person-0005"], "mara", None),
        ("reply-automatic", replies["person-0006"], "mara", _opened),
        ("reply-waiting", replies["person-0008"], "mara", None),
        ("reply-stray", replies["stranger"], "mara", None),
        ("answers", "/answers", "mara", None),
        ("answers-of-incident", f"{path}/answers", "mara", None),
        ("answers-decider", f"{path}/answers", "ines", None),
        ("answer", answer, "ines", None),
        ("answer-own", answer, "mara", None),
        ("support", "/support", "mara", None),
        ("support-answered", "/support", "mara", _asked),
        ("lookups", "/support/lookups", "lea", None),
    ]


def _draft(story: Story, key: str, question: str, text: str, path: str) -> str:
    said = {"locale": ["en", "de"], "text": [f"{text} Write to {{{{ contact_email }}}}.", f"Auf Deutsch: {text}"]}
    return story.sent("mara", "/answers", key=key, question=question, incident=path.rpartition("/")[2], **said)


def _approve(story: Story) -> None:
    """Ines approves the newest version."""
    with story.stage.installation.store.read() as session:
        version = session.exec(select(AnswerVersion).order_by(col(AnswerVersion.id).desc())).first()
    assert version is not None
    story.sent("ines", f"/answer-versions/{version.id}/approvals", digest=version.digest, reason="Read.")


def _come_in(story: Story, person: str, text: str, headers: tuple[str, ...]) -> str:
    """A mail that answers the one this person got, sorted; the address of its page."""
    parts = story.stage.installation
    with parts.store.read() as session:
        mine = (col(Delivery.person) == person, col(Delivery.release_id).is_not(None))
        answered = session.exec(select(Delivery.message_id).where(*mine)).first()
    head = [f"From: {person}@stranger.example", "Subject: Re: Your data", *headers]
    head += [f"In-Reply-To: {answered}"] if answered else []
    raw = "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode()

    def keep(session: Session) -> None:
        mail = Incoming(raw, "lmtp", "notices@nimbus.example", f"{person}@stranger.example")
        receive_mail(Act(session, parts.keys, system("pictures"), parts.clock.now()), mail)

    story.after(2)
    parts.store.write(keep)
    rules = IncomingRules(frozenset(), replies=ReplyRules())
    assert look_at_incoming(parts.store, parts.keys, rules, parts.clock.now()).troubles == ()
    with parts.store.read() as session:
        newest = session.exec(select(Reply.id).order_by(col(Reply.received_at).desc())).first()
    return f"/replies/{newest}"


def _opened(page: Page) -> None:
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector("text=Show as received")


def _previewed(page: Page) -> None:
    _opened(page)
    page.get_by_role("button", name="Show what would be sent").click()
    page.wait_for_selector("text=What would be sent")


def _unfolded(page: Page) -> None:
    _opened(page)
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")


def _asked(page: Page) -> None:
    page.select_option("#asked", "person")
    page.fill("#value", "person-0001")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("text=Affected")
