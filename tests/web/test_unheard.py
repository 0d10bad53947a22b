"""Before a mail goes out its page says where what people answer to it would be seen by nobody here."""

from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from incident.notice_kinds import NoticeKind
from incident.web.unheard import unheard
from tests.web.conftest import Enter
from tests.web.reading import links
from tests.web.stage import Stage
from tests.web.test_release_pages import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOTHING = (
    "Answers to this mail, and reports that it could not be delivered, will not be seen here: "
    "no way for returning mail is set."
)
NO_ANSWERS = "Answers to this mail will not be seen here: no way for returning mail is set."


def warning(browser: TestClient, page: str) -> str:
    return unescape(browser.get(page).text).partition('id="unheard"')[2].partition("</div>")[0]


def test_who_asks_and_who_approves_are_told_that_answers_reach_nothing_here(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    assert NOTHING in warning(mara, notice)
    release = ask(mara, played)
    assert NOTHING in warning(ines, release)
    assert "An administrator sets that." in warning(ines, release)
    assert 'id="approve"' in ines.get(release).text  # it keeps nobody from approving


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"lmtp_port": 2424}, ""),
        ({"imap_host": "imap.nimbus.example"}, ""),
        ({"mailgun_key": SecretStr("a-key-of-mailgun")}, NO_ANSWERS),
    ],
    ids=["handed in", "fetched", "events of a provider"],
)
def test_what_is_set_for_returning_mail_is_not_missed(
    played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch, setting: dict[str, Any], said: str
) -> None:
    for name, value in setting.items():
        monkeypatch.setattr(played.installation.settings, name, value)
    found = warning(enter("ines"), ask(enter("mara"), played))
    assert (said in found) if said else not found


def test_a_message_in_the_product_and_a_public_page_get_no_answers_by_mail(played: Stage) -> None:
    settings = played.installation.settings
    assert unheard(settings, NoticeKind.PEOPLE)
    assert not any(unheard(settings, kind) for kind in (NoticeKind.IN_APP, NoticeKind.ANNOUNCEMENT))
