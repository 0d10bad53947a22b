"""A form that a law fixes: title and headings word for word, and their order, whatever language the text is in."""

from collections.abc import Iterator

from notifications.contents import ContentsList
from notifications.findings import Finding, Level, Rule
from notifications.message import Text
from notifications.passages import Passage, passages, title_of
from notifications.wording import worded


def check_fixed_form(text: Text, required: ContentsList, locale: str) -> list[Finding]:
    """Where a text departs from the fixed words. What is missing altogether is a matter of its contents."""
    law = f"{required.law} {required.title_article}".strip()
    parts = [part for part in passages(text.text) if part.heading]
    findings = [*_title(text, required), *_headings(parts, required), *_order(parts, required)]
    return [
        Finding(Level.ERROR, rule, field, message, mend, law, locale, line=line)
        for rule, field, message, mend, line in findings
    ]


Fault = tuple[Rule, str, str, str, int]


def _title(text: Text, required: ContentsList) -> Iterator[Fault]:
    title, line = title_of(text.text)
    if required.title and title != required.title:
        said = worded("the title is “{title}”; the law fixes it", title=title)
        mend = worded("Write “{words}”, word for word", words=required.title)
        yield (
            Rule.FIXED_TITLE,
            worded("title"),
            said if title else worded("the title is missing; the law fixes it"),
            mend,
            line,
        )


def _headings(parts: list[Passage], required: ContentsList) -> Iterator[Fault]:
    exact = {words.casefold(): words for words in required.fixed.values()}
    for part in parts:
        words = exact.get(part.heading.casefold())
        if words is not None and part.heading != words:
            message = worded("the heading “{heading}” is not in the words of the law", heading=part.heading)
            mend = worded("Write “{words}”, word for word", words=words)
            yield Rule.FIXED_HEADING, part.heading, message, mend, part.line


def _order(parts: list[Passage], required: ContentsList) -> Iterator[Fault]:
    """Fixed headings in their order with nothing between; what is added stands below the last."""
    if not required.ordered:
        return
    order = [words.casefold() for words in required.fixed.values()]
    fixed = " / ".join(required.fixed.values())
    mend = worded("In this order: {headings}; what is added stands below them", headings=fixed)
    headings = {part.heading.casefold() for part in parts}
    whole = headings >= set(order)
    reached = -1
    for index, part in enumerate(parts):
        heading = part.heading.casefold()
        later = any(after.heading.casefold() in order for after in parts[index + 1 :])
        if heading in order and order.index(heading) < reached:
            message = worded("the heading “{heading}” stands too late", heading=part.heading)
        elif heading not in order and later and whole:
            message = worded("the heading “{heading}” stands among those the law fixes", heading=part.heading)
        else:
            reached = max(reached, order.index(heading)) if heading in order else reached
            continue
        yield Rule.FIXED_ORDER, part.heading, message, mend, part.line
