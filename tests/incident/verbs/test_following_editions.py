"""What an update calls new is what the edition it follows did not say, whatever the draft says by now."""

from dataclasses import replace

from sqlmodel import Session

from incident.drafting import Account
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.queries.briefs import Wanted, brief_for
from incident.roles import Role
from incident.verbs.notices import redraft_notice
from notifications.models import Edition
from tests.incident.notices import ACCOUNT, TEMPLATES, Desk

MORE = replace(ACCOUNT, taken=(*ACCOUNT.taken, "passwords_reset"))
RESET = "The passwords of the accounts concerned were reset."


def update(desk: Desk, edition: Edition, account: Account = MORE) -> str:
    """The update that follows this edition, as it would be written now."""
    wanted = Wanted(desk.incident_id, NoticeKind.PEOPLE_UPDATE, "accounts", follows=edition.id)
    actor, authoring = desk.case.people[Role.PRIVACY_OFFICER], desk.authoring(account)
    brief = desk.case.look(lambda session: brief_for(session, desk.case.keys, actor, wanted, authoring))
    return write_notice(TEMPLATES, NoticeKind.PEOPLE_UPDATE, brief, ("en",)).texts["en"].text


def test_a_measure_written_into_the_draft_after_the_edition_is_new_to_who_read_the_edition(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edition = desk.freeze(notice)
    assert RESET in update(desk, edition)
    brief = desk.brief(NoticeKind.PEOPLE, account=MORE)
    written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, ("en", "de"))
    again = desk.case.act(Role.PRIVACY_OFFICER, redraft_notice, notice.id, notice.version, brief, written)
    assert RESET in update(desk, edition)
    assert RESET not in update(desk, desk.freeze(again))


def test_the_same_text_again_is_the_same_edition_and_another_account_another(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    first = desk.freeze(notice)
    assert desk.freeze(notice).id == first.id
    delayed = replace(ACCOUNT, delay="Logs came late.")  # which a notice to people does not print
    brief = desk.brief(NoticeKind.PEOPLE, account=delayed)
    written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, ("en", "de"))
    again = desk.case.act(Role.PRIVACY_OFFICER, redraft_notice, notice.id, notice.version, brief, written)
    assert desk.freeze(again).number == 2


def test_of_an_edition_that_kept_nothing_the_draft_says_what_was_told(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edition = desk.freeze(notice)

    def forget(session: Session) -> None:
        row = session.get_one(Edition, edition.id)
        row.basis_sealed = None
        session.add(row)

    desk.case.store.write(forget)
    assert "The open access was closed." not in update(desk, edition)
    assert RESET in update(desk, edition)


def test_what_is_kept_with_an_edition_is_sealed(desk: Desk) -> None:
    happened = {"en": "A backup was left open by Jane Doe.", "de": "Jane Doe ließ eine Sicherung offen."}
    told = replace(ACCOUNT, happened=happened)
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE, account=told))
    assert edition.basis_sealed
    assert b"Jane" not in edition.basis_sealed
