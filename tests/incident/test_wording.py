"""What readers of a language stumble over in our own sentences: said twice, or set as no printer there sets it."""

import re

import pytest

from incident.drafting import Authoring, Brief
from incident.facts import unknown_sheet
from incident.grounds import Case
from incident.notice_kinds import LOCALES, NoticeKind
from incident.notice_texts import write_notice
from incident.phrases import load_phrases
from tests.incident.notices import ACCOUNT, PROFILE, SHIPPED, TEMPLATES
from tests.incident.test_drafting import NOW, brief, changed

SET_TIGHT = re.compile(r"[^\W\d_][:!?;](?=\s|$)", re.MULTILINE)


@pytest.mark.parametrize("kind", [NoticeKind.PEOPLE, NoticeKind.CUSTOMER, NoticeKind.MEDIA, NoticeKind.MARKET])
def test_french_has_a_space_before_a_colon(kind: NoticeKind) -> None:
    text = write_notice(TEMPLATES, kind, brief(kind, changed("datasets.0.exposure.recipients", None)), ("fr",))
    (found,) = text.texts.values()
    assert SET_TIGHT.findall(found.text) == []


@pytest.mark.parametrize("file", ["notices/sentences/fr.txt", "filings/sentences/fr.txt"])
def test_french_sentences_have_one_too(file: str) -> None:
    lines = [line for line in (SHIPPED / file).read_text().splitlines() if not line.startswith("{#")]
    assert [line for line in lines if re.match(r"[^\W\d_][^{}:]*[^\s{}:]: ", line)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_knows_who_has_the_data_is_said_once(locale: str) -> None:
    facts = changed("datasets.0.exposure.recipients", "unknown")
    written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, facts), (locale,))
    (text,) = (one.text for one in written.texts.values())
    phrases = load_phrases([SHIPPED], locale)
    assert phrases.say("recipients", "unknown") not in text
    assert phrases.say("unknowns", "recipients") in text


@pytest.mark.parametrize("locale", [one for one in LOCALES if one != "en"])
def test_data_nobody_has_named_are_called_so_in_the_readers_language(locale: str) -> None:
    unnamed = Brief(Case(unknown_sheet(), ()), unknown_sheet().datasets, Authoring(PROFILE, ACCOUNT, NOW))
    (text,) = write_notice(TEMPLATES, NoticeKind.MEDIA, unnamed, (locale,)).texts.values()
    assert "Not known yet" not in text.text
    assert load_phrases([SHIPPED], locale).say("titles", "Not known yet") in text.text
