"""Monitors that should be heard of: how often, the page when one is silent, its end when it is heard of again."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.intake import Source
from incident.models.paging import PageKind, SourceWatch
from incident.queries.silence import has_changed, quiet_since
from incident.queries.teams import default_team
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.page_answers import close_page, held
from incident.verbs.page_events import Roads
from incident.verbs.pages import NewPage, begin_page
from notifications.wording import worded

LONGEST = 7 * 24 * 60  # minutes
AWAY = timedelta(minutes=5)  # longer without a look of ours: it was we who heard nothing


def watch_source(act: Act, slug: str, minutes: int) -> None:
    """Expect something of a monitor every so many minutes; 0 expects nothing any more. Raises Invalid and NotFound."""
    act.require(Action.ADMINISTER)
    if not 0 <= minutes <= LONGEST:
        raise Invalid(
            Fault(
                "minutes",
                worded("are 1 to {longest}, or 0 for none", longest=LONGEST),
                worded("three times the monitor's own interval"),
            )
        )
    source = act.session.exec(select(Source).where(col(Source.slug) == slug)).first()
    if source is None:
        raise NotFound(worded("There is no such source."))
    watch = act.session.get(SourceWatch, source.id, with_for_update=True)
    if watch is not None and (watch.silent_since is not None or not minutes):
        _end(act, watch, "expected otherwise from now on")
    if minutes:
        watch = watch or SourceWatch(source_id=source.id, minutes=minutes, since=act.now)
        watch.minutes, watch.since = minutes, act.now
        act.session.add(watch)
    elif watch is not None:
        act.session.delete(watch)
    act.session.flush()
    said = f"every {minutes} minutes" if minutes else "at no particular time"
    text = f"Source {slug} is expected to say something {said}."
    record(act, ADMINISTRATION, "source.watched", {"text": text, "about": str(source.id)})


def look_at_watch(act: Act, source_id: UUID, roads: Roads) -> bool:
    """Page, once, for a monitor that is silent; end that when it is heard of again. False where nothing has changed."""
    act.require(Action.ON_CALL)
    watch = act.session.get(SourceWatch, source_id, with_for_update=True)
    if watch is None:
        return False
    source = act.session.get_one(Source, source_id)
    if not has_changed(act.session, watch, source, act.now):
        return False
    if watch.silent_since is not None:
        _end(act, watch, "heard of again" if source.enabled else "it was disabled")
        return True
    watch.silent_since = quiet_since(act.session, watch)
    new = NewPage(PageKind.SILENCE, source.slug, "high", default_team(act.session), source_id=source_id)
    watch.page_id = begin_page(act, new, roads).id
    act.session.add(watch)
    return True


def count_silence_from_now(act: Act) -> None:
    """We were away, or the clock was set: what was not heard meanwhile says nothing of the monitors."""
    act.require(Action.ON_CALL)
    act.session.execute(update(SourceWatch).where(col(SourceWatch.silent_since).is_(None)).values(since=act.now))


def _end(act: Act, watch: SourceWatch, because: str) -> None:
    page_id, watch.silent_since, watch.page_id = watch.page_id, None, None
    act.session.add(watch)
    act.session.flush()
    if page_id is not None and (page := held(act, page_id)).ended_at is None:
        close_page(act, page, because)
