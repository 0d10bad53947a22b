"""Texts as they go out: shown with what is said to each person, and framed as a mail program would."""

from collections.abc import Mapping

from fastapi import Response

from incident.notice_kinds import LOCALES
from incident.queries.previews import INVENTED, Sample
from incident.web.headers import PREVIEW_POLICY
from incident.web.views import Choice, EditionText, SegmentCount
from notifications.filling import filled, with_logo
from notifications.message import Rendered, Text, locale_of, other_language, segment_of
from notifications.placeholders import names_in

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
    "<style>:root{{color-scheme:light dark}}body{{font:16px/1.55 system-ui,sans-serif;margin:24px}}"
    "body{{color:light-dark(#17191d,#e9ebef);background:light-dark(#fff,#171a20)}}"
    "h1{{font-size:22px}}h2{{font-size:17px;margin:22px 0 6px}}p,ul,ol{{margin:0 0 10px}}</style></head>"
    "<body>{}</body></html>"
)
EXAMPLE = INVENTED[0]
OPTIONAL = ("greeting", "name")  # placeholders that a text can do without


def languages(chosen: str = "") -> tuple[Choice, ...]:
    """The languages a text can be in."""
    return tuple(Choice(locale, LANGUAGES[locale], locale == chosen) for locale in LOCALES)


def seen_by(sample: Sample, text: Text, key: str) -> Rendered:
    """A text as this reader gets it; an invented one sees the name of a value that is neither given nor optional."""
    values = dict(sample.values)
    if not sample.real:
        said = (name for part in (text.subject, text.text, text.html, text.greeting) for name in names_in(part))
        values |= {name: f"[{name}]" for name in said if name not in {*sample.values, *text.fallbacks, *OPTIONAL}}
    return filled(text, values, locale_of(key))


def label_of(key: str) -> str:
    """How people call the text of this key: its language, and the segment it is for."""
    language, segment = locale_of(key), segment_of(key)
    name = LANGUAGES.get(language, language)
    return f"{name}, {segment}" if segment else name


def edition_texts(texts: Mapping[str, Text], base: str, sample: Sample = EXAMPLE) -> tuple[EditionText, ...]:
    """Every text of a notice as a reader sees it, English first; `base` is the address its previews lie under."""
    found = []
    for key in sorted(texts, key=lambda name: (locale_of(name) != "en", name)):
        text, rendered = texts[key], seen_by(sample, texts[key], key)
        href = f"{base}/texts/{key}" if text.html else ""
        found.append(EditionText(key, label_of(key), text.subject, text.text, rendered.subject, rendered.text, href))
    return tuple(found)


def segments(locales: Mapping[str, int], texts: Mapping[str, Text]) -> tuple[SegmentCount, ...]:
    """How many read which language, and which other one they get where these texts have none in theirs.

    So it is also said what they get of whom no language is known.
    """
    return tuple(
        SegmentCount(
            LANGUAGES.get(name, name), number, LANGUAGES.get(other := other_language(name, texts), other), bool(name)
        )
        for name, number in sorted(locales.items())
    )


def page_of(text: Text, key: str = "en", sample: Sample = EXAMPLE) -> str:
    """The HTML of a text alone, as a page of its own; "" for a text that has none."""
    html = with_logo(text, seen_by(sample, text, key).html)
    return FRAGMENT.format(html) if html and "<html" not in html else html


def preview(text: Text, key: str = "en", sample: Sample = EXAMPLE, policy: str = PREVIEW_POLICY) -> Response:
    """The HTML of a text alone, for a sandboxed frame: its styles work, nothing else does."""
    html = page_of(text, key, sample) or FRAGMENT.format("")
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": policy})
