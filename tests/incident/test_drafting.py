"""Facts become words; what nobody answered says so; each text rests on exactly the facts it was written from."""

import copy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incident.anchors import Anchor
from incident.drafting import Account, Authoring, Brief, draft_notice, select_datasets
from incident.errors import Invalid
from incident.facts import read_sheet
from incident.facts.vocabulary import CATEGORIES, CAUSES, FIELDS, PEOPLE
from incident.grounds import Case, changed_grounds, grounds_digest
from incident.notice_kinds import LOCALES, UPDATES, NoticeKind
from incident.notice_lint import against_brief, check_filing
from incident.notice_texts import write_filing, write_notice
from incident.phrases import Phrases, load_phrases
from notifications.findings import Level
from tests.incident.notices import ACCOUNT, FACTS, MOMENTS, PROFILE, SHIPPED, TEMPLATES, WRITTEN_IN

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ANCHORS = tuple(Anchor(name, at) for name, at in MOMENTS.items())
EN = load_phrases([SHIPPED], "en")


def brief(kind: NoticeKind, facts: dict[str, Any], account: Account = ACCOUNT, dataset: str = "") -> Brief:
    sheet = read_sheet(facts)
    return Brief(Case(sheet, ANCHORS), select_datasets(kind, sheet, dataset), Authoring(PROFILE, account, NOW))


def changed(path: str, value: object) -> dict[str, Any]:
    facts = copy.deepcopy(FACTS)
    target: Any = facts
    *route, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in route:
        target = target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return facts


@pytest.mark.parametrize("phrases", [load_phrases([SHIPPED], locale) for locale in LOCALES], ids=LOCALES)
def test_every_word_of_the_fact_sheet_has_a_phrase(phrases: Phrases) -> None:
    wanted = {
        "kinds": CATEGORIES,
        "yours": CATEGORIES,
        "causes": CAUSES,
        "people": PEOPLE,
        "breach": FIELDS["breach.kinds"].words,
        "exfiltration": FIELDS["exposure.exfiltration"].words,
        "recipients": FIELDS["exposure.recipients"].words,
        "encryption": FIELDS["protection.encryption"].words,
        "consequences": [rule.key for rule in phrases.rules],
        "your_consequences": [rule.key for rule in phrases.rules],
        "actions": [action for rule in phrases.rules for action in rule.actions],
    }
    lacking = [(table, word) for table, words in wanted.items() for word in words if not phrases.has(table, word)]
    assert lacking == []
    mine = {table: set(words) for table, words in phrases.tables.items()}
    # English says to a child what it says to anybody; a language with two forms of address has words of its own.
    assert mine.pop("child_data", set(CATEGORIES)) == set(CATEGORIES)
    assert mine == {table: set(words) for table, words in EN.tables.items()}


def test_every_category_has_a_consequence_and_every_consequence_an_action() -> None:
    covered = {word for rule in EN.rules for word in rule.categories}
    assert covered == set(CATEGORIES)
    assert all(rule.actions for rule in EN.rules)


def test_a_language_nobody_has_written_is_refused_with_the_file_to_write() -> None:
    with pytest.raises(Invalid, match=r"notices/phrases/tlh\.toml"):
        load_phrases([SHIPPED], "tlh")


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_late_filing_without_reasons_is_an_error_and_with_reasons_passes(locale: str) -> None:
    late = (*ANCHORS, Anchor("aware", NOW - timedelta(hours=73)))
    for account, laws in ((ACCOUNT, ["GDPR Art. 33(1)"]), (Account(("access_closed",), delay="Logs came late."), [])):
        sheet = read_sheet(FACTS)
        found = Brief(Case(sheet, late), sheet.datasets, Authoring(PROFILE, account, NOW))
        written = write_filing(TEMPLATES, "gdpr-33-3", found, locale)
        findings = check_filing(TEMPLATES, "gdpr-33-3", written.texts[locale], locale, against_brief(found))
        assert [item.law for item in findings if item.level is Level.ERROR] == laws


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in UPDATES])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_with_nothing_known_every_text_still_renders_and_says_so(kind: NoticeKind, locale: str) -> None:
    role = "processor" if kind is NoticeKind.CUSTOMER else "controller"
    nothing = read_sheet({"datasets": [{"id": "data", "role": role}]})
    found = Brief(Case(nothing), nothing.datasets, Authoring(PROFILE, Account(), NOW))
    text = write_notice(TEMPLATES, kind, found, [locale]).texts[locale].text
    assert re.search({"en": "not (yet )?know", "de": "noch nicht"}[locale], text)
    assert "None" not in text
    filed = write_filing(TEMPLATES, "gdpr-33-3", found, locale).texts[locale].text
    assert {"en": "not yet known", "de": "noch nicht bekannt"}[locale] in filed
    assert "None" not in filed


def test_people_are_addressed_and_their_kinds_of_data_listed() -> None:
    text = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, FACTS), ["en"]).texts["en"].text
    assert "- your name\n- your e-mail address\n- your password, in hashed form" in text
    assert "2,400" not in text


def test_each_consequence_has_an_action_and_actions_come_once_by_weight() -> None:
    slots = draft_notice(NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, FACTS), EN).slots
    assert slots["consequences"] == [EN.say("your_consequences", key) for key in ("password_guessing", "phishing")]
    actions = slots["actions"]
    assert isinstance(actions, list)
    assert actions[0] == EN.say("actions", "change_password")
    assert len(actions) == len(set(actions))


def test_a_breach_of_availability_alone_discloses_nothing() -> None:
    slots = draft_notice(
        NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, changed("breach.kinds", ["availability"])), EN
    ).slots
    assert slots["consequences"] == [EN.say("your_consequences", "not_available")]


def test_data_sets_are_never_mixed_and_several_need_a_choice() -> None:
    sheet = read_sheet(FACTS)
    assert [one.id for one in select_datasets(NoticeKind.PEOPLE, sheet)] == ["accounts"]
    assert [one.id for one in select_datasets(NoticeKind.CUSTOMER, sheet)] == ["lists"]
    assert len(select_datasets(NoticeKind.ANNOUNCEMENT, sheet)) == 2
    both = read_sheet(changed("datasets.1.role", "controller"))
    with pytest.raises(Invalid, match="name one: accounts, lists"):
        select_datasets(NoticeKind.PEOPLE, both)
    assert [one.id for one in select_datasets(NoticeKind.PEOPLE, both, "lists")] == ["lists"]
    with pytest.raises(Invalid, match="no data set"):
        select_datasets(NoticeKind.PEOPLE, sheet, "mailboxes")


@pytest.mark.parametrize(
    ("kind", "path", "value", "rests"),
    [
        (NoticeKind.PEOPLE, "datasets.0.exposure.exfiltration", "confirmed", True),
        (NoticeKind.PEOPLE, "datasets.0.people.count", 9, False),
        (NoticeKind.PEOPLE, "datasets.0.reach", {"DE": 1}, False),
        (NoticeKind.PEOPLE, "datasets.1.exposure.exfiltration", "confirmed", False),
        (NoticeKind.PEOPLE, "breach.cause", "hacking", True),
        (NoticeKind.CUSTOMER, "datasets.1.data.categories", ["health"], True),
        (NoticeKind.CUSTOMER, "datasets.0.data.categories", ["health"], False),
        (NoticeKind.CUSTOMER, "datasets.1.controllers", ["acme"], False),
        (NoticeKind.CUSTOMER, "datasets.1.title", "Address books", True),
        (NoticeKind.PEOPLE, "datasets.0.title", "Users", False),
        (NoticeKind.IN_APP, "breach.cause", "hacking", True),
        (NoticeKind.IN_APP, "datasets.0.exposure.recipients", "public", False),
    ],
)
def test_a_text_rests_on_the_facts_it_was_written_from(kind: NoticeKind, path: str, value: object, rests: bool) -> None:
    found = brief(kind, FACTS)
    rests_on = write_notice(TEMPLATES, kind, found, WRITTEN_IN).rests_on
    after = Case(read_sheet(changed(path, value)), ANCHORS)
    assert (grounds_digest(found.case, rests_on) != grounds_digest(after, rests_on)) is rests
    assert bool(changed_grounds(found.case, after, rests_on)) is rests


def test_a_text_rests_on_the_moments_it_states_and_on_no_candidate() -> None:
    found = brief(NoticeKind.PEOPLE, FACTS)
    rests_on = write_notice(TEMPLATES, NoticeKind.PEOPLE, found, WRITTEN_IN).rests_on
    later = Anchor("occurred_until", NOW, scope="dataset:accounts")
    candidate = Anchor("discovered", NOW - timedelta(days=3), decided=False)
    with_later = Case(found.case.sheet, (*ANCHORS, later))
    with_candidate = Case(found.case.sheet, (*ANCHORS, candidate))
    assert changed_grounds(found.case, with_later, rests_on) == ("accounts/moment.occurred_until",)
    assert changed_grounds(found.case, with_candidate, rests_on) == ()


@pytest.mark.parametrize(
    ("moments", "said"),
    [
        ({"detected": 2, "aware": 3}, "We discovered it on 21 November"),
        ({"detected": 3, "aware": 2}, "We discovered it on 21 November"),
        ({"detected": 3, "aware": 2, "discovered": 1}, "We discovered it on 23 November"),
    ],
)
def test_what_is_told_of_the_discovery_is_no_later_than_awareness(moments: dict[str, int], said: str) -> None:
    anchors = tuple(Anchor(name, NOW - timedelta(days=days)) for name, days in moments.items())
    case = Case(read_sheet(FACTS), anchors)
    found = Brief(case, select_datasets(NoticeKind.CUSTOMER, case.sheet, ""), Authoring(PROFILE, ACCOUNT, NOW))
    assert said in write_notice(TEMPLATES, NoticeKind.CUSTOMER, found, ["en"]).texts["en"].text


def test_own_words_replace_the_sentence_of_the_cause() -> None:
    account = Account(("access_closed", "We called every customer."), happened={"en": "A backup was left open."})
    texts = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, FACTS, account), WRITTEN_IN).texts
    assert "A backup was left open." in texts["en"].text
    assert "- We called every customer." in texts["en"].text
    assert "Eines unserer Systeme" in texts["de"].text


def test_an_announcement_says_of_each_data_set_what_is_known_of_it() -> None:
    text = (
        write_notice(TEMPLATES, NoticeKind.ANNOUNCEMENT, brief(NoticeKind.ANNOUNCEMENT, FACTS), ["en"]).texts["en"].text
    )
    accounts, lists = (line for line in text.splitlines() if line.startswith(("- Accounts", "- Contact lists")))
    assert "We must assume" in accounts
    assert "had the opportunity" in lists
    assert "acme" not in text


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ({"exist": False}, "Access logs: There are no access logs for this period."),
        ({"exist": True, "complete": True}, "Access logs: Our access logs cover the whole period."),
        (
            {"exist": True, "complete": False, "from": "2026-11-22T00:00:00Z"},
            "Access logs: Our access logs do not cover the whole period; they begin on 22 November 2026.",
        ),
        (  # before the breach began: where they begin is not what they lack
            {"exist": True, "complete": False, "from": "2026-11-20T00:00:00Z"},
            "Access logs: Our access logs do not cover the whole period.\n",
        ),
        ({"exist": True}, "Access logs: Whether access logs cover the period is not yet known."),
    ],
)
def test_how_far_the_logs_reach_is_said(logs: dict[str, object], said: str) -> None:
    facts = changed("datasets.1.exposure", {"logs": logs})
    text = write_filing(TEMPLATES, "gdpr-33-3", brief(NoticeKind.CUSTOMER, facts), "en").texts["en"].text
    assert said in text


@pytest.mark.parametrize("form", ["gdpr-33-3", "gdpr-33-3-final", "lgpd"])
def test_a_filing_says_since_when_we_know_as_decided_and_that_it_is_not_while_nobody_has(form: str) -> None:
    found = brief(NoticeKind.CUSTOMER, FACTS)
    decided = Anchor("aware", NOW - timedelta(hours=30))
    known, open_still = (
        replace(found, case=replace(found.case, anchors=(one,))) for one in (decided, replace(decided, decided=False))
    )
    assert "Aware of the breach since: 23 November 2026" in write_filing(TEMPLATES, form, known, "en").texts["en"].text
    text = write_filing(TEMPLATES, form, open_still, "en")
    assert "Aware of the breach since: not yet established" in text.texts["en"].text
    assert "since when we have been aware of the breach" in text.texts["en"].text
    assert changed_grounds(open_still.case, known.case, text.rests_on)


def test_protection_that_was_there_is_said() -> None:
    facts = changed("datasets.0.protection", {"encryption": "weak"})
    text = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief(NoticeKind.PEOPLE, facts), ["en"]).texts["en"].text
    assert "not strongly enough" in text
