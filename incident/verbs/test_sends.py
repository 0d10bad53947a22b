"""A test of a text to whoever asks for it: the mail as it would go out, to their own registered address alone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.errors import Refused
from incident.models.entries import incident_subject
from incident.models.people import UserAccount
from incident.outreach import InternalMessage, Page
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import put_out
from notifications.ids import new_id
from notifications.message import Rendered
from notifications.models import Outgoing
from notifications.wording import worded

PREFIX = "[Test] "
AN_HOUR = 12  # tests one person may ask for


@dataclass(frozen=True, slots=True)
class TestMail:
    """A text filled with an invented reader's values. `about` says which, such as "Notice to people, version 3"."""

    incident_id: UUID
    about: str
    rendered: Rendered
    locale: str
    logo: str = ""

    __test__ = False  # no test of ours


def send_test(act: Act, mail: TestMail, domain: str) -> str:
    """Put the test into the ledger and return its occasion. `domain` stands in the Message-ID.

    It goes to the address the actor is registered under; nobody can be chosen. Raises Forbidden and NotFound by
    permission, Refused for a program, and for more than 12 within an hour.
    """
    act.require(Action.WRITE_NOTICE, mail.incident_id)
    account = act.session.get(UserAccount, act.actor.id)
    if account is None:
        raise Refused(worded("A test goes to a person of the console, and this is none."))
    begin = f"test:{account.id.hex}:"
    if _lately(act, begin) >= AN_HOUR:
        raise Refused(
            worded("{an_hour} tests within an hour are enough: wait, or look at the preview.", an_hour=AN_HOUR)
        )
    occasion = f"{begin}{new_id().hex}"
    page = Page(mail.rendered.html, mail.locale, mail.logo)
    message = InternalMessage(occasion, frozenset(), PREFIX + mail.rendered.subject, mail.rendered.text, page)
    put_out(act, mail.incident_id, message, [account], domain)
    text = f"A test of {mail.about} in {mail.locale} went to whoever asked for it, with an invented reader's values."
    record(act, incident_subject(mail.incident_id), "notice.tested", {"text": text, "occasion": occasion})
    return occasion


def _lately(act: Act, begin: str) -> int:
    """How many tests this person asked for within the last hour."""
    mine = col(Outgoing.occasion).startswith(begin, autoescape=True)
    since = col(Outgoing.created_at) > act.now - timedelta(hours=1)
    return act.session.exec(select(func.count()).select_from(Outgoing).where(mine, since)).one()
