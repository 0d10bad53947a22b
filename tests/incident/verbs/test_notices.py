"""A notice is written from saved facts, edited in plain text, and frozen only when nothing blocks it."""

import copy
from dataclasses import replace

import pytest
from sqlmodel import col, select

from incident.drafting import Account
from incident.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from incident.models.people import Notice
from incident.notice_kinds import UPDATES, NoticeKind
from incident.notice_texts import dress, write_notice
from incident.outreach import InternalMessage
from incident.queries.notices import editions_of, notices_of
from incident.roles import Role
from incident.verbs.messages import post
from incident.verbs.notices import edit_notice, freeze_notice, redraft_notice, tick_warning, withdraw_tick
from notifications.findings import Finding, Level
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Release, ReleaseState
from tests.incident.notices import ACCOUNT, FACTS, PROFILE, TEMPLATES, WRITTEN_IN, Desk


def edited(desk: Desk, notice: Notice, old: str, new: str, role: Role = Role.RESPONDER) -> Notice:
    view = desk.view(notice)
    text = view.draft.texts["en"]
    assert old in text.text
    changed = dress(TEMPLATES, NoticeKind(notice.kind), "en", Text(text.subject, text.text.replace(old, new)), PROFILE)
    return desk.case.act(role, edit_notice, notice.id, view.notice.version, "en", changed)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in UPDATES])
def test_every_kind_can_be_frozen_as_it_was_drafted(desk: Desk, kind: NoticeKind) -> None:
    told = replace(ACCOUNT, police_delay=False, own={"impact": "EUR 10,000."})
    notice = desk.start(kind, account=told)
    assert desk.check(notice).findings == []
    edition = desk.freeze(notice)
    assert (edition.number, edition.kind, edition.fact_version) == (1, kind, 1)


def test_freezing_the_same_text_again_gives_the_same_edition(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    assert desk.freeze(notice).id == desk.freeze(notice).id


def test_an_edit_changes_the_html_too_and_bars_its_writer(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    first = desk.freeze(notice)
    edited(desk, notice, "What you can do now\n", "What you can do now\n")
    edited(desk, notice, "Brightdesk GmbH is writing", "We at Brightdesk & Co. write")
    view = desk.view(notice)
    assert "We at Brightdesk &amp; Co. write" in view.draft.texts["en"].html
    assert str(desk.case.people[Role.RESPONDER].id) in view.notice.editors
    second = desk.freeze(notice)
    assert (second.number, second.digest != first.digest) == (2, True)
    actor = desk.case.people[Role.AUDITOR]
    assert [e.number for e in desk.case.look(lambda s: editions_of(s, actor, notice.id))] == [2, 1]


def test_of_two_writers_one_is_told(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    version, text = notice.version, desk.view(notice).draft.texts["en"]
    desk.case.act(Role.RESPONDER, edit_notice, notice.id, version, "en", text)
    with pytest.raises(Conflict, match="version 2, you edited version 1"):
        desk.case.act(Role.LEGAL, edit_notice, notice.id, version, "en", text)


@pytest.mark.parametrize("bad", ["{{ password }}", "{% for x in y %}", "{{ name.__class__ }}", "{{name|safe}}", "{{"])
def test_an_edited_text_knows_placeholders_and_no_template_language(desk: Desk, bad: str) -> None:
    with pytest.raises(Invalid, match=r"placeholder|unknown"):
        dress(TEMPLATES, NoticeKind.PEOPLE, "en", Text("Subject", f"Text {bad}"), PROFILE)


def test_a_version_that_was_not_checked_cannot_be_frozen(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    checked = desk.check(notice)
    edited(desk, notice, "Brightdesk GmbH is writing", "We are writing")
    with pytest.raises(Conflict, match="check again"):
        desk.case.act(Role.PRIVACY_OFFICER, freeze_notice, notice.id, checked)


def test_a_missing_content_blocks_and_names_law_and_field(desk: Desk) -> None:
    facts = copy.deepcopy(FACTS)
    del facts["datasets"][0]["data"]
    desk.save(facts)
    notice = desk.start(NoticeKind.PEOPLE)
    with pytest.raises(
        Refused, match=r"likely consequences of the breach \(GDPR Art. 34\(2\) with Art. 33\(3\)\(c\)\)"
    ):
        desk.freeze(notice)


def test_without_measures_nothing_is_frozen(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE, account=Account())
    with pytest.raises(Refused, match=r"measures taken or proposed.*Art. 33\(3\)\(d\)"):
        desk.freeze(notice)


def test_a_number_that_contradicts_the_facts_blocks(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edited(desk, notice, "We must assume that", "This concerns 3,000 people. We must assume that")
    with pytest.raises(Refused, match=r"3,000 people.*known: 400, 2,000, 2,400"):
        desk.freeze(notice)


def test_a_warning_blocks_until_it_is_ticked_with_a_reason(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edited(desk, notice, "We must assume that the data were", "The data were possibly")
    finding = next(item for item in desk.check(notice).findings if item.rule == "hedge")
    with pytest.raises(Refused, match="possibly"):
        desk.freeze(notice)
    version = desk.view(notice).notice.version
    with pytest.raises(Invalid, match="reason"):
        desk.case.act(Role.LEGAL, tick_warning, notice.id, version, finding, " ")
    desk.case.act(Role.LEGAL, tick_warning, notice.id, version, finding, "counsel: that is the state of knowledge")
    assert desk.freeze(notice).number == 1


def test_a_warning_taken_up_again_blocks_and_voids_what_is_asked_for(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edited(desk, notice, "We must assume that the data were", "The data were possibly")
    finding = next(item for item in desk.check(notice).findings if item.rule == "hedge")
    desk.case.act(Role.LEGAL, tick_warning, notice.id, desk.view(notice).notice.version, finding, "counsel agrees")
    asked = desk.request(desk.freeze(notice), desk.users())
    with pytest.raises(NotFound, match="Nobody accepted"):
        desk.case.act(Role.LEGAL, withdraw_tick, notice.id, desk.view(notice).notice.version, "another:key")
    desk.case.act(Role.LEGAL, withdraw_tick, notice.id, desk.view(notice).notice.version, finding.key)
    assert desk.case.look(lambda session: session.get_one(Release, asked.id)).state is ReleaseState.VOID
    with pytest.raises(Refused, match="possibly"):
        desk.freeze(notice)


def test_an_error_cannot_be_ticked_off(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    error = Finding(Level.ERROR, "contents", "contact", "is missing", "add it")
    with pytest.raises(Invalid, match="error"):
        desk.case.act(Role.LEGAL, tick_warning, notice.id, notice.version, error, "because")


def test_facts_that_changed_since_the_draft_ask_for_a_new_one(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    facts = copy.deepcopy(FACTS)
    facts["datasets"][0]["exposure"]["exfiltration"] = "confirmed"
    desk.save(facts)
    view = desk.view(notice)
    assert view.newer_facts == ("accounts/exposure.exfiltration",)
    assert view.newest == 2
    with pytest.raises(Refused, match="have changed"):
        desk.freeze(notice)
    brief = desk.brief(NoticeKind.PEOPLE)
    written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, WRITTEN_IN)
    desk.case.act(Role.PRIVACY_OFFICER, redraft_notice, notice.id, notice.version, brief, written)
    assert desk.freeze(notice).fact_version == 2


def test_a_customer_notice_names_no_customer(desk: Desk) -> None:
    texts = desk.view(desk.start(NoticeKind.CUSTOMER)).draft.texts
    together = "".join(text.subject + text.text + text.html for text in texts.values())
    assert "acme" not in together.lower()
    assert "blue" not in together.lower()
    assert "8,000" not in together
    assert "8.000" not in together


def test_only_writers_write(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    with pytest.raises(Forbidden):
        desk.case.act(Role.AUDITOR, edit_notice, notice.id, 1, "en", Text("s", "t"))
    actor = desk.case.people[Role.AUDITOR]
    assert [row.id for row in desk.case.look(lambda s: notices_of(s, actor, desk.incident_id))] == [notice.id]
    stored = desk.case.look(lambda s: s.exec(select(Notice.draft_sealed).where(col(Notice.id) == notice.id)).one())
    assert b"Brightdesk" not in stored


def test_a_language_the_notice_is_not_in_and_a_notice_that_is_not_there(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    with pytest.raises(Invalid, match="not written in 'fr'"):
        desk.case.act(Role.LEGAL, edit_notice, notice.id, notice.version, "fr", Text("s", "t"))
    with pytest.raises(NotFound):
        desk.case.act(Role.LEGAL, edit_notice, new_id(), 1, "en", Text("s", "t"))
    actor = desk.case.people[Role.AUDITOR]
    with pytest.raises(NotFound):
        desk.case.look(lambda s: editions_of(s, actor, new_id()))


def test_a_data_set_that_is_gone_is_a_change_of_what_the_text_rests_on(desk: Desk) -> None:
    notice = desk.start(NoticeKind.CUSTOMER)
    facts = copy.deepcopy(FACTS)
    facts["datasets"].pop(1)
    desk.save(facts)
    assert "lists/data.categories" in desk.view(notice).newer_facts


def test_the_same_message_is_posted_once_and_to_nobody_it_is_not_posted(desk: Desk) -> None:
    message = InternalMessage("page:1", frozenset({Role.APPROVER}), "s", "t")
    nobody = InternalMessage("page:2", frozenset({Role.SUPPORT}), "s", "t")
    posted = [
        desk.case.act(Role.RESPONDER, post, desk.incident_id, one, "example.org") for one in (message, message, nobody)
    ]
    assert posted == [1, 0, 0]
