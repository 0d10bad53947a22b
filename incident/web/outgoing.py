"""Texts as they go out: shown with an example of what is said to each person, and framed as a mail program would."""

from collections.abc import Mapping
from html import escape

from fastapi import Response

from incident.web.headers import PREVIEW_POLICY
from incident.web.views import EditionText, SegmentCount
from notifications.message import Rendered, Text
from notifications.placeholders import names_in, substitute, values_for

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt-BR": "Português (Brasil)",
}
# How a notice looks that brings no page of its own: the product that shows it, and the public page, dress it.
FRAGMENT = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<style>body{{font:16px/1.55 system-ui,sans-serif;color:#17191d;background:#fff;margin:24px}}"
    "h1{{font-size:22px}}h2{{font-size:17px;margin:22px 0 6px}}p,ul,ol{{margin:0 0 10px}}</style></head>"
    "<body>{}</body></html>"
)
EXAMPLE = {"name": "Alex Example", "customer": "Example Ltd"}


def shown(text: Text) -> Rendered:
    """A text with an example in each placeholder; one without example or fallback shows its name in brackets."""
    names = {name for part in (text.subject, text.text, text.html) for name in names_in(part)}
    own = {name: EXAMPLE.get(name) or text.fallbacks.get(name) or f"[{name}]" for name in names}
    values = {**own, **values_for(own | EXAMPLE, text.fallbacks, text.greeting, text.greeting_unnamed)}
    html = substitute(text.html, values, lambda value: escape(value, quote=True))
    return Rendered(substitute(text.subject, values), substitute(text.text, values), html)


def edition_texts(texts: Mapping[str, Text], base: str) -> tuple[EditionText, ...]:
    """Every language of a notice, English first; `base` is the address its previews lie under."""
    found = []
    for locale in sorted(texts, key=lambda name: (name != "en", name)):
        text, rendered = texts[locale], shown(texts[locale])
        href = f"{base}/texts/{locale}" if text.html else ""
        name = LANGUAGES.get(locale, locale)
        found.append(EditionText(locale, name, text.subject, text.text, rendered.subject, rendered.text, href))
    return tuple(found)


def segments(locales: Mapping[str, int]) -> tuple[SegmentCount, ...]:
    """How many get which language."""
    return tuple(SegmentCount(LANGUAGES.get(name, name), number) for name, number in sorted(locales.items()))


def preview(text: Text) -> Response:
    """The HTML of a text alone, for a sandboxed frame: its styles work, nothing else does."""
    html = shown(text).html
    if "<html" not in html:
        html = FRAGMENT.format(html)
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": PREVIEW_POLICY})
