"""What is planned is told as planned, in every kind, form and language; nothing is told as done that is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from incident.drafting import PLANNED, TAKEN, Account, Brief, check_measures
from incident.errors import Invalid
from incident.notice_kinds import FORMS, KINDS, LOCALES, NoticeKind
from incident.notice_lint import against_brief, check_notice
from incident.notice_texts import write_filing, write_notice
from incident.phrases import Phrases, load_phrases
from incident.template_checks.samples import samples_of, samples_of_form
from notifications.findings import Level
from notifications.rendering import Templates
from tests.incident.notices import SHIPPED, TEMPLATES

NOTICES = [(kind, locale) for kind, told in KINDS.items() for locale in told.locales]
SILENT = ("nis2-early-warning", "dora-initial", "credit-bureaus", "attorney-general", "nis2-final", "dora-final")
WORDS = {locale: load_phrases([SHIPPED], locale) for locale in LOCALES}
EVERY = tuple(WORDS["en"].tables[TAKEN])


def told(brief: Brief, taken: tuple[str, ...], planned: tuple[str, ...]) -> Brief:
    """The same brief with these measures, and an update of an edition that told none."""
    account = replace(brief.account, taken=taken, planned=planned)
    before = replace(brief.before, account=Account()) if brief.before else None
    return replace(brief, authoring=replace(brief.authoring, account=account), before=before)


def of_notice(kind: NoticeKind, locale: str, taken: tuple[str, ...], planned: tuple[str, ...]) -> str:
    brief = told(replace(samples_of(kind, locale)[0].brief, segments={}), taken, planned)
    written = write_notice(TEMPLATES, kind, brief, [locale])
    found = check_notice(TEMPLATES, kind, written.texts, against_brief(brief, written.unknown))
    assert [str(finding) for finding in found if finding.level is Level.ERROR] == []
    return written.texts[locale].text


def said(phrases: Phrases, table: str, words: tuple[str, ...]) -> list[str]:
    return [phrases.say(table, word) for word in words]


@pytest.mark.parametrize("locale", LOCALES)
def test_each_measure_has_words_for_done_and_for_planned(locale: str) -> None:
    done, ahead = (WORDS[locale].tables[table] for table in (TAKEN, PLANNED))
    assert tuple(done) == tuple(ahead) == EVERY
    assert not set(done.values()) & set(ahead.values())


@pytest.mark.parametrize(("kind", "locale"), NOTICES)
def test_a_notice_says_of_each_planned_measure_that_it_is_to_come(kind: NoticeKind, locale: str) -> None:
    text, phrases = of_notice(kind, locale, (), EVERY), WORDS[locale]
    assert [words for words in said(phrases, PLANNED, EVERY) if words not in text] == []
    assert [words for words in said(phrases, TAKEN, EVERY) if words in text] == []


@pytest.mark.parametrize(("kind", "locale"), NOTICES)
def test_what_is_planned_stands_apart_from_what_is_done(kind: NoticeKind, locale: str) -> None:
    text, phrases = of_notice(kind, locale, EVERY[:3], EVERY[3:6]), WORDS[locale]
    *_, last = said(phrases, TAKEN, EVERY[:3])
    first, *_ = said(phrases, PLANNED, EVERY[3:6])
    between = text[text.index(last) + len(last) : text.index(first)].strip(" -\n")
    assert between.endswith(":")
    assert "\n" not in between
    assert between not in of_notice(kind, locale, (), EVERY[3:6])
    assert between not in of_notice(kind, locale, EVERY[:3], ())


@pytest.mark.parametrize("form", [form for form in FORMS if form not in SILENT])
def test_a_form_says_of_each_planned_measure_that_it_is_to_come(form: str) -> None:
    for locale in FORMS[form].locales:
        brief, phrases = told(samples_of_form(form, locale)[0].brief, ("police",), ("passwords_reset",)), WORDS[locale]
        text = write_filing(TEMPLATES, form, brief, locale).texts[locale].text
        assert phrases.say(PLANNED, "passwords_reset") in text
        assert phrases.say(TAKEN, "police") in text
        assert phrases.say(TAKEN, "passwords_reset") not in text


@pytest.mark.parametrize(
    ("taken", "planned"), [("training", "training"), ("We call every customer.", " we call every  customer. ")]
)
def test_one_measure_is_not_both_taken_and_planned(taken: str, planned: str) -> None:
    for locale in LOCALES:
        brief = told(samples_of(NoticeKind.PEOPLE, locale)[0].brief, ("police", taken), (planned,))
        with pytest.raises(Invalid, match="is also among the measures taken") as refused:
            write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, [locale])
        assert [fault.field for fault in refused.value.faults] == ["planned"]
    brief = told(samples_of_form("gdpr-33-3", "de")[0].brief, (taken,), (planned,))
    with pytest.raises(Invalid, match="is also among the measures taken"):
        write_filing(TEMPLATES, "gdpr-33-3", brief, "de")


def test_a_measure_of_ones_own_is_planned_only_with_words_for_that(tmp_path: Path) -> None:
    file = tmp_path / "notices/phrases/en.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[measures]\nhotline = "We opened a hotline."\n')
    brief = told(samples_of(NoticeKind.PEOPLE, "en")[0].brief, (), ("hotline",))
    with pytest.raises(Invalid, match=r"no words as a planned measure in 'en'.*\[measures_planned\]"):
        write_notice(Templates([tmp_path, SHIPPED]), NoticeKind.PEOPLE, brief, ["en"])
    file.write_text(file.read_text() + '[measures_planned]\nhotline = "We will open a hotline on Monday."\n')
    check_measures(brief.account, load_phrases([tmp_path, SHIPPED], "en"))
