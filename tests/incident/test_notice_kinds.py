"""What each kind of notice is: for whom it is written, which duties it meets, in which form a duty is filed."""

import pytest

from incident.law.packs import shipped_duties
from incident.notice_kinds import (
    FILED_WITH,
    FORMS,
    KINDS,
    LOCALES,
    PUBLIC,
    UPDATES,
    NoticeKind,
    form_for,
    kind_for,
    meets,
    stands_in,
)
from notifications.models import Channel
from tests.incident.notices import TEMPLATES

K = NoticeKind


def test_every_kind_and_form_says_what_it_is() -> None:
    assert set(KINDS) == set(NoticeKind)
    assert all(FORMS[form.follows] for form in FORMS.values() if form.follows)
    written = [told.locales for told in KINDS.values()] + [form.locales for form in FORMS.values()]
    assert all(set(locales) <= set(LOCALES) for locales in written)


def test_each_kind_goes_by_one_channel_and_what_is_published_by_none() -> None:
    by_mail = set(KINDS) - {*PUBLIC, K.IN_APP}
    assert {kind: told.channel for kind, told in KINDS.items()} == {
        **dict.fromkeys(by_mail, Channel.EMAIL),
        **dict.fromkeys(PUBLIC, ""),
        K.IN_APP: Channel.IN_APP,
    }


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_kind_is_written_in_every_language_it_is_listed_for(kind: NoticeKind) -> None:
    assert set(TEMPLATES.locales(f"notices/{kind}")) == set(KINDS[kind].locales)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_written_in_every_language_it_is_listed_for(form: str) -> None:
    assert set(TEMPLATES.locales(f"filings/{form}")) == set(FORMS[form].locales)


@pytest.mark.parametrize(
    ("kind", "contents", "met"),
    [
        (K.PEOPLE, "gdpr-34-2", True),
        (K.STAFF, "gdpr-34-2", True),
        (K.PEOPLE, "pipeda", True),
        (K.PEOPLE, "us-ca-1798-82", False),
        (K.PEOPLE, "hipaa-164-404-c", False),
        (K.CALIFORNIA, "us-ca-1798-82", True),
        (K.CALIFORNIA, "gdpr-34-2", False),
        (K.HIPAA, "hipaa-164-404-c", True),
        (K.HIPAA, "us-ca-1798-82", False),
        (K.CUSTOMER, "gdpr-34-2", False),
        (K.ANNOUNCEMENT, "gdpr-34-2", False),
        *((update, "gdpr-34-2", False) for update in UPDATES),
    ],
)
def test_a_notice_meets_only_what_its_form_can_meet(kind: NoticeKind, contents: str, met: bool) -> None:
    assert meets(kind, contents) is met


@pytest.mark.parametrize(
    ("addressee", "contents", "kind"),
    [
        ("controller", "gdpr-33-2", K.CUSTOMER),
        ("customers", "", K.CUSTOMER),
        ("data_subjects", "gdpr-34-2", K.PEOPLE),
        ("data_subjects", "us-ca-1798-82", K.CALIFORNIA),
        ("data_subjects", "hipaa-164-404-c", K.HIPAA),
        ("data_subjects", "pipeda", K.GENERIC),
        ("supervisory_authority", "gdpr-33-3", None),
        ("internal_register", "gdpr-33-5", None),
    ],
)
def test_a_duty_leads_to_the_kind_that_meets_it(addressee: str, contents: str, kind: NoticeKind | None) -> None:
    assert kind_for(addressee, contents) is kind


def test_the_kind_a_duty_to_people_leads_to_always_meets_it() -> None:
    owed = [duty for duty in shipped_duties() if duty.addressee_kind == "data_subjects"]
    assert owed
    for duty in owed:
        kind = kind_for("data_subjects", duty.contents)
        assert kind is not None
        assert meets(kind, duty.contents), duty.id


def test_the_public_kinds_have_no_placeholder_for_a_person() -> None:
    assert all(not KINDS[kind].placeholders for kind in PUBLIC)


FORM_OF = {
    "eu-gdpr-33-1-sa": "gdpr-33-3",
    "eu-nis2-early-warning": "nis2-early-warning",
    "eu-nis2-notification": "nis2-notification",
    "eu-nis2-final": "nis2-final",
    "eu-dora-initial-classification": "dora-initial",
    "eu-dora-intermediate": "dora-intermediate",
    "eu-dora-final": "dora-final",
    "br-lgpd-anpd": "lgpd",
    "ca-pipeda-10-1-opc": "pipeda",
    "za-popia-22-regulator": "popia",
    "us-ca-regulator": "attorney-general",
}


@pytest.mark.parametrize(("duty", "form"), FORM_OF.items())
def test_a_duty_is_filed_in_the_form_of_its_law(duty: str, form: str) -> None:
    rule = next(rule for rule in shipped_duties() if rule.id == duty)
    assert form_for(rule.id, rule.contents, rule.addressee_kind) == form


def test_a_form_of_another_law_stands_in_where_none_is_ours() -> None:
    rules = {rule.id: rule for rule in shipped_duties()}
    swiss, ours = rules["ch-fadp-24-fdpic"], rules["eu-gdpr-33-1-sa"]
    form = form_for(swiss.id, swiss.contents, swiss.addressee_kind)
    assert (form, stands_in(form, swiss.contents)) == ("gdpr-33-3", True)
    assert not stands_in("gdpr-33-3", ours.contents)
    assert not stands_in("pipeda", "pipeda")


def test_every_duty_towards_an_authority_has_a_form() -> None:
    filed = [rule for rule in shipped_duties() if rule.addressee_kind in FILED_WITH]
    assert len(filed) > 100
    assert {form_for(rule.id, rule.contents, rule.addressee_kind) for rule in filed} <= set(FORMS)
    bureaus = [rule for rule in filed if rule.addressee_kind == "credit_bureaus"]
    assert {form_for(rule.id, rule.contents, rule.addressee_kind) for rule in bureaus} == {"credit-bureaus"}
