"""What a provider proved to have said of our mails is kept, each event once; what nobody understands is set aside."""

from collections.abc import Sequence

from sqlmodel import col, update

from incident.roles import Action
from incident.verbs.act import Act
from notifications.heard import Heard
from notifications.incoming import MailState, ReceivedMail
from notifications.received import Incoming, keep_mail, keep_news


def receive_news(act: Act, provider: str, heard: Sequence[Heard]) -> int:
    """Keep these events for the worker to carry to their rows; returns how many had not been kept before."""
    act.require(Action.REPORT)
    kept = [keep_news(act.session, act.keys, one, provider, act.now) for one in heard]
    return sum(identity is not None for identity in kept)


def set_aside(act: Act, provider: str, body: bytes, trouble: str) -> None:
    """Keep a genuine request that cannot be read, for a person, with the reason. The same bytes again are counted."""
    act.require(Action.REPORT)
    kept = keep_mail(act.session, act.keys, Incoming(body, provider), act.now)
    aside = update(ReceivedMail).where(col(ReceivedMail.id) == kept.id, col(ReceivedMail.state) == MailState.OPEN)
    act.session.exec(aside.values(state=MailState.QUARANTINED, trouble=trouble[:500], read_at=act.now))
