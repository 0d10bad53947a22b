"""From an announcement's rows to what its public page shows in one language."""

from collections.abc import Mapping

from incident.web.public_words import Words
from incident.web.views import AnnouncementView, VersionLine
from notifications.announcements import Announced
from notifications.blocks import read_blocks
from notifications.differences import Line, differences
from notifications.message import choose_locale
from notifications.models import AnnouncementVersion

SUMMARY = 220


def announcement_view(found: Announced, words: Words, root: str, number: int = 0) -> AnnouncementView | None:
    """One announcement as a version says it (0: the one that stands); None where it has no such version."""
    row, page = found.announcement, found.in_language(words.locale)
    numbers = [version.number for version in page.versions]
    if number and number not in numbers:
        return None
    at = numbers.index(number) if number else 0
    shown = page.versions[at]
    blocks = read_blocks(shown.body_text)
    folder = f"{root}{words.locale}/{row.public_id}"
    return AnnouncementView(
        href=f"{folder}.html",
        title=shown.title,
        locale=shown.locale,
        blocks=blocks,
        number=shown.number,
        published_at=row.published_at,
        updated_at=shown.published_at,
        versions=tuple(
            VersionLine(one.number, one.published_at, f"{folder}.{one.number}.html", one.correction, differs)
            for one, differs in zip(page.versions, _differences(found, words.locale), strict=True)
        ),
        fallback=words.language(shown.locale) if shown.locale != words.locale else "",
        correction=shown.correction,
        until=page.versions[at - 1].published_at if at else None,
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
        summary=in_short(next((block.text for block in blocks if block.kind == "paragraph"), "")),
    )


def in_short(text: str) -> str:
    """The first sentences of a paragraph that fit, else its first words."""
    if len(text) <= SUMMARY:
        return text
    sentences, stop, _ = text[:SUMMARY].rpartition(". ")
    return sentences + stop.strip() if sentences else f"{text[:SUMMARY].rsplit(' ', 1)[0]} …"


def _differences(found: Announced, locale: str) -> tuple[tuple[Line, ...], ...]:
    """What each version changed; nothing where the one before it was in another language, and for the first."""
    pairs = zip(found.versions, (*found.versions[1:], None), strict=True)
    return tuple(_changed(later, earlier, locale) if earlier else () for later, earlier in pairs)


def _changed(
    later: Mapping[str, AnnouncementVersion], earlier: Mapping[str, AnnouncementVersion], locale: str
) -> tuple[Line, ...]:
    shown = choose_locale(locale, later)
    if shown not in earlier:
        return ()
    old, new = ((texts[shown].title, texts[shown].body_text) for texts in (earlier, later))
    lines = differences("\n".join(old), "\n".join(new))
    return tuple(line for line in lines if line.changed)
