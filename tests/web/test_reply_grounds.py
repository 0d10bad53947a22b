"""Why a reply was put into its class is said in the reader's language; words it quotes stay as they are."""

import pytest

from incident.web.languages import catalogue
from incident.web.reply_grounds import FORMS, PLAIN, ground_said
from notifications.replies import sort_reply
from notifications.wording import in_language


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Which data?", "sie enthält ein Fragezeichen"),
        ("Thank you", "sie ist kurz, und darin steht „thank you“"),
        ("", "darin fand sich nichts Neues: wie empfangen lesen"),
    ],
)
def test_a_ground_of_the_rules_has_german_words(text: str, german: str) -> None:
    _kind, ground = sort_reply("Re: Your data", text)
    assert ground_said(ground) == ground
    assert in_language(ground_said(ground), catalogue("de")) == german


def test_every_form_is_listed_and_other_words_stay() -> None:
    assert len(PLAIN) + len(FORMS) == 12
    assert ground_said("Irony.") == "Irony."
