"""A text as one person reads it: every placeholder replaced, for previews and for notices shown in a product."""

from collections.abc import Mapping
from html import escape

from notifications.formats import direction_of
from notifications.message import Rendered, Text
from notifications.placeholders import substitute, values_for


def filled(text: Text, values: Mapping[str, str], locale: str) -> Rendered:
    """What a text in this language says to a person with these values. Raises Unfillable."""
    own = values_for(values, text.fallbacks, text.greeting, text.greeting_unnamed, direction_of(locale))
    html = substitute(text.html, own, lambda value: escape(value, quote=True))
    return Rendered(substitute(text.subject, own), substitute(text.text, own), html)


def with_logo(text: Text, html: str) -> str:
    """The HTML with the logo inside it, as a page shows what a mail carries as a part of its own."""
    return html.replace('src="cid:logo"', f'src="{escape(text.logo, quote=True)}"') if text.logo else html
