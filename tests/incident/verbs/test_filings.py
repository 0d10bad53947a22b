"""A filing is drafted from its obligation's own data sets; its submission is recorded once and meets the obligation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.law import Filing, Obligation
from incident.notice_kinds import NoticeKind
from incident.notice_lint import against_brief, check_filing
from incident.notice_texts import write_filing
from incident.queries.briefs import filing_brief
from incident.queries.filings import text_mark
from incident.queries.notices import filings_of
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.filings import (
    Submission,
    discard_filing,
    edit_filing,
    fulfil,
    keep_filing,
    open_filing,
    record_answer,
    record_submission,
)
from notifications.ids import new_id
from notifications.message import Text
from tests.incident.notices import TEMPLATES, Desk


def obligation(desk: Desk) -> Obligation:
    rows = desk.case.obligations().values()
    return next(row for row in rows if row.addressee_kind == "supervisory_authority")


def drafted(desk: Desk, locale: str = "en", form: str = "gdpr-33-3") -> Filing:
    actor, owed = desk.case.people[Role.PRIVACY_OFFICER], obligation(desk)
    brief = desk.case.look(lambda s: filing_brief(s, desk.case.keys, actor, owed.id, desk.authoring(), form))
    written = write_filing(TEMPLATES, form, brief, locale)
    return desk.case.act(Role.PRIVACY_OFFICER, keep_filing, owed.id, form, brief, written)


def submitted(desk: Desk, filing: Filing, **changed: Any) -> Filing:
    said, organisation = submission(desk, **changed), desk.case.organisation
    return desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, said, organisation)


def text_of(desk: Desk, filing: Filing) -> Text:
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    return desk.case.look(lambda s: open_filing(Act(s, desk.case.keys, actor, desk.case.clock.now()), filing))


def lines_of(desk: Desk) -> list[str]:
    actor = desk.case.people[Role.AUDITOR]
    found = desk.case.look(lambda s: read_timeline(s, desk.case.keys, actor, desk.incident_id))
    return [line.text for line in reversed(found)]


def submission(desk: Desk, **changed: Any) -> Submission:
    named: dict[str, Any] = {"to": "Berlin Commissioner for Data Protection", "channel": "portal"}
    return Submission(**{**named, "at": desk.case.clock.now(), "reference": "72-2026-19", **changed})


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_draft_speaks_of_the_data_sets_of_its_obligation_only(desk: Desk, locale: str) -> None:
    text = text_of(desk, drafted(desk, locale))
    assert "Accounts" in text.text
    assert "Contact lists" not in text.text
    brief = desk.case.look(
        lambda s: filing_brief(s, desk.case.keys, desk.case.people[Role.LEGAL], obligation(desk).id, desk.authoring())
    )
    assert check_filing(TEMPLATES, "gdpr-33-3", text, locale, against_brief(brief)) == []


def test_what_is_not_known_says_so_and_when_more_follows(desk: Desk) -> None:
    text = text_of(desk, drafted(desk)).text
    assert "Access logs: not yet known" in text
    assert "The next information follows by 27 November 2026, 17:00 (Europe/Berlin, UTC+01:00)." in text


def test_a_submission_meets_the_obligation_at_its_moment(desk: Desk) -> None:
    filing, at = drafted(desk), desk.case.clock.now() - timedelta(minutes=20)
    done = desk.case.act(
        Role.PRIVACY_OFFICER, record_submission, filing.id, submission(desk, at=at), desk.case.organisation
    )
    assert (done.submitted_at, done.reference, done.channel) == (at, "72-2026-19", "portal")
    met = obligation(desk)
    assert (met.met_at, met.met_by) == (at, f"filing:{filing.id}")
    actor = desk.case.people[Role.AUDITOR]
    assert [row.id for row in desk.case.look(lambda s: filings_of(s, actor, desk.incident_id))] == [filing.id]


def test_a_filing_is_submitted_once_and_not_edited_afterwards(desk: Desk) -> None:
    filing = drafted(desk)
    desk.case.act(Role.LEGAL, edit_filing, filing.id, Text("s", "Corrected by counsel"))
    assert text_of(desk, desk.case.look(lambda s: s.get_one(Filing, filing.id))).text == "Corrected by counsel"
    desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, submission(desk), desk.case.organisation)
    with pytest.raises(Conflict, match="supplementary"):
        desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, submission(desk), desk.case.organisation)
    with pytest.raises(Conflict):
        desk.case.act(Role.PRIVACY_OFFICER, edit_filing, filing.id, Text("s", "later"))


def test_who_edits_a_text_that_has_changed_meanwhile_reads_it_first(desk: Desk) -> None:
    filing = drafted(desk)
    begun = text_mark(text_of(desk, filing))
    desk.case.act(Role.LEGAL, edit_filing, filing.id, Text("s", "Corrected by counsel"), begun)
    with pytest.raises(Conflict, match="meanwhile"):
        desk.case.act(Role.PRIVACY_OFFICER, edit_filing, filing.id, Text("s", "Corrected by the officer"), begun)
    assert text_of(desk, desk.case.look(lambda s: s.get_one(Filing, filing.id))).text == "Corrected by counsel"


def test_a_draft_that_was_never_submitted_is_discarded_with_a_reason_on_the_timeline(desk: Desk) -> None:
    filing, act, why = drafted(desk), desk.case.act, "Counsel files it on the portal."
    begun = text_mark(text_of(desk, filing))
    with pytest.raises(Forbidden):
        act(Role.RESPONDER, discard_filing, filing.id, why)
    with pytest.raises(Invalid, match="is empty"):
        act(Role.LEGAL, discard_filing, filing.id, " ")
    act(Role.LEGAL, edit_filing, filing.id, Text("s", "Corrected by counsel"), begun)
    with pytest.raises(Conflict, match="meanwhile"):
        act(Role.PRIVACY_OFFICER, discard_filing, filing.id, why, begun)
    act(Role.PRIVACY_OFFICER, discard_filing, filing.id, why)
    assert desk.case.look(lambda s: s.get(Filing, filing.id)) is None
    assert lines_of(desk)[-1] == f"Filing discarded (gdpr-33-3, en): {why}"
    assert obligation(desk).met_at is None
    with pytest.raises(NotFound):
        act(Role.PRIVACY_OFFICER, discard_filing, filing.id, why)


def test_what_was_submitted_is_not_discarded(desk: Desk) -> None:
    filing = submitted(desk, drafted(desk))
    with pytest.raises(Conflict, match="was submitted"):
        desk.case.act(Role.PRIVACY_OFFICER, discard_filing, filing.id, "Written twice.")
    assert desk.case.look(lambda s: s.get(Filing, filing.id)) is not None


def test_each_wrong_field_is_named(desk: Desk) -> None:
    filing, now = drafted(desk), desk.case.clock.now()
    bad = Submission(" ", "pigeon", now + timedelta(hours=1), "x" * 201, new_id())
    with pytest.raises(Invalid) as caught:
        desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, bad, desk.case.organisation)
    assert [fault.field for fault in caught.value.faults] == ["to", "channel", "reference", "at", "receipt"]
    naive = submission(desk, at=now.replace(tzinfo=None))
    with pytest.raises(Invalid, match="names no instant"):
        desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, naive, desk.case.organisation)


@pytest.mark.parametrize("form", ["gdpr-33-3-supplement", "gdpr-33-3-final"])
def test_further_information_is_submitted_after_the_notification_and_not_instead_of_it(desk: Desk, form: str) -> None:
    first, further, now = drafted(desk), drafted(desk, form=form), desk.case.clock.now()
    with pytest.raises(Conflict, match="record first that the notification was made"):
        submitted(desk, further)
    assert obligation(desk).met_at is None
    submitted(desk, first, at=now - timedelta(minutes=20))
    with pytest.raises(Invalid, match="is before the notification of"):
        submitted(desk, further, at=now - timedelta(minutes=21))
    assert submitted(desk, further).submitted_at == now
    assert obligation(desk).met_at == now - timedelta(minutes=20)
    lines = [text.split(" with ")[0] for text in lines_of(desk) if "iled with" in text]
    assert lines == ["Filed", "Further information filed"]


def test_further_information_may_follow_a_notification_recorded_by_hand(desk: Desk) -> None:
    further, owed = drafted(desk, form="gdpr-33-3-supplement"), obligation(desk)
    said = "By telephone, Ms Roth"
    desk.case.act(Role.PRIVACY_OFFICER, fulfil, desk.incident_id, owed.id, said, desk.case.organisation)
    assert submitted(desk, further, at=desk.case.clock.now() - timedelta(minutes=5)).submitted_at is not None


def test_an_authoritys_reference_and_receipt_may_come_after_the_submission(desk: Desk) -> None:
    filing = drafted(desk)
    with pytest.raises(Conflict, match="not recorded as submitted"):
        desk.case.act(Role.PRIVACY_OFFICER, record_answer, filing.id, "531.4711")
    submitted(desk, filing, reference="")
    found = Finding("Letter of the authority", b"531.4711")
    letter = desk.case.act(Role.RESPONDER, keep_evidence, desk.incident_id, found).id
    answered = desk.case.act(Role.PRIVACY_OFFICER, record_answer, filing.id, " 531.4711 ", letter)
    assert (answered.reference, answered.receipt_evidence_id) == ("531.4711", letter)
    desk.case.act(Role.PRIVACY_OFFICER, record_answer, filing.id, "531.4712")
    assert any("Reference 531.4712 (before: 531.4711) for what was filed with" in text for text in lines_of(desk))
    for wrong, receipt, fault in (
        ("", None, "is empty"),
        ("531.4712", None, "is recorded already"),
        ("x" * 201, None, "is longer"),
        ("531.4713", new_id(), "is no evidence"),
    ):
        with pytest.raises(Invalid, match=fault):
            desk.case.act(Role.PRIVACY_OFFICER, record_answer, filing.id, wrong, receipt)
    with pytest.raises(Forbidden):
        desk.case.act(Role.RESPONDER, record_answer, filing.id, "531.4714")


def test_filing_needs_its_role(desk: Desk) -> None:
    filing: UUID = drafted(desk).id
    with pytest.raises(Forbidden):
        desk.case.act(Role.RESPONDER, record_submission, filing, submission(desk), desk.case.organisation)


def test_what_is_not_there_or_empty_is_refused(desk: Desk) -> None:
    filing = drafted(desk)
    with pytest.raises(Invalid, match="text"):
        desk.case.act(Role.LEGAL, edit_filing, filing.id, Text("s", " "))
    with pytest.raises(NotFound):
        desk.case.act(Role.LEGAL, edit_filing, new_id(), Text("s", "t"))
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    with pytest.raises(NotFound):
        desk.case.look(lambda s: filing_brief(s, desk.case.keys, actor, new_id(), desk.authoring()))
    brief = desk.brief(NoticeKind.ANNOUNCEMENT)
    written = write_filing(TEMPLATES, "gdpr-33-3", brief, "en")
    with pytest.raises(NotFound):
        desk.case.act(Role.PRIVACY_OFFICER, keep_filing, new_id(), "gdpr-33-3", brief, written)
