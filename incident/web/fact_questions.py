"""The questions of the fact sheet in words: what each fact asks, and a hint where one helps."""

from collections.abc import Iterable, Mapping

SHARED: tuple[tuple[str, str, str], ...] = (
    (
        "breach.kinds",
        "What was hurt?",
        "Confidentiality: others could see it. Integrity: it was changed. Availability: it was missing.",
    ),
    ("breach.cause", "What caused it?", ""),
    ("breach.malicious", "Did somebody mean harm?", ""),
    ("breach.misuse_seen", "Has misuse been seen, such as fraud or publication?", ""),
    ("organisation.sectors", "Sectors we are regulated in", "Choose every one that applies."),
)
OWN: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Whose data, and which",
        (
            ("people.count", "How many people?", "The best number so far. Leave it empty while nobody knows."),
            ("people.count_min", "At least", ""),
            ("people.count_max", "At most", ""),
            ("people.kinds", "Who are they?", ""),
            ("people.vulnerable", "Are they vulnerable, such as children or patients?", ""),
            ("people.directly_identifiable", "Can they be identified directly?", ""),
            ("data.categories", "Which kinds of data?", ""),
            ("data.per_person", "How much about each person?", ""),
            ("data.public_before", "Were the data lawfully public before?", ""),
            ("reach", "Where do they live?", "Country and number, one a line: DE = 120. “unknown” is a number too."),
        ),
    ),
    (
        "Exposure",
        (
            ("exposure.exfiltration", "Did the data get out?", ""),
            ("exposure.recipients", "Who may have seen them?", ""),
            ("exposure.assurance", "What do the recipients assure?", ""),
            ("exposure.logs.exist", "Are there access logs?", ""),
            ("exposure.logs.from", "Logs reach back to", "With its zone, such as 2026-11-14T00:00:00Z."),
            ("exposure.logs.complete", "Are the logs complete?", ""),
        ),
    ),
    (
        "Protection",
        (
            ("protection.encryption", "Were they encrypted?", ""),
            ("protection.key", "And the key?", ""),
            ("protection.backup", "Is there a copy?", ""),
            ("protection.unavailable_hours", "Hours the data were missing", "A number, or “permanent”."),
        ),
    ),
)
ROLE_WORDS: Mapping[str, str] = {
    "controller": "Controller: we decide why and how",
    "joint": "Joint controller",
    "processor": "Processor: we hold it for customers",
    "sub_processor": "Sub-processor",
}
YES, NO, UNKNOWN = "yes", "no", "unknown"
FLAGS = ((YES, "Yes"), (NO, "No"), (UNKNOWN, "Unknown"))


_QUESTIONS = {path: label for path, label, _ in (*SHARED, *(asked for _, rows in OWN for asked in rows))} | {
    "organisation.role": "Our role",
    "dataset.controllers": "Customers whose data it is",
}


def question(path: str) -> str:
    """What a fact asks, in words; a path that asks nothing stays as it is. A data set may stand before it: "lists/"."""
    name = path.rpartition("/")[2]
    return _QUESTIONS.get(name, "") or ", ".join(facts_named([name]))


def facts_named(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths of facts in short words, those of one section together: "people: count, kinds"."""
    sections: dict[str, list[str]] = {}
    for path in paths:
        section, _, name = path.partition(".")
        sections.setdefault(section, []).append(name.replace(".", " ").replace("_", " "))
    called = {"anchor": "moment", "dataset": "data set", "reach": "where people live"}
    return tuple(
        called.get(section, section) + (f": {', '.join(names)}" if any(names) else "")
        for section, names in sections.items()
    )


def word_label(word: str) -> str:
    """A word of the vocabulary as people read it."""
    text = word.replace("_", " ")
    return text[:1].upper() + text[1:]
