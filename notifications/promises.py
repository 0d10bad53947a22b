"""The next update a text promises: its moment has to lie ahead when the text goes out."""

from datetime import datetime

from notifications.contradictions import Stated, days_in
from notifications.findings import Finding, Level, Rule
from notifications.formats import Formats
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded


def check_promise(text: Text, stated: Stated, formats: Formats) -> list[Finding]:
    """A text that promises the next update for a moment that is past: an error."""
    promised = stated.promised
    if promised is None or promised > stated.now or not is_promised(text, stated, formats):
        return []
    day = formats.day(promised)
    line = line_at(text.text, text.text.find(day)) if day in text.text else 0
    message = worded("the next update is promised for {moment}, which is past", moment=formats.moment(promised))
    mend = worded("Write it again from the facts with a later moment, or take the promise out")
    field = worded("next update")
    return [Finding(Level.ERROR, Rule.PAST_PROMISE, field, message, mend, locale=formats.locale, line=line)]


def is_promised(text: Text, stated: Stated, formats: Formats) -> bool:
    """Whether a text names the promised moment: as it is printed, or by a day that stands for nothing else."""
    promised = stated.promised
    if promised is None:
        return False
    if formats.clock(promised) in " ".join(text.text.split()):
        return True
    day = formats.local_day(promised)
    others = {formats.local_day(moment) for moment in stated.moments if moment != promised}
    return day not in others and not stated.is_written_on(day, formats) and day in days_in(text.text, formats)


def is_over(promised: datetime | None, now: datetime) -> bool:
    """Whether a promised moment, if there is one, has come."""
    return promised is not None and promised <= now
