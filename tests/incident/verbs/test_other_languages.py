"""People who get another language than theirs: counted, refused without a reason, and the reason is written down."""

import pytest

from incident.approval_rules import USUAL
from incident.errors import Refused
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.verbs.releases import Request, request_release
from notifications.audience import NewMember
from notifications.message import other_language
from notifications.models import Channel, ReleaseState
from tests.incident.approving import timeline
from tests.incident.notices import SENDER, Desk


def readers(*locales: str) -> list[NewMember]:
    return [NewMember(f"p{n}", f"p{n}@example.net", locale=locale) for n, locale in enumerate(locales)]


def test_nobody_gets_a_language_they_did_not_choose_without_a_reason(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE))  # in English and German
    audience = desk.audience(Channel.EMAIL, readers("fr", "fr", "it", "de-AT", "en"))
    with pytest.raises(Refused, match=r"3 people get another language than theirs: fr \(2\) get en, it \(1\) get en"):
        desk.request(edition, audience)
    asked = Request(edition.id, audience.id, SENDER, language_reason="The French text follows on Monday.")
    release = desk.case.act(Role.COMMANDER, request_release, asked, USUAL)
    assert release.state is ReleaseState.REQUESTED
    (line,) = timeline(desk, "release.requested")
    assert "3 people get another language than theirs" in line
    assert "The French text follows on Monday." in line


def test_a_variant_of_the_same_language_is_their_own(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE))
    asked = desk.request(edition, desk.audience(Channel.EMAIL, readers("de-AT", "de_CH", "EN", "en-GB")))
    assert "another language" not in timeline(desk, "release.requested")[0]
    assert asked.recipients == 4


@pytest.mark.parametrize(
    ("wanted", "texts", "gets"),
    [
        ("en", ["de", "fr"], "de"),
        ("pl", ["de", "en"], "en"),
        ("pt", ["en", "pt-BR"], ""),
        ("en", ["de", "en@cards"], ""),
    ],
)
def test_which_language_a_reader_of_another_one_gets(wanted: str, texts: list[str], gets: str) -> None:
    assert other_language(wanted, dict.fromkeys(texts, "")) == gets
