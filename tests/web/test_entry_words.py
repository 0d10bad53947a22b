"""What the system wrote on a timeline is shown without code words."""

import pytest

from incident.web.entry_words import entry_in_words


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Notice (people) edited in en.", "“E-mail to the people affected” edited in English."),
        (
            "Notice (people) drafted from facts version 3 in de, en, pt-BR.",
            "“E-mail to the people affected” drafted from facts version 3 in German, English, Portuguese (Brazil).",
        ),
        (
            "Filing drafted (gdpr-33-3, de) from facts version 2: Notify the authority.",
            "Filing drafted: “GDPR: notification (Art. 33(3))”, in German, from facts version 2: Notify the authority.",
        ),
        ("Filing edited (gdpr-33-3, de).", "Filing edited: “GDPR: notification (Art. 33(3))”, in German."),
        (
            "2 people get another language than theirs: fr (1) get en, it (1,200) get pt-BR. Theirs follows; fr (2).",
            "2 people get another language than theirs: French (1) get English, Italian (1,200) get Portuguese"
            " (Brazil). Theirs follows; fr (2).",
        ),
        ("Notice (in-app) sent: 3 of 3 accepted.", "“In-app notice” sent: 3 of 3 accepted."),
        (
            "Release of edition 1 of the notice (people) approved.",
            "Release of edition 1 of the notice “E-mail to the people affected” approved.",
        ),
        (
            "Own figures of Nordwind AG recorded: 12 people; 2 places; name; own window; logs partial.",
            "Own figures of Nordwind AG recorded: 12 people; 2 places; name; a time of access of their own;"
            " access logs cover a part of the time.",
        ),
        ("We found our own window; logs partial.", "We found our own window; logs partial."),
        ("Notice (of another kind) kept.", "Notice (of another kind) kept."),
        (
            "This proposes exposure.exfiltration = no_evidence; the facts are as they were.",
            "This proposes “Did the data get out?”: No evidence of it; the facts are as they were.",
        ),
        ("example.org = up", "example.org = up"),
        ("occurred_from: 2026-11-14 08:12Z. The log.", "Beginning of the breach: 2026-11-14 08:12Z. The log."),
        ("ransom: paid", "ransom: paid"),
        ("detection → containment.", "Detection → Containment."),
        (
            "containment → investigation; passed without contained, evidence: A copy is asked for.",
            "Containment → Investigation; passed without: Containment tasks, Evidence: A copy is asked for.",
        ),
        ("red → blue: they said so", "red → blue: they said so"),
        ("Fjordlys AS told by email; 6 of 14 customers told.", "Fjordlys AS told by e-mail; 6 of 14 customers told."),
        (
            "Facts saved as version 2: breach.cause: not stated → misconfiguration; datasets.accounts.people.count:"
            " not stated → 40; datasets.lists.reach: not stated → AT 512, DE 2100; datasets.lists.title: a → b",
            "Facts saved as version 2: “What caused it?”: not stated → Misconfiguration; “How many people?” (accounts):"
            " not stated → 40; “Where do the people live?” (lists): not stated → AT 512, DE 2100;"
            " datasets.lists.title: a → b",
        ),
        ("Facts saved as version 1.", "Facts saved as version 1."),
        ("breach.cause: nothing → phishing", "breach.cause: nothing → phishing"),
    ],
)
def test_a_line_of_the_system_is_shown_without_code_words(written: str, shown: str) -> None:
    assert entry_in_words(written) == shown
