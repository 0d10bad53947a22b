"""What does not belong into a legal notice: unsubscribing, tracking, attachments, advertising."""

from notifications.findings import PARTS, Finding, Level, Rule
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded

TABLES = {
    "unsubscribe": (
        Rule.UNSUBSCRIBE,
        Level.ERROR,
        worded("offers to unsubscribe, and nobody can unsubscribe from a legal notice"),
        worded("Take it out"),
    ),
    "tracking": (
        Rule.TRACKING,
        Level.ERROR,
        worded("speaks of tracking the reader, and this mail tracks nobody"),
        worded("Take it out, with what it speaks of"),
    ),
    "attachment": (
        Rule.ATTACHMENT,
        Level.ERROR,
        worded("points to an attachment, and a notice is sent without any"),
        worded("Say it in the text; attachments to such mails are what attackers send"),
    ),
    "advertising": (
        Rule.ADVERTISING,
        Level.WARNING,
        worded("reads as advertising: a notice is a message of its own, not mixed with other content"),
        worded("Take it out"),
    ),
}


def check_other_content(text: Text, language: Language) -> list[Finding]:
    """Everything of the tables above that subject or text says."""
    findings: dict[str, Finding] = {}
    for table, (rule, level, why, mend) in TABLES.items():
        for part, written in (("subject", text.subject), ("text", text.text)):
            for match in language.patterns[table].finditer(written):
                message = worded("“{said}” {why}", said=" ".join(match[0].split()), why=why)
                line = line_at(written, match.start()) if part == "text" else 0
                found = Finding(level, rule, PARTS[part], message, mend, locale=language.locale, line=line)
                findings.setdefault(found.key, found)
    return list(findings.values())
