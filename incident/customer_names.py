"""Customers' names in texts: found as whole words in any case, with or without their legal form. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from notifications.findings import Finding, Level
from notifications.message import Text, locale_of

SHORTEST = 4  # characters: a shorter name would be found inside ordinary words of some language
MOST = 20  # findings of one text
WORD = re.compile(r"\w+")
# What stands behind a name and does not tell who it is, written as `plain` writes it.
LEGAL_FORMS = (
    r"g?gmbh(?: ?& ?co\.? ?(?:kg|ohg))?", r"mbh", r"ag(?: ?& ?co\.? ?(?:kg|kgaa))?", r"kgaa", r"kg", r"ohg", r"gbr",
    r"ug(?: ?\(haftungsbeschränkt\))?", r"e\. ?k\.?", r"e\. ?v\.?", r"e\. ?g\.?", r"se", r"part(?:g|gmbb|g ?mbb)",
    r"ltd", r"limited", r"llc", r"l\.l\.c", r"llp", r"l\.l\.p", r"plc", r"inc", r"incorporated", r"corp", r"pty",
    r"corporation", r"s\. ?a\.?", r"sa", r"s\. ?a\. ?s\.?", r"sasu?", r"s\. ?à ?r\. ?l\.?", r"s\. ?a\. ?r\. ?l\.?",
    r"s[aà]rl", r"s\. ?r\. ?l\.?", r"srl", r"s\. ?p\. ?a\.?", r"spa", r"s\. ?l\.?(?: ?u\.?)?", r"slu?", r"ltda",
    r"eireli", r"b\. ?v\.?", r"bv", r"n\. ?v\.?", r"nv", r"v\.?o\.?f", r"oyj?", r"ab", r"a/?s", r"asa", r"aps", r"k/s",
    r"sp\. ?z ?o\. ?o\.?", r"sp\. ?[jk]\.?", r"s\. ?r\. ?o\.?", r"a\. ?s\.?", r"d\. ?o\. ?o\.?", r"kft", r"zrt",
    r"& ?co",
)  # fmt: skip
TAIL = re.compile(r"[\s,&+-]+(?:" + "|".join(LEGAL_FORMS) + r")\.?$")


@dataclass(frozen=True, slots=True)
class Named:
    """A customer by the host's id and its legal name."""

    host_id: str
    legal_name: str


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to write a name; `offset` is where its first word begins, `whole` that it is the legal name itself."""

    written: str
    offset: int
    named: Named
    whole: bool

    @property
    def telling(self) -> bool:
        """Whether it is a name of several words that nobody has as a family name."""
        return self.whole and len(WORD.findall(self.written)) > 1


class Names:
    """Names of any number of customers, ready to be looked for in texts.

    `usual` is text that names nobody, such as that of the templates: a name without a legal form that occurs there is
    an ordinary word and is not looked for without its form.
    """

    def __init__(self, customers: Iterable[Named], usual: str = "") -> None:
        known = plain(usual)
        self._ways: dict[str, list[_Way]] = {}
        for named in customers:
            for way in _ways(named):
                if way.written != core(named.legal_name) or not any(True for _ in _places(way.written, known)):
                    self._ways.setdefault(_first(way), []).append(way)

    def within(self, text: str, own: Sequence[str] = (), *, family: bool = False) -> list[Named]:
        """The customers a text names, each once, in order; a name inside a longer one, or inside
        one of `own`, is part of that.

        `family`: the text is a person's name, where only a whole legal name of several words tells anything.
        """
        said = plain(text)
        hits = list(self._hits(said, family=family))
        longer = [(begin, end) for begin, end, _ in hits] + [span for name in own for span in _spans(name, said)]
        own_spans = longer[len(hits) :]
        found: dict[Named, None] = {}
        for begin, end, named in hits:
            inside = any(first <= begin and end <= last and (first, last) != (begin, end) for first, last in longer)
            if not inside and (begin, end) not in own_spans:
                found[named] = None
        return list(found)

    def _hits(self, said: str, *, family: bool) -> Iterator[tuple[int, int, Named]]:
        for word in WORD.finditer(said):
            for way in self._ways.get(word[0], ()):
                begin = word.start() - way.offset
                if _is_at(way.written, said, begin) and (way.telling or not family):
                    yield begin, begin + len(way.written), way.named


def foreign_names(texts: Mapping[str, Text], names: Names, own: Sequence[str] = (), reader: str = "") -> list[Finding]:
    """Errors for every customer that a text to many customers, or to the people of one, names: each would read of it.

    `texts` are by locale, or locale@segment; `own` are names of the organisation itself and of the `reader`, the
    customer whose people read it ("": every customer does).
    """
    readers, mend = "every customer", "Take the name out; {{ customer }} stands for the one that reads"
    if reader:
        readers, mend = f"the people of {reader}", "Take the name out: they are told of nobody else"
    findings = []
    for key, text in sorted(texts.items()):
        for part, written in (("subject", text.subject), ("text", text.text), ("text", " ".join(_around(text)))):
            for named in names.within(written, own):
                message = f"names the customer {named.legal_name}, and {readers} would read it"
                found = Finding(Level.ERROR, "foreign_customer", part, message, mend, locale=locale_of(key))
                if found not in findings:
                    findings.append(found)
    return findings[:MOST]


def foreign_in_values(values: Mapping[str, str], own: Named, names: Names) -> list[tuple[str, Named]]:
    """Which of one customer's values name another customer: (placeholder, the other).

    Names of fields are compared word by word; every other value may hold a family name, a month or a city.
    """
    return [
        (placeholder, named)
        for placeholder, value in values.items()
        for named in names.within(value, (own.legal_name,), family=placeholder != "fields")
        if named.host_id != own.host_id
    ]


def plain(text: str) -> str:
    """How texts and names are compared: one form of each character, nothing hidden, one blank, no case."""
    if text.isascii() and text.isprintable():
        return " ".join(text.casefold().split())
    seen = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in unicodedata.normalize("NFKC", text))
    return " ".join("".join(sign for sign in seen if unicodedata.category(sign) != "Cf").casefold().split())


def core(name: str) -> str:
    """A name as it is compared, without the legal form behind it."""
    left, before = plain(name), ""
    while left != before:
        left, before = TAIL.sub("", left).rstrip(" ,&-"), left
    return left or plain(name)


def _ways(named: Named) -> Iterator[_Way]:
    whole, short = plain(named.legal_name), core(named.legal_name)
    for written in dict.fromkeys((whole, short)):
        first = WORD.search(written)
        if len(written) >= SHORTEST and first is not None:
            yield _Way(written, first.start(), named, written == whole)


def _first(way: _Way) -> str:
    found = WORD.search(way.written)
    assert found is not None
    return found[0]


def _spans(name: str, said: str) -> Iterator[tuple[int, int]]:
    """Where a name stands in a text, with and without its legal form."""
    for written in (way for way in dict.fromkeys((plain(name), core(name))) if way):
        yield from ((at, at + len(written)) for at in _places(written, said))


def _places(written: str, said: str) -> Iterator[int]:
    """Where it begins as whole words."""
    at = said.find(written)
    while at >= 0:
        if _is_at(written, said, at):
            yield at
        at = said.find(written, at + 1)


def _is_at(written: str, said: str, begin: int) -> bool:
    """Whether it stands there as whole words."""
    end = begin + len(written)
    if begin < 0 or not said.startswith(written, begin):
        return False
    before, after = said[begin - 1 : begin] if begin else "", said[end : end + 1]
    return not (_joins(before) and _joins(written[0])) and not (_joins(after) and _joins(written[-1]))


def _joins(sign: str) -> bool:
    return bool(sign) and WORD.fullmatch(sign) is not None


def _around(text: Text) -> Iterator[str]:
    """What stands around a text beside its subject: greetings and fallbacks."""
    yield from (text.greeting, text.greeting_unnamed, *text.fallbacks.values())
