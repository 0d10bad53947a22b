"""Pages in German: nothing of the catalogue stands on them in English where the German differs."""

import re
from dataclasses import replace
from functools import cache
from html import unescape

import pytest

from incident.settings import Settings
from incident.web.languages import catalogue, file_of
from incident.web.pages import Pages
from incident.web.views import Shell
from tests.translating.messages import listed, read
from tests.web.samples import pages

SCRIPT = re.compile(r"<(script|style|pre|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)
ENGINE = Pages(Settings().template_folders)
NOT_WORDED = frozenset(  # said by samples as plain text, or by modules that do not word it yet; only gets smaller
    {
        "4 hours",
        "A notice was released",
        "A risk is unlikely",
        "Accepted by the relay",
        "Access logs",
        "Access possible",
        "Add a line to the timeline",
        "An attacker",
        "Are the people vulnerable?",
        "Audience: addresses, names, values",
        "Beginning of the breach",
        "Being sent",
        "Business customers",
        "Country or region",
        "Cover a part of it",
        "Customers whose data it is",
        "Dead: five wrong codes",
        "Deadlines in time",
        "Deadlines kept",
        "Did somebody mean harm?",
        "Do here",
        "Met or due in",
        "E-mail address or password is wrong.",
        "E-mail to the people affected",
        "Ease of identification (EI)",
        "Encrypt (TLS)",
        "Every affected customer was told.",
        "Every law",
        "Every year",
        "Fields of data",
        "File, a line a person",
        "First notice",
        "First sign",
        "Free to take",
        "Go on to recovery",
        "Greet (EHLO)",
        "Has misuse been seen?",
        "Have left it",
        "High contrast",
        "Host platform",
        "How long phases lasted",
        "How many people?",
        "In time",
        "In which form were the data?",
        "Kind of data (DPC)",
        "Last 12 months",
        "Leaked credentials",
        "Looks at personal data",
        "Median to awareness",
        "Median to first notice",
        "Might be owed",
        "Mine, critical",
        "Misdirected e-mail",
        "No incident has left a phase yet.",
        "No next one",
        "No open incident",
        "Not known yet",
        "Not known",
        "Not yet admitted",
        "Notice to business customers",
        "Notified or not",
        "Our role",
        "People concerned",
        "Privacy officer",
        "Public announcement",
        "Public bucket",
        "Read it again",
        "Report by a person",
        "STARTTLS, required and verified",
        "Set aside",
        "Somebody was faster",
        "Something broke",
        "The breach",
        "The endpoint is told of nothing any more.",
        "The line is on the timeline.",
        "The organisation",
        "The public",
        "The relay",
        "This is our fault. Whoever runs this console finds it in the log, under this reference.",
        "Try it again",
        "US state laws",
        "Waits for approval",
        "Were the data lawfully public before?",
        "What are we regulated as?",
        "What happened",
        "What is awaited",
        "What runs",
        "What was hurt?",
        "What worries",
        "Where do the people live?",
        "Where they live",
        "Which kinds of data?",
        "Who comes in",
        "Who may have seen the data?",
        "Without a date",
        "Would be owed",
        "Would fall due at another moment",
        "incident commander",
        "not known",
        "on the list for letters",
        "shown in the product instead",
        "signs in with a password",
        "the whole incident",
    }
)


@cache
def english() -> frozenset[str]:
    """What the catalogue says in English and otherwise in German, in one piece and of more than one word."""
    messages = listed(read(file_of("de"), "de")).values()
    said = {message.id: message.string for message in messages if isinstance(message.id, str)}
    return frozenset(one for one, german in said.items() if german not in ("", one) and " " in one and "{" not in one)


@cache
def samples() -> dict[str, tuple[str, dict[str, object]]]:
    """The samples that are pages of the console, for a German reader."""
    found = {name: (template, values, values.get("shell")) for name, (template, values) in pages().items()}
    return {
        name: (template, {**values, "shell": replace(shell, language="de")})
        for name, (template, values, shell) in found.items()
        if isinstance(shell, Shell)
    }


def in_german(name: str) -> str:
    """A sample page as a German reader gets it."""
    template, values = samples()[name]
    return ENGINE.render(template, **values)


def between_tags(html: str) -> set[str]:
    """The texts of a page, each in one piece."""
    pieces = SCRIPT.sub("\x00", html).split("\x00")
    return {" ".join(unescape(piece).split()) for piece in pieces} - {""}


@pytest.mark.parametrize("name", list(samples()))
def test_a_german_reader_meets_no_english_sentence_of_ours(name: str) -> None:
    assert between_tags(in_german(name)) & english() - NOT_WORDED == set()


def test_the_german_console_says_its_language_and_its_menu() -> None:
    html = in_german("board-empty")
    assert '<html lang="de"' in html
    assert {"Fristen", "Vorfall melden", "Abmelden"} <= between_tags(html)
    assert catalogue("de").gettext("Deadlines") == "Fristen"
