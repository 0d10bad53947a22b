"""Citations of acts of the European Union as German readers write them; every other law stays as it is cited. Pure."""

import re
from functools import lru_cache

ACT = re.compile(r"(?:GDPR|NIS2|DORA|CRA|LED|eIDAS 2|(?:Regulation|Directive) (?:\(EU\) )?\d+/\d+(?:/EC)?)(?![\w/])")
IN_GERMAN = tuple(
    (re.compile(pattern), german)
    for pattern, german in (
        (r"\bGDPR\b", "DSGVO"),
        (r"\bLED\b", "JI-Richtlinie"),
        (r"\bDelegated Regulation\b", "Delegierte Verordnung"),
        (r"\bImplementing Regulation\b", "Durchführungsverordnung"),
        (r"\bReg(?:ulation|\.)(?= \(EU\) \d{3}/20| \d{3}/20)", "Verordnung"),
        (r"(?<=Verordnung \(EU\) )(?=\d{3}/20)", "Nr. "),  # as acts were numbered until 2014
        (r"\bRegulation\b", "Verordnung"),
        (r"\bunder Directive\b", "gemäß Richtlinie"),
        (r"\bDirective\b", "Richtlinie"),
        (r"/EC\b", "/EG"),
        (r"\bnationally transposed\b", "in nationales Recht umgesetzt"),
        (r"\btransposed\b", "umgesetzt"),
        (r"\bas amended\b", "in geänderter Fassung"),
        (r"\bsecond subparagraph\b", "Unterabs. 2"),
        (r"\brecitals\b", "Erwägungsgründe"),
        (r"\brecital\b", "Erwägungsgrund"),
        (r"(?<=\d)\((\d+)\)-\((\d+)\)", r" Abs. \1 bis \2"),
        (r"(?<=\d)([a-z]?)\((\d+)\)", r"\1 Abs. \2"),
        (r",\((\d+)\)", r", \1"),
        (r"\band \((\d+)\)", r"und \1"),
        (r"(?: points?)? ?\(([a-z]{1,2})\)", r" Buchst. \1"),
        (r"\band\b", "und"),
    )
)
LETTER = re.compile(r"Buchst\. [a-z]+")
WORD = re.compile(r"[^\W\d_]{2,}")
KNOWN = frozenset(
    {
        *("Art", "Abs", "Unterabs", "Nr", "RTS", "Erwägungsgrund", "Erwägungsgründe", "und", "bis", "gemäß"),
        *("Verordnung", "Delegierte", "Durchführungsverordnung", "Richtlinie", "EU", "EG", "CER", "CRA", "DORA"),
        *("DSGVO", "JI", "NIS", "eIDAS", "in", "geänderter", "Fassung", "nationales", "Recht", "umgesetzt"),
    }
)


def of_the_union(citation: str) -> bool:
    """Whether a citation begins with an act of the Union that has a name in German."""
    return ACT.match(citation) is not None


@lru_cache(maxsize=4096)
def german(citation: str) -> str:
    """A citation in German. A part that is of no act of the Union, or holds a word not known here, stays as it is."""
    return "; ".join(_german(part) for part in citation.split("; ")) if of_the_union(citation) else citation


def _german(part: str) -> str:
    if not of_the_union(part):
        return part
    said = part
    for pattern, words in IN_GERMAN:
        said = pattern.sub(words, said)
    unknown = set(WORD.findall(LETTER.sub("", said))) - KNOWN
    return part if unknown else said
