"""What a person wrote in one language and notices print in others: the contact, lines of their own. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from babel import Locale

from incident.drafting import Account, Profile
from incident.errors import Fault, Invalid
from incident.notice_kinds import LOCALES
from incident.same_in_each import WORD, same_in_each
from notifications.findings import Finding, Level, Rule
from notifications.untranslated import Spoken
from notifications.wording import worded

OWN_MEND = worded("Write the line in this language: under “Write it again”, or into the text itself")


def contact_spoken(profile: Profile) -> Iterator[Spoken]:
    """The contact as it is printed where a language has no words of its own for it; none where nobody names one.

    What is the same in each language does not count; an address counts where it ends with the name of a country.
    """
    if not profile.written_in:
        return
    usual = {"name": profile.contact_name, "hours": profile.contact_hours, "phone": profile.contact_phone}
    for part, words in usual.items():
        if not same_in_each(part, words):
            yield _of_contact(profile, part, words, [profile.written_in])
    country = profile.address.replace("\n", ",").rpartition(",")[2].strip()
    named_so = [name for name in LOCALES if country in Locale.parse(name, sep="-").territories.values()]
    if named_so:
        yield _of_contact(profile, "address", profile.address, named_so)


def _of_contact(profile: Profile, part: str, words: str, languages: Iterable[str]) -> Spoken:
    given = {locale for locale, said in profile.in_language.items() if part in said}
    mend = worded(
        "Write it in this language into the text. For every notice the console cannot change it: whoever runs the "
        "program gives its {part} in SEVENTYTWO_CONTACT_WORDS, under {locale}, or under * if it is the same in each, "
        'written as SEVENTYTWO_CONTACT_WORDS=\'{{"{locale}": {{"{part}": "…"}}}}\'',
        part=part,
        locale="{locale}",
    )
    return Spoken(words, frozenset({*given, *languages}), worded("contact"), mend)


def lines_spoken(account: Account, locales: Collection[str]) -> Iterator[Spoken]:
    """The lines a person wrote for a notice in these languages, each with those it is written in.

    One of which nobody says the language is taken for the first of `LOCALES` that the notice has.
    """
    first = _first(locales)
    told = {"measures": (*account.taken, *account.planned), "own words": tuple(account.own.values())}
    if account.offer:
        told["offer"] = (account.offer.how,)
    for name, lines in told.items():
        for line in lines:
            if WORD.search(line):
                yield Spoken(line, frozenset(account.said.get(line, ())) or frozenset({first}), name, OWN_MEND)


def unlike(account: Account, locales: Collection[str]) -> list[Finding]:
    """Languages that print the sentence for the cause while another tells in own words what happened: warnings."""
    told = [locale for locale in locales if account.happened.get(locale, "").strip()]
    languages = ", ".join(told)
    message = worded(
        "what happened is told in own words in {languages} and by the usual sentence here", languages=languages
    )
    mend = worded("Write it in this language as well, under “Write it again”, or into the text itself")
    rule, field = Rule.UNTRANSLATED, worded("what happened")
    others = [locale for locale in locales if told and locale not in told]
    return [Finding(Level.WARNING, rule, field, message, mend, locale=locale) for locale in others]


def joined(field: str, written: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """The same lines as they were written language by language: the lines of the first, and each in every language.

    A language without lines says nothing. Raises Invalid where one has more lines than another.
    """
    told = {locale: tuple(lines) for locale, lines in written.items() if lines}
    if not told:
        return (), {}
    first, *others = told
    for other in others:
        if len(told[other]) != len(told[first]):
            lengths = f"{len(told[first])} lines in {first} and {len(told[other])} in {other}"
            raise Invalid(
                Fault(
                    field,
                    worded("has {lengths}", lengths=lengths),
                    worded("write the same lines in the same order, or none"),
                )
            )
    said = {line: {name: told[name][at] for name in told} for at, line in enumerate(told[first])}
    return told[first], said


def written_in(lines: Sequence[str], locale: str, account: Account, locales: Sequence[str]) -> list[str]:
    """These lines as they were written in one of the languages; "" for one nobody said in it."""
    first = _first(locales)
    return [account.said.get(line, {first: line}).get(locale, "") for line in lines]


def _first(locales: Collection[str]) -> str:
    """The language a line is taken for of which nobody says it; "" for none."""
    return next((locale for locale in LOCALES if locale in locales), "")
