"""An update says what differs from the edition before: newly known, added, corrected, withdrawn, and nothing else."""

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incident.anchors import Anchor
from incident.drafting import Account, Authoring, Before, Brief, select_datasets, wish_of
from incident.errors import Invalid
from incident.facts import read_sheet
from incident.grounds import Case
from incident.notice_kinds import LOCALES, NoticeKind
from incident.notice_texts import write_filing, write_notice
from incident.phrases import load_phrases
from incident.updates import Words, draft_update
from notifications.formats import Formats
from tests.incident.notices import ACCOUNT, FACTS, MOMENTS, PROFILE, SHIPPED, TEMPLATES

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
THEN = NOW - timedelta(days=2)
NOTHING_NEW = re.compile(r"elif not known and not added %}\n- (.*)\n")
WORDS = Words(load_phrases([SHIPPED], "en"), Formats("en", PROFILE.zone))
KIND = NoticeKind.PEOPLE_UPDATE


def case(facts: dict[str, Any], moments: dict[str, datetime] = MOMENTS) -> Case:
    return Case(read_sheet(facts), tuple(Anchor(name, at) for name, at in moments.items()))


def brief(before: Case, now: Case, then: Account = ACCOUNT, account: Account = ACCOUNT) -> Brief:
    earlier = Before(before, select_datasets(KIND, before.sheet), then, THEN)
    return Brief(now, select_datasets(KIND, now.sheet), Authoring(PROFILE, account, NOW), before=earlier)


def changed(**values: object) -> dict[str, Any]:
    """The facts with values of the first data set replaced: `people__count=3`; None takes one away."""
    facts = copy.deepcopy(FACTS)
    for path, value in values.items():
        table, name = path.split("__")
        facts["datasets"][0].setdefault(table, {})[name] = value
        if value is None:
            del facts["datasets"][0][table][name]
    return facts


def slots(before: Case, now: Case, **accounts: Account) -> dict[str, Any]:
    told = brief(before, now, **accounts)
    return dict(draft_update(told, WORDS, wish_of(KIND, told)).slots)


def test_nothing_new_says_so() -> None:
    same = slots(case(FACTS), case(FACTS))
    assert [same[name] for name in ("known", "added", "corrected", "withdrawn")] == [[], [], [], []]
    new = ("taken", "planned", "actions", "consequences")
    assert [same[f"new_{name}"] for name in new] == [[], [], [], []]
    text = write_notice(TEMPLATES, KIND, brief(case(FACTS), case(FACTS)), ["en"]).texts["en"].text
    assert "There are no new facts since our last message." in text
    assert "24 November 2026" in text


def test_what_was_not_known_and_is_known_now_is_new() -> None:
    found = slots(case(changed(exposure__recipients=None)), case(changed(exposure__recipients="few_known")))
    assert found["known"] == [
        {"label": "Who obtained the data", "value": "We know the few people who received the data."}
    ]
    assert found["corrected"] == []


def test_what_was_said_otherwise_is_corrected_with_both_wordings() -> None:
    found = slots(case(FACTS), case(changed(exposure__exfiltration="confirmed")))
    (correction,) = found["corrected"]
    assert correction["before"] == "We must assume that the data were copied by people who had no right to them."
    assert correction["after"] == "The data were copied by people who had no right to them."


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_corrected_is_not_called_nothing_new(locale: str) -> None:
    same, new = (
        write_notice(TEMPLATES, KIND, brief(case(FACTS), case(after)), [locale]).texts[locale].text
        for after in (FACTS, changed(exposure__exfiltration="confirmed"))
    )
    (nothing,) = NOTHING_NEW.findall((SHIPPED / f"notices/sentences/{locale}.txt").read_text())
    assert nothing in same
    assert nothing not in new


def test_kinds_of_data_join_and_leave_by_themselves() -> None:
    found = slots(case(FACTS), case(changed(data__categories=["name", "bank_account"])))
    assert [item["value"] for item in found["added"]] == ["your bank account details"]
    assert "your e-mail address" in found["withdrawn"][0]["value"]
    assert found["new_actions"], "a new kind of data brings new advice"


def test_the_end_of_the_period_becomes_known() -> None:
    earlier = {name: at for name, at in MOMENTS.items() if name != "occurred_until"}
    found = slots(case(FACTS, earlier), case(FACTS))
    assert found["known"][0]["label"] == "Access possible until"
    assert "Europe/Berlin" in found["known"][0]["value"]


def test_a_planned_measure_that_was_taken_is_new_and_one_told_before_is_not() -> None:
    then = Account(taken=("access_closed",), planned=("training",))
    now = Account(taken=("access_closed", "training", "police"))
    found = slots(case(FACTS), case(FACTS), then=then, account=now)
    assert found["new_taken"] == [
        "Our staff is being trained on the cause of this incident.",
        "The incident was reported to the police.",
    ]


def test_a_customer_learns_nothing_of_numbers_that_are_not_its_own() -> None:
    kind = NoticeKind.CUSTOMER_UPDATE
    then, now = case(FACTS), copy.deepcopy(FACTS)
    now["datasets"][1]["people"]["count"] = 9999
    earlier = Before(then, select_datasets(kind, then.sheet), ACCOUNT, THEN)
    told = Brief(case(now), select_datasets(kind, case(now).sheet), Authoring(PROFILE, ACCOUNT, NOW), before=earlier)
    text = write_notice(TEMPLATES, kind, told, ["en"]).texts["en"]
    assert "9,999" not in text.text
    assert "{{ people_count }}" in text.text


def test_an_update_without_an_edition_before_is_refused() -> None:
    bare = Brief(case(FACTS), select_datasets(KIND, case(FACTS).sheet), Authoring(PROFILE, ACCOUNT, NOW))
    with pytest.raises(Invalid, match="name the edition"):
        write_notice(TEMPLATES, KIND, bare, ["en"])
    with pytest.raises(ValueError, match="needs the edition"):
        draft_update(bare, WORDS, wish_of(KIND, bare))


def test_a_supplementary_filing_names_bounds_that_became_a_number() -> None:
    bounds = changed(people__count=None, people__count_min=1000, people__count_max=3000)
    told = brief(case(bounds), case(FACTS))
    text = write_filing(TEMPLATES, "gdpr-33-3-supplement", told, "en").texts["en"].text
    assert "Number of people concerned: 2,400 (we had said: between 1,000 and 3,000)" in text
    assert "This adds to what was submitted on" in text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"count_min": 5}, "at least 5"),
        ({"count_max": 9}, "at most 9"),
        ({"count_min": 5, "count_max": 9}, "between 5"),
    ],
)
def test_bounds_are_said_as_bounds(facts: dict[str, int], said: str) -> None:
    known = copy.deepcopy(FACTS)
    known["datasets"][0]["people"] = facts
    told = brief(case(changed(people__count=None)), case(known))
    text = write_filing(TEMPLATES, "gdpr-33-3-supplement", told, "en").texts["en"].text
    assert f"Number of people concerned: {said}" in text


@pytest.mark.parametrize(("locale", "said"), [("en", "Categories of people: users"), ("de", "Nutzerinnen und Nutzer")])
def test_an_authority_is_told_whose_data_it_is_while_nobody_knows_of_how_many(locale: str, said: str) -> None:
    told = brief(case(FACTS), case(changed(people__count=None)))
    text = write_filing(TEMPLATES, "gdpr-33-3", told, locale).texts[locale].text
    assert said in text


def test_further_information_names_the_categories_of_people_that_are_known_since() -> None:
    told = brief(case(changed(people__kinds=None)), case(FACTS))
    text = write_filing(TEMPLATES, "gdpr-33-3-supplement", told, "en").texts["en"].text
    assert "- Categories of people: users" in text


def test_a_data_set_that_is_called_otherwise_is_no_new_one() -> None:
    kind, then, facts = NoticeKind.STATUS_UPDATE, case(FACTS), copy.deepcopy(FACTS)
    facts["datasets"][0]["title"] = "User accounts"
    earlier, now = Before(then, then.sheet.datasets, ACCOUNT, THEN), case(facts)
    told = Brief(now, now.sheet.datasets, Authoring(PROFILE, ACCOUNT, NOW), before=earlier)
    assert draft_update(told, WORDS, wish_of(kind, told)).slots["known"] == []
