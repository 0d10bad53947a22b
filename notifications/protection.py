"""Whether a text says the data were encrypted, against the fact: saying so wrongly lets people feel safe."""

from collections.abc import Collection

from notifications.findings import Finding, Level, Rule
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded

ENCRYPTED, PLAIN = frozenset({"weak", "partial", "strong", "hashed_salted"}), frozenset({"none", "partial"})
FACT = ("protection.encryption",)
TABLES = (("encrypted", ENCRYPTED), ("not_encrypted", PLAIN))


def check_protection(text: Text, known: Collection[str], language: Language, hostile: bool = False) -> list[Finding]:
    """A sentence on encryption that the fact contradicts: an error; one while nobody has said: a warning.

    `known` are the words of protection.encryption; `hostile`: the data were encrypted by an attacker, so that the
    sentence may mean that, which is a warning.
    """
    findings: dict[str, Finding] = {}
    for table, fitting in TABLES:
        for match in language.patterns[table].finditer(text.text):
            if not fitting.isdisjoint(known):
                continue
            said = " ".join(match[0].split())
            message = worded("“{said}” is written, and the fact sheet does not say whether it is so", said=said)
            if known:
                message = worded("“{said}” is written, and the fact sheet says otherwise", said=said)
            level = Level.ERROR if known and not hostile else Level.WARNING
            args = (level, Rule.PROTECTION, worded("encryption"), message)
            mend, line = (
                worded("Say what the facts say, or correct the facts and draft anew"),
                line_at(text.text, match.start()),
            )
            finding = Finding(*args, mend, locale=language.locale, facts=FACT, line=line)
            findings.setdefault(finding.key, finding)
    return list(findings.values())
