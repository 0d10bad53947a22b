"""Whether each likely consequence that a text names comes with something the reader can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.findings import Finding, Level, Rule
from notifications.passages import Passage, flat, line_at


@dataclass(frozen=True, slots=True)
class Advised:
    """A consequence in every way it is said, and the actions against it; any one of them will do."""

    said: tuple[str, ...]
    actions: tuple[str, ...]


def check_advice(harm: Passage, actions: Passage, advised: Sequence[Advised], law: str, locale: str) -> list[Finding]:
    """Consequences of the section `harm` for which the section `actions` names none against: warnings."""
    written, offered = flat(harm.text), flat(actions.text)
    findings = []
    for consequence in advised:
        phrase = next((said for said in consequence.said if flat(said) in written), "")
        if not phrase or any(flat(action) in offered for action in consequence.actions):
            continue
        message = f"nothing is said of what to do about “{phrase}”"
        mend = f"Add an action, such as: {consequence.actions[0]}" if consequence.actions else "Add an action"
        line = line_at(harm.text, max(harm.text.casefold().find(phrase[:20].casefold()), 0), harm.start)
        field = "what people can do"
        findings.append(Finding(Level.WARNING, Rule.ACTION_MISSING, field, message, mend, law, locale, line=line))
    return findings
