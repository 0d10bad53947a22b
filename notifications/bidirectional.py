"""Names written right to left inside a text written left to right, or the other way round: kept apart, unchanged.

A value whose letters run the other way would pull the words and signs around it out of their order. It is enclosed in
FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9, 2.4), which show nothing themselves.
"""

import re
import unicodedata

LTR, RTL = "ltr", "rtl"
ISOLATE, POP = "\u2068", "\u2069"
CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides, isolates: they could end ours
# The blocks of scripts written right to left, their marks, and the controls above.
BACKWARDS = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolated(value: str, direction: str = LTR) -> str:
    """The value as it stands in a text of that direction: as it is, unless it holds letters of the other one."""
    if direction == LTR:
        differs = not value.isascii() and BACKWARDS.search(value) is not None
    else:
        differs = any(unicodedata.bidirectional(letter) == "L" for letter in value) or bool(CONTROLS.search(value))
    return f"{ISOLATE}{CONTROLS.sub('', value)}{POP}" if differs else value


def runs_backwards(value: str) -> bool:
    """Whether the first letter of a value that has a direction is written right to left."""
    found = (unicodedata.bidirectional(letter) for letter in value)
    return next((kind for kind in found if kind in ("L", "R", "AL")), "L") != "L"
