"""Nobody is asked to release what reaches nobody: all of the audience have the edition, or the incident is closed."""

import pytest
from sqlmodel import Session

from incident.errors import Refused
from incident.models.incidents import Incident
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.verbs.releases import cancel_release, stop_release
from notifications.models import Channel, ReleaseState
from tests.incident.notices import Desk

HAD = "has had this edition"


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.IN_APP])
def test_who_has_had_an_edition_is_not_asked_for_again(desk: Desk, channel: Channel) -> None:
    kind = {Channel.EMAIL: NoticeKind.PEOPLE, Channel.IN_APP: NoticeKind.IN_APP}[channel]
    edition, audience = desk.freeze(desk.start(kind)), desk.users(3, channel)
    desk.approve(desk.request(edition, audience))
    for again in (audience, desk.users(2, channel)):  # the same, and another of the same people
        with pytest.raises(Refused, match=HAD):
            desk.request(edition, again)
    assert desk.request(edition, desk.users(4, channel)).state is ReleaseState.REQUESTED  # one is left


def test_what_a_void_release_left_unsent_can_be_asked_for_again(desk: Desk) -> None:
    edition, audience = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2)
    release = desk.approve(desk.request(edition, audience))
    first = desk.deliveries(release)[0].id
    desk.accept(release, lambda row: row.id == first)
    desk.case.act(Role.COMMANDER, stop_release, release.id, "a wrong contact")
    desk.case.act(Role.COMMANDER, cancel_release, release.id, "given up")
    asked = desk.request(edition, audience)
    desk.approve(asked)
    with pytest.raises(Refused, match=HAD):
        desk.request(edition, audience)


def test_nothing_is_asked_for_on_a_closed_incident(desk: Desk) -> None:
    edition, audience = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2)

    def close(session: Session) -> None:
        session.get_one(Incident, desk.incident_id).closed_at = desk.case.clock.now()

    desk.case.store.write(close)
    with pytest.raises(Refused, match="reopen it"):
        desk.request(edition, audience)
