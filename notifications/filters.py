"""What templates write numbers, moments, lists and links with, in the reader's language and zone."""

from collections.abc import Callable

from jinja2 import Undefined

from notifications.blocks import spans
from notifications.branding import brand, logo_of
from notifications.formats import Formats


def filters_for(formats: Formats) -> dict[str, Callable[..., object]]:
    """The filters of one language and zone, beside Jinja2's own."""
    written: dict[str, Callable[..., object]] = {
        "number": formats.number,
        "clock": formats.clock,
        "zone": formats.zone_of,
        "day": formats.day,
        "moment": formats.moment,
        "listed": formats.listed,
        "reach": formats.reach,
    }
    pages: dict[str, Callable[..., object]] = {"spans": spans, "brand": brand, "logo": logo_of}
    asked = {name: _asked(name, write) for name, write in written.items()}
    return {**asked, **pages, "capitalize_first": lambda text: text[:1].upper() + text[1:]}


def _asked(name: str, write: Callable[..., object]) -> Callable[[object], object]:
    """The filter, which says plainly that a template took for granted what is not known."""

    def filtered(value: object) -> object:
        if isinstance(value, Undefined):
            str(value)  # raises, naming it
        if value is None:
            raise ValueError(f"{name!r} is given nothing: ask {{% if … %}} first whether it is known")
        return write(value)

    return filtered
