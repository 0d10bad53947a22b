"""Words of the contact that are the same in every language: figures, addresses, the name of a person. Pure."""

import re

WORD = re.compile(r"[^\W\d_A-Z]{3,}")  # a figure with its currency, an abbreviation, are the same in each
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+", re.IGNORECASE)
GIVEN = re.compile(r"[^\W\d_a-z][\w.'\u2019-]*")  # a part of a name: it begins with a capital letter
PARTICLES = frozenset(
    {
        *("da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el", "la", "le", "los"),
        *("ter", "van", "vom", "von", "y", "zu", "zum", "zur"),
    }
)
MOST = 6  # words of a name
# How words begin that say what somebody does, in the languages of notices: no part of a person's name.
OFFICES = re.compile(
    r"abteilung|beauftrag|behörd|bureau|büro|centr|client|compl|contact|contat|customer|dados\b|danych\b|data\b|daten|"
    r"datos\b|dati\b|delegad|depart|desk|dienst|dipart|director|données|délégu|encarreg|equip|funct|gegeven|geschäft|"
    r"group|gruppe|head\b|help\b|helpd|hotline|incident|informati|inspe|kontakt|kunden|legal|leiter\b|leiterin|leitung|"
    r"manag|meldestelle|ochron|office|personal|presse|priva|protec|proteç|protez|recht|referat|respons|rodo\b|schutz|"
    r"secretar|secur|segur|servi|sicherheit|sicur|squadra|stelle|support|sécur|team|tutela|unit\b|verantwort|vorfall|"
    r"zentr|zesp|équipe",
    re.IGNORECASE,
)


def same_in_each(part: str, words: str) -> bool:
    """Whether this part of the contact needs no words in another language; of hours names are none of it."""
    rest = ADDRESS.sub("", words)
    return not WORD.search(rest) or (part == "name" and is_person(rest))


def is_person(words: str) -> bool:
    """Whether this reads as a person's name: a few words with a capital letter, none that says what somebody does."""
    parts = re.split(r"[\s,]+", words.strip())
    if not 2 <= len(parts) <= MOST:
        return False
    named = [part for part in parts if part not in PARTICLES]
    return len(named) > 1 and all(GIVEN.fullmatch(part) and not OFFICES.match(part) for part in named)
