"""Whether each likely consequence that a text names comes with something the reader can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.findings import Finding, Level, Rule
from notifications.passages import Passage, flat, line_at
from notifications.wording import worded


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
        message = worded("nothing is said of what to do about “{harm}”", harm=phrase)
        mend = worded("Add an action")
        if consequence.actions:
            mend = worded("Add an action, such as: {action}", action=consequence.actions[0])
        line = line_at(harm.text, max(harm.text.casefold().find(phrase[:20].casefold()), 0), harm.start)
        field = worded("what people can do")
        findings.append(Finding(Level.WARNING, Rule.ACTION_MISSING, field, message, mend, law, locale, line=line))
    return findings
