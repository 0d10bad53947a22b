"""The public announcements as files: every page, feed and style, made alike for a request and for an export.

A page names the others relative to itself, so that the same bytes work below any address and from a folder.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from markupsafe import Markup, escape

from incident.notice_kinds import LOCALES
from incident.settings import Settings
from incident.web.conditional import Entity
from incident.web.pages import STATIC, Pages
from incident.web.public_views import announcement_view
from incident.web.public_words import Words, choose, known, words_of
from incident.web.times import iso, utc
from incident.web.views import SiteView, Tongue
from notifications.announcements import Announced
from notifications.branding import brand
from notifications.feeds import Entry, Feed, atom_feed, json_feed
from notifications.formats import Formats

BASE = "/announcements"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
FEEDS = {"feed.atom": "application/atom+xml", "feed.json": "application/feed+json"}
SUBSCRIBED = 50  # entries of a feed, the newest


class Site:
    """The public pages of an installation, of the announcements it is given, the newest first.

    `root` of a page leads from where it stands to the folder of the site: "" or "../". Equal settings, templates and
    announcements give equal bytes: no page says when it was made.
    """

    def __init__(self, pages: Pages, settings: Settings, announced: Sequence[Announced]) -> None:
        self._pages, self._settings, self._announced = pages, settings, announced
        self._base = settings.base_url + BASE
        self.usual = settings.notice_locales[0]
        self.style = _style(settings)
        self.style_name = f"announcements.{hashlib.sha256(self.style.content).hexdigest()[:12]}.css"

    @property
    def changed_at(self) -> datetime | None:
        """When anything was published, corrected or withdrawn last."""
        return max((found.announcement.updated_at for found in self._announced), default=None)

    def index(self, locale: str, root: str = "../") -> Entity:
        """The list of announcements, in one language."""
        words = self._words(locale)
        views = tuple(view for found in self._announced if (view := announcement_view(found, words, root)))
        site = self._site(locale, root, "index.html", LOCALES)
        return self._page("announcements.html", words, site, self.changed_at, items=views)

    def announcement(self, found: Announced, locale: str, root: str = "../", number: int = 0) -> Entity | None:
        """One announcement as it stands, or as a version said it; None where it has no such version."""
        words, row = self._words(locale), found.announcement
        view = announcement_view(found, words, root, number)
        if view is None:
            return None
        name = f"{row.public_id}.{number}.html" if number else f"{row.public_id}.html"
        tongues = [one for one in LOCALES if one in found.locales or one == locale]
        site = self._site(locale, root, name, tongues, is_lasting=not number or view.until is None)
        return self._page("announcement.html", words, site, row.updated_at, view=view)

    def nothing(self, locale: str, root: str) -> Entity:
        """What stands where there is no announcement."""
        site = self._site(locale, root, "index.html", LOCALES, is_lasting=False)
        return self._page("announcement_missing.html", self._words(locale), site, None)

    def language_of(self, found: Announced, wanted: Sequence[str] = ()) -> str:
        """In which language one announcement is shown: the most wanted it is written in, else the most wanted."""
        own = found.in_language(self.usual).current.locale
        return choose(wanted, found.locales, own if own in LOCALES else self.usual)

    def feed(self, locale: str, name: str) -> Entity:
        """The newest announcements as a feed: `name` is feed.atom or feed.json."""
        words = self._words(locale)
        entries = [self._entry(found, words) for found in self._announced[:SUBSCRIBED]]
        title = f"{self._settings.organisation}: {words.plain('title')}"
        home, atom, feed = (f"{self._base}/{locale}/{page}" for page in ("index.html", *FEEDS))
        document = Feed(title, self._settings.organisation, locale, home, atom, feed, entries)
        content = atom_feed(document) if name == "feed.atom" else json_feed(document)
        return Entity(content, FEEDS[name], self.changed_at, locale)

    def files(self) -> Iterator[tuple[str, Entity]]:
        """Every file of the site by its path, in an order that is always the same."""
        yield self.style_name, self.style
        yield "index.html", self.index(self.usual, "")
        for name in FEEDS:
            yield name, self.feed(self.usual, name)
        for locale in LOCALES:
            yield f"{locale}/index.html", self.index(locale)
            for name in FEEDS:
                yield f"{locale}/{name}", self.feed(locale, name)
        for found in self._announced:
            yield from self._files_of(found)

    def _files_of(self, found: Announced) -> Iterator[tuple[str, Entity]]:
        row = found.announcement
        numbers = [next(iter(texts.values())).number for texts in found.versions]
        wanted = [(f"{row.public_id}/index.html", self.announcement(found, self.language_of(found)))]
        for locale in LOCALES:
            wanted.append((f"{locale}/{row.public_id}.html", self.announcement(found, locale)))
            for number in numbers:
                page = self.announcement(found, locale, number=number)
                wanted.append((f"{locale}/{row.public_id}.{number}.html", page))
        yield from ((path, entity) for path, entity in wanted if entity is not None)

    def _words(self, locale: str) -> Words:
        return words_of(self._settings.template_folders, locale)

    def _site(self, locale: str, root: str, name: str, tongues: Sequence[str], *, is_lasting: bool = True) -> SiteView:
        own = name.partition(".")[0]
        return SiteView(
            organisation=self._settings.organisation,
            locale=locale,
            zone=self._settings.zone,
            root=root,
            style=f"{root}{self.style_name}",
            icon=icon_of(self._settings),
            logo=self._settings.logo,
            address=f"{self._base}/{locale}/{name}",
            lasting=self._base if own == "index" else f"{self._base}/{own}",
            tongues=tuple(
                Tongue(one, self._words(one).plain("name"), f"{root}{one}/{name}", f"{self._base}/{one}/{name}")
                for one in tongues
            ),
            is_lasting=is_lasting,
        )

    def _page(
        self, template: str, words: Words, site: SiteView, changed_at: datetime | None, **values: object
    ) -> Entity:
        formats = Formats(words.locale, site.zone)

        def at(moment: datetime) -> Markup:
            said = escape(f"{formats.clock(moment)} ({formats.zone_of(moment).rpartition(', ')[2]})")
            return Markup('<time datetime="{}" title="{}">{}</time>').format(iso(moment), utc(moment), said)

        html = self._pages.render(template, say=words, at=at, site=site, **values)
        return Entity(html.encode(), HTML, changed_at, words.locale)

    def _entry(self, found: Announced, words: Words) -> Entry:
        row, current = found.announcement, found.in_language(words.locale).current
        words = self._words(known(current.locale) or words.locale)
        note = _note(found, words)
        title = f"{words.plain('withdrawn')}: {current.title}" if row.withdrawn_at else current.title
        html, text = f"<p><strong>{escape(note)}</strong></p>" if note else "", f"{note}\n\n" if note else ""
        if row.withdrawn_at is None:
            html, text = html + current.body_html, text + current.body_text
        return Entry(
            id=uuid5(NAMESPACE_URL, f"announcement:{row.public_id}").urn,
            address=f"{self._base}/{row.public_id}",
            title=title,
            summary=note or words.plain("first"),
            html=html,
            text=text,
            locale=current.locale,
            published_at=row.published_at,
            updated_at=row.updated_at,
        )


def _note(found: Announced, words: Words) -> str:
    """What a subscriber is told beside the text: that it was withdrawn or corrected, and why."""
    row, current = found.announcement, found.in_language(words.locale).current
    if row.withdrawn_at is not None:
        return f"{words.plain('withdrawn')}: {row.reason}"
    return f"{words.plain('version', number=current.number)}: {current.correction}" if current.correction else ""


def _style(settings: Settings) -> Entity:
    """The one style sheet: ours, with the organisation's colour made legible on both grounds."""
    colours = brand(settings.brand_colour)
    own = (
        f":root {{ --accent: light-dark({colours.accent}, {colours.dark_accent}); "
        f"--link: light-dark({colours.link}, {colours.dark_link}); }}\n"
    )
    return Entity((STATIC / "announcements.css").read_bytes() + own.encode(), CSS)


def icon_of(settings: Settings) -> str:
    """The organisation's first letter on its colour, as a picture that needs no file."""
    letter, colour = escape(settings.organisation[:1].upper()), brand(settings.brand_colour).link
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" '
        f'fill="{colour}"/><text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" '
        f'text-anchor="middle" fill="#fff">{letter}</text></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
