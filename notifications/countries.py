"""Countries by their names, as people write them into lists: exactly as Unicode's CLDR has them, in any case."""

import re
from collections.abc import Mapping
from functools import cache

from notifications.wording import worded

LANGUAGES = ("en", "de")  # of the console: in these somebody may write a country's name
COUNTRY = re.compile(r"[A-Z]{2}")
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # two letters that CLDR names too
CODES_WANTED = worded("use the two letters of ISO 3166, as DE for Germany, or such as US-CA for a part of a country")


def country_named(text: str) -> str:
    """The two letters of ISO 3166-1 of the country that is called exactly so; else what was given, as it was given."""
    return _codes().get(text.strip().casefold(), text)


@cache
def _codes() -> Mapping[str, str]:
    """Codes by name. A name that two countries have is nobody's."""
    from babel import Locale  # only where a name is given: who asks on the command line waits for the import

    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if COUNTRY.fullmatch(code) and code not in NO_COUNTRIES:
                found.setdefault(name.casefold(), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
