"""Words a person wrote in one language that a text in another one prints as they are."""

from collections.abc import Collection
from dataclasses import dataclass

from notifications.findings import Finding, Level, Rule
from notifications.message import Text
from notifications.wording import Said, worded


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words as somebody wrote them. `languages` are those they may be printed in, `field` says what they are.

    `mend` says where they are given in another language; its value `locale` becomes that one.
    """

    words: str
    languages: frozenset[str]
    field: str
    mend: Said


def check_untranslated(text: Text, spoken: Collection[Spoken], locale: str) -> list[Finding]:
    """Words that stand here and were written for other languages only: warnings, for a name can be the same in all."""
    findings = []
    lines = [" ".join(line.split()) for line in text.text.splitlines()]
    for said in spoken:
        words = [" ".join(line.split()) for line in said.words.splitlines() if line.strip()]
        if locale in said.languages or not words:
            continue
        at = next((number for number, line in enumerate(lines, start=1) if words[0] in line), 0)
        if at == 0:
            continue
        message = worded("“{said}” was written in another language and stands here untranslated", said=" ".join(words))
        mend = worded(said.mend.message, **{**said.mend.values, "locale": locale})
        findings.append(Finding(Level.WARNING, Rule.UNTRANSLATED, said.field, message, mend, locale=locale, line=at))
    return list({finding.key: finding for finding in findings}.values())
