"""Plain language: hedges about who is affected, "no evidence" phrases, soothing words. Warnings, never errors."""

from notifications.findings import Finding, Level
from notifications.languages import Language
from notifications.message import Text

RULES = {
    "hedges": ("hedge", "leaves open whether the reader is affected", "Say it, or say what is not known yet"),
    "no_evidence": (
        "no_evidence",
        "reads as all-clear and rests on what was looked for",
        "Say what was examined, how far the logs reach, and what that cannot rule out",
    ),
    "reassurance": ("reassurance", "soothes instead of informing", "Take it out; say what you have done"),
}


def check_language(text: Text, language: Language) -> list[Finding]:
    """Phrases that regulators and readers fault, as warnings."""
    findings = []
    for table, (rule, why, mend) in RULES.items():
        for found in language.found(table, f"{text.subject}\n{text.text}"):
            message = f"“{found}” {why}"
            findings.append(Finding(Level.WARNING, rule, "wording", message, mend, locale=language.locale))
    return findings
