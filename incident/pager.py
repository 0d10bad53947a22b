"""The look at pages: silent monitors paged for, steps that have come sent, pages over with what they were about."""

from functools import partial
from uuid import UUID

from incident.looks import Look
from incident.queries.health import SWEEP
from incident.queries.pages import pages_to_carry
from incident.queries.silence import changed_watches
from incident.verbs.page_events import Roads
from incident.verbs.pages import carry_on
from incident.verbs.silence import AWAY, count_silence_from_now, look_at_watch
from notifications.models import Heartbeat


def look_at_pages(look: Look, roads: Roads) -> int:
    """Carry on what is due; returns how many pages and monitors something was done about.

    A long time without a look is ours: silence is counted anew then.
    """
    with look.store.read() as session:
        last = session.get(Heartbeat, SWEEP)
    if last is None or look.now - last.at > AWAY:
        look.attempt("silence", partial(look.write, count_silence_from_now), "counted anew")
    changed = look.read(partial(changed_watches, now=look.now))
    done = sum(_attempt(look, f"source {one}", partial(_watch, look, one, roads)) for one in changed)
    due = look.read(partial(pages_to_carry, now=look.now))
    return done + sum(_attempt(look, f"page {one}", partial(_carry, look, one, roads)) for one in due)


def _attempt(look: Look, what: str, work: partial[int]) -> int:
    return look.attempt(what, work, "carried on") or 0


def _watch(look: Look, source_id: UUID, roads: Roads) -> int:
    return int(look.write(lambda act: look_at_watch(act, source_id, roads)))


def _carry(look: Look, page_id: UUID, roads: Roads) -> int:
    return look.write(lambda act: carry_on(act, page_id, roads))
