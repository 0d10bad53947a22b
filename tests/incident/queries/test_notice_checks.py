"""A notice is checked against its own incident: its codename, the people of the console, its hosts, its segments."""

from dataclasses import replace

from incident.drafting import Profile
from incident.models.incidents import Incident
from incident.notice_kinds import NoticeKind
from incident.notice_texts import dress, write_notice
from incident.queries.briefs import Wanted, brief_for
from incident.queries.notice_checks import Checker
from incident.roles import Role
from incident.verbs.notices import edit_notice, start_notice
from notifications.findings import Finding
from notifications.message import Text
from tests.incident.notices import PROFILE, TEMPLATES, Desk

MEASURE = "- The open access was closed."


def found(
    desk: Desk, written: str, profile: Profile = PROFILE, hosts: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """What the checks find when a sentence is added to a notice to people."""
    notice = desk.start(NoticeKind.PEOPLE)
    text = desk.view(notice).draft.texts["en"]
    typed = Text(text.subject, text.text.replace(MEASURE, f"{MEASURE}\n- {written}"))
    changed = dress(TEMPLATES, NoticeKind.PEOPLE, "en", typed, PROFILE)
    desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, notice.version, "en", changed)
    checker = Checker(TEMPLATES, profile, desk.case.clock.now(), hosts)
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    checked = desk.case.look(lambda session: checker.check(session, desk.case.keys, actor, notice.id))
    return [(item.rule, item.locale) for item in checked.findings]


def test_the_codename_of_the_incident_must_stay_inside(desk: Desk) -> None:
    codename = desk.case.look(lambda session: session.get_one(Incident, desk.incident_id).codename)
    assert found(desk, f"We call it {codename}.") == [("internal_name", "en")]


def test_people_of_the_console_are_not_named_but_for_the_contact(desk: Desk) -> None:
    assert found(desk, "Ask our privacy officer.") == [("internal_name", "en")]
    contact = replace(PROFILE, contact_name="Ana Ruiz, privacy officer")
    assert found(desk, "Ask our privacy officer.", contact) == []


def test_a_link_may_lead_to_the_hosts_of_the_settings(desk: Desk) -> None:
    said = "See https://status.brightdesk.test/incident."
    assert found(desk, said) == [("foreign_link", "en")]
    assert found(desk, said, hosts=frozenset({"brightdesk.test"})) == []


def test_a_notice_that_is_checked_the_day_after_passes_as_it_did(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    desk.case.move(24)
    assert desk.check(notice).findings == []


def test_a_segment_is_checked_against_its_own_kinds_of_data(desk: Desk) -> None:
    def findings(segments: dict[str, tuple[str, ...]], said: str) -> list[Finding]:
        actor = desk.case.people[Role.PRIVACY_OFFICER]
        wanted = Wanted(desk.incident_id, NoticeKind.PEOPLE, segments=segments)
        brief = desk.case.look(lambda session: brief_for(session, desk.case.keys, actor, wanted, desk.authoring()))
        written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, ["en"])
        texts = {key: replace(text, text=text.text.replace(said, "")) for key, text in written.texts.items()}
        changed = replace(written, texts={**written.texts, "en@mail": texts["en@mail"]})
        notice = desk.case.act(Role.PRIVACY_OFFICER, start_notice, desk.incident_id, NoticeKind.PEOPLE, brief, changed)
        return list(desk.check(notice).findings)

    segments: dict[str, tuple[str, ...]] = {"mail": ("name", "email_address")}
    assert findings(segments, "nothing of this") == []
    (finding,) = findings(segments, "- your e-mail address\n")
    assert (finding.rule, finding.locale) == ("data_kind", "en@mail")
    assert finding.key.startswith("en@mail:data_kind:")
