"""What came of trying a relay, on the record; and a test mail to whoever asks for one, through the ledger."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from incident.errors import Refused, TooMany
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.people import UserAccount
from incident.outreach import InternalMessage
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from notifications.ids import new_id
from notifications.models import Outgoing
from notifications.relay_trials import RelayTrial
from notifications.smtp import Relay
from notifications.wording import worded

TESTED = "relay.tested"
MAIL_ASKED = "relay.mail_asked"
BEGINS = "relay-test:"
A_MINUTE = 6  # trials of all relays together
AN_HOUR = 12  # test mails one person may ask for


def begin_trial(act: Act, relay: Relay) -> None:
    """Whether a relay may be tried now. Raises Forbidden, and TooMany for more than 6 trials within a minute."""
    act.require(Action.ADMINISTER)
    lately = (
        col(EntryHeader.subject) == ADMINISTRATION,
        col(EntryHeader.action) == TESTED,
        col(EntryHeader.at) > act.now - timedelta(minutes=1),
    )
    if act.session.exec(select(func.count()).select_from(EntryHeader).where(*lately)).one() >= A_MINUTE:
        text = worded(
            "{number} trials within a minute are enough: {relay} may shut us out.",
            number=A_MINUTE,
            relay=place_of(relay),
        )
        raise TooMany(text, timedelta(minutes=1))


def record_trial(act: Act, relay: Relay, trial: RelayTrial) -> None:
    """Write down what was seen of a relay; no answer to a sign-in, which may repeat a name. Raises Forbidden."""
    act.require(Action.ADMINISTER)
    failed = next((step for step in trial.steps if not step.good), None)
    verdict = f"it failed to {failed.name.replace('_', ' ')}" if failed else "it takes mail"
    body = {"text": f"Relay {place_of(relay)} tried: {verdict}.", "relay": place_of(relay), "good": trial.good}
    record(act, ADMINISTRATION, TESTED, body)


def send_test_mail(act: Act, organisation: str, domain: str) -> None:
    """Put a test mail to the actor's own registered address into the ledger; `domain` stands in its Message-ID.

    Nobody can be chosen. Raises Forbidden, and Refused for a program and for more than 12 within an hour.
    """
    act.require(Action.ADMINISTER)
    account = act.session.get(UserAccount, act.actor.id)
    if account is None:
        raise Refused(worded("A test mail goes to a person of the console, and this is none."))
    begin = f"{BEGINS}{account.id.hex}:"
    lately = (
        col(Outgoing.occasion).startswith(begin, autoescape=True),
        col(Outgoing.created_at) > act.now - timedelta(hours=1),
    )
    if act.session.exec(select(func.count()).select_from(Outgoing).where(*lately)).one() >= AN_HOUR:
        raise Refused(worded("{number} test mails within an hour are enough.", number=AN_HOUR))
    text = (
        f"{account.name} asked for this mail on the page of relays, to see that mail of {organisation} arrives.\n\n"
        "It says nothing of any incident, and nothing needs to be done."
    )
    message = InternalMessage(f"{begin}{new_id().hex}", frozenset(), f"[Test] {organisation}: mail arrives", text)
    put_under(act, ADMINISTRATION, message, [account], domain)
    said = f"A test mail to {account.name}, who asked for it, is on its way."
    record(act, ADMINISTRATION, MAIL_ASKED, {"text": said, "occasion": message.occasion})


def place_of(relay: Relay) -> str:
    """How a relay is named on record: host and port."""
    return f"{relay.host}:{relay.port}"
