"""The line of the timeline that counts what was heard of a release's mails: at once, then once an hour at most."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.heard import News
from notifications.incoming import DeliveryNews, NewsState
from notifications.models import Channel, Delivery, DeliveryState, Edition, Release

SPEAKER = "news"
PAUSE = timedelta(hours=1)
WORDS = {
    News.BOUNCED: "bounced",
    News.SUPPRESSED: "suppressed by the provider",
    News.DELIVERED: "delivered",
    News.COMPLAINT: "reported as unwanted",
}
LOST = (DeliveryState.BOUNCED, DeliveryState.REJECTED)


def tell_news(act: Act, release_id: UUID) -> int:
    """Write one line that counts what was heard since the last; returns how many pieces it counts, 0 within an hour.

    Doing it again changes nothing. A step of the sweep.
    """
    act = act.by(system(SPEAKER))
    release = act.session.get(Release, release_id, with_for_update=True)
    mine = (col(DeliveryNews.release_id) == release_id, col(DeliveryNews.state) == NewsState.APPLIED)
    last = act.session.exec(select(func.max(DeliveryNews.told_at)).where(*mine)).one()
    if release is None or (last is not None and act.now < last + PAUSE):
        return 0
    edition = act.session.get_one(Edition, release.edition_id)
    notice = act.session.get_one(Notice, edition.notice_id)
    act.require(Action.REPORT, notice.incident_id)
    untold = (*mine, col(DeliveryNews.told_at).is_(None))
    telling = update(DeliveryNews).where(*untold).values(told_at=act.now).returning(col(DeliveryNews.news))
    heard = Counter(act.session.execute(telling).scalars())
    if not heard:
        return 0
    said = ", ".join(f"{heard[news]:,} {word}" for news, word in WORDS.items() if heard[news])
    lost, total = lost_of(act, release_id)
    text = (
        f"Heard of the notice ({notice.kind.replace('_', '-')}): {said}. {lost:,} of {total:,} mails have not arrived."
    )
    body = {"text": text, "release": str(release_id), "news": dict(heard), "lost": lost, "of": total}
    record(act, incident_subject(notice.incident_id), "release.heard", body)
    return sum(heard.values())


def lost_of(act: Act, release_id: UUID) -> tuple[int, int]:
    """How many mails of a release bounced or were rejected, and how many rows it has."""
    mine = (col(Delivery.release_id) == release_id, col(Delivery.channel) == Channel.EMAIL)
    counted = select(col(Delivery.state), func.count()).where(*mine).group_by(col(Delivery.state))
    states = {state: int(number) for state, number in act.session.exec(counted).all()}
    return sum(states.get(state, 0) for state in LOST), sum(states.values())
